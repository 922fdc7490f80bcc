"""A device with trouble on demand on a line of this process, and the plain exchanges that tests need."""

from __future__ import annotations

import contextlib
import datetime
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import serial

from devices.simulator.device import VirtualDevice
from devices.simulator.lines import Line
from devices.simulator.running import serve_pty, serve_tcp
from devices.simulator.trouble.fault import Rig
from devices.simulator.trouble.troubles import Troubles
from tests.unit.simulator.client import Host2, Host3
from tests.unit.simulator.messages import BEGIN, MODE, Wall, close, eb, pay

BREAD = eb("Хлеб", price="1.00", amount="1.00")
QUICK = 0.3  # seconds: what a host waits for an answer that must not come
GONE = (AssertionError, OSError, ValueError, serial.SerialException)
SALE = ("92 00 01", BEGIN, BREAD, pay(1, "1.00"), close())


class Bench:
    """`set` a fault by its text; `till` is a host in registration mode with an open shift."""

    def __init__(self, device: VirtualDevice, line: Line, troubles: Troubles, transport: int) -> None:
        self.device, self.line, self.troubles, self.transport = device, line, troubles, transport
        self.set = troubles.set

    def host(self, timeout: float = 3.0) -> Host3 | Host2:
        kind = Host3 if self.transport == 3 else Host2
        return kind(self.line.url, timeout=timeout)

    @contextlib.contextmanager
    def till(self, timeout: float = 3.0) -> Iterator[Host3 | Host2]:
        with self.host(timeout) as host:
            begin(host)
            yield host

    @property
    def hits(self) -> int:
        return sum(row["hits"] for row in self.troubles.report())

    @property
    def receipts(self) -> list[int]:
        """Totals of the receipts in the archive."""
        return [document.meta.total for document in self.device.documents if document.meta.type == 3]


def begin(host: Host3 | Host2) -> None:
    """To an open shift and no receipt, whatever was before."""
    if host.ask("3F")[22]:
        host.ask("59")
    host.ask("48")
    host.ok(MODE[1])
    host.ask("9A 00")


def sell(host: Host3 | Host2) -> None:
    for command in SALE:
        host.ok(command)


@contextlib.contextmanager
def bench(folder: Path, *, transport: int = 3, pty: bool = False, wall: Wall | None = None) -> Iterator[Bench]:
    troubles = Troubles()
    with VirtualDevice(folder / "device", faults=troubles, clock=wall or datetime.datetime.now) as device:
        line = serve_pty(device, folder / "tty", transport=transport) if pty else serve_tcp(device, transport=transport)
        with line:
            troubles.rig = Rig(device, line)
            try:
                yield Bench(device, line, troubles, transport)
            finally:
                troubles.clear()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def impatient(host: Host3 | Host2) -> None:
    if isinstance(host.line, serial.Serial):
        host.line.timeout = QUICK
    else:
        host.line.set_timeout(QUICK)


def no_answer(host: Host3 | Host2, command: str) -> None:
    impatient(host)
    with pytest.raises(GONE):
        host.ask(command)
