"""
Single rows written in SQL that is put together once per table.

For the worker's road alone, where every receipt writes eight rows: the query builder takes longer over them than the
database does. Values pass the fields of the model, as with `save`; names come from the models, never from outside.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Field, Model

M = TypeVar("M", bound=Model)


@functools.cache
def _fields(model: type[Model]) -> dict[str, Field[Any, Any]]:
    """Fields that have a column, by their name and by the name of their value (device, device_id)."""
    columns = [field for field in model._meta.concrete_fields if field.column]
    return {name: field for field in columns for name in (field.name, field.attname)}


@functools.cache
def _insert(model: type[Model]) -> tuple[str, tuple[Field[Any, Any], ...]]:
    key = model._meta.pk
    fields = tuple(f for f in model._meta.concrete_fields if f.column and f is not key)
    names, places = ", ".join(str(f.column) for f in fields), ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({places}) ON CONFLICT DO NOTHING RETURNING id"  # noqa: S608
    return statement, fields


def insert(row: Model) -> bool:
    """Write a new row and give it its number; False: a constraint has it already, and the transaction goes on."""
    statement, fields = _insert(type(row))
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()
    if found is None:
        return False
    row.pk = found[0]
    row._state.adding, row._state.db = False, connection.alias
    return True


@functools.cache
def _number(model: type[Model], known: tuple[str, ...], also: str) -> str:
    fields = _fields(model)
    wheres = [f"{fields[name].column} = %s" for name in known] + ([also] if also else [])
    return f"SELECT id FROM {model._meta.db_table} WHERE {' AND '.join(wheres)}"  # noqa: S608


def number(model: type[Model], also: str = "", **known: Any) -> int | None:
    """The number of the row that has all of *known*; None: there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_number(model, tuple(known), also), list(known.values()))
        found = cursor.fetchone()
    return int(found[0]) if found else None


class _Reading:
    """How one row of *model* is read: the statement, and what turns the columns into values on this database."""

    def __init__(self, model: type[Model], vendor: str) -> None:
        compiler = model._default_manager.all().query.get_compiler(connection=connection)
        columns = [field.get_col(model._meta.db_table) for field in model._meta.concrete_fields]
        self.names = [field.attname for field in model._meta.concrete_fields]
        self.converters = list(compiler.get_converters(columns).items())
        chosen = ", ".join(str(field.column) for field in model._meta.concrete_fields)
        self.statement = f"SELECT {chosen} FROM {model._meta.db_table} WHERE id = %s"  # noqa: S608 our own names


_reading = functools.cache(_Reading)


def get(model: type[M], pk: int) -> M:
    """The row of that number, as a query set would give it. Raises ObjectDoesNotExist."""
    reading = _reading(model, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(reading.statement, [pk])
        found = cursor.fetchone()
    if found is None:
        raise ObjectDoesNotExist(f"{model._meta.label} {pk}")
    values = list(found)
    for place, (converters, expression) in reading.converters:
        for convert in converters:
            values[place] = convert(values[place], expression, connection)
    return model.from_db(connection.alias, reading.names, values)


@functools.cache
def _update(model: type[Model], changed: tuple[str, ...], known: tuple[str, ...], also: str) -> str:
    fields = _fields(model)
    sets = ", ".join(f"{fields[name].column} = %s" for name in changed)
    wheres = [f"{fields[name].column} = %s" for name in known] + ([also] if also else [])
    return f"UPDATE {model._meta.db_table} SET {sets} WHERE {' AND '.join(wheres)}"  # noqa: S608


def update(
    model: type[Model], where: dict[str, Any], changes: dict[str, Any], *, also: str = "", values: Iterable[Any] = ()
) -> int:
    """Write *changes* where all of *where* holds, and the SQL of *also* with its *values*; the number of rows."""
    fields = _fields(model)
    statement = _update(model, tuple(changes), tuple(where), also)
    told = [fields[name].get_db_prep_save(value, connection) for name, value in (*changes.items(), *where.items())]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*told, *values])
        return int(cursor.rowcount)
