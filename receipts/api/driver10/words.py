"""
Words of driver 10's tasks and what they stand for: what our own driver writes, and what programs write besides. Case
matters, numbers come as strings. Source: atol-driver10-json.md 2.3.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TypeVar

from devices.commands import Align, BarcodeType
from devices.drivers.driver10 import words
from devices.ffd import Measure, PaymentMethod, PaymentObject, PaymentType, Taxation, Vat, general_vat

T = TypeVar("T")


def _numbered(written: Mapping[T, str], codes: Mapping[int, T], **aliases: T) -> dict[str, T]:
    """What the driver writes, read back, also as its *codes*; *aliases*: words that are read and never written."""
    return _read(written) | aliases | {str(code): member for code, member in codes.items()}


def _read(written: Mapping[T, str]) -> dict[str, T]:
    return {word: member for member, word in written.items()}


TAXATIONS: dict[str, Taxation | None] = {
    word: member for member, word in words.TAXATIONS.items() if member is not Taxation.ENVD
} | {"": None}

PAYMENTS = _numbered(words.PAYMENTS, dict(enumerate(PaymentType)))
"""«5» to «10» are types that a shop names itself: the device has them, ФФД has not."""

METHODS = _numbered(words.METHODS, {member.value: member for member in PaymentMethod})

OBJECTS = _numbered(
    words.OBJECTS,
    {member.value: member for member in PaymentObject},
    pay=PaymentObject.COMPOSITE,
    otherContributions=PaymentObject.INSURANCE_CONTRIBUTIONS,
    touristTax=PaymentObject.RESORT_FEE,
)

MEASURES = _numbered(words.MEASURES, {member.value: member for member in Measure})

AGENTS = _read(words.AGENTS)

ALIGNMENTS = {align.value: align for align in Align}
BARCODES = {kind.value: kind for kind in BarcodeType}
CORRECTIONS = {"self": False, "instruction": True}

MARK_STATUSES = _read(words.MARK_STATUSES)

_VATS: dict[str, Vat] = {vat.value: vat for vat in Vat} | {
    vat.value.removeprefix("vat"): vat for vat in Vat if vat is not Vat.NONE
}
_GENERAL = {"vat18", "18"}
_GENERAL_INSIDE = {"vat118", "118"}
VATS: dict[str, str] = {word: word for word in (*_VATS, *_GENERAL, *_GENERAL_INSIDE)}


def vat_of(word: str, *, on: datetime.date, keeps_18: bool) -> Vat | None:
    """
    The rate of a position. 18 % became the general rate of the day, for drivers too, unless a task keeps it; None:
    there is no such rate any more.
    """
    if word in _VATS:
        return _VATS[word]
    if keeps_18:
        return None
    general = general_vat(on)
    if word in _GENERAL:
        return general
    return Vat.VAT122 if general is Vat.VAT22 else Vat.VAT120
