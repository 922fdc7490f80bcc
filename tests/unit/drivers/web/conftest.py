"""A virtual device behind the web server of driver 10, and a driver at the other end of the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from devices.commands import Baseline, Command, OpenShift, Result
from devices.drivers import connect
from devices.drivers.atol_web.channel import WebChannel
from devices.drivers.base import Endpoint
from devices.drivers.driver10.driver import Driver10
from devices.errors import DeviceError
from devices.ffd import DocumentType
from devices.protocol.exchange import Exchange
from devices.simulator.device import VirtualDevice
from devices.simulator.trouble.fault import Rig
from devices.simulator.trouble.troubles import Troubles
from devices.simulator.web.http import WebFront
from tests.unit.drivers.conftest import CASHIER, Clock

GENERATIONS = pytest.mark.parametrize("api", ["1", "2"])


@dataclass
class Shop:
    """*exchanges* is what the driver said since the last `listen`."""

    device: VirtualDevice
    front: WebFront
    troubles: Troubles
    driver: Driver10
    endpoint: Endpoint
    clock: Clock
    baselines: list[Baseline] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    def run(self, command: Command) -> Result:
        return self.driver.run(command, fence=self.baselines.append)

    def ending(self, command: Command) -> DeviceError | None:
        try:
            self.run(command)
        except DeviceError as error:
            return error
        return None

    def listen(self) -> None:
        self.exchanges.clear()
        self.driver.observe(self.exchanges.append)

    def posts(self, word: str) -> list[str]:
        """Requests put in line that hold *word*."""
        told = [each.sent.decode("utf-8", "replace") for each in self.exchanges]
        return [each for each in told if each.startswith("POST") and "/requests" in each and word in each]

    def documents(self) -> list[DocumentType]:
        """Kinds of everything after the registration."""
        return [DocumentType(document.meta.type) for document in self.device.documents[1:]]

    def receipts(self) -> list[int]:
        kinds = (DocumentType.RECEIPT, DocumentType.CORRECTION)
        return [document.meta.total for document in self.device.documents if document.meta.type in kinds]

    def paper(self) -> str:
        self.device.roll._tape.flush()
        return (self.device.directory / "paper" / "paper.txt").read_text(encoding="utf-8")


OpenShop = Callable[..., Shop]


def driver_of(endpoint: Endpoint) -> Driver10:
    driver = connect(endpoint)
    assert isinstance(driver, Driver10)
    return driver


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WebChannel, "patience", 0.4)
    monkeypatch.setattr(WebChannel, "pause", 0.01)


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[OpenShop]:
    """`open_shop(api="1", account="till:secret", endpoint={"login": …}, ffd="1.05")`, with an open shift."""
    with ExitStack() as stack:

        def build(
            *, api: str = "both", account: str = "", query: str = "", login: str = "", password: str = "", **wanted: Any
        ) -> Shop:
            troubles, clock = Troubles(), Clock()
            device = stack.enter_context(VirtualDevice(tmp_path / "device", clock=clock, faults=troubles, **wanted))
            troubles.rig = Rig(device)
            front = stack.enter_context(WebFront(device, api=api, account=account, retry=0.05))
            endpoint = Endpoint(driver="atol_web", url=front.url + query, login=login, password=password)
            shop = Shop(device, front, troubles, driver_of(endpoint), endpoint, clock)
            shop.driver.run(OpenShift(cashier=CASHIER))
            return shop

        yield build


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """The second generation."""
    return open_shop()
