"""POST /api/v1/devices/<id>/commands/, GET and DELETE /api/v1/commands/<id>/"""

from __future__ import annotations

import datetime
import json
import uuid
from typing import Any

import pytest
from django.utils import timezone

from devices.commands import (
    DeviceState,
    FiscalData,
    Identity,
    MarkCheck,
    OperationTotals,
    Registration,
    Result,
    ShiftState,
    ShiftTotals,
    StorageState,
)
from devices.models import Device, Job
from devices.states import JobStatus
from receipts.api.v1 import examples
from receipts.keys import USUAL_SCOPES, Scope
from receipts.models import ApiClient
from tests.receipts.conftest import Send, new_client, sale, sender
from tests.receipts.test_schema import valid

pytestmark = pytest.mark.django_db

LOOKS = ("double_width", "double_height", "bold", "italic", "underline", "negative")
PLAIN: dict[str, Any] = {"align": "left", "font": 0, **dict.fromkeys(LOOKS, False)}
QR: dict[str, Any] = {"type": "QR", "align": "left", "scale": 0, "height": 0, "print_text": False}


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
            {"lines": [PLAIN | {"text": "Привет"}, PLAIN | {"text": "x", "font": 2, "align": "right"}], "footer": True},
        ),
        (
            {"type": "print_text", "footer": False, "lines": [{"text": "x", "bold": True}, {"barcode": "ABC"}]},
            {"lines": [PLAIN | {"text": "x", "bold": True}, QR | {"barcode": "ABC"}], "footer": False},
        ),
        (
            {"type": "print_text", "lines": [{"barcode": "460000000001", "type": "EAN13", "print_text": True}]},
            {"lines": [QR | {"barcode": "460000000001", "type": "EAN13", "print_text": True}]},
        ),
        ({"type": "finish_print"}, {}),
        ({"type": "print_document", "fd_number": 17}, {"fd_number": 17}),
        ({"type": "ofd_report"}, {"cashier": {"name": "Иванова А. А.", "inn": ""}}),
        ({"type": "cut_paper"}, {"full": False}),
        ({"type": "open_drawer"}, {}),
        ({"type": "beep", "hertz": 440}, {"hertz": 440, "milliseconds": 200}),
        ({"type": "set_clock"}, {"at": None}),
        ({"type": "set_clock", "at": "2026-11-20T18:00:00"}, {"at": "2026-11-20T18:00:00"}),
        ({"type": "read_table", "table": 2, "row": 1, "field": 55}, {"table": 2, "row": 1, "field": 55}),
        ({"type": "read_state"}, {}),
        ({"type": "read_totals", "overall": True}, {"overall": True}),
        ({"type": "read_storage"}, {}),
        ({"type": "read_registration"}, {}),
        ({"type": "read_document"}, {"fd_number": 0}),
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
        ({"type": "print_text", "lines": [{"text": "x", "colour": "red"}]}, "lines[0].colour", "unknown_field"),
        ({"type": "print_text", "lines": [{"barcode": ""}]}, "lines[0].barcode", "empty"),
        ({"type": "print_text", "lines": [{"barcode": "1", "type": "AZTEC"}]}, "lines[0].type", "not_a_choice"),
        ({"type": "print_text", "lines": [{"barcode": "12", "type": "EAN13"}]}, "lines[0].barcode", "bad_format"),
        (
            {"type": "print_text", "lines": [{"barcode": "4600000000010", "type": "EAN13"}]},
            "lines[0].barcode",
            "bad_format",
        ),
        ({"type": "print_text", "lines": [{"barcode": "1", "text": "x"}]}, "lines[0].text", "unknown_field"),
        ({"type": "print_text", "lines": ["x"], "footer": "yes"}, "footer", "wrong_type"),
        ({"type": "print_document"}, "fd_number", "required"),
        ({"type": "print_document", "fd_number": 0}, "fd_number", "too_small"),
        ({"type": "beep", "hertz": 1}, "hertz", "too_small"),
        ({"type": "beep", "milliseconds": 2560}, "milliseconds", "too_large"),
        ({"type": "set_clock", "at": "2026-11-20T18:00:00+03:00"}, "at", "bad_format"),
        ({"type": "set_clock", "at": "2026-02-30T18:00:00"}, "at", "bad_format"),
        ({"type": "read_table", "table": 256, "row": 1, "field": 1}, "table", "too_large"),
        ({"type": "read_table", "table": 2, "row": 1}, "field", "required"),
        ({"type": "read_state", "cashier": {"name": "Петров"}}, "cashier", "unknown_field"),
        ({"type": "read_document", "fd_number": 2**32}, "fd_number", "too_large"),
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


PARTS = ("value", "identity", "state", "storage", "registration", "check", "document")
_NOW = datetime.datetime(2026, 11, 20, 9, 0)
TOLD = Result(
    value="7",
    identity=Identity(
        serial_number="00106900000042",
        model="АТОЛ 30Ф",
        model_code=61,
        firmware="5.0",
        fn_number="9999078900004312",
        ffd=4,
        columns=32,
        taxations=1,
    ),
    state=DeviceState(
        shift=ShiftState.OPEN,
        shift_number=1,
        shift_ends_at=None,
        receipt_open=False,
        paper=True,
        cover_open=False,
        printer_fault=False,
        unprinted=False,
        cash=11050,
        clock=_NOW,
        last_fd=17,
        drawer_open=True,
    ),
    storage=StorageState(
        fn_number="9999078900004312",
        phase=3,
        warnings=0x0A,
        valid_until=datetime.date(2027, 1, 1),
        ofd_unsent=3,
        ofd_unsent_fd=17,
        ofd_unsent_since=_NOW,
    ),
    registration=Registration(rnm="1234567890043947", inn="7700001235", agents=16, modes=("internet",), at=_NOW),
    check=MarkCheck(checked=True, valid=True),
    document=FiscalData(
        document_type=3,
        fn_number="9999078900004312",
        fd_number=17,
        fpd=1000000017,
        at=_NOW,
        shift_number=1,
        total=1400,
        tlv=b"\xf0\x03\x11\x00buyer@example.com",
    ),
)


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
    [
        ("open_shift", Scope.SHIFTS_WRITE),
        ("close_shift", Scope.SHIFTS_WRITE),
        ("x_report", Scope.DEVICES_COMMAND),
        ("open_drawer", Scope.DEVICES_COMMAND),
        ("print_text", Scope.DEVICES_COMMAND),
        ("read_state", Scope.DEVICES_READ),
        ("read_table", Scope.DEVICES_READ),
        ("write_table", Scope.DEVICES_ADMIN),
        ("reset_totals", Scope.DEVICES_ADMIN),
        ("tech_reset", Scope.DEVICES_ADMIN),
    ],
)
def test_a_command_needs_its_scope(device: Device, kind: str, scope: Scope) -> None:
    _, bare = new_client("Пустой", *(each for each in Scope if each is not scope))
    _, full = new_client("Полный", scope)
    where, body = f"devices/{device.pk}/commands/", examples.COMMANDS[kind]

    assert 403 == sender(bare)("POST", where, body).status_code
    assert 202 == sender(full)("POST", where, body).status_code


def test_no_key_may_reset_a_device_unless_a_person_says_so() -> None:
    assert Scope.DEVICES_ADMIN not in USUAL_SCOPES


@pytest.mark.parametrize("kind", ["open_drawer", "beep", "cut_paper", "set_clock", "tech_reset", "reset_totals"])
def test_what_is_meant_for_this_moment_does_not_wait_for_a_day(device: Device, kind: str) -> None:
    client, key = new_client("Полный", *Scope)
    client.default_deadline_minutes = 600
    client.save()
    where = f"devices/{device.pk}/commands/"

    hour = (timezone.now() + datetime.timedelta(hours=1)).isoformat(timespec="seconds")
    soon = sender(key)("POST", where, {"type": kind}).json()
    later = sender(key)("POST", where, {"type": kind, "deadline": hour}).json()
    until = datetime.datetime.fromisoformat(soon["deadline"])

    assert until - timezone.now() <= datetime.timedelta(minutes=5)
    assert datetime.datetime.fromisoformat(hour) == datetime.datetime.fromisoformat(later["deadline"])


def test_answers_of_questions_have_their_parts(send: Send, device: Device) -> None:
    made = send("POST", f"devices/{device.pk}/commands/", {"type": "read_state"}).json()
    assert {None} == {made[name] for name in PARTS}

    Job.objects.update(status="done", printed=True, result=TOLD.dump())
    answer = send("GET", made["links"]["self"]).json()

    valid("CommandAnswer", answer)
    assert ("7", "00106900000042", "1.2", ["osn"]) == (
        answer["value"],
        answer["identity"]["serial_number"],
        answer["identity"]["ffd"],
        answer["identity"]["taxations"],
    )
    assert ("open", "110.50", True, "2026-11-20T09:00:00+03:00") == (
        answer["state"]["shift"],
        answer["state"]["cash"],
        answer["state"]["drawer_open"],
        answer["state"]["clock"],
    )
    assert (["ends_soon", "ofd_silent"], "2027-01-01", 3, 17) == (
        answer["storage"]["warnings"],
        answer["storage"]["valid_until"],
        answer["storage"]["ofd_unsent"],
        answer["storage"]["ofd_unsent_fd"],
    )
    assert (["internet"], ["attorney"], "1234567890043947") == (
        answer["registration"]["modes"],
        answer["registration"]["agents"],
        answer["registration"]["rnm"],
    )
    assert {"checked": True, "valid": True, "status_told": False, "status_fits": False, "offline": False} == (
        answer["check"]
    )


def test_a_document_that_was_read_tells_buyers_only_to_who_may_see_every_receipt(
    device: Device, shop: ApiClient, send: Send
) -> None:
    made = send("POST", f"devices/{device.pk}/commands/", {"type": "read_document", "fd_number": 17}).json()
    Job.objects.update(status="done", printed=True, result=TOLD.dump())
    hidden = send("GET", made["links"]["self"]).json()["document"]
    shop.scopes = [*shop.scopes, Scope.RECEIPTS_READ_ALL.value]
    shop.save()
    seen = send("GET", made["links"]["self"]).json()["document"]

    assert (17, "14.00", "1000000017") == (seen["fd_number"], seen["total"], seen["fpd"])
    assert b"buyer@example.com".hex() in seen["tlv"]
    assert b"buyer@example.com".hex() not in hidden["tlv"]
    assert hidden["tlv"][:8] == seen["tlv"][:8]


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
