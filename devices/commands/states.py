"""What devices tell of themselves."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from devices.commands.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity(Value):
    """Who is on the line, read at every connect. Strings are empty where a device does not tell."""

    serial_number: str
    model: str
    model_code: int
    firmware: str
    fn_number: str
    ffd: int
    columns: int
    transport: int = 0
    rnm: str = ""
    inn: str = ""
    organisation: str = ""
    address: str = ""
    taxations: int = 0


class ShiftState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState(Value):
    """
    What a poll sees. *shift_number* is the open shift, or the last closed one. *clock* is the device's own
    reading.
    """

    shift: ShiftState
    shift_number: int
    shift_ends_at: datetime.datetime | None
    receipt_open: bool
    paper: bool
    cover_open: bool
    printer_fault: bool
    unprinted: bool
    cash: int
    clock: datetime.datetime
    last_fd: int
    ofd_unsent: int = 0
    ofd_unsent_since: datetime.datetime | None = None
    fn_valid_until: datetime.date | None = None
    fn_warnings: int = 0
    drawer_open: bool = False
    registered: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageState(Value):
    """
    The fiscal storage as it tells of itself. *phase* is its life phase (0 init, 1 configured, 3 fiscal mode, 7 archive
    closed, 15 archive sent), *warnings* its bits. *ofd_…* is the exchange with the ОФД; dates are local.
    """

    fn_number: str
    phase: int
    warnings: int = 0
    valid_until: datetime.date | None = None
    registrations: int = 0
    registrations_left: int = 0
    version: str = ""
    ffd: int = 0
    last_fd: int = 0
    receipt_number: int = 0
    ofd_unsent: int = 0
    ofd_unsent_fd: int = 0
    ofd_unsent_since: datetime.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Value):
    """
    What the device was registered with at the tax office. *taxations* is tag 1062, *agents* 1057, *modes* the names of
    the flags that are set (ffd.md 6.1).
    """

    rnm: str
    inn: str
    organisation: str = ""
    address: str = ""
    settlement_place: str = ""
    sender_email: str = ""
    taxations: int = 0
    agents: int = 0
    ffd: int = 0
    fns_site: str = ""
    ofd_inn: str = ""
    ofd_name: str = ""
    machine_number: str = ""
    modes: tuple[str, ...] = ()
    at: datetime.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline(Value):
    """
    What is read and committed with the job before the first byte that can change the fiscal storage or the cash
    counters.
    """

    serial_number: str
    fn_number: str
    last_fd: int
    shift: ShiftState
    shift_number: int
    cash: int
    cash_ins: int
    cash_in_sum: int
    cash_outs: int
    cash_out_sum: int
