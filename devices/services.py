"""What may be done with jobs from outside: put one in line, take it back, choose a device."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import hashlib
import json
import uuid

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone

from devices import jobs, journal, room
from devices.commands import CloseShift, Command, RegisterReceipt
from devices.doorbell import doorbell
from devices.errors import ErrorCode
from devices.models import Device, Job, Site
from devices.room import NoRoom
from devices.states import JobStatus

# How long a job may wait in line before it is given up (EXPIRE, failure-modes.md 0.3; the periods are our choice).
API_DEADLINE = datetime.timedelta(hours=24)
COUNTER_DEADLINE = datetime.timedelta(minutes=5)
CLOSE_SHIFT_DEADLINE = datetime.timedelta(minutes=30)


class KeyConflict(Exception):
    """The key was used before with another request; *job* is the first one."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"key {job.key!r} of {job.source} belongs to job {job.pk} with another request")
        self.job = job


class NoDevice(Exception):
    """The site has no device in use."""


def default_deadline(
    *, source: str, command: Command | None = None, now: datetime.datetime | None = None
) -> datetime.datetime:
    """
    Until when a job may wait: a day for programs, minutes for people at a counter, half an hour for closing a
    shift.
    """
    now = now or timezone.now()
    if source.startswith("api:"):
        return now + API_DEADLINE
    return now + (CLOSE_SHIFT_DEADLINE if isinstance(command, CloseShift) else COUNTER_DEADLINE)


def hash_of(device: Device, command: Command) -> str:
    """What makes two requests the same: the device and the command, field by field."""
    canonical = json.dumps(
        {"device": device.pk, "kind": command.kind, "payload": command.dump()}, sort_keys=True, ensure_ascii=True
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def mark_of(public_id: uuid.UUID) -> str:
    """Our 16 characters for requisite 1192: the first 80 bits of the job's public id in base 32."""
    return base64.b32encode(public_id.bytes[:10]).decode()


@journal.atomic()
def enqueue(
    *,
    device: Device,
    command: Command,
    source: str,
    actor: str = "",
    key: str = "",
    request_hash: str | None = None,
    deadline: datetime.datetime | None = None,
    after: Job | None = None,
) -> tuple[Job, bool]:
    """
    Put *command* in line for *device*; the job and whether it is new.

    *after* is the job before it in one request of several, on the same device: if that one does not end well, this one
    is cancelled instead of run. *source* says who asks ("api:7", "user:2", "system"), *key* is the asker's own name for
    the request: the second time the first job comes back. *request_hash* replaces our own comparison when the asker's
    request says more than the command does. The site's worker is told after the commit.

    Raises:
        KeyConflict: the key belongs to another request.
        NoRoom: the disk is nearly full, and it is a new receipt.
        ValueError: *after* is on another device, whose line knows nothing of this one.
    """
    if after and after.device_id != device.pk:
        raise ValueError(f"job {after.pk} is on device {after.device_id}, not on {device.pk}")
    request_hash = request_hash or hash_of(device, command)
    if key and (earlier := Job.objects.filter(source=source, key=key).first()):
        return _same_request(earlier, request_hash), False
    if isinstance(command, RegisterReceipt) and not room.is_enough():
        raise NoRoom
    public_id = uuid.uuid4()
    if isinstance(command, RegisterReceipt) and device.mark_receipts and not command.mark:
        command = dataclasses.replace(command, mark=mark_of(public_id))
    try:
        with transaction.atomic():
            job = Job.objects.create(
                public_id=public_id,
                site_id=device.site_id,
                device=device,
                kind=command.kind,
                payload=command.dump(),
                source=source,
                key=key,
                request_hash=request_hash,
                actor=actor,
                deadline=deadline or default_deadline(source=source, command=command),
                after=after,
            )
    except IntegrityError:
        if not key:
            raise
        # Another process was quicker with the same key; its row is committed by now, or there would be no conflict.
        return _same_request(Job.objects.get(source=source, key=key), request_hash), False
    jobs.note(job, None, JobStatus.QUEUED, actor=actor)
    asked = ("kind", "payload", "device_id", "key", "request_hash", "deadline")
    told = {"source": source} | {name: getattr(job, name) for name in asked}
    journal.add("job.queued", f"job:{job.pk}", actor=actor or source, after=told)
    doorbell.ring_on_commit(device.site)
    return job, True


def _same_request(earlier: Job, request_hash: str) -> Job:
    if earlier.request_hash != request_hash:
        raise KeyConflict(earlier)
    return earlier


def cancel(*, job: Job, actor: str) -> bool:
    """Take a job back while nothing was sent; False when it is no longer queued."""
    job.refresh_from_db()
    if JobStatus(job.status) is not JobStatus.QUEUED:
        return False
    return jobs.move(job, JobStatus.CANCELLED, code=ErrorCode.CANCELLED_BY_PERSON, actor=actor)


def expire(*, site: Site) -> int:
    """Give up the queued jobs of a site whose deadline has passed; say how many."""
    overdue = Job.objects.filter(site=site, status=JobStatus.QUEUED.value, deadline__lte=timezone.now())
    return sum(jobs.move(job, JobStatus.EXPIRED, code=ErrorCode.DEADLINE_PASSED) for job in overdue)


def choose_device(site: Site) -> Device:
    """
    The device of *site* for a request that names none: in use, not on hold if there is one, with the fewest jobs
    before it.

    Raises:
        NoDevice: none is in use.
    """
    waiting = Count("jobs", filter=Q(jobs__status__in=[JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.UNKNOWN]))
    devices = Device.objects.filter(site=site, is_enabled=True).select_related("site").annotate(waiting=waiting)
    chosen = min(devices, key=lambda device: (bool(device.hold_code), device.waiting, device.pk), default=None)
    if chosen is None:
        raise NoDevice(site.code)
    return chosen
