"""
The same tr_id twice within a device's shift is one receipt: the second answer is the first one's.

A key of the line is for ever, a tr_id for a shift and until it succeeds: a receipt that was proved not to be registered
may be asked for again. So the key counts how many receipts of this name are over. Nothing is locked: two requests at
once count the same and get the same job.
"""

from __future__ import annotations

from devices import jobs
from devices.commands import DeviceState, ShiftState
from devices.ffd import ReceiptType
from devices.models import Device, FiscalDocument
from devices.states import FINAL, JobStatus
from receipts.models import ApiClient, Receipt
from receipts.rows import registered_of


def key_of(client: ApiClient, device: Device, kind: ReceiptType, tr_id: int) -> str:
    """The key of a receipt with this *tr_id*: of the one in this shift, or of a new one."""
    name = name_of(device, kind, tr_id)
    earlier = Receipt.objects.filter(client=client, job__key__startswith=name).select_related("job")
    return f"{name}{sum(_is_over(receipt, device) for receipt in earlier)}"


def name_of(device: Device, kind: ReceiptType, tr_id: int) -> str:
    """What the keys of all receipts with this *tr_id* begin with."""
    return f"pipe:{device.pk}:{kind.value}:{tr_id}:"


def take_back_overdue(receipt: Receipt, name: str, actor: str) -> None:
    """
    An earlier one of this *name* that nobody registered in time was asked for again by its own program: nobody needs
    to decide about it any longer, and must not register it as well.
    """
    earlier = Receipt.objects.filter(client=receipt.client, job__key__startswith=name, job__status=JobStatus.EXPIRED)
    for each in earlier.exclude(pk=receipt.pk).select_related("job"):
        jobs.move(each.job, JobStatus.CANCELLED, detail=f"asked for again as job {receipt.job_id}", actor=actor)


def _is_over(receipt: Receipt, device: Device) -> bool:
    status = JobStatus(receipt.job.status)
    if status not in FINAL:
        return False
    if status is not JobStatus.DONE:
        return True
    document = registered_of(receipt)
    return document is not None and _is_of_a_shift_before(document, device)


def _is_of_a_shift_before(document: FiscalDocument, device: Device) -> bool:
    """Whether that shift was closed since: by what was registered here, or by what was seen of the device."""
    if document.shift and document.shift.closed_at:
        return True
    if device.fn_number and device.fn_number != document.fn_number:
        return True
    if not device.state:
        return False
    seen = DeviceState.load(device.state)
    is_closed = seen.shift is ShiftState.CLOSED and seen.shift_number == document.shift_number
    return is_closed or seen.shift_number > document.shift_number
