"""
The sums of a closed shift three times over (S06): ours, the device's counters, the fiscal storage's in the report.

What differs is kept as an alarm until a person has looked. Source of the requisites: ffd.md 6.2 (1118 and 1194 are
certain, what 1111 counts is a guess [C]).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from devices import alarms
from devices.commands import OperationTotals, ShiftTotals
from devices.errors import ErrorCode
from devices.ffd import DocumentType, Operation, PaymentType, Tag
from devices.models import FiscalDocument, Shift
from devices.protocol.atol import numbers, tlv

log = logging.getLogger(__name__)

SHIFT_TOTALS = 1194
_OPERATION_TAGS = {Operation.SELL: 1129, Operation.SELL_RETURN: 1130, Operation.BUY: 1131, Operation.BUY_RETURN: 1132}
_COUNT, _SUM = 1135, 1201
_PAYMENT_TAGS = {
    PaymentType.CASH: 1136,
    PaymentType.ELECTRONICALLY: 1138,
    PaymentType.PREPAID: 1218,
    PaymentType.CREDIT: 1219,
    PaymentType.OTHER: 1220,
}
MISSING_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """*what* is «sell.sum», «cash», «documents»…; sums in kopecks; *source* is device or fn."""

    what: str
    ours: int
    theirs: int
    source: str

    @property
    def is_money(self) -> bool:
        return not self.what.endswith((".count", "receipts", "documents", "cash_ins", "cash_outs"))


def check(shift: Shift, close: FiscalDocument, *, ours: ShiftTotals, receipts: ShiftTotals) -> list[Difference]:
    """
    Compare and keep what differs as an alarm. *ours* counts corrections with their operation, *receipts* without.

    The first shift that was seen of a fiscal storage, and not from its opening, is nobody's to compare.
    """
    documents = list(FiscalDocument.objects.filter(shift=shift).select_related("job").defer("tlv"))
    numbers_known = {document.fd_number for document in documents}
    opening = next((each for each in documents if each.document_type == DocumentType.SHIFT_OPEN), None)
    before = Shift.objects.filter(fn_number=shift.fn_number, number=shift.number - 1).first()
    if opening is None and before is None:
        log.info("shift %s/%s was not seen from its beginning: not compared", shift.fn_number, shift.number)
        return []
    known = {
        operation
        for operation in Operation
        if all(document.job_id for document in documents if document.operation == operation)
    }
    found = list(_by_device(shift, ours, receipts, known, before))
    found += _by_storage(bytes(close.tlv), receipts, known, documents if opening else [])
    if found:
        missing: list[int] = []
        if opening:
            missing = sorted(set(range(opening.fd_number, close.fd_number)) - numbers_known)[:MISSING_SHOWN]
        alarms.rise(
            shift.device,
            ErrorCode.SHIFT_TOTALS_DIFFER,
            f"shift:{shift.fn_number}/{shift.number}",
            shift=shift.number,
            shift_id=shift.pk,
            diff=headline(found),
            missing=missing,
            rows=[[each.what, each.ours, each.theirs, each.source] for each in found],
        )
        log.warning("shift %s/%s: sums differ: %s", shift.fn_number, shift.number, found)
    return found


def headline(found: list[Difference]) -> int:
    """By how much, kopecks: the largest difference of money, 0 when only numbers of documents differ."""
    return max((abs(each.theirs - each.ours) for each in found if each.is_money), default=0)


def _by_device(
    shift: Shift, ours: ShiftTotals, receipts: ShiftTotals, known: set[Operation], before: Shift | None
) -> Iterator[Difference]:
    """Against the device's own counters, read right before the close; none when the close was found afterwards."""
    if not shift.device_totals:
        return
    theirs = ShiftTotals.load(shift.device_totals)

    def differ(what: str, told: int, *counted: int) -> Iterator[Difference]:
        if told not in counted:
            yield Difference(what=what, ours=counted[0], theirs=told, source="device")

    for operation in Operation:
        name = operation.name.lower()
        told = getattr(theirs, name)
        counted: tuple[OperationTotals, ...] = (getattr(receipts, name), getattr(ours, name))
        fields = ["count", "sum", *(kind.value for kind in PaymentType if operation in known)]
        for each in fields:
            # Whether corrections count with their operation is the model's own choice [C].
            yield from differ(f"{name}.{each}", getattr(told, each), *(getattr(row, each) for row in counted))
    for name in ("cash_ins", "cash_in_sum", "cash_outs", "cash_out_sum"):
        yield from differ(name, getattr(theirs, name), getattr(ours, name))
    if before is not None and "cash" in before.device_totals and len(known) == len(Operation):
        start = int(before.device_totals["cash"])
        # A device may be set to empty its drawer with every Z report.
        yield from differ("cash", theirs.cash, ours.cash, ours.cash - start)


def _by_storage(
    close: bytes, receipts: ShiftTotals, known: set[Operation], documents: list[FiscalDocument]
) -> Iterator[Difference]:
    """Against the report: 1118 and 1111 of every format, 1194 of ФФД 1.1 and later. *documents*: the whole shift."""
    try:
        values = dict(tlv.elements(close))
        counters = {
            tag: dict(tlv.elements(value))
            for tag, value in tlv.elements(values.get(SHIFT_TOTALS, b""))
            if tag in _OPERATION_TAGS.values()
        }
    except tlv.BadTlv as error:
        log.warning("a close report that cannot be read: %s", error)
        return
    if documents:
        ours = sum(document.operation is not None for document in documents)
        yield from _number("receipts", values, Tag.SHIFT_RECEIPTS, ours)
        yield from _number("documents", values, Tag.SHIFT_DOCUMENTS, len(documents))
    for operation, tag in _OPERATION_TAGS.items():
        if tag not in counters:
            continue
        name, row = operation.name.lower(), getattr(receipts, operation.name.lower())
        yield from _number(f"{name}.count", counters[tag], _COUNT, row.count)
        yield from _number(f"{name}.sum", counters[tag], _SUM, row.sum)
        for kind, payment in _PAYMENT_TAGS.items() if operation in known else ():
            yield from _number(f"{name}.{kind.value}", counters[tag], payment, getattr(row, kind.value))


def _number(what: str, values: dict[int, Any], tag: int, ours: int) -> Iterator[Difference]:
    if tag in values and (theirs := numbers.from_vln(values[tag])) != ours:
        yield Difference(what=what, ours=ours, theirs=theirs, source="fn")
