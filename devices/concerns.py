"""
What is wrong with a device beside the hold of its jobs, in words: its alarms, its fiscal storage, the ОФД, the service
that executes its line. The strip of «Today» and the API say the same.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from devices.alarms import HOLDING
from devices.commands import DeviceState
from devices.errors import ErrorCode
from devices.messages import Explanation, explain, explain_service
from devices.messages_context import clock
from devices.models import Device
from devices.overview import Standing
from devices.signs import days_left
from devices.troubles import (
    FN_ALARM_DAYS,
    FN_WARNING_DAYS,
    OFD_ALARM,
    OFD_STOPS_AFTER,
    OFD_WARNING,
    FnFlag,
    is_training,
)
from devices.typography import money

# Alarms that are also read from the device's own state, with a countdown.
SEEN_IN_STATE = frozenset({ErrorCode.OFD_DELAY, ErrorCode.FN_EXPIRING})


def alarm_words(alarm: Standing, zone: ZoneInfo | None = None, money: Callable[[int], str] = money) -> Explanation:
    """What an alarm says, with its figures; its times in *zone*."""
    sums = {"diff": alarm.diff or None, "actual": alarm.actual, "expected": alarm.expected, "sum": alarm.sum}
    shown: dict[str, Any] = {name: money(value) for name, value in sums.items() if value is not None}
    shown |= {"n": alarm.shift, "fd": alarm.fd, "min": alarm.minutes, "order": alarm.order, "h": alarm.hours}
    if alarm.since:
        waited = timezone.now() - datetime.datetime.fromisoformat(alarm.since)
        shown["min"] = int(waited.total_seconds() // 60)
    if alarm.until:
        until = datetime.datetime.fromisoformat(alarm.until)
        shown["time"] = clock(until, zone or ZoneInfo(timezone.get_current_timezone_name()))
    return explain(alarm.kind, case=alarm.case, **shown)


def of_device(
    device: Device, alarms: Iterable[Standing], *, money: Callable[[int], str] = money
) -> list[tuple[str, str, Explanation]]:
    """
    Everything beside the hold: its tone (bad, warn, off), since when (ISO, "" where that is not known), the words.

    *alarms* are the open ones of *device*, whose site is at hand. What the state tells anew at every poll is told from
    there, not from its alarm.
    """
    zone = ZoneInfo(device.site.time_zone)
    found: list[tuple[str, str, Explanation]] = []
    if service := explain_service(device.site):
        since = device.site.heartbeat_at
        found.append(("bad", since.astimezone(zone).isoformat(timespec="seconds") if since else "", service))
    for alarm in alarms:
        if alarm.kind not in SEEN_IN_STATE:
            tone = "bad" if alarm.kind in HOLDING or alarm.kind == ErrorCode.PAID_WITHOUT_RECEIPT else "warn"
            opened = datetime.datetime.fromisoformat(alarm.opened).astimezone(zone).isoformat(timespec="seconds")
            found.append((tone, opened, alarm_words(alarm, zone, money)))
    if device.state:
        found += [(tone, "", words) for tone, words in of_state(DeviceState.load(device.state))]
    if is_training(device.fn_number):
        found.append(("off", "", explain(ErrorCode.TEST_DEVICE)))
    return found


def of_state(state: DeviceState) -> Iterator[tuple[str, Explanation]]:
    """What does not stop today's sales but will stop some day's, with its tone, bad or warn."""
    yield from _storage(state)
    yield from _operator(state)


def _storage(state: DeviceState) -> Iterator[tuple[str, Explanation]]:
    """The fiscal storage's own end (N01, N03, N05): by its date, and by the flags that it raises."""
    flags = FnFlag(state.fn_warnings)
    if flags & FnFlag.FAULT:
        yield "bad", explain(ErrorCode.FN_FAULT)
    date = f"{state.fn_valid_until:%d.%m.%Y}" if state.fn_valid_until else ""
    days = days_left(state.fn_valid_until) if state.fn_valid_until else None
    if days is not None and days < 0:
        yield "bad", explain(ErrorCode.FN_EXPIRED, date=date)
    elif (days is not None and days <= FN_WARNING_DAYS) or flags & (FnFlag.REPLACE_NOW | FnFlag.ENDS_SOON):
        near = (days is not None and days <= FN_ALARM_DAYS) or flags & FnFlag.REPLACE_NOW
        # Its resource may end before its date: then the flag alone says so.
        known: dict[str, Any] = {"date": date, "d": days} if days is not None and days <= FN_WARNING_DAYS else {}
        yield "bad" if near else "warn", explain(ErrorCode.FN_EXPIRING, **known)
    if flags & FnFlag.ALMOST_FULL:
        yield "warn", explain(ErrorCode.FN_EXPIRING, case="almost full")


def _operator(state: DeviceState) -> Iterator[tuple[str, Explanation]]:
    """Documents that do not reach the ОФД (N06, N07), or that it refuses (N08)."""
    flags = FnFlag(state.fn_warnings)
    if flags & FnFlag.OFD_REFUSES:
        yield "warn", explain(ErrorCode.OFD_REJECTED)
    since = state.ofd_unsent_since if state.ofd_unsent else None
    age = timezone.localtime().replace(tzinfo=None) - since if since else datetime.timedelta(0)
    if since and age >= OFD_STOPS_AFTER:
        yield "bad", explain(ErrorCode.OFD_BLOCKED)
    elif since and age > OFD_WARNING:
        deadline = f"{since + OFD_STOPS_AFTER:%d.%m.%Y}"
        tone = "bad" if age >= OFD_ALARM else "warn"
        yield tone, explain(ErrorCode.OFD_DELAY, d=age.days, n=state.ofd_unsent, deadline=deadline)
    elif flags & FnFlag.OFD_SILENT:
        yield "warn", explain(ErrorCode.OFD_DELAY)
