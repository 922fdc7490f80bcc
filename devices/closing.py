"""
The age of a shift: closed by itself at a set time of day, and warned of before the 24 hours are over (S01).

The close is a job like any other, at the end of the line: receipts that wait go into the old shift first. It names its
shift, so that it never closes a later one, and its key names the day, so that there is one a day however often this
looks. A worker that was down looks when it is back: a shift from before the set time is closed then.
"""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from devices import alarms, monitor, services
from devices.commands import CloseShift, DeviceState, ShiftState
from devices.errors import ErrorCode
from devices.models import Device, Job, Shift
from devices.shifts import default_cashier
from devices.states import OCCUPYING, JobStatus

LONGEST = datetime.timedelta(hours=24)  # a device refuses receipts after that (54-ФЗ)
WARNINGS = (22, 23)  # hours
SOURCE = "system"


def look(device: Device, state: DeviceState) -> None:
    """What follows from the age of the shift that *state* tells of."""
    opened_at = opened(device, state)
    warn(device, state, opened_at)
    finish_report(device)
    if opened_at is not None:
        close_if_due(device, state, opened_at)


def opened(device: Device, state: DeviceState) -> datetime.datetime | None:
    """When the open shift began: by its document, or by what the device tells; None: no shift is open, or unknown."""
    if state.shift is ShiftState.CLOSED:
        return None
    kept = Shift.objects.filter(fn_number=device.fn_number, number=state.shift_number).values("opened_at").first()
    if kept and kept["opened_at"]:
        at: datetime.datetime = kept["opened_at"]
        return at
    if state.shift_ends_at is None:
        return None
    return state.shift_ends_at.replace(tzinfo=ZoneInfo(device.site.time_zone)) - LONGEST


def last_due(at: datetime.time, zone: ZoneInfo, now: datetime.datetime) -> datetime.datetime:
    """
    The last moment up to *now* when the site's clock showed *at*.

    A time that the clock jumps over counts as the moment after the jump, one that it shows twice counts once, as the
    first of both.
    """
    today = now.astimezone(zone).date()
    for days in (0, 1):
        day = today - datetime.timedelta(days=days)
        due = datetime.datetime.combine(day, at.replace(tzinfo=None), tzinfo=zone).astimezone(datetime.UTC)
        if due <= now:
            break
    return due


def close_if_due(device: Device, state: DeviceState, opened_at: datetime.datetime) -> Job | None:
    """Put the close of the open shift in line when the set time has passed since it began; once a day."""
    if device.close_shift_at is None:
        return None
    zone = ZoneInfo(device.site.time_zone)
    due = last_due(device.close_shift_at, zone, timezone.now())
    if opened_at >= due:
        return None
    day = due.astimezone(zone).date()
    key = f"close:{device.pk}:{day}"
    if Job.objects.filter(source=SOURCE, key=key).exists():
        return None
    command = CloseShift(cashier=default_cashier(device), shift_number=state.shift_number)
    # It waits out an empty roll, but not the next day's close.
    deadline = max(due + LONGEST, timezone.now() + services.CLOSE_SHIFT_DEADLINE)
    job, _ = services.enqueue(device=device, command=command, source=SOURCE, key=key, deadline=deadline)
    return job


def warn(device: Device, state: DeviceState, opened_at: datetime.datetime | None) -> None:
    """An alarm at 22 and at 23 hours, each once; over when the shift is."""
    age = timezone.now() - opened_at if opened_at else datetime.timedelta(0)
    hours = max((each for each in WARNINGS if age >= datetime.timedelta(hours=each)), default=0)
    if not hours or state.shift is not ShiftState.OPEN or opened_at is None:
        alarms.end(device, ErrorCode.SHIFT_ENDS_SOON)
        return
    subject = f"shift:{device.fn_number}/{state.shift_number}:{hours}"
    if not alarms.standing(device, ErrorCode.SHIFT_ENDS_SOON).filter(subject=subject).exists():
        alarms.end(device, ErrorCode.SHIFT_ENDS_SOON)
        until = (opened_at + LONGEST).isoformat(timespec="minutes")
        alarms.rise(device, ErrorCode.SHIFT_ENDS_SOON, subject, hours=hours, shift=state.shift_number, until=until)


def finish_report(device: Device) -> None:
    """
    A Z report that was cut off (R08): the device lets nothing through but the same command again, so it is put in line,
    once per hold, with a baseline of its own. When it is done the hold is over.
    """
    if device.hold_code != ErrorCode.Z_INTERRUPTED or device.hold_since is None:
        return
    found = Job.objects.filter(device=device, kind=CloseShift.kind)
    if found.filter(status__in=[JobStatus.QUEUED, *OCCUPYING]).exists():
        return  # a person's, or ours
    key = f"finish:{device.pk}:{device.hold_since.isoformat()}"
    ours = found.filter(source=SOURCE, key=key).first()
    if ours is None:
        command = CloseShift(cashier=default_cashier(device))
        services.enqueue(device=device, command=command, source=SOURCE, key=key, deadline=timezone.now() + LONGEST)
    elif ours.status == JobStatus.DONE:
        monitor.release(device)
