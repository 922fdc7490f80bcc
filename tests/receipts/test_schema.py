"""OpenAPI at /api/schema/, the page at /api/docs/, and real answers against both."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from devices.errors import ErrorCode
from devices.models import Device, Job, Shift
from receipts.api.schema import document_in
from receipts.api.v1 import examples
from receipts.api.v1.command_requests import COMMAND_REQUESTS
from receipts.checks import FaultCode
from receipts.keys import Scope
from receipts.wording import FAULTS, PROBLEMS
from tests.factories import make_user
from tests.receipts.conftest import Send, new_client, sale, sender
from tests.receipts.documents import registered

pytestmark = pytest.mark.django_db


def valid(component: str, value: Any) -> None:
    """Raises where *value* is not what the schema says."""
    document = document_in("en")
    schema = {"$ref": f"#/components/schemas/{component}", "components": document["components"]}
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(value)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_schema_is_valid_openapi_3_1(language: str) -> None:
    answer = Client().get("/api/schema/", headers={"Accept-Language": language})

    assert ("application/json", "3.1.0") == (answer["Content-Type"], answer.json()["openapi"])
    OpenAPIV31SpecValidator(answer.json()).validate()


def test_the_schema_is_there_as_yaml() -> None:
    answer = Client().get("/api/schema/?format=yaml")

    assert Client().get("/api/schema/").json() == yaml.safe_load(answer.content)


@pytest.mark.parametrize("accept", ["text/html", "*/*", "application/xml", ""])
def test_the_schema_answers_whatever_a_client_accepts(accept: str) -> None:
    assert 200 == Client().get("/api/schema/", headers={"Accept": accept}).status_code


def test_making_the_schema_warns_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")

    assert "Warning" not in capsys.readouterr().err


def test_every_endpoint_is_described_with_its_problems() -> None:
    for path, methods in document_in("en")["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], (method, path)
            assert {"401", "403", "429"} <= set(operation["responses"])
            assert [{"apiKey": []}] == operation["security"]


def test_answers_are_what_the_schema_says(send: Send, device: Device) -> None:
    made = send("POST", "receipts/", sale(device, taxation="osn")).json()
    valid("ReceiptAnswer", made)
    registered(Job.objects.get())
    valid("ReceiptAnswer", send("GET", made["links"]["self"]).json())
    valid("ReceiptPage", send("GET", "receipts/?limit=1").json())
    valid("DeviceListAnswer", send("GET", "devices/").json())
    Device.objects.update(hold_code="paper_out")
    valid("DeviceAnswer", send("GET", f"devices/{device.pk}/").json())
    _, key = new_client("Полный", *Scope)
    for body in examples.COMMANDS.values():
        valid("CommandAnswer", sender(key)("POST", f"devices/{device.pk}/commands/", body).json())
    valid("ShiftPage", send("GET", "shifts/").json())
    valid("ShiftAnswer", send("GET", f"shifts/{Shift.objects.get().pk}/").json())
    valid("ProblemAnswer", send("POST", "receipts/", {"tr_id": 1}).json())
    valid("ProblemAnswer", send("POST", "receipts/", sale(device)).json())
    valid("ProblemAnswer", send("DELETE", made["links"]["self"]).json())


@pytest.mark.parametrize("name", ["SALE", "PHARMACY", "DISCOUNT", "MARKED", "RETURN", "CORRECTION"])
def test_examples_of_receipts_are_accepted(send: Send, device: Device, name: str) -> None:
    body = getattr(examples, name)
    valid("ReceiptRequest", body)
    target: dict[str, Any] = {} if "site" in body else {"device": device.pk}
    sent = {key: value for key, value in body.items() if key != "deadline"} | target

    assert 202 == send("POST", "receipts/", sent).status_code, send("POST", "receipts/", sent).json()


@pytest.mark.parametrize("kind", COMMAND_REQUESTS)
def test_examples_of_commands_are_accepted(device: Device, kind: str) -> None:
    _, key = new_client("Полный", *Scope)
    valid("CommandRequest", examples.COMMANDS[kind])

    assert 202 == sender(key)("POST", f"devices/{device.pk}/commands/", examples.COMMANDS[kind]).status_code


def test_examples_of_answers_are_what_the_schema_says() -> None:
    valid("ReceiptAnswer", examples.REGISTERED)
    valid("ReceiptAnswer", examples.QUEUED)
    valid("ProblemAnswer", examples.FAULTY)
    valid("ProblemAnswer", examples.CONFLICT)


def test_every_fault_has_its_sentence() -> None:
    assert set(FaultCode) == set(FAULTS)


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_page_explains_every_endpoint_code_and_object(language: str) -> None:
    page = Client().get("/api/docs/", headers={"Accept-Language": language}).content.decode()
    anchors = set(re.findall(r' id="([^"]+)"', page))
    links = set(re.findall(r' href="#([^"]+)"', page))

    assert links <= anchors
    assert {f"problem-{code}" for code in PROBLEMS} <= anchors
    assert {"register_receipt", "ReceiptRequest", "ProblemAnswer"} <= anchors
    assert all(f"<code>{code}</code>" in page for code in [*FaultCode, *ErrorCode])
    assert len(anchors) == len(re.findall(r' id="([^"]+)"', page))


def test_the_page_keeps_to_the_policy_and_loads_nothing_from_elsewhere() -> None:
    answer = Client().get("/api/docs/")
    page = answer.content.decode()

    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page)
    assert not [link for link in re.findall(r'(?:src|href)="([^"]+)"', page) if link.startswith(("http", "//"))]


def test_examples_on_the_page_are_escaped() -> None:
    from receipts.api.highlight import pretty

    assert '<span class="name">&quot;a&quot;</span>: &quot;&lt;b&gt;&quot;' in pretty('{\n"a": "<b>"\n}')


@pytest.mark.parametrize(
    ("method", "path"), [("post", "/api/docs/"), ("post", "/api/schema/"), ("put", "/api/schema/")]
)
def test_both_are_read_only(method: str, path: str) -> None:
    assert 405 == getattr(Client(), method)(path).status_code


@pytest.mark.parametrize("path", ["/api/", "/api/v3/x", "/api/v3/x/", "/api/v1/", "/api/v1/receipt/", "/api/%00"])
def test_an_unknown_address_is_a_problem(path: str) -> None:
    for answer in (
        Client().get(path),
        Client(enforce_csrf_checks=True).post(path, "{}", content_type="application/json"),
    ):
        assert (404, "application/problem+json") == (answer.status_code, answer["Content-Type"])
        assert "not_found" == answer.json()["code"]


def test_a_forgotten_slash_is_named() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/api/v1/receipts?wait=1", "{}", content_type="application/json")

    assert (404, "slash_missing") == (answer.status_code, answer.json()["code"])
    assert "/api/v1/receipts/" in answer.json()["detail"]


def test_the_page_of_the_api_leads_back_to_the_office(client: Client) -> None:
    stranger = client.get("/api/docs/").content.decode()
    client.force_login(make_user())
    known = client.get("/api/docs/").content.decode()

    assert ("Войти" in stranger, "На\u00a0«Сегодня»" in known) == (True, True)
    assert 'class="api__back"><a href="/"' in known


def test_the_page_tells_programs_of_the_old_services_where_to_go() -> None:
    page = Client().get("/api/docs/").content.decode()

    assert [] == [path for path in ("atol/", "requests", "api/v2") if f"http://testserver/{path}" not in page]
