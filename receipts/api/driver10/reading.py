"""
Fields of a task, read the way the driver's own validator reads them: the first wrong one ends it, named by its path.

Numbers are JSON numbers, a quoted price is refused; unknown fields are ignored; null is the same as absent, since many
programs write every field that they know. Sums become whole kopecks half up from their decimal text, so what adds up
in floats adds up here. Source: atol-driver10-json.md 2.1.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from receipts import checks
from receipts.checks import MAX_SUM, Bad

PARSE_ERROR = 501
INVALID_PARAM = 13
INVALID_SUM = 16
MAX_TEXT = 4096
MAX_ROWS = 2000
"""More than any document of the fiscal storage holds."""
_KOPECK = Decimal("0.01")
_DAY = re.compile(r"(\d{4})[^\dT](\d{2})[^\dT](\d{2})", re.ASCII)
_MOMENT = re.compile(r"(\d{4})[^\dT](\d{2})[^\dT](\d{2})[^\dT](\d{2})[^\dT](\d{2})[^\dT](\d{2})", re.ASCII)
T = TypeVar("T")


class Wrong(Exception):
    """A task that cannot be done as it is asked: the driver's error number and words for people."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text

    @property
    def is_unreadable(self) -> bool:
        """The request itself is wrong, so that nothing of it is done."""
        return self.code == PARSE_ERROR


def absent(path: str) -> Wrong:
    return Wrong(PARSE_ERROR, _('Field "%(path)s" is absent') % {"path": path})


def wrong_type(path: str, expected: str) -> Wrong:
    text = _('Field "%(path)s" has a wrong type ("%(expected)s" is expected)')
    return Wrong(PARSE_ERROR, text % {"path": path, "expected": expected})


def wrong_value(path: str, value: object) -> Wrong:
    text = _('Wrong value of field "%(path)s" (%(value)s)')
    return Wrong(PARSE_ERROR, text % {"path": path, "value": str(value)[:80]})


class Node:
    """One JSON object of a task and where it stands in it."""

    __slots__ = ("data", "path")

    def __init__(self, data: Mapping[str, Any], path: str = "") -> None:
        self.data = data
        self.path = path

    def at(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """It is there and says something."""
        return self.data.get(name) not in (None, "", [], {})

    def _raw(self, name: str, kinds: tuple[type, ...], expected: str, *, required: bool) -> Any:
        value = self.data.get(name)
        if value is None:
            if required:
                raise absent(self.at(name))
            return None
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise wrong_type(self.at(name), expected if required else f"{expected}|undefined")
        return value

    def text(self, name: str, *, required: bool = False, most: int = MAX_TEXT) -> str:
        """A printable text without surrounding blanks, "" where it is absent."""
        value = self._raw(name, (str,), "string", required=required)
        if value is None:
            return ""
        try:
            text = checks.printable(re.sub(r"[\t\r\n]+", " ", value))
        except Bad as bad:
            raise wrong_value(self.at(name), value) from bad
        if len(text) > most:
            raise Wrong(INVALID_PARAM, _('Field "%(path)s" is too long') % {"path": self.at(name)})
        return text

    def requisite(self, name: str, limit: int, *, required: bool = False) -> str:
        """A text that a document keeps in at most *limit* characters of CP866."""
        text = self.text(name, required=required)
        try:
            return checks.requisite(text, limit) if text else ""
        except Bad as bad:
            raise Wrong(INVALID_PARAM, _('Field "%(path)s" is too long') % {"path": self.at(name)}) from bad

    def raw_text(self, name: str, *, required: bool = False) -> str:
        value = self._raw(name, (str,), "string", required=required)
        return value or ""

    def data_of(self, name: str, *, required: bool = False) -> bytes:
        """Bytes that are sent in base64."""
        text = self.raw_text(name, required=required)
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise wrong_value(self.at(name), text) from error

    def number(self, name: str, *, required: bool = False) -> Decimal | None:
        value = self._raw(name, (int, Decimal), "number", required=required)
        return None if value is None else Decimal(value)

    def whole(self, name: str, *, required: bool = False, least: int = 0, most: int = 2**31 - 1) -> int | None:
        value = self.number(name, required=required)
        if value is None:
            return None
        if value != value.to_integral_value() or not least <= value <= most:
            raise wrong_value(self.at(name), value)
        return int(value)

    def money(self, name: str, *, required: bool = False) -> int | None:
        """Roubles to whole kopecks, half up."""
        value = self.number(name, required=required)
        if value is None:
            return None
        if not 0 <= value * 100 <= MAX_SUM:
            raise Wrong(INVALID_SUM, _('Wrong sum in field "%(path)s"') % {"path": self.at(name)})
        return int(value.quantize(_KOPECK, ROUND_HALF_UP) * 100)

    def flag(self, name: str, *, required: bool = False) -> bool:
        return bool(self._raw(name, (bool,), "boolean", required=required))

    def child(self, name: str, *, required: bool = False) -> Node | None:
        value = self._raw(name, (dict,), "object", required=required)
        return None if value is None else Node(value, self.at(name))

    def rows(self, name: str, *, required: bool = False) -> list[Node]:
        """The objects of an array; an object instead of the array counts as its only one."""
        value = self._raw(name, (list, dict), "array", required=required)
        listed = [value] if isinstance(value, dict) else value or []
        if len(listed) > MAX_ROWS:
            raise Wrong(INVALID_PARAM, _('Field "%(path)s" is too long') % {"path": self.at(name)})
        found = []
        for index, row in enumerate(listed):
            path = f"{self.at(name)}[{index}]"
            if not isinstance(row, dict):
                raise wrong_type(path, "object")
            found.append(Node(row, path))
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """An array of texts, or one text."""
        value = self._raw(name, (list, str), "array", required=False)
        listed = [value] if isinstance(value, str) else (value or [])[:MAX_ROWS]
        found = (Node({"": text}, f"{self.at(name)}[{index}]").text("", most=64) for index, text in enumerate(listed))
        return tuple(text for text in found if text)

    def choice(self, name: str, meanings: Mapping[str, T], default: T) -> T:
        """What a word stands for; *default* where it is absent."""
        value = self._raw(name, (str,), "string", required=False)
        if value is None:
            return default
        if value not in meanings:
            raise wrong_value(self.at(name), value)
        return meanings[value]

    def day(self, name: str, *, required: bool = False) -> datetime.date | None:
        moment = self._time(name, (_DAY, _MOMENT), required=required)
        return moment.date() if moment else None

    def moment(self, name: str, *, required: bool = False) -> datetime.datetime | None:
        """Local time, without a zone."""
        return self._time(name, (_MOMENT,), required=required)

    def _time(self, name: str, forms: tuple[re.Pattern[str], ...], *, required: bool) -> datetime.datetime | None:
        """«yyyy.mm.dd» and «yyyy.mm.dd HH:MM:SS» with any separators but T."""
        text = self.text(name, required=required)
        if not text:
            return None
        for form in forms:
            if match := form.fullmatch(text):
                parts = [*map(int, match.groups()), 0, 0, 0]
                try:
                    return datetime.datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
                except ValueError:
                    break
        raise wrong_value(self.at(name), text)
