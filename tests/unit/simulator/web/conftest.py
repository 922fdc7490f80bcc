"""The web front on a virtual device, and a client that is nobody's: http.client and json."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from devices.simulator.device import VirtualDevice
from devices.simulator.trouble.fault import Rig
from devices.simulator.trouble.troubles import Troubles
from devices.simulator.web.http import WebFront

FINAL = ("ready", "error", "interrupted", "canceled")
OPEN_SHIFT = {"type": "openShift", "operator": {"name": "Смирнова А. П.", "vatin": "123654789507"}}
TEA: dict[str, Any] = {
    "type": "position",
    "name": "Чай",
    "price": 100.1,
    "quantity": 3,
    "amount": 300.3,
    "tax": {"type": "vat10"},
}
SELL: dict[str, Any] = {"type": "sell", "items": [TEA], "payments": [{"type": "cash", "sum": 500}]}


@dataclass
class Shop:
    """*front* is replaced when a test starts the server anew."""

    device: VirtualDevice
    front: WebFront
    troubles: Troubles
    count: int = field(default=0)

    def ask(self, method: str, path: str, data: Any = None, **headers: str) -> tuple[int, str]:
        """Status and body. Raises what http.client raises when the server says nothing."""
        body = data if isinstance(data, bytes | None) else json.dumps(data).encode()
        connection = http.client.HTTPConnection(*self.front.address, timeout=10)
        try:
            connection.request(method, path, body, headers)
            with connection.getresponse() as answer:
                return answer.status, answer.read().decode()
        finally:
            connection.close()

    def results(self, uuid: str, home: str = "/requests") -> list[dict[str, Any]]:
        status, body = self.ask("GET", f"{home}/{uuid}")
        assert status == 200, body
        found: list[dict[str, Any]] = json.loads(body)["results"]
        return found

    def wait(self, uuid: str, home: str = "/requests", *, until: tuple[str, ...] = FINAL) -> list[dict[str, Any]]:
        end = time.monotonic() + 10
        while True:
            found = self.results(uuid, home)
            if all(each["status"] in until for each in found):
                return found
            assert time.monotonic() < end, found
            time.sleep(0.01)

    def do(self, *tasks: Any, home: str = "/requests") -> list[dict[str, Any]]:
        """Put a request in line and wait for its end."""
        self.count += 1
        status, body = self.ask("POST", home, {"uuid": f"u{self.count}", "request": list(tasks)})
        assert status == 201, body
        return self.wait(f"u{self.count}", home)


OpenShop = Callable[..., Shop]


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[OpenShop]:
    """`open_shop(api="1", account="till:secret", ffd="1.05")`; everything is stopped at the end."""
    with ExitStack() as stack:

        def build(*, api: str = "both", account: str = "", **wanted: Any) -> Shop:
            troubles = Troubles()
            device = stack.enter_context(VirtualDevice(tmp_path / "device", faults=troubles, **wanted))
            troubles.rig = Rig(device)
            front = stack.enter_context(WebFront(device, api=api, account=account, retry=0.05))
            return Shop(device, front, troubles)

        yield build


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    """Both generations, nobody is asked who they are, an open shift."""
    built = open_shop()
    built.do(OPEN_SHIFT)
    return built
