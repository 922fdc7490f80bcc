"""
Reading what clients of the old service write: lenient in how, strict in what.

A number may come as a number or in quotes, a flag as true, 1 or not at all, a word in any case. What cannot be
understood is refused with the name of its key; nothing is guessed about money and taxes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from receipts.api.pipe.wire import Refusal

Meaning = TypeVar("Meaning")
_PLACES = 6
_LARGEST = Decimal(10) ** 12


def section(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object at *key*. Raises Refusal: it is none."""
    value = data.get(key)
    if not isinstance(value, dict):
        raise Refusal(_("“%(key)s” must be an object.") % {"key": key})
    return value


def rows(data: Mapping[str, Any], key: str, *, most: int) -> list[Mapping[str, Any]]:
    """The objects in the list at *key*; none where it is absent, null or "". Raises Refusal."""
    value = data.get(key)
    if value is None or value == "":
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise Refusal(_("“%(key)s” must be a list of objects.") % {"key": key})
    if len(value) > most:
        raise Refusal(_("“%(key)s” has more than %(most)s rows.") % {"key": key, "most": most})
    return value


def number(data: Mapping[str, Any], key: str, *, absent: Decimal | None = Decimal(0)) -> Decimal:
    """A number, or one in quotes with a point or a comma. Raises Refusal; also where it is *absent* and must not be."""
    return as_number(data.get(key), key, absent=absent)


def as_number(value: Any, key: str, *, absent: Decimal | None = Decimal(0)) -> Decimal:
    if (value is None or value == "") and absent is not None:
        return absent
    if isinstance(value, str) and len(value) <= 30:
        plain = value.strip().replace(",", ".", 1)
        if plain.removeprefix("-").replace(".", "", 1).isdecimal() and plain.isascii():
            value = Decimal(plain)
    if not isinstance(value, Decimal):
        raise Refusal(_("“%(key)s” must be a number.") % {"key": key})
    if abs(value) >= _LARGEST:
        raise Refusal(_("“%(key)s” is too large.") % {"key": key})
    return value


def kopecks(amount: Decimal, key: str, *, least: int = 0) -> int:
    """Roubles to whole kopecks, half up: floats of clients come with a tail of digits. Raises Refusal."""
    whole = int((amount * 100).to_integral_value(ROUND_HALF_UP))
    if whole < least:
        least_of = {"key": key, "least": format(Decimal(least) / 100, "f")}
        raise Refusal(_("“%(key)s” must be at least %(least)s.") % least_of)
    return whole


def quantity(amount: Decimal) -> Decimal:
    """Fractions are kept, but for the tail of a float."""
    exact = amount.quantize(Decimal(1).scaleb(-_PLACES), ROUND_HALF_UP)
    return exact.quantize(Decimal(1)) if exact == exact.to_integral_value() else exact.normalize()


def whole(data: Mapping[str, Any], key: str, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """A whole number, 0 where it is absent; 1.0 is one. Raises Refusal."""
    value = number(data, key)
    if value != value.to_integral_value() or not least <= value <= most:
        raise Refusal(_("“%(key)s” must be a whole number from %(least)s to %(most)s.") % {
            "key": key, "least": least, "most": most,
        })  # fmt: skip
    return int(value)


def flag(data: Mapping[str, Any], key: str) -> bool:
    """true, 1 and "1" are true; what is absent is false. Raises Refusal."""
    value = data.get(key)
    if isinstance(value, str):
        value = {"": False, "0": False, "false": False, "1": True, "true": True}.get(value.lower(), value)
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, Decimal) and value in (0, 1):
        return bool(value)
    raise Refusal(_("“%(key)s” must be true or false.") % {"key": key})


def word(data: Mapping[str, Any], key: str, meanings: Mapping[str, Meaning], *, absent: str | None = None) -> Meaning:
    """What the word at *key* stands for, in any case. Raises Refusal with the words that are known."""
    value = data.get(key)
    if (value is None or value == "") and absent is not None:
        value = absent
    by_lower = {name.lower(): meaning for name, meaning in meanings.items()}
    if not isinstance(value, str) or value.strip().lower() not in by_lower:
        known = {"key": key, "known": ", ".join(meanings)}
        raise Refusal(_("“%(key)s” must be one of: %(known)s. Nothing was registered.") % known)
    return by_lower[value.strip().lower()]


def text(data: Mapping[str, Any], key: str, *, most: int) -> str:
    """A text as it came, "" where it is absent. Raises Refusal: too long, or no text."""
    value = data.get(key)
    if isinstance(value, Decimal):
        value = format(value, "f")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refusal(_("“%(key)s” must be a text.") % {"key": key})
    if len(value) > most:
        raise Refusal(_("“%(key)s” is longer than %(most)s characters.") % {"key": key, "most": most})
    return value


def printable(line: str) -> str:
    """*line* without control characters and halves of pairs, which no paper shows and no database keeps."""
    spaced = line.replace("\t", " ")
    return "".join(letter for letter in spaced if unicodedata.category(letter) not in ("Cc", "Cs"))


def plain(value: Any) -> Any:
    """
    *value* as JSON that says the same whichever way its numbers were written, for the comparison of repeats; 2012 and
    2012.00 are one.
    """
    if isinstance(value, Decimal):
        return format(value.normalize() if value else Decimal(0), "f")
    if isinstance(value, dict):
        return {printable(key): plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return printable(value) if isinstance(value, str) else value
