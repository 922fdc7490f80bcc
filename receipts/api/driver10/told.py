"""
What the `result` of a task is made of, and how its values are written.

Sums are JSON numbers with kopecks, times ISO 8601 with the zone of the site; a date that nobody knows is the epoch,
since programs in C# read it into a date that cannot be null. Source: atol-driver10-json.md 2.4, 3.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from devices.commands import DeviceState, Identity, OperationTotals, Result, ShiftState
from devices.drivers.driver10.words import PAYMENTS
from devices.ffd import FfdVersion
from devices.models import Device, Job

Block = dict[str, Any]
EPOCH = datetime.datetime(1970, 1, 1)
KINDS = {"sell": "sell", "buy": "buy", "sellReturn": "sell_return", "buyReturn": "buy_return"}
"""Kinds of receipts that counters know, and their names in ShiftTotals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a block is made of. *job* is what was done, *options* what its task asked besides."""

    result: Result
    device: Device
    job: Job
    options: dict[str, Any]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.device.site.time_zone)

    def time(self, local: datetime.datetime | None) -> str:
        return (local or EPOCH).replace(tzinfo=self.zone, microsecond=0).isoformat()

    @property
    def state(self) -> DeviceState:
        """As the command read it, or as it was last seen."""
        if self.result.state is not None:
            return self.result.state
        return DeviceState.load(self.device.state) if self.device.state else _UNSEEN

    @property
    def identity(self) -> Identity:
        if self.result.identity is not None:
            return self.result.identity
        return Identity.load(self.device.identity) if self.device.identity else _NOBODY


_UNSEEN = DeviceState(
    shift=ShiftState.CLOSED,
    shift_number=0,
    shift_ends_at=None,
    receipt_open=False,
    paper=True,
    cover_open=False,
    printer_fault=False,
    unprinted=False,
    cash=0,
    clock=EPOCH,
    last_fd=0,
)
_NOBODY = Identity(serial_number="", model="", model_code=0, firmware="", fn_number="", ffd=0, columns=0)


def roubles(kopecks: int) -> float:
    """For JSON: the shortest number that says these kopecks."""
    return kopecks / 100


def payments(totals: OperationTotals) -> Block:
    return {name: roubles(getattr(totals, name)) for name in PAYMENTS.values()}


def label_of(ffd: int) -> str:
    """«1.2»; "" for a version that is none."""
    return FfdVersion(ffd).label if ffd in set(FfdVersion) else ""
