"""POST /api/v1/devices/<id>/commands/, GET and DELETE /api/v1/commands/<id>/"""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from devices.models import Device, Job
from devices.states import JobStatus
from receipts.keys import Scope
from receipts.models import ApiClient
from tests.receipts.conftest import Send, new_client, sale, sender

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        ({"type": "open_shift"}, {"cashier": {"name": "Иванова А. А.", "inn": ""}}),
        (
            {"type": "close_shift", "cashier": {"name": "Петров"}, "shift_number": 118},
            {"cashier": {"name": "Петров", "inn": ""}, "shift_number": 118},
        ),
        ({"type": "x_report"}, {"cashier": {"name": "Иванова А. А.", "inn": ""}}),
        ({"type": "cash_in", "sum": "500"}, {"sum": 50000, "cashier": {"name": "Иванова А. А.", "inn": ""}}),
        ({"type": "cash_out", "sum": "0.01"}, {"sum": 1, "cashier": {"name": "Иванова А. А.", "inn": ""}}),
        (
            {"type": "print_text", "lines": ["Привет", {"text": "x", "font": 2, "align": "right"}]},
            {
                "lines": [
                    {"text": "Привет", "align": "left", "font": 0, "double_width": False, "double_height": False},
                    {"text": "x", "align": "right", "font": 2, "double_width": False, "double_height": False},
                ]
            },
        ),
        ({"type": "copy_last"}, {}),
    ],
    ids=lambda value: value.get("type", "") if "type" in value else "",
)
def test_a_command_stands_in_line(
    send: Send, device: Device, shop: ApiClient, body: dict[str, Any], payload: dict[str, Any]
) -> None:
    answer = send("POST", f"devices/{device.pk}/commands/", body)
    job = Job.objects.get()

    assert (202, "queued", body["type"]) == (answer.status_code, answer.json()["status"], answer.json()["type"])
    assert (body["type"], shop.source) == (job.kind, job.source)
    assert payload == {name: job.payload[name] for name in payload}
    assert answer.json() == send("GET", answer["Location"]).json()


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        ({}, "type", "required"),
        ({"type": "receipt"}, "type", "not_a_choice"),
        ({"type": "tech_reset"}, "type", "not_a_choice"),
        ({"type": 1}, "type", "not_a_choice"),
        ({"type": ["x_report"]}, "type", "not_a_choice"),
        ({"type": "x_report", "sum": "1"}, "sum", "unknown_field"),
        ({"type": "copy_last", "cashier": {"name": "Петров"}}, "cashier", "unknown_field"),
        ({"type": "close_shift", "shift_number": 0}, "shift_number", "too_small"),
        ({"type": "open_shift", "shift_number": 1}, "shift_number", "unknown_field"),
        ({"type": "cash_in"}, "sum", "required"),
        ({"type": "cash_in", "sum": "0"}, "sum", "too_small"),
        ({"type": "cash_in", "sum": 5}, "sum", "number_not_string"),
        ({"type": "cash_out", "sum": "100000000"}, "sum", "bad_format"),
        ({"type": "print_text"}, "lines", "required"),
        ({"type": "print_text", "lines": []}, "lines", "empty"),
        ({"type": "print_text", "lines": [1]}, "lines[0]", "wrong_type"),
        ({"type": "print_text", "lines": ["x"] * 201}, "lines", "too_many"),
        ({"type": "open_shift", "cashier": {}}, "cashier.name", "required"),
        ({"type": "open_shift", "tr_id": 5}, "tr_id", "wrong_type"),
        ({"type": "open_shift", "deadline": "x"}, "deadline", "bad_format"),
    ],
)
def test_a_wrong_command_is_refused_by_path(
    send: Send, device: Device, body: dict[str, Any], path: str, code: str
) -> None:
    answer = send("POST", f"devices/{device.pk}/commands/", json.dumps(body))

    assert 422 == answer.status_code
    assert [(path, code)] == [(error["path"], error["code"]) for error in answer.json()["errors"]]
    assert not Job.objects.exists()


def test_a_tr_id_makes_a_repeat_return_the_first_command(send: Send, device: Device) -> None:
    where = f"devices/{device.pk}/commands/"
    body = {"type": "cash_in", "sum": "500", "tr_id": "float-1"}
    first, again = send("POST", where, body), send("POST", where, body)
    other = send("POST", where, body | {"sum": "600"})
    elsewhere = Device.objects.create(site=device.site, name="Касса 2", url="/dev/null")

    assert (202, 200, 409) == (first.status_code, again.status_code, other.status_code)
    assert first.json()["id"] == again.json()["id"] == other.json()["job"]["id"]
    assert 409 == send("POST", f"devices/{elsewhere.pk}/commands/", body).status_code
    assert 409 == send("POST", "receipts/", sale(device, tr_id="float-1")).status_code
    assert 1 == Job.objects.count()


def test_without_a_tr_id_each_request_is_a_command(send: Send, device: Device) -> None:
    for _ in range(2):
        send("POST", f"devices/{device.pk}/commands/", {"type": "cash_in", "sum": "500"})

    assert 2 == Job.objects.count()


@pytest.mark.parametrize(
    ("kind", "scope"),
    [("open_shift", Scope.SHIFTS_WRITE), ("close_shift", Scope.SHIFTS_WRITE), ("x_report", Scope.DEVICES_COMMAND)],
)
def test_a_command_needs_its_scope(device: Device, kind: str, scope: Scope) -> None:
    _, bare = new_client("Пустой", Scope.DEVICES_READ)
    _, full = new_client("Полный", scope)
    where = f"devices/{device.pk}/commands/"

    assert 403 == sender(bare)("POST", where, {"type": kind}).status_code
    assert 202 == sender(full)("POST", where, {"type": kind}).status_code


def test_a_queued_command_is_taken_back_once(send: Send, device: Device) -> None:
    made = send("POST", f"devices/{device.pk}/commands/", {"type": "x_report"}).json()

    assert "cancelled" == send("DELETE", made["links"]["self"]).json()["status"]
    assert 409 == send("DELETE", made["links"]["self"]).status_code
    assert JobStatus.CANCELLED == Job.objects.get().status


def test_only_its_own_client_sees_a_command(send: Send, device: Device) -> None:
    made = send("POST", f"devices/{device.pk}/commands/", {"type": "x_report"}).json()
    receipt = send("POST", "receipts/", sale(device)).json()
    _, key = new_client("Чужой", *Scope)

    assert [404, 404] == [sender(key)(method, made["links"]["self"]).status_code for method in ("GET", "DELETE")]
    assert [404, 404] == [send("GET", f"commands/{each}/").status_code for each in (uuid.uuid4(), receipt["id"])]


def test_an_x_report_answers_with_the_counters(send: Send, device: Device) -> None:
    from devices.commands import OperationTotals, Result, ShiftTotals

    made = send("POST", f"devices/{device.pk}/commands/", {"type": "x_report"}).json()
    totals = ShiftTotals(sell=OperationTotals(count=2, sum=1050, cash=1050), cash=11050, cash_ins=1, cash_in_sum=10000)
    Job.objects.update(status="done", printed=True, result=Result(totals=totals, cash=11050).dump())
    answer = send("GET", made["links"]["self"]).json()

    assert ("done", "110.50") == (answer["status"], answer["cash"])
    assert (2, "10.50") == (answer["totals"]["sell"]["count"], answer["totals"]["sell"]["sum"])
    assert {"count": 1, "sum": "100.00"} == answer["totals"]["cash_in"]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_commands_are_posted_only(send: Send, device: Device, method: str) -> None:
    assert 405 == send(method, f"devices/{device.pk}/commands/", {}).status_code
