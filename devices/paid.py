"""
Orders that are paid and have no receipt (R20): asked for by a program, paid by card, and not registered for a quarter
of an hour.

An alarm each, over when the receipt is registered, taken back, or a person has decided about it. Money that a terminal
took and could not give back is not seen here: there are no terminals in kktoffice.
"""

from __future__ import annotations

import datetime

from django.utils import timezone

from devices import alarms
from devices.commands import RegisterReceipt
from devices.errors import ErrorCode
from devices.ffd import PaymentType
from devices.models import Alarm, Job, Site
from devices.states import JobStatus

PATIENCE = datetime.timedelta(minutes=15)
SEEN_FOR = datetime.timedelta(days=2)  # older ones have their alarm, or were there before there were alarms
# Certainly without one. An unknown job is told as such; one whose deadline passed with those that piled up, until a
# person decides (devices/overdue.py).
_WITHOUT = (JobStatus.QUEUED, JobStatus.FAILED)
_SETTLED = (JobStatus.DONE, JobStatus.CANCELLED, JobStatus.EXPIRED)
_TAKES_MONEY = frozenset({"sell", "buy_return"})


def look(site: Site) -> int:
    """Open and end the alarms of *site*; say how many are new."""
    end_settled(site)
    now = timezone.now()
    late = Job.objects.filter(
        device__site=site,
        kind=RegisterReceipt.kind,
        status__in=_WITHOUT,
        source__startswith="api:",
        created_at__range=(now - SEEN_FOR, now - PATIENCE),
    )
    told = Alarm.objects.filter(device__site=site, kind=ErrorCode.PAID_WITHOUT_RECEIPT).values_list(
        "subject", flat=True
    )
    known = set(told)
    new = [job for job in late.select_related("device") if f"job:{job.pk}" not in known and is_owed(job)]
    return sum(
        alarms.rise(
            job.device,
            ErrorCode.PAID_WITHOUT_RECEIPT,
            f"job:{job.pk}",
            job=job.pk,
            order=job.key,
            sum=int(job.payload["total"]),
            since=job.created_at.isoformat(timespec="seconds"),
        )
        for job in new
    )


def is_owed(job: Job) -> bool:
    """Money came in without cash, and nobody has decided what becomes of the receipt."""
    if job.decision and job.status == JobStatus.FAILED:
        return False
    paid = {payment["type"] for payment in job.payload["payments"]}
    return job.payload["type"] in _TAKES_MONEY and PaymentType.ELECTRONICALLY.value in paid


def end_settled(site: Site) -> None:
    """What is registered, taken back or decided is owed no more."""
    open_ones = Alarm.objects.filter(device__site=site, kind=ErrorCode.PAID_WITHOUT_RECEIPT, closed_at__isnull=True)
    for alarm in open_ones.select_related("device"):
        job = Job.objects.get(pk=alarm.detail["job"])
        if job.status in _SETTLED or not is_owed(job):
            alarms.end(alarm.device, ErrorCode.PAID_WITHOUT_RECEIPT, subject=alarm.subject)
