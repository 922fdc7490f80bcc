"""A shop with a register, a client with a key, and requests of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from devices.models import Device, Site
from receipts.api.authentication import wrong_keys
from receipts.api.limits import KeyThrottle
from receipts.keys import USUAL_SCOPES, Scope, renew
from receipts.models import ApiClient

Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def nobody_guessed() -> None:
    """Wrong keys of one test are forgiven before the next."""
    wrong_keys.forget()


@pytest.fixture
def site(db: None) -> Site:
    return Site.objects.create(code="main", name="Главный магазин", heartbeat_at=timezone.now())


@pytest.fixture
def device(site: Site) -> Device:
    return Device.objects.create(site=site, name="Касса 1", url="/dev/null", default_cashier="Иванова А. А.")


def new_client(name: str, *scopes: Scope, sites: tuple[Site, ...] = ()) -> tuple[ApiClient, str]:
    """A client with *scopes* (the usual ones if none are named) and its key."""
    client = ApiClient(name=name, scopes=[scope.value for scope in scopes or USUAL_SCOPES])
    key = renew(client)
    client.save()
    client.sites.set(sites)
    return client, key


def sender(key: str) -> Send:
    """send("POST", "receipts/", {...}) as the holder of *key*; a body of str or bytes goes out as it is."""

    def send(method: str, path: str, body: Any = None, **more: Any) -> Any:
        KeyThrottle._buckets.clear()
        where = path if path.startswith("/") else f"/api/v1/{path}"
        headers = {"Authorization": f"Bearer {key}", **more.pop("headers", {})}
        extra = {} if body is None else {"data": body, "content_type": more.pop("content_type", "application/json")}
        call = getattr(Client(raise_request_exception=True), method.lower())
        return call(where, headers=headers, **extra, **more)

    return send


@pytest.fixture
def client_and_key(db: None) -> tuple[ApiClient, str]:
    return new_client("Интернет-магазин")


@pytest.fixture
def shop(client_and_key: tuple[ApiClient, str]) -> ApiClient:
    return client_and_key[0]


@pytest.fixture
def send(client_and_key: tuple[ApiClient, str]) -> Send:
    return sender(client_and_key[1])


def sale(device: Device, /, **changes: Any) -> dict[str, Any]:
    """The issue's own sale, with *changes*; a change to None takes the field away."""
    body: dict[str, Any] = {
        "tr_id": "order-10518",
        "device": device.pk,
        "type": "sell",
        "items": [{"name": "Пакет", "price": "0.70", "quantity": "2", "vat": "none"}],
        "payments": [{"type": "cash", "sum": "1.40"}],
    }
    body |= changes
    return {name: value for name, value in body.items() if value is not None}
