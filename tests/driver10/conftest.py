"""A shop with a virtual device, and a program of driver 10 in front of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from devices import watch
from devices.models import Device, Job
from receipts.api.authentication import wrong_keys
from receipts.api.driver10 import operations, views
from receipts.api.limits import KeyThrottle
from receipts.keys import Scope
from receipts.models import ApiClient
from tests.devices.virtual import OpenShop, Shop, open_shop
from tests.receipts.conftest import new_client

__all__ = ["open_shop"]
ALL = tuple(Scope)
Element = dict[str, Any]


@pytest.fixture(autouse=True)
def quick(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody works the line while a request is asked for: tests do it between two requests."""
    settings.KKT_DRIVER10_DEADLINE = 3600.0
    monkeypatch.setattr(views, "PATIENCE", 0.0)
    monkeypatch.setattr(operations, "SECONDS", 0.0)
    KeyThrottle._buckets.clear()
    wrong_keys.forget()


def basic(key: str, name: str = "till") -> str:
    return "Basic " + base64.b64encode(f"{name}:{key}".encode()).decode()


@dataclass
class Program:
    """Somebody's program: its client and key, and the shop that it sells in."""

    client: ApiClient
    key: str
    device: Device
    shop: Shop | None = None
    first: str = "/requests"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to a request with the program's key; *body* as JSON, bytes and str as they are."""
        KeyThrottle._buckets.clear()
        sent = {"Authorization": basic(self.key), **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        extra = {} if body is None else {"data": data, "content_type": "application/json"}
        return getattr(Client(), method.lower())(path, headers=sent, **extra)

    def post(self, uuid: str, *tasks: Any, path: str = "/requests", **more: Any) -> Any:
        return self.ask("POST", path, {"uuid": uuid, "request": list(tasks), **more})

    def results(self, uuid: str, path: str = "/requests") -> list[Element]:
        found: list[Element] = self.ask("GET", f"{path}/{uuid}").json()["results"]
        return found

    def statuses(self, uuid: str, path: str = "/requests") -> list[str]:
        return [element["status"] for element in self.results(uuid, path)]

    def work(self) -> None:
        """Let the site's worker do all that waits."""
        Job.objects.update(not_before=None)
        watch.look(self.device.site.code)
        self.device.refresh_from_db()

    def do(self, uuid: str, *tasks: Any, path: str = "/requests") -> list[Element]:
        """Post *tasks* and work them; their results."""
        answer = self.post(uuid, *tasks, path=path)
        assert 201 == answer.status_code, answer.content
        self.work()
        return self.results(uuid, path)


OpenProgram = Callable[..., Program]


@pytest.fixture
def open_program(open_shop: OpenShop) -> OpenProgram:
    """`open_program(scopes=…, row={…}, …)`: words go to the virtual device, *row* to the row of the device."""

    def build(*, scopes: tuple[Scope, ...] = ALL, row: dict[str, Any] | None = None, **wanted: Any) -> Program:
        shop = open_shop(row={"default_cashier": "Иванова А. А.", **(row or {})}, **wanted)
        client, key = new_client("Программа кассы", *scopes)
        return Program(client, key, shop.row, shop)

    return build


@pytest.fixture
def program(open_program: OpenProgram) -> Program:
    return open_program()


@pytest.fixture
def paper_program(db: None) -> Program:
    """A program whose device nobody serves: for what is said before anything is done."""
    from tests.factories import make_device

    client, key = new_client("Программа кассы", *ALL)
    return Program(client, key, make_device(identity=None, state=None))


def position(name: str = "Кофе", price: float = 100, quantity: float = 1, **more: Any) -> dict[str, Any]:
    return {
        "type": "position",
        "name": name,
        "price": price,
        "quantity": quantity,
        "amount": price * quantity,
        "tax": {"type": "none"},
        **more,
    }


def sell(*items: dict[str, Any], paid: float | None = None, type: str = "sell", **more: Any) -> dict[str, Any]:
    rows = list(items) or [position()]
    whole = sum(row["amount"] for row in rows if row["type"] == "position")
    return {"type": type, "items": rows, "payments": [{"type": "cash", "sum": whole if paid is None else paid}], **more}
