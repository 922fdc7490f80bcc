"""
What the fiscal storage answered, kept for ever: fiscal documents, the shifts they open and close, and our own sums of
a shift.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from devices import journal, rows, sums
from devices.commands import (
    CashIn,
    CashOut,
    CloseShift,
    Command,
    FiscalData,
    OfdReport,
    OpenShift,
    OperationTotals,
    RegisterReceipt,
    ShiftTotals,
)
from devices.ffd import DocumentType, Operation, PaymentType
from devices.models import Device, FiscalDocument, Job, Shift
from devices.states import JobStatus

RECEIPTS = frozenset({DocumentType.RECEIPT, DocumentType.BSO, DocumentType.CORRECTION, DocumentType.BSO_CORRECTION})

CORRECTIONS = frozenset({DocumentType.CORRECTION, DocumentType.BSO_CORRECTION})

OWN: dict[type[Command], frozenset[int]] = {
    RegisterReceipt: RECEIPTS,
    OpenShift: frozenset({DocumentType.SHIFT_OPEN}),
    CloseShift: frozenset({DocumentType.SHIFT_CLOSE}),
    OfdReport: frozenset({DocumentType.STATE_REPORT}),
}
"""Which documents may be a command's own; one that is not here leaves none."""


def moment(device: Device, local: datetime.datetime) -> datetime.datetime:
    """The device's clock reading as a moment, by the time zone of its site."""
    return local.replace(tzinfo=ZoneInfo(device.site.time_zone))


@journal.atomic(savepoint=False)
def store(
    device: Device, found: Iterable[FiscalData], *, job: Job | None = None, totals: ShiftTotals | None = None
) -> list[FiscalDocument]:
    """
    Keep documents of *device*; one that is kept already stays as it is, but is given to *job* if it was nobody's.

    *job* is the job that caused them. *totals* are the device's counters, read with the document that closes a shift.
    """
    return [_store(device, data, job, totals) for data in found]


def _store(device: Device, data: FiscalData, job: Job | None, totals: ShiftTotals | None) -> FiscalDocument:
    at = moment(device, data.at)
    shift = _shift(device, data, at)
    document = FiscalDocument(
        device=device,
        job=job,
        shift_id=shift.pk if shift else None,
        document_type=data.document_type,
        operation=data.operation,
        fn_number=data.fn_number,
        fd_number=data.fd_number,
        fpd=data.fpd,
        local_time=data.at.isoformat(timespec="seconds"),
        at=at,
        shift_number=data.shift_number,
        receipt_number=data.receipt_number,
        total=data.total,
        rnm=data.rnm,
        qr=data.qr,
        tlv=data.tlv,
    )
    is_new = rows.insert(document)
    if not is_new:  # it is kept already
        document = FiscalDocument.objects.get(fn_number=data.fn_number, fd_number=data.fd_number)
    if is_new:
        kept = {**data.dump(), "device": device.pk, "job": job.pk if job else None}
        journal.add("document.stored", f"document:{document}", after=kept)
    elif job is not None and document.job_id is None:  # it was met before anybody knew whose it is
        FiscalDocument.objects.filter(pk=document.pk, job__isnull=True).update(job=job)
        journal.add("document.owned", f"document:{document}", before={"job": None}, after={"job": job.pk})
    if shift and data.document_type == DocumentType.SHIFT_CLOSE:
        _close(shift, document, totals)
    return document


def _shift(device: Device, data: FiscalData, at: datetime.datetime) -> Shift | None:
    """The shift that the document belongs to; one that was opened before we looked has no time of opening."""
    if not data.shift_number:
        return None
    known = rows.number(Shift, fn_number=data.fn_number, number=data.shift_number)
    if known and data.document_type in RECEIPTS:
        return Shift(pk=known)  # nothing but its number is asked for
    shift, _ = Shift.objects.get_or_create(
        fn_number=data.fn_number, number=data.shift_number, defaults={"device": device}
    )
    if data.document_type == DocumentType.SHIFT_OPEN and shift.opened_at is None:
        shift.opened_at = at
        shift.save(update_fields=["opened_at"])
    return shift


def _close(shift: Shift, document: FiscalDocument, totals: ShiftTotals | None) -> None:
    shift.closed_at = shift.closed_at or document.at
    ours = count(shift)
    shift.totals = ours.dump()
    if totals is not None:
        shift.device_totals = totals.dump()
    shift.save(update_fields=["closed_at", "totals", "device_totals"])
    sums.check(shift, document, ours=ours, receipts=count(shift, corrections=False))


def count(shift: Shift, *, corrections: bool = True) -> ShiftTotals:
    """
    Our own sums of a shift, in kopecks: from its documents, and from the cash jobs that were done in it.

    A receipt of somebody else counts with number and sum; how it was paid is not known. The cash starts with what the
    device told at the close of the shift before.
    """
    by_operation = {operation: OperationTotals() for operation in Operation}
    counted = RECEIPTS if corrections else RECEIPTS - CORRECTIONS
    receipts = shift.documents.filter(document_type__in=counted, operation__isnull=False).select_related("job")
    for document in receipts:
        operation = Operation(document.operation or 0)
        by_operation[operation] = _plus(by_operation[operation], document)
    ins, outs = _moved(shift, CashIn), _moved(shift, CashOut)
    before = Shift.objects.filter(fn_number=shift.fn_number, number=shift.number - 1).first()
    # A close whose answer was lost told no counters: then our own sum of that shift stands.
    start = int((before.device_totals or before.totals).get("cash", 0)) if before else 0
    sell, buy = by_operation[Operation.SELL], by_operation[Operation.BUY]
    sell_return, buy_return = by_operation[Operation.SELL_RETURN], by_operation[Operation.BUY_RETURN]
    return ShiftTotals(
        sell=sell,
        sell_return=sell_return,
        buy=buy,
        buy_return=buy_return,
        cash_ins=len(ins),
        cash_in_sum=sum(ins),
        cash_outs=len(outs),
        cash_out_sum=sum(outs),
        cash=start + sell.cash - sell_return.cash - buy.cash + buy_return.cash + sum(ins) - sum(outs),
    )


def _plus(totals: OperationTotals, document: FiscalDocument) -> OperationTotals:
    paid = dict.fromkeys(PaymentType, 0)
    command = document.job.command if document.job else None
    if isinstance(command, RegisterReceipt):
        for payment in command.payments:
            paid[payment.type] += payment.sum
        change = sum(paid.values()) - document.total
        paid[PaymentType.CASH] -= max(change, 0)
    sums = {kind.value: getattr(totals, kind.value) + paid[kind] for kind in PaymentType}
    return dataclasses.replace(totals, count=totals.count + 1, sum=totals.sum + document.total, **sums)


def _moved(shift: Shift, command: type[CashIn] | type[CashOut]) -> list[int]:
    """Sums of the cash jobs that were done in a shift: their baseline names it."""
    done = Job.objects.filter(
        device=shift.device,
        kind=command.kind,
        status=JobStatus.DONE.value,
        baseline__fn_number=shift.fn_number,
        baseline__shift_number=shift.number,
    )
    return [int(job.payload["sum"]) for job in done]
