"""
The device's clock against ours, at every poll (C01, C02).

A minute off is a warning, five are an alarm. Minutes are put right by themselves while the shift is closed and the
device's setting allows it; hours are not: then the time zone of the site is wrong, or our own clock. A clock behind the
last document stops the device, since its fiscal storage would refuse everything.
"""

from __future__ import annotations

import datetime
import logging
import time
from zoneinfo import ZoneInfo

from django.utils import timezone

from devices import alarms, journal, monitor, ports
from devices.commands import DeviceState, ShiftState
from devices.errors import ErrorCode, LinkError, Refused
from devices.models import Device, FiscalDocument

log = logging.getLogger(__name__)

WARNING = datetime.timedelta(seconds=60)
ALARM = datetime.timedelta(minutes=5)
PUT_RIGHT_UP_TO = datetime.timedelta(minutes=30)  # our choice
AFTER_REFUSAL_SECONDS = 600.0
_NOT_TOLD = 2001  # years before: a device that does not tell its clock
_refused: dict[int, float] = {}  # when to try again, monotonic, by device


def now_at(device: Device) -> datetime.datetime:
    """Our clock as the device's should be: local to its site, naive, whole seconds."""
    return timezone.now().astimezone(ZoneInfo(device.site.time_zone)).replace(tzinfo=None, microsecond=0)


def drift(device: Device, state: DeviceState) -> datetime.timedelta | None:
    """How far the device's clock is ahead of ours; None: it does not tell."""
    return state.clock - now_at(device) if state.clock.year >= _NOT_TOLD else None


def look(device: Device, state: DeviceState) -> None:
    """Check the clock that *state* tells of, and put it right where that is allowed."""
    off = drift(device, state)
    if off is None:
        return
    if is_behind(device, state.clock):
        monitor.hold(device, ErrorCode.CLOCK_BEHIND, f"{state.clock:%Y-%m-%d %H:%M}")
    elif device.hold_code == ErrorCode.CLOCK_BEHIND:
        monitor.release(device)
    if abs(off) > WARNING and may_set(device, state, off):
        off = put_right(device, off)
    if abs(off) <= WARNING:
        alarms.end(device, ErrorCode.CLOCK_DRIFT)
        return
    level = "alarm" if abs(off) > ALARM else "warning"
    minutes = round(abs(off).total_seconds() / 60)
    way = "fast" if off > datetime.timedelta(0) else "slow"
    will_set = device.sets_clock and abs(off) <= PUT_RIGHT_UP_TO
    alarms.rise(device, ErrorCode.CLOCK_DRIFT, level=level, way=way, min=minutes, will_set=will_set)


def last_document_at(device: Device) -> datetime.datetime | None:
    """When the last known document of the device's fiscal storage was made, by the device's clock."""
    last = FiscalDocument.objects.filter(fn_number=device.fn_number).order_by("-fd_number").values("local_time").first()
    return datetime.datetime.fromisoformat(last["local_time"]) if last and device.fn_number else None


def is_behind(device: Device, clock: datetime.datetime) -> bool:
    """Is *clock* earlier than the last document? To the minute, as a fiscal storage keeps time."""
    last = last_document_at(device)
    return last is not None and clock.replace(second=0) < last.replace(second=0)


def may_set(device: Device, state: DeviceState, off: datetime.timedelta) -> bool:
    """Only with the shift closed, only by minutes, and never back behind the last document."""
    allowed = device.sets_clock and state.shift is ShiftState.CLOSED and not state.receipt_open
    return allowed and abs(off) <= PUT_RIGHT_UP_TO and not is_behind(device, now_at(device))


def put_right(device: Device, off: datetime.timedelta) -> datetime.timedelta:
    """Set the device's clock by ours; how far it is off now. A device that refuses keeps its own, one at work waits."""
    if time.monotonic() < _refused.get(device.pk, 0.0):
        return off
    try:
        with ports.spare(device) as driver:
            if driver is None:
                return off
            driver.observe(None)
            at = now_at(device)
            driver.set_clock(at)
    except LinkError as error:  # the next poll sees it
        log.info("device %s: %s", device.pk, error)
        return off
    except Refused as error:
        _refused[device.pk] = time.monotonic() + AFTER_REFUSAL_SECONDS
        log.warning("device %s: its clock could not be set: %s", device.pk, error)
        return off
    log.info("device %s: clock was off by %s, set to %s", device.pk, off, at)
    before = {"clock": (at + off).isoformat(timespec="seconds")}
    journal.add("device.clock_set", f"device:{device.pk}", before=before, after={"clock": at.isoformat()})
    return datetime.timedelta(0)
