"""
The same sale twice under two names (R12): a key protects from repeats that carry it; of others we can only warn.

A receipt with the lines, the sum and the asker of another one that the same register was given in the last two minutes
is accepted, and says so. Source of the period: failure-modes.md R12.
"""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from devices import jobs
from devices.commands import RegisterReceipt
from devices.errors import ErrorCode
from devices.models import Job
from devices.states import JobStatus
from receipts.models import Receipt

LATELY = datetime.timedelta(minutes=2)
LOOKED_AT = 20  # the newest of the register: more are not given to one in two minutes
_VAIN = (JobStatus.CANCELLED, JobStatus.FAILED, JobStatus.EXPIRED)  # nothing came of them


def note(receipt: Receipt, command: RegisterReceipt) -> None:
    """Remark in the course of a new receipt that there is one like it."""
    earlier = find(receipt, command)
    if earlier is None:
        return
    at = earlier.created_at.astimezone(ZoneInfo(receipt.device.site.time_zone))
    detail = f"like job {earlier.job_id}, {at:%H:%M}"
    queued = JobStatus.QUEUED
    jobs.note(receipt.job, queued, queued, code=ErrorCode.DUPLICATE_REQUEST, detail=detail)


def find(receipt: Receipt, command: RegisterReceipt) -> Receipt | None:
    """The newest receipt like *receipt*, before it."""
    newest = Receipt.objects.filter(device=receipt.device_id, pk__lt=receipt.pk).order_by("-id")
    known = newest.values_list("pk", "total", "type", "created_at")[:LOOKED_AT]
    like = [
        pk
        for pk, total, kind, at in known
        if (total, kind) == (receipt.total, receipt.type) and receipt.created_at - at <= LATELY
    ]
    for pk in like:
        other = Receipt.objects.select_related("job").get(pk=pk)
        if other.job.source == receipt.job.source and other.job.status not in _VAIN and _same(other.job, command):
            return other
    return None


def _same(job: Job, command: RegisterReceipt) -> bool:
    return bool(job.payload["positions"] == command.dump()["positions"])
