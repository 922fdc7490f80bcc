"""
The queue as programs of driver 10 see it: how many tasks wait, and what stops them.

Counted are the requests of one client at one device; stopped is the device, whoever's task it was. Source:
atol-driver10-json.md 1.1, 1.4, 1.8.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from devices import journal
from devices.errors import ErrorCode
from devices.models import Device, Job
from devices.services import cancel
from devices.states import JobStatus
from receipts.api.driver10.codes import CONNECTION, reason_of
from receipts.api.driver10.results import Status, elements, whole_requests
from receipts.models import ApiClient, Task, TaskRequest

# How long the first server keeps results; ours stay, and the counts would only grow.
COUNTED = datetime.timedelta(days=30)
_WAITING = [JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.UNKNOWN]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What stops a device: *reason* "" is nothing; *uuid* the request that waits first, "" if it is not the asker's."""

    reason: str = ""
    uuid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    ready: int
    waiting: int
    canceled: int


class NotWaiting(Exception):
    """The request runs, is done, or was taken back before: nothing was changed."""


def block_of(device: Device, client: ApiClient) -> Block:
    """Read the row of *device* before."""
    unknown = Job.objects.filter(device=device, status=JobStatus.UNKNOWN).order_by("pk").first()
    reason = CONNECTION if unknown else reason_of(device.hold_code)
    if not reason:
        return Block()
    tasks = Task.objects.filter(request__client=client, request__device=device)
    held = tasks.filter(job=unknown) if unknown else tasks.filter(job__status__in=_WAITING)
    return Block(reason=reason, uuid=held.order_by("job_id").values_list("request__uuid", flat=True).first() or "")


def counts_of(device: Device, client: ApiClient) -> Counts:
    tasks = Task.objects.filter(
        request__client=client, request__device=device, request__created_at__gt=timezone.now() - COUNTED
    )
    waiting = Q(job__status__in=_WAITING)
    canceled = Q(job__status=JobStatus.CANCELLED) & ~Q(job__error_code=ErrorCode.DEADLINE_PASSED)
    found = tasks.aggregate(waiting=Count("pk", filter=waiting), canceled=Count("pk", filter=canceled), all=Count("pk"))
    return Counts(
        ready=found["all"] - found["waiting"] - found["canceled"],
        waiting=found["waiting"],
        canceled=found["canceled"],
    )


def take_back(request: TaskRequest, *, actor: str) -> None:
    """
    Cancel every task of a request that waits as a whole.

    Raises:
        NotWaiting: a part of it runs, is done or was taken back; all of it stays as it is.
    """
    with journal.atomic(), transaction.atomic():
        whole = whole_requests(TaskRequest.objects.filter(pk=request.pk)).get()
        if any(element["status"] != Status.WAIT for element in elements(whole)):
            raise NotWaiting
        taken = [cancel(job=task.job, actor=actor) for task in whole.tasks.all() if task.job]
        if not taken or not all(taken):
            raise NotWaiting
