"""What every driver is: a connected device that runs commands, tells its state and reads its fiscal archive."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from devices.commands import (
    Baseline,
    Command,
    DeviceState,
    FiscalData,
    Identity,
    RegisterReceipt,
    Result,
    ShiftTotals,
)
from devices.protocol.exchange import Observer


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """
    Where a device is and how to talk to it.

    *url* is a path (/dev/serial/by-id/…, a pseudo-terminal), usb:SERIAL, or socket://host:port; of a driver 10 web
    server http(s)://host:16732, with ?deviceID=… where it has several, and *login* and *password*; of the vendor's
    library socket://, usb: or usb:PATH, or a port. *library* is the path of that libfptr10. *transport* is 2 or 3,
    0 finds out. Passwords are the device's own decimal strings; they never reach a log. *settings* of a family
    that are not named here do not exist: what a driver needs is a field.
    """

    driver: str
    url: str
    baudrate: int = 115200
    transport: int = 0
    access_password: str = "0000"  # noqa: S105 the factory setting
    operator_password: str = "30"  # noqa: S105 the factory setting
    model: str = ""
    login: str = ""
    password: str = ""
    library: str = ""


class Driver(Protocol):
    """
    A connected device.

    Every method raises LinkError, Refused or OutcomeUnknown and nothing else about the device (devices/errors.py).
    `run` calls
    *fence* once, after everything that must be read before and right before the first byte that can change the fiscal
    storage or the cash counters; the caller commits the baseline there. What is raised before the fence is LinkError
    or Refused, never OutcomeUnknown. After the fence a driver answers for all its exchanges: if one fails before the
    closing one it cancels the open receipt and then says LinkError or Refused; if it cannot cancel, OutcomeUnknown.
    """

    def identify(self) -> Identity: ...

    def state(self) -> DeviceState: ...

    def baseline(self) -> Baseline: ...

    def run(self, command: Command, *, fence: Callable[[Baseline], None] | None = None) -> Result: ...

    def shift_totals(self) -> ShiftTotals: ...

    def last_document_number(self) -> int: ...

    def read_document(self, fd_number: int) -> FiscalData:
        """Document *fd_number* whole, from the archive of the fiscal storage. Raises Refused(NO_DOCUMENT)."""
        ...

    def as_kept(self, command: RegisterReceipt) -> RegisterReceipt:
        """
        *command* with its mark as the archive will show it: in the device's characters, cut to its length. For the
        comparison with documents; nothing is sent.
        """
        ...

    def cancel_receipt(self) -> bool:
        """Cancel what is open in the device; say whether there was something."""
        ...

    def finish_printing(self) -> None:
        """Print what is left of the last document. Raises Refused(PAPER_OUT) while paper is missing."""
        ...

    def set_clock(self, at: datetime.datetime) -> None:
        """Set the device's clock to *at*, local. Raises Refused: a shift is open, *at* is behind the last document."""
        ...

    def observe(self, observer: Observer | None) -> None:
        """Tell *observer* of each exchange from now on, with passwords and buyers' data hidden; None: nobody."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
