"""API keys: who gets in, what is kept, how a key is made."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver

from devices.models import Device, JournalEntry, Site
from receipts.api.authentication import wrong_keys
from receipts.keys import USUAL_SCOPES, Scope, client_of, renew
from receipts.models import ApiClient
from tests.receipts.conftest import Send, new_client, sale, sender

pytestmark = pytest.mark.django_db

ENDPOINTS = [
    "receipts/",
    "receipts/0b0e6f9e-6a55-4f5c-9f6e-2f6f3f5b9a11/",
    "receipts/0b0e6f9e-6a55-4f5c-9f6e-2f6f3f5b9a11/decision/",
    "devices/",
    "devices/1/",
    "devices/1/commands/",
    "commands/0b0e6f9e-6a55-4f5c-9f6e-2f6f3f5b9a11/",
    "shifts/",
    "shifts/1/",
]


def test_the_list_of_endpoints_is_whole() -> None:
    from receipts.api.v1.urls import urlpatterns

    assert len(urlpatterns) == len(ENDPOINTS)
    assert get_resolver()


@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("method", ["get", "post", "delete", "put"])
def test_without_a_key_nothing_answers(path: str, method: str) -> None:
    answer = Client().generic(method.upper(), f"/api/v1/{path}", "{}", content_type="application/json")

    assert (401, "key_missing", "Bearer") == (answer.status_code, answer.json()["code"], answer["WWW-Authenticate"])


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer x",
        "Bearer kkt_live_00000000_" + "x" * 43,
        "Basic a2V5",
        "Token kkt",
        "Bearer \xff",
        "bearer  ",
        "Bearer kkt_live_00000000_" + "x" * 10_000,
    ],
)
def test_a_wrong_key_does_not_get_in(header: str, shop: ApiClient) -> None:
    answer = Client().get("/api/v1/devices/", headers={"Authorization": header})

    assert (401, "key_wrong") == (answer.status_code, answer.json()["code"])
    assert answer["WWW-Authenticate"].startswith("Bearer")


def test_a_key_of_the_right_prefix_and_another_secret_does_not_get_in(client_and_key: tuple[ApiClient, str]) -> None:
    _, key = client_and_key
    other = key[:-1] + ("A" if key[-1] != "A" else "B")

    assert client_of(key) is not None
    assert client_of(other) is None


def test_a_key_that_is_switched_off_does_not_get_in(client_and_key: tuple[ApiClient, str]) -> None:
    client, key = client_and_key
    ApiClient.objects.filter(pk=client.pk).update(is_active=False)

    assert 401 == sender(key)("GET", "devices/").status_code


def test_a_new_key_ends_the_old_one(client_and_key: tuple[ApiClient, str]) -> None:
    client, old = client_and_key
    new = renew(client)
    client.save()

    assert client_of(old) is None
    assert client_of(new) == client


def test_the_key_itself_is_nowhere_in_the_database(client_and_key: tuple[ApiClient, str]) -> None:
    client, key = client_and_key
    secret = key.rsplit("_", 1)[-1] if key.count("_") == 3 else key.split("_", 3)[3]

    assert secret not in str(ApiClient.objects.values().get(pk=client.pk))


def test_use_is_noted(send: Send, shop: ApiClient) -> None:
    send("GET", "devices/")
    shop.refresh_from_db()

    assert shop.last_used_at is not None


NEEDS: list[tuple[str, str, Any, Scope]] = [
    ("GET", "receipts/", None, Scope.RECEIPTS_READ),
    ("POST", "receipts/", {"type": "sell"}, Scope.RECEIPTS_CREATE),
    ("POST", "receipts/", {"type": "sell_return"}, Scope.REFUNDS_CREATE),
    ("GET", "devices/", None, Scope.DEVICES_READ),
    ("GET", "devices/{pk}/", None, Scope.DEVICES_READ),
    ("POST", "devices/{pk}/commands/", {"type": "close_shift"}, Scope.SHIFTS_WRITE),
    ("POST", "devices/{pk}/commands/", {"type": "cash_in"}, Scope.DEVICES_COMMAND),
    ("GET", "shifts/", None, Scope.SHIFTS_READ),
]


@pytest.mark.parametrize(("method", "path", "body", "scope"), NEEDS)
def test_each_door_needs_its_scope(device: Device, method: str, path: str, body: Any, scope: Scope) -> None:
    _, without = new_client("Без права", *(each for each in Scope if each is not scope))
    _, with_it = new_client("С правом", scope)
    path = path.format(pk=device.pk)
    refused = sender(without)(method, path, body)

    assert (403, "scope_missing", scope.value) == (
        refused.status_code,
        refused.json()["code"],
        refused.json()["scope"],
    )
    assert sender(with_it)(method, path, body).status_code in (200, 202, 422)


def test_too_many_requests_are_told_to_wait(client_and_key: tuple[ApiClient, str], settings: Any) -> None:
    settings.KKT_API_BURST, settings.KKT_API_RATE = 2, 0.5
    from receipts.api.limits import KeyThrottle

    client, key = client_and_key
    KeyThrottle._buckets.pop(client.pk, None)
    answers = [Client().get("/api/v1/devices/", headers={"Authorization": f"Bearer {key}"}) for _ in range(3)]

    assert [200, 200, 429] == [answer.status_code for answer in answers]
    assert ("too_many_requests", "2") == (answers[2].json()["code"], answers[2]["Retry-After"])


def test_wrong_keys_from_one_address_are_told_to_wait_and_right_ones_are_not(
    client_and_key: tuple[ApiClient, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(wrong_keys, "clock", lambda: now[0])

    def ask(key: str, address: str = "203.0.113.7") -> Any:
        return Client(REMOTE_ADDR=address).get("/api/v1/devices/", headers={"Authorization": f"Bearer {key}"})

    assert [401] * wrong_keys.tries == [ask("x").status_code for _ in range(wrong_keys.tries)]
    refused = ask("kkt_live_00000000_" + "x" * 43)
    assert (429, "too_many_wrong_keys", "6") == (refused.status_code, refused.json()["code"], refused["Retry-After"])
    assert "Подождите 6 с" in refused.json()["detail"]
    assert (200, 401) == (ask(client_and_key[1]).status_code, ask("x", "203.0.113.8").status_code)
    now[0] += 6
    assert (401, 429) == (ask("x").status_code, ask("x").status_code)


def test_guessing_stands_in_the_log_once_a_minute(db: None, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(wrong_keys.tries + 5):
        Client(REMOTE_ADDR="203.0.113.99").get("/api/v1/devices/", headers={"Authorization": "Bearer x"})

    assert ["too many wrong API keys from 203.0.113.99"] == [record.getMessage() for record in caplog.records]


def test_what_a_client_asked_for_says_where_it_came_from(send: Send, device: Device) -> None:
    answer = send("POST", "receipts/", sale(device), REMOTE_ADDR="203.0.113.7")
    queued = json.loads(JournalEntry.objects.get(kind="job.queued").after)

    assert 16 == len(answer["X-Request-Id"])
    assert ("203.0.113.7", answer["X-Request-Id"]) == (queued["ip"], queued["request_id"])


def test_the_command_shows_a_working_key_once(site: Site) -> None:
    out = io.StringIO()
    call_command("create_api_key", "CRM", "--site", "main", "--key-only", stdout=out)
    client = client_of(out.getvalue().strip())

    assert client is not None
    assert ("CRM", [site], [scope.value for scope in USUAL_SCOPES]) == (
        client.name,
        list(client.sites.all()),
        client.scopes,
    )


def test_the_command_limits_scopes_and_renews() -> None:
    first, second = io.StringIO(), io.StringIO()
    call_command("create_api_key", "CRM", "--scope", "devices:read", "--key-only", stdout=first)
    call_command("create_api_key", "CRM", "--renew", "--key-only", stdout=second)
    client = client_of(second.getvalue().strip())

    assert client_of(first.getvalue().strip()) is None
    assert client is not None
    assert ["devices:read"] == client.scopes


@pytest.mark.parametrize("words", [["CRM"], ["Нет такого", "--renew"], ["Новый", "--site", "nowhere"]])
def test_the_command_refuses_what_makes_no_sense(words: list[str]) -> None:
    new_client("CRM")
    with pytest.raises(CommandError):
        call_command("create_api_key", *words)


def test_the_admin_shows_a_new_key_once(db: None) -> None:
    User.objects.create_superuser("root", password="x")
    browser = Client()
    browser.login(username="root", password="x")
    page = browser.post(
        "/admin/receipts/apiclient/add/", {"name": "1С", "scopes": ["devices:read"], "is_active": "on"}, follow=True
    )
    shown = page.content.decode()
    key = shown[shown.index("kkt_live_") :][: len("kkt_live_00000000_") + 43]
    again = browser.get("/admin/receipts/apiclient/").content.decode()

    assert client_of(key) is not None
    assert key not in again
    assert ApiClient.objects.get().key_tail in again


def test_the_admin_renews_a_key(client_and_key: tuple[ApiClient, str]) -> None:
    client, old = client_and_key
    User.objects.create_superuser("root", password="x")
    browser = Client()
    browser.login(username="root", password="x")
    page = browser.post(
        "/admin/receipts/apiclient/", {"action": "renew_key", "_selected_action": [client.pk]}, follow=True
    ).content.decode()

    assert client_of(old) is None
    assert client_of(page[page.index("kkt_live_") :][: len("kkt_live_00000000_") + 43]) == client
