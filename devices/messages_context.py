"""
What a sentence about a device or a job may name: parameters of messages_table.py, found in their rows.

Nothing here asks the database: what is not at hand is not named.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as plazy

from devices import refused_fields
from devices.commands import Baseline, CashOut, Command, DeviceState, OpenShift, RegisterReceipt
from devices.errors import ErrorCode
from devices.ffd import Operation
from devices.models import Device, Job
from devices.protocol.link import HELD_BY
from devices.states import JobStatus
from devices.units import roubles

# What does not work when a device cannot print, by its error byte (failure-modes.md R17).
PARTS: dict[int, Promise] = {
    0x68: _("no link to the printing unit"),
    0x69: _("the mechanism is stuck"),
    0xD1: _("the print head is overheated"),
}
_STATES: dict[JobStatus, Promise] = {
    JobStatus.QUEUED: plazy("receipt is", "not registered yet"),
    JobStatus.RUNNING: plazy("receipt is", "being checked"),
    JobStatus.UNKNOWN: plazy("receipt is", "being checked"),
    JobStatus.DONE: plazy("receipt is", "registered"),
}
_NOT_REGISTERED = plazy("receipt is", "not registered")

_READY_IN = re.compile(r"ready in (\d+) s")
_ALIKE = re.compile(r"like job \d+, (\d\d:\d\d)")
# Why a marking code was refused, by its tag 2106: its own check part is wrong, or its goods may not go this way.
_WRONG_CODE = _("its marking code is wrong")
_NOT_FOR_SALE = _("the marking system does not allow it")

_OTHER_DEVICE = re.compile(r"expected (\S+), found (\S+)")
_OTHER_TOTAL = re.compile(r"FD (\d+): (\d+) instead of (\d+)")
_DEVICE_CODE = re.compile(r"atol 0x([0-9A-F]{2})")
_GOODS = re.compile(r"goods «(.+?)»(?:: 2106 is ([01]{4}))?")
_EXTENDED_DATA = re.compile(r"extended 0x[0-9A-F]{4}, data ([0-9a-f]{2}) ([0-9a-f]{2})")


def of_detail(detail: str, money: Callable[[int], str] = roubles) -> dict[str, Any]:
    """What the raw side of an error names (DeviceError.detail, Device.hold_detail)."""
    known: dict[str, Any] = {}
    if detail.startswith(HELD_BY):
        known["who"] = f" {detail.removeprefix(HELD_BY)}"
    if found := _READY_IN.search(detail):
        known["s"] = int(found[1])
    if found := _ALIKE.search(detail):
        known["time"] = found[1]
    if found := _OTHER_DEVICE.search(detail):
        known["expected"], known["actual"] = found.groups()
    if found := _OTHER_TOTAL.search(detail):
        fd_number, actual, expected = map(int, found.groups())
        known |= {"fd": fd_number, "actual": money(actual), "expected": money(expected)}
    if (found := _DEVICE_CODE.search(detail)) and int(found[1], 16) in PARTS:
        known["part"] = PARTS[int(found[1], 16)]
    if found := _GOODS.search(detail):
        known |= {"item": found[1], "reason": _WRONG_CODE if found[2] in (None, "0001", "0101") else _NOT_FOR_SALE}
    if tag := _refused_tag(detail):
        known["field"] = refused_fields.name(tag)
    return known


def _refused_tag(detail: str) -> int:
    """Of the field that the device did not take; 0 when it did not say."""
    found = _EXTENDED_DATA.search(detail)
    return int(found[2] + found[1], 16) if found else 0


def of_device(device: Device, money: Callable[[int], str] = roubles) -> dict[str, Any]:
    """
    What is known of *device*; its site is at hand. *n* is the number of waiting jobs if the row was annotated with
    `waiting`.
    """
    known = {"device": device.name, **of_detail(device.hold_detail, money)}
    since = device.link_changed_at if device.link == "offline" else device.hold_since
    if since:
        known["since"] = clock(since, ZoneInfo(device.site.time_zone))
    if address := _network(device):
        known["addr"] = address
    if waiting := getattr(device, "waiting", 0):
        known["n"] = waiting
    if device.state:
        state = DeviceState.load(device.state)
        known["cash"] = money(state.cash)
        if state.fn_valid_until:
            known["date"] = f"{state.fn_valid_until:%d.%m.%Y}"
    return known


def of_job(job: Job, money: Callable[[int], str] = roubles) -> dict[str, Any]:
    """What is known of *job*: its sums, its document, what its error named. Its device is told by `of_device`."""
    command = job.command
    known: dict[str, Any] = {"state": _STATES.get(JobStatus(job.status), _NOT_REGISTERED)}
    if isinstance(command, RegisterReceipt):
        known["sum"] = known["total"] = money(command.total)
        known["paid"] = money(sum(payment.sum for payment in command.payments))
    if document := (job.result or {}).get("document"):
        known["fd"] = document["fd_number"]
    if (need := paid_out(command)) and (held := _cash_before(job)) is not None:
        known["cash"] = money(held)
        known |= {"need": money(need), "diff": money(need - held)} if need > held else {}
    if tag := _refused_tag(job.error_detail):
        known["masked"] = refused_fields.masked(command, tag)
    return known | of_detail(job.error_detail, money)


def paid_out(command: Command) -> int:
    """How much cash *command* takes out of the drawer, kopecks."""
    if isinstance(command, CashOut):
        return command.sum
    if isinstance(command, RegisterReceipt) and command.type.operation in (Operation.SELL_RETURN, Operation.BUY):
        return sum(payment.sum for payment in command.payments if payment.type == "cash")
    return 0


def _cash_before(job: Job) -> int | None:
    """
    What the drawer held when *job* was begun, kopecks: later sales and the last poll say something else. Before it
    began, the device's last state; None when nobody knows.
    """
    if job.baseline:
        return Baseline.load(job.baseline).cash
    return DeviceState.load(job.device.state).cash if job.device.state else None


def _network(device: Device) -> str:
    """host:port of a register, or of a web server, in the network; "" for one on a port of this computer."""
    scheme, found, rest = device.url.partition("://")
    return rest.partition("/")[0].partition("?")[0] if found and scheme in ("socket", "http", "https") else ""


def case_of(code: str, *, device: Device | None = None, job: Job | None = None) -> str:
    """Which of the turns of events of *code* this is (messages_variants.VARIANTS); "" for the usual one."""
    if code == ErrorCode.DEVICE_OFFLINE and device is not None and _network(device):
        return "network"
    if code == ErrorCode.OUTCOME_UNKNOWN and job is not None:
        if job.status == JobStatus.QUEUED:
            return "ahead"
        if job.error_detail.startswith("the worker stopped"):
            return "restarted"
        if job.error_detail.startswith("the computer was switched off"):
            return "power"
        if job.command.once:
            return "once"
        return "receipt" if isinstance(job.command, RegisterReceipt) else ""
    if code == ErrorCode.SHIFT_OPEN and job is not None and not isinstance(job.command, OpenShift):
        return "in the way"
    if code == ErrorCode.NOT_ENOUGH_CASH and job is not None and isinstance(job.command, CashOut):
        return "cash out"
    return ""


def clock(at: datetime.datetime, zone: ZoneInfo) -> str:
    """The time of a moment of today, the day and the time of another, in *zone*."""
    local = at.astimezone(zone)
    today = datetime.datetime.now(zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%d.%m %H:%M}"
