"""Frozen values that turn themselves into plain JSON types and back."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Self

Reader = Callable[[Any], Any]
_AS_IT_IS = frozenset({str, int, bool, type(None)})


def _plain(value: Any) -> Any:
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in _fields(type(value))}
    return value


@functools.cache
def _fields(kind: type) -> dict[str, Any]:
    """The types of a dataclass's fields by name; working them out costs more than loading a receipt."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _arm(arms: list[Any], value: Any) -> Any:
    """Which of several dataclasses *value* was dumped from: the first one that has all of its names."""
    return next(arm for arm in arms if value.keys() <= _fields(arm).keys())


@functools.cache
def _reader(kind: Any) -> Reader | None:
    """How a plain value becomes a *kind*; None: it is one. Put together once per type: a receipt has hundreds."""
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        return _union_reader([arm for arm in typing.get_args(kind) if arm is not type(None)])
    if origin is tuple:
        read = _reader(typing.get_args(kind)[0])
        return (lambda value: tuple(map(read, value))) if read else tuple
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _dataclass_reader(kind)
    if kind is Decimal:
        return Decimal
    if kind in (datetime.datetime, datetime.date):
        found: Reader = kind.fromisoformat
        return found
    if kind is bytes:
        return bytes.fromhex
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return None


def _union_reader(arms: list[Any]) -> Reader | None:
    if len(arms) == 1:
        read = _reader(arms[0])
        return read and (lambda value: None if value is None else read(value))

    def read_one(value: Any) -> Any:
        if value is None:
            return None
        reader = _reader(_arm(arms, value))
        return reader(value) if reader else value

    return read_one


@functools.cache
def _dataclass_reader(kind: Any) -> Reader:
    readers = {name: _reader(hint) for name, hint in _fields(kind).items()}

    def read(value: dict[str, Any]) -> Any:
        known = {}
        for name, part in value.items():
            if name in readers:
                reader = readers[name]
                known[name] = reader(part) if reader else part
        return kind(**known)

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A frozen value that dumps to plain JSON types and loads from them; unknown keys of an older row are left out."""

    def dump(self) -> dict[str, Any]:
        plain: dict[str, Any] = _plain(self)
        return plain

    @classmethod
    def load(cls, data: dict[str, Any]) -> Self:
        kind: Any = cls
        loaded: Self = _dataclass_reader(kind)(data)
        return loaded
