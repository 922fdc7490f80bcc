"""
A task's JSON, read as the driver reads it: numbers are numbers, texts are texts; what is wrong is named by its path.

Complaints: 501 with the path of the field. Source: atol-driver10-json.md 2.1; the words are ours.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from devices.simulator.web.errors import BAD_TASK, TaskError

_LARGEST = 15  # digits of any number of a task, less one
_DATE = re.compile(r"(\d{4})\D(\d\d)\D(\d\d)(?:[^\dT](\d\d)\D(\d\d)(?:\D(\d\d))?)?")


def lenient(body: bytes) -> Any:
    """
    The JSON of a request: a BOM before it and one unterminated quote after it are overlooked (1.1); numbers with a
    point are Decimals. Raises ValueError.
    """
    text = body.decode("utf-8-sig").rstrip()
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        if text.endswith(('}"', ']"')):
            return json.loads(text[:-1], parse_float=Decimal)
        raise


def half_up(value: Decimal) -> int:
    return int(value.to_integral_value(ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of a task at *path* («items[0].tax»; "" for the task)."""

    data: dict[str, Any]
    path: str = ""

    def _at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def _wrong(self, name: str, why: str) -> TaskError:
        return TaskError(BAD_TASK, f'Поле "{self._at(name)}" {why}')

    def _get(self, name: str, kind: type | tuple[type, ...], words: str) -> Any:
        value = self.data.get(name)
        if value is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
            raise self._wrong(name, f"имеет неверный тип (нужен {words})")
        return value

    def need(self, name: str) -> None:
        """Raises TaskError: there is no *name*."""
        if self.data.get(name) is None:
            raise self._wrong(name, "отсутствует")

    def text(self, name: str, default: str = "") -> str:
        value: str | None = self._get(name, str, "string")
        return default if value is None else value

    def flag(self, name: str) -> bool:
        return bool(self._get(name, bool, "boolean"))

    def number(self, name: str, default: int = 0) -> Decimal:
        value = self._get(name, (int, Decimal), "number")
        found = Decimal(default if value is None else value)
        if not found.is_finite() or found.adjusted() > _LARGEST:
            raise self._wrong(name, "слишком велико")
        return found

    def whole(self, name: str, default: int = 0) -> int:
        return int(self.number(name, default))

    def kopecks(self, name: str) -> int:
        """Roubles as a number, half up to a kopeck. Raises TaskError: below zero."""
        value = half_up(self.number(name) * 100)
        if value < 0:
            raise self._wrong(name, "меньше нуля")
        return value

    def choice(self, name: str, known: dict[str, int]) -> int | None:
        """The code of a word, or of digits; None: it is not given."""
        value = self.data.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value in known:
            return known[value]
        if str(value) in {str(code) for code in known.values()}:
            return int(value)
        raise self._wrong(name, f"не бывает таким ({value})")

    def moment(self, name: str) -> datetime.datetime | None:
        """yyyy.mm.dd or with HH:MM:SS, any separators, local."""
        value = self.text(name)
        if not value:
            return None
        found = _DATE.fullmatch(value)
        try:
            if found is None:
                return self._no_date(name)
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
            return datetime.datetime(year, month, day, hour, minute, second)
        except ValueError:
            return self._no_date(name)

    def _no_date(self, name: str) -> datetime.datetime:
        raise self._wrong(name, "не дата")

    def inner(self, name: str) -> Fields | None:
        value = self._get(name, dict, "object")
        return None if value is None else Fields(value, self._at(name))

    def each(self, name: str) -> Iterator[Fields]:
        """The objects of an array."""
        for number, value in enumerate(self._get(name, list, "array") or ()):
            if not isinstance(value, dict):
                raise self._wrong(f"{name}[{number}]", "имеет неверный тип (нужен object)")
            yield Fields(value, f"{self._at(name)}[{number}]")

    def texts(self, name: str) -> list[str]:
        return [str(value) for value in self._get(name, list, "array") or ()]
