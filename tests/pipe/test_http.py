"""The face over HTTP: who may, of which device, in which letters, and what is refused before the protocol begins."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import pytest
from django.test import Client, RequestFactory

from devices.models import Device, Job, Site
from devices.pipe_models import PipeSettings
from receipts.api.limits import KeyThrottle
from receipts.api.pipe import wire
from receipts.api.pipe.views import PipeView
from receipts.keys import USUAL_SCOPES, Scope
from receipts.models import ApiClient
from tests.pipe.shop import message, sale
from tests.receipts.conftest import new_client

pytestmark = pytest.mark.django_db
READY = {"response": "готово", "error": "", "error_code": 0}


def make(site: str, number: int) -> Device:
    """A device that answers without being there."""
    home, _ = Site.objects.get_or_create(code=site, defaults={"name": site})
    device = Device.objects.create(site=home, name=f"till {number}", url="/dev/null", number=number)
    PipeSettings.objects.create(device=device, dry_run=True)
    return device


@pytest.fixture
def device(quick: None) -> Device:
    return make("shop", 1)


@pytest.fixture
def key(device: Device) -> str:
    return new_client("Касса")[1]


def post(body: bytes, key: str = "", *, path: str = "/atol/", **more: Any) -> Any:
    headers = {"Authorization": f"Bearer {key}", **more.pop("headers", {})} if key else more.pop("headers", {})
    kind = more.pop("content_type", "application/json")
    return Client().post(path, data=body, content_type=kind, headers=headers, **more)


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


@pytest.mark.parametrize("path", ["/atol/", "/atol", "/atol/shop/", "/atol/shop"])
def test_a_command_is_taken_with_and_without_a_slash_and_for_a_site(key: str, path: str) -> None:
    answer = post(message("XREPORT"), key, path=path)

    assert (200, READY) == (answer.status_code, answer.json())
    assert ("application/json", "no-store") == (answer["Content-Type"], answer["Cache-Control"])


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded", "x"])
def test_whatever_the_body_calls_itself_it_is_read(key: str, kind: str) -> None:
    assert READY == post(message("XREPORT"), key, content_type=kind).json()


def test_a_body_in_chunks_without_a_length_is_read(key: str) -> None:
    request = RequestFactory().post(
        "/atol/", headers={"Authorization": f"Bearer {key}", "Transfer-Encoding": "chunked"}
    )
    request.META |= {"wsgi.input": io.BytesIO(message("XREPORT")), "CONTENT_LENGTH": ""}

    assert READY == json.loads(PipeView.as_view()(request).content)


def test_the_key_may_be_the_password_of_any_name(key: str) -> None:
    told = [post(message("XREPORT"), headers=basic(name, key)) for name in ("", "till", "касса")]

    assert [READY] * 3 == [each.json() for each in told]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer kkt_live_00000000_" + "x" * 43},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic"},
        {"Authorization": "Basic ???"},
        {"Authorization": "Digest x"},
        basic("admin", "123"),
    ],
)
def test_without_a_right_key_401_and_an_answer_of_the_protocol(device: Device, headers: dict[str, str]) -> None:
    answer = post(message("XREPORT"), headers=headers)

    assert 401 == answer.status_code
    assert ("", -1) == (answer.json()["response"], answer.json()["error_code"])
    assert "Нужен ключ API" in answer.json()["error"]
    assert "Basic" in answer["WWW-Authenticate"]


def test_a_switched_off_key_is_none(key: str) -> None:
    ApiClient.objects.update(is_active=False)

    assert 401 == post(message("XREPORT"), key).status_code


def test_only_post_is_taken(key: str) -> None:
    answer = Client().get("/atol/", headers={"Authorization": f"Bearer {key}"})

    assert (405, "POST", -1) == (answer.status_code, answer["Allow"], answer.json()["error_code"])


def test_a_page_of_another_site_may_not_send_commands(key: str) -> None:
    foreign = post(message("XREPORT"), headers={**basic("", key), "Origin": "https://evil.example"})
    own = post(message("XREPORT"), headers={**basic("", key), "Origin": "http://testserver"})

    for odd in ("null", "http://[", "ftp://testserver", "http://testserver:80@evil.example"):
        assert 403 == post(message("XREPORT"), headers={**basic("", key), "Origin": odd}).status_code
    assert (403, -1) == (foreign.status_code, foreign.json()["error_code"])
    assert READY == own.json()


def test_too_many_requests_are_slowed_down(key: str, settings: Any) -> None:
    settings.KKT_API_BURST, settings.KKT_API_RATE = 2, 0.01
    KeyThrottle._buckets.clear()
    told = [post(message("XREPORT"), key) for _ in range(3)]

    assert [200, 200, 429] == [each.status_code for each in told]
    assert (-1, True) == (told[2].json()["error_code"], int(told[2]["Retry-After"]) > 1)


def test_wrong_keys_are_made_to_wait_in_the_words_of_the_protocol(device: Device) -> None:
    told = [post(message("XREPORT"), headers=basic("", f"wrong {number}")) for number in range(25)]

    assert 429 == told[-1].status_code
    assert -1 == told[-1].json()["error_code"]


def test_a_message_over_the_limit_is_refused_whole(key: str) -> None:
    answer = post(b"{" + b" " * wire.LARGEST, key)

    assert (413, -1) == (answer.status_code, answer.json()["error_code"])


# Of which device


def test_a_number_means_a_device_of_the_keys_sites_only(device: Device) -> None:
    make("other", 2)
    _, key = new_client("Своя", sites=(device.site,))
    told = [post(message("XREPORT", number=number), key).json()["error"] for number in (1, 2)]

    assert ["", "Устройство с номером 2 не найдено"] == told


def test_the_same_number_at_two_sites_needs_the_site(key: str) -> None:
    make("other", 1)
    told = [post(message("XREPORT"), key, path=path).json() for path in ("/atol/", "/atol/other/", "/atol/none/")]

    assert "несколько" in told[0]["error"]
    assert READY == told[1]
    assert "Устройство с номером 1 не найдено" == told[2]["error"]


def test_a_device_out_of_use_is_told_so(key: str) -> None:
    Device.objects.update(is_enabled=False)

    assert "Касса выключена в настройках." == post(message("XREPORT"), key).json()["error"]


SCOPES = {
    "CASH_REGISTER_INF": Scope.DEVICES_READ,
    "PRINT_TEXT_CHEQUE": Scope.DEVICES_COMMAND,
    "CHEQUE_FULL_CUT": Scope.DEVICES_COMMAND,
    "OPEN_SESSION": Scope.SHIFTS_WRITE,
    "ZREPORT": Scope.SHIFTS_WRITE,
    "XREPORT": Scope.DEVICES_COMMAND,
    "RESET_SUMMARY": Scope.DEVICES_ADMIN,
    "TECH_RESET": Scope.DEVICES_ADMIN,
    "INCOME": Scope.RECEIPTS_CREATE,
    "RETURN": Scope.REFUNDS_CREATE,
    "PRINT_LAST_CHEQUE_COPY": Scope.DEVICES_COMMAND,
}


@pytest.mark.parametrize("comand", SCOPES)
def test_each_command_needs_its_scope(device: Device, comand: str) -> None:
    data = sale() if comand in ("INCOME", "RETURN") else ""
    _, allowed = new_client("Может", SCOPES[comand])
    _, other = new_client("Не может", *(scope for scope in Scope if scope is not SCOPES[comand]))
    told = [post(message(comand, data), key).json() for key in (allowed, other)]

    assert (0, -20005) == (told[0]["error_code"], told[1]["error_code"])
    assert SCOPES[comand].value in told[1]["error"]


def test_the_usual_key_resets_nothing(key: str) -> None:
    assert Scope.DEVICES_ADMIN not in USUAL_SCOPES
    assert [-20005] * 2 == [post(message(each), key).json()["error_code"] for each in ("TECH_RESET", "RESET_SUMMARY")]


# In which letters


def test_windows_1251_is_answered_in_windows_1251(key: str) -> None:
    body = message("INCOME", sale(cash_sm=1)).decode().encode("cp1251")
    answer = post(body, key)

    assert "не хватает денег" in json.loads(answer.content.decode("cp1251"))["error"]


@pytest.mark.parametrize("around", [("\ufeff", ""), ("", "\0\0\0"), ("\r\n ", "\r\n"), ("", " \0\r\n")])
def test_what_stands_around_a_message_is_dropped(key: str, around: tuple[str, str]) -> None:
    assert READY == post(f"{around[0]}{message('XREPORT').decode()}{around[1]}".encode(), key).json()


def test_an_answer_is_laid_out_as_its_request(key: str) -> None:
    asked = json.dumps(json.loads(message("XREPORT")), indent=4)
    answer = post(asked.encode(), key)

    assert '{\n  "response": "готово",\n  "error": "",\n  "error_code": 0\n}' == answer.content.decode()


@pytest.mark.parametrize("text", ['Он сказал: "да"', "обратная \\ косая", "строка\nвторая", "\u2028"])
def test_an_error_with_quotes_in_it_is_still_json(key: str, text: str) -> None:
    told = post(message("INCOME", sale(goods=[{"name": text, "price": 0, "kol": 1, "nds": "ndsNo"}])), key)

    assert -1 == told.json()["error_code"]


# What is no message

BROKEN = {
    "nothing": b"",
    "SHUTDOWN": b"SHUTDOWN",
    "shutdown with zeros": b"shutdown\0\0",
    "no JSON": b'{"comand": ',
    "a list": b"[]",
    "a number": b"5",
    "NaN": message("CASH_INCOME", 5).replace(b"5}", b"NaN}"),
    "a key twice": b'{"comand": "XREPORT", "comand": "ZREPORT"}',
    "too deep": b"[" * 100_000,
    "deeper than anything here": b'{"a": ' * 40 + b"1" + b"}" * 40,
    "a number of a thousand digits": b'{"a": 1' + b"0" * 1000 + b"}",
    "a huge power": b'{"a": 1e999999999}',
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_is_no_message_is_refused_in_words(key: str, body: bytes) -> None:
    answer = post(body, key)

    assert (200, "", -1) == (answer.status_code, answer.json()["response"], answer.json()["error_code"])
    assert answer.json()["error"]
    assert not Job.objects.exists()


def test_shutdown_is_refused_with_its_reason(key: str) -> None:
    assert "SHUTDOWN здесь не принимается" in post(b"SHUTDOWN", key).json()["error"]


def test_a_mistake_of_ours_is_an_outcome_that_nobody_knows(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(asked: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("receipts.api.pipe.comands.run", broken)
    answer = post(message("XREPORT"), key)

    assert (200, -20001) == (answer.status_code, answer.json()["error_code"])


def test_without_its_database_it_says_that_nothing_was_queued(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away(*args: Any, **kwargs: Any) -> Any:
        raise OperationalError

    monkeypatch.setattr("receipts.api.pipe.serving.asked", away)
    answer = post(message("XREPORT"), key)

    assert (503, -1) == (answer.status_code, answer.json()["error_code"])
    assert "ничего не встало" in answer.json()["error"]
