"""Who is let in: keys as passwords, networks that are named, pages of named origins, and how much may be sent."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import Client

from devices.models import Job
from receipts.api.driver10.access import networks
from receipts.api.limits import KeyThrottle
from receipts.keys import Scope
from receipts.models import TaskRequest
from tests.driver10.conftest import Program, basic, sell
from tests.receipts.conftest import new_client

pytestmark = pytest.mark.django_db
BODY = json.dumps({"uuid": "a", "request": {"type": "reportX"}})


def get(path: str = "/stat/requests", address: str = "127.0.0.1", **headers: str) -> Any:
    return Client().get(
        path, headers={name.replace("_", "-"): value for name, value in headers.items()}, REMOTE_ADDR=address
    )


@pytest.mark.parametrize("scheme", ["basic", "Basic", "bearer"])
def test_a_key_is_a_password_or_a_bearer(paper_program: Program, scheme: str) -> None:
    word = basic(paper_program.key).replace("Basic", scheme) if scheme != "bearer" else f"Bearer {paper_program.key}"

    assert 200 == get(Authorization=word).status_code


@pytest.mark.parametrize(
    "word",
    ["", "Basic", "Basic !!!", basic("wrong"), "Bearer wrong", "Digest x", basic("", name="key"), "Basic dGlsbA=="],
)
@pytest.mark.parametrize("path", ["/stat/requests", "/requests/a", "/api/v2/requests/a", "/api/v2/devices"])
def test_without_a_good_key_the_answer_is_401_in_the_servers_words(
    paper_program: Program, word: str, path: str
) -> None:
    answer = get(path, Authorization=word)

    assert 401 == answer.status_code
    assert {"error": {"code": 505, "description": "unauthorized"}} == answer.json()
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_wrong_keys_are_made_to_wait(paper_program: Program) -> None:
    codes = [get(Authorization=basic("wrong")).status_code for _ in range(22)]

    assert {401, 429} == set(codes)
    assert 200 == get(Authorization=basic(paper_program.key)).status_code


def test_a_network_that_is_named_needs_no_key_and_is_its_client(paper_program: Program, settings: Any) -> None:
    settings.KKT_DRIVER10_NETWORKS = ["192.168.1.0/24=Программа кассы"]

    assert 200 == get(address="192.168.1.7").status_code
    assert 200 == get(address="::ffff:192.168.1.7").status_code
    assert 401 == get(address="192.168.2.7").status_code
    assert 401 == get(address="192.168.1.7", Authorization=basic("wrong")).status_code
    Client().post("/requests", BODY, content_type="text/plain", REMOTE_ADDR="192.168.1.7")
    assert paper_program.client == TaskRequest.objects.get().client


@pytest.mark.parametrize(
    "entry", ["192.168.1.0/24", "192.168.1.0/24=Никто", "office=Программа кассы", "=Программа кассы"]
)
def test_an_entry_that_names_nobody_lets_nobody_in(
    paper_program: Program, settings: Any, entry: str, caplog: pytest.LogCaptureFixture
) -> None:
    settings.KKT_DRIVER10_NETWORKS = [entry]
    networks.cache_clear()

    assert 401 == get(address="192.168.1.7").status_code
    found = {message.id for message in run_checks(include_deployment_checks=True, databases=["default"])}
    assert {"kktoffice.W009", "kktoffice.W010"} <= found


def test_a_switched_off_client_lets_nobody_in(paper_program: Program, settings: Any) -> None:
    settings.KKT_DRIVER10_NETWORKS = ["192.168.1.0/24=Программа кассы"]
    paper_program.client.is_active = False
    paper_program.client.save()

    assert 401 == get(address="192.168.1.7").status_code


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_IP"])
def test_behind_a_proxy_that_is_not_trusted_nobody_comes_without_a_key(
    paper_program: Program, settings: Any, header: str
) -> None:
    settings.KKT_DRIVER10_NETWORKS = ["192.168.1.0/24=Программа кассы"]

    assert 401 == get(address="192.168.1.7", **{header: "203.0.113.7"}).status_code


@pytest.mark.parametrize(
    ("peer", "forwarded", "status"),
    [
        ("192.168.1.2", "192.168.1.7", 200),
        ("192.168.1.2", "192.168.1.7:5000", 200),
        ("192.168.1.2", "203.0.113.7", 401),
        ("192.168.1.2", "203.0.113.7, 192.168.1.7", 401),  # a proxy at a till, for a stranger
        ("192.168.1.2", "", 401),  # the proxy itself, or one that says nothing
        ("192.168.1.7", "192.168.1.8", 401),  # past the proxy, with words of its own
        ("192.168.1.7", "", 200),
    ],
)
def test_behind_a_trusted_proxy_only_those_come_without_a_key_whose_whole_way_is_known(
    paper_program: Program, settings: Any, peer: str, forwarded: str, status: int
) -> None:
    settings.KKT_TRUSTED_PROXIES = ["192.168.1.2"]
    settings.KKT_DRIVER10_NETWORKS = ["192.168.1.0/24=Программа кассы"]
    headers = {"X_Forwarded_For": forwarded, "X_Real_IP": "192.168.1.7"} if forwarded else {}

    assert status == get(address=peer, **headers).status_code


def test_no_network_is_open_unless_it_is_named(paper_program: Program) -> None:
    assert 401 == get().status_code
    found = {message.id for message in run_checks(include_deployment_checks=True, databases=["default"])}
    assert not {"kktoffice.W009", "kktoffice.W010"} & found


def test_a_page_of_another_origin_sells_nothing(paper_program: Program, settings: Any) -> None:
    settings.KKT_DRIVER10_NETWORKS = ["127.0.0.0/8=Программа кассы"]
    for headers in ({}, {"Authorization": basic(paper_program.key)}):
        answer = Client().post(
            "/requests", BODY, content_type="text/plain", headers={"Origin": "https://evil.example", **headers}
        )

        assert 403 == answer.status_code
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert not Job.objects.exists()


def test_a_page_of_our_own_may_ask(paper_program: Program) -> None:
    answer = get(Origin="http://testserver", Authorization=basic(paper_program.key))

    assert 200 == answer.status_code


def test_a_named_origin_is_answered_as_browsers_ask(paper_program: Program, settings: Any) -> None:
    settings.KKT_DRIVER10_ORIGINS = ["https://crm.example.org"]
    asked = {
        "Origin": "https://crm.example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Private-Network": "true",
    }

    preflight = Client().options("/requests", headers=asked)
    answer = paper_program.ask("POST", "/requests", BODY, Origin="https://crm.example.org")
    refused = get(Origin="https://crm.example.org")

    assert 204 == preflight.status_code
    assert "true" == preflight.headers["Access-Control-Allow-Private-Network"]
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    assert 201 == answer.status_code
    assert 401 == refused.status_code
    assert {"https://crm.example.org"} == {
        each.headers["Access-Control-Allow-Origin"] for each in (preflight, answer, refused)
    }
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    ("task", "scope"),
    [
        (sell(), Scope.RECEIPTS_CREATE),
        (sell(type="sellReturn"), Scope.REFUNDS_CREATE),
        ({"type": "sellCorrection"}, Scope.REFUNDS_CREATE),
        ({"type": "openShift"}, Scope.SHIFTS_WRITE),
        ({"type": "getShiftStatus"}, Scope.SHIFTS_READ),
        ({"type": "getDeviceStatus"}, Scope.DEVICES_READ),
        ({"type": "cashOut", "cashSum": 10}, Scope.DEVICES_COMMAND),
        ({"type": "setDateTime", "dateTime": "2026.01.01 10:00:00"}, Scope.DEVICES_COMMAND),
    ],
)
def test_a_key_needs_the_scope_of_each_task(paper_program: Program, task: dict[str, Any], scope: Scope) -> None:
    others = [each for each in Scope if each is not scope]
    client, key = new_client("Другая", *others)

    answer = Program(client, key, paper_program.device).post("a", task)

    assert 403 == answer.status_code
    assert scope.value in answer.json()["error"]["description"]
    assert not TaskRequest.objects.exists()
    assert not Job.objects.exists()


def test_too_many_requests_of_a_key_are_told_to_wait(paper_program: Program, settings: Any) -> None:
    settings.KKT_API_BURST, settings.KKT_API_RATE = 3, 0.1
    KeyThrottle._buckets.clear()
    answers = [get(Authorization=basic(paper_program.key)) for _ in range(5)]

    assert 200 == answers[0].status_code
    assert 429 == answers[-1].status_code
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_a_body_of_over_a_megabyte_is_refused_before_it_is_read(paper_program: Program) -> None:
    answer = paper_program.ask("POST", "/requests", b'{"uuid":"a"' + b" " * 2**20 + b"}")

    assert 413 == answer.status_code
    assert 505 == answer.json()["error"]["code"]


def chunked(key: str, body: bytes) -> Any:
    """A POST whose body ends where it ends, as a server hands it over."""
    unmeasured: Any = {"CONTENT_LENGTH": "", "wsgi.input": io.BytesIO(body)}
    headers = {"Authorization": basic(key), "Transfer-Encoding": "chunked"}
    return Client().generic("POST", "/requests", headers=headers, **unmeasured)


def test_a_body_may_come_in_chunks_without_its_length(paper_program: Program) -> None:
    assert 201 == chunked(paper_program.key, BODY.encode()).status_code
    assert 413 == chunked(paper_program.key, b" " * (2**20 + 1)).status_code
    assert 400 == chunked(paper_program.key, b"").status_code


def test_more_than_a_hundred_tasks_are_refused(paper_program: Program) -> None:
    answer = paper_program.post("a", *[{"type": "lineFeed"}] * 101, path="/api/v2/requests")

    assert 400 == answer.status_code
    assert not Job.objects.exists()


def test_a_wrong_host_is_told_as_json(paper_program: Program) -> None:
    answer = Client().get("/requests/a", headers={"Host": "unknown.example"})

    assert 400 == answer.status_code
    assert "json" in answer.headers["Content-Type"]


def test_no_answer_is_kept_by_a_proxy(paper_program: Program) -> None:
    assert "no-store" == get(Authorization=basic(paper_program.key)).headers["Cache-Control"]
