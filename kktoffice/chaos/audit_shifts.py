"""
Closed shifts in the archive against our own: what we counted, what the close report says, and whether an alarm rose.

A receipt of another program may be unknown to us, and then an alarm has to tell of it; without one an alarm is false.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from devices.errors import ErrorCode
from devices.ffd import DocumentType, Operation, Tag
from devices.models import Alarm, Shift
from devices.simulator import tlv
from kktoffice.chaos.archives import Kept
from kktoffice.chaos.differences import Difference

# Of the close report: the counters of the shift, those of each operation in them, a count and a sum in each.
_SHIFT_TOTALS, _COUNT, _SUM = 1194, 1135, 1201
_OPERATIONS = {Operation.SELL: 1129, Operation.SELL_RETURN: 1130, Operation.BUY: 1131, Operation.BUY_RETURN: 1132}
Place = tuple[str, int]  # ФН and number of a document, or of a shift
Sums = dict[str, int]  # «sell.count», «sell.sum»… in kopecks, «receipts», «documents»; without zeros


def differences(till: int, archived: list[Kept], rows: Collection[Place]) -> Iterator[Difference]:
    """*archived*: everything that the ФН of a till hold; *rows*: the documents that we keep."""
    shifts: dict[Place, list[Kept]] = {}
    for kept in archived:
        if kept.shift and not kept.is_other:
            shifts.setdefault((kept.fn, kept.shift), []).append(kept)
    ours = {(shift.fn_number, shift.number): shift for shift in Shift.objects.all()}
    told = set(Alarm.objects.filter(kind=ErrorCode.SHIFT_TOTALS_DIFFER).values_list("subject", flat=True))
    for place, documents in shifts.items():
        closes = [kept for kept in documents if kept.type == DocumentType.SHIFT_CLOSE]
        for kind, words in _shift(documents, closes, ours.get(place), rows, f"shift:{place[0]}/{place[1]}" in told):
            yield Difference(kind=kind, till=till, words=f"shift {place[1]} of {place[0]}: {words}")


def _shift(
    documents: list[Kept], closes: list[Kept], shift: Shift | None, rows: Collection[Place], has_alarm: bool
) -> Iterator[tuple[str, str]]:
    """Kinds and words of what is wrong with one shift of the archive."""
    if not closes:
        if shift is not None and shift.closed_at:
            yield "sums", "we took it for closed, and the archive has no report"
        if has_alarm:
            yield "alarm", "its sums were compared before it was closed"
        return
    known = [kept for kept in documents if (kept.fn, kept.fd) in rows]
    yield from _differ("the report", _reported(closes[0]), "the archive", counted(documents, corrections=False))
    if shift is None or not shift.closed_at:
        yield "sums", "the archive closed it, and we did not"
        return
    totals = {f"{each.name.lower()}.{name}": 0 for each in Operation for name in ("count", "sum")}
    own = {name: shift.totals[name.partition(".")[0]][name.partition(".")[2]] for name in totals}
    theirs = {name: value for name, value in counted(known).items() if name in totals}
    yield from _differ("we counted", _present(own), "our documents are", theirs)
    unknown = [kept for kept in documents if kept not in known]
    if unknown and not has_alarm:
        yield "alarm", f"none tells of {'; '.join(map(str, unknown))}"
    if has_alarm and all(kept.mark or not kept.is_receipt for kept in documents):
        alarm = Alarm.objects.get(kind=ErrorCode.SHIFT_TOTALS_DIFFER, subject=f"shift:{shift.fn_number}/{shift.number}")
        yield "alarm", f"nothing differs, and it rose: {alarm.detail}"


def counted(documents: list[Kept], *, corrections: bool = True) -> Sums:
    """What *documents* of one shift come to; *corrections* count with their operation, or as receipts alone."""
    found = Counter[str]()
    for kept in documents:
        found["documents"] += 1
        if kept.is_receipt:
            name = Operation(kept.operation).name.lower()
            found["receipts"] += 1
            if corrections or kept.type != DocumentType.CORRECTION:
                found[f"{name}.count"] += 1
                found[f"{name}.sum"] += kept.total
    return dict(found)


def _reported(close: Kept) -> Sums:
    """The same by the report that closed the shift, of ФФД 1.1 and later."""
    values = dict(tlv.elements(close.tlv))
    totals = dict(tlv.elements(values[_SHIFT_TOTALS]))
    found = {"documents": _number(values[Tag.SHIFT_DOCUMENTS]), "receipts": _number(values[Tag.SHIFT_RECEIPTS])}
    for operation, tag in _OPERATIONS.items():
        counters = dict(tlv.elements(totals[tag]))
        found[f"{operation.name.lower()}.count"] = _number(counters[_COUNT])
        found[f"{operation.name.lower()}.sum"] = _number(counters[_SUM])
    return _present(found)


def _number(value: bytes) -> int:
    return int.from_bytes(value, "little")


def _present(sums: Sums) -> Sums:
    return {name: value for name, value in sums.items() if value}


def _differ(one: str, left: Sums, other: str, right: Sums) -> Iterator[tuple[str, str]]:
    if left != right:
        names = sorted(name for name in left | right if left.get(name, 0) != right.get(name, 0))
        shown = ", ".join(f"{name} {left.get(name, 0)} and {right.get(name, 0)}" for name in names)
        yield "sums", f"{one} and {other} differ: {shown}"
