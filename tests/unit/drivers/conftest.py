"""A virtual device on a real line, and a driver at its other end."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from devices.commands import Baseline, Cashier, Command, FiscalData, OpenShift, Result
from devices.drivers import connect
from devices.drivers.atol import modes
from devices.drivers.atol.driver import AtolDriver
from devices.drivers.base import Endpoint
from devices.ffd import DocumentType
from devices.protocol.atol import transport2, transport3
from devices.protocol.atol.session import Reply
from devices.simulator.device import VirtualDevice
from devices.simulator.faults import Faults
from devices.simulator.running import serve_pty, serve_tcp

CASHIER = Cashier(name="Иванова А. П.", inn="123654789507")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 11, 20, 9, 0)

    def __call__(self) -> datetime.datetime:
        return self.now


@dataclass
class Shop:
    """One register: the device itself, its line, and a driver connected to it."""

    device: VirtualDevice
    url: str
    clock: Clock
    transport: int
    driver: AtolDriver
    baselines: list[Baseline] = field(default_factory=list)

    def run(self, command: Command) -> Result:
        return self.driver.run(command, fence=self.baselines.append)

    def open(self) -> None:
        self.driver.run(OpenShift(cashier=CASHIER))

    def reconnect(self) -> None:
        self.driver.close()
        self.driver = driver_of(self.url, self.transport)

    def receipts(self) -> list[int]:
        """Totals of all receipts and corrections in the fiscal storage."""
        kinds = (DocumentType.RECEIPT, DocumentType.CORRECTION)
        return [document.meta.total for document in self.device.documents if document.meta.type in kinds]

    def paper(self) -> str:
        self.device.roll._tape.flush()
        return (self.device.directory / "paper" / "paper.txt").read_text(encoding="utf-8")

    def last_document(self) -> FiscalData:
        return self.driver.read_document(self.driver.last_document_number())


def driver_of(url: str, transport: int) -> AtolDriver:
    driver = connect(Endpoint(driver="atol", url=url, transport=transport))
    assert isinstance(driver, AtolDriver)
    return driver


OpenShop = Callable[..., Shop]


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[OpenShop]:
    """`open_shop(transport=2, tcp=True, faults=…, ffd="1.05", …)`; everything is closed at the end."""
    with ExitStack() as stack:
        count = iter(range(10))

        def build(*, transport: int = 3, tcp: bool = False, faults: Faults | None = None, **wanted: Any) -> Shop:
            folder = tmp_path / f"device{next(count)}"
            clock = Clock()
            device = stack.enter_context(VirtualDevice(folder, clock=clock, faults=faults, **wanted))
            line = stack.enter_context(
                serve_tcp(device, transport=transport)
                if tcp
                else serve_pty(device, folder / "tty", transport=transport)
            )
            shop = Shop(device, line.url, clock, transport, driver_of(line.url, transport))
            stack.push(lambda *_: shop.driver.close())
            return shop

        yield build


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """A device of FFD 1.2 on a pseudo-terminal, transport 3, with an open shift."""
    built = open_shop()
    built.open()
    return built


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds become tenths: a test waits as often as a worker would, and shorter."""
    monkeypatch.setattr(
        transport3,
        "Timers",
        lambda: _timers3,  # the session asks for its defaults when it is made
    )
    monkeypatch.setattr(transport2, "Timers", lambda: _timers2)
    monkeypatch.setattr(modes, "LONGEST_PAUSE", 0.05)
    for session in (transport2.Session2, transport3.Session3):
        monkeypatch.setattr(session, "exchange", _hurried(session.exchange))


_timers3 = transport3.Timers(hello=0.3, reply=0.1, poll=0.1, courtesy=0.1, questions=1, extensions=0)
_timers2 = transport2.Timers(
    enq=0.1, stx=0.2, ack=0.1, eot=0.05, byte=0.05, collision=0.02, enq_tries=3, frame_tries=3, repeats=2
)


def _hurried(exchange: Callable[..., Reply]) -> Callable[..., Reply]:
    def hurried(self: object, message: bytes, *, timeout: float, **more: bool) -> Reply:
        return exchange(self, message, timeout=min(timeout, 0.6), **more)

    return hurried
