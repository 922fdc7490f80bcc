"""Frozen values that turn themselves into plain JSON types and back."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import types
import typing
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Self


def _plain(value: Any) -> Any:
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
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    return value


@functools.cache
def _fields(kind: type) -> dict[str, Any]:
    """The types of a dataclass's fields by name; working them out costs more than loading a receipt."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind)}


def _arm(arms: list[Any], value: Any) -> Any:
    """Which of several dataclasses *value* was dumped from: the first one that has all of its names."""
    if len(arms) == 1:
        return arms[0]
    return next(arm for arm in arms if value.keys() <= _fields(arm).keys())


def _typed(kind: Any, value: Any) -> Any:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _typed(_arm([arm for arm in typing.get_args(kind) if arm is not type(None)], value), value)
    if origin is tuple:
        item = typing.get_args(kind)[0]
        return tuple(_typed(item, each) for each in value)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        known = _fields(kind)
        return kind(**{name: _typed(known[name], part) for name, part in value.items() if name in known})
    if kind is Decimal:
        return Decimal(value)
    if kind in (datetime.datetime, datetime.date):
        return kind.fromisoformat(value)
    if kind is bytes:
        return bytes.fromhex(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A frozen value that dumps to plain JSON types and loads from them; unknown keys of an older row are left out."""

    def dump(self) -> dict[str, Any]:
        plain: dict[str, Any] = _plain(self)
        return plain

    @classmethod
    def load(cls, data: dict[str, Any]) -> Self:
        loaded: Self = _typed(cls, data)
        return loaded
