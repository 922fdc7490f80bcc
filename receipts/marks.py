"""
Marking codes of a draft: their shape, one code for one piece, and what follows from the receipt.

Plain Python. Whether a code is right, and may be sold, only the device and the marking system know. Source: ffd.md 2.5,
3.5, 3.12, 5.6; failure-modes.md 6.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from devices.commands import Mark
from devices.ffd import BEFORE_MARKING, WITH_MARKING, FfdVersion, MarkStatus, Measure, Operation, ReceiptType
from receipts.checks import Fault, FaultCode
from receipts.draft import Draft, Item, Rules

SIZE = 60
"""Bytes of 2102, 2106 and 1291 in a position; its 1163 is no longer than the code."""

_MEASURED = frozenset({MarkStatus.MEASURED_SOLD, MarkStatus.MEASURED_RETURNED})


def faults(item: Item, *, path: str) -> Iterable[Fault]:
    """What is wrong with the marking code of one line."""
    mark = item.mark
    if mark is None:
        return
    if item.product_code:
        yield Fault(path=f"{path}.product_code", code=FaultCode.NOT_ALLOWED, params={"reason": "mark"})
    if mark.numerator or mark.denominator:
        if not 0 < mark.numerator < mark.denominator:
            yield Fault(path=f"{path}.mark.fraction", code=FaultCode.BAD_FORMAT, params={"example": "1/2"})
        elif item.quantity != 1:
            yield Fault(path=f"{path}.quantity", code=FaultCode.MARK_QUANTITY)
    elif not _is_measured(item, mark) and item.quantity != 1:
        yield Fault(path=f"{path}.quantity", code=FaultCode.MARK_QUANTITY)


def twice(draft: Draft) -> Iterable[Fault]:
    """One piece scanned two times; parts of one package may stand in several lines."""
    seen: set[str] = set()
    for index, item in enumerate(draft.items):
        if item.mark is None or item.mark.denominator:
            continue
        if item.mark.code in seen:
            yield Fault(path=f"items[{index}].mark.code", code=FaultCode.MARK_TWICE)
        seen.add(item.mark.code)


def settled(item: Item, kind: ReceiptType, rules: Rules) -> Item:
    """*item* with the planned status of its code, and with the kind of goods that its format has for marked ones."""
    if item.mark is None:
        return item
    mark = item.mark
    if not mark.status:
        mark = dataclasses.replace(mark, status=_status(item, mark, kind).value)
    kinds = BEFORE_MARKING if 0 < rules.ffd < FfdVersion.V1_2 else WITH_MARKING
    goods = kinds.get(item.payment_object, item.payment_object)
    return dataclasses.replace(item, mark=mark, payment_object=goods, measure=item.measure or Measure.PIECE)


def _status(item: Item, mark: Mark, kind: ReceiptType) -> MarkStatus:
    """Where the goods go: away with a sale or a returned purchase, back to us otherwise [C for purchases]."""
    away = kind.operation in (Operation.SELL, Operation.BUY_RETURN)
    if mark.denominator or _is_measured(item, mark):
        return MarkStatus.MEASURED_SOLD if away else MarkStatus.MEASURED_RETURNED
    return MarkStatus.PIECE_SOLD if away else MarkStatus.PIECE_RETURNED


def _is_measured(item: Item, mark: Mark) -> bool:
    if mark.status:
        return mark.status in _MEASURED
    return item.measure is not None and item.measure is not Measure.PIECE
