"""What both generations of the web front answer. Source: atol-driver10-json.md 1, 2, 3."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from devices.ffd import DocumentType
from tests.unit.simulator.web.conftest import OPEN_SHIFT, SELL, TEA, OpenShop, Shop

V2 = "/api/v2/requests"


def test_the_first_generation_takes_a_request_with_an_empty_201_and_tells_flat_errors(open_shop: OpenShop) -> None:
    shop = open_shop()

    assert (201, "") == shop.ask("POST", "/requests/", {"uuid": "a", "request": OPEN_SHIFT})
    ended = shop.wait("a", "/requests/")[0]
    assert ("ready", 0, "Ошибок нет") == (ended["status"], ended["errorCode"], ended["errorDescription"])
    assert 2 == ended["result"]["fiscalParams"]["fiscalDocumentNumber"]


def test_the_second_generation_numbers_requests_and_nests_errors(shop: Shop) -> None:
    status, body = shop.ask(
        "POST", f"{V2}?deviceID=kkt", {"uuid": "a", "request": [SELL, {"type": "cashOut", "cashSum": 1e6}]}
    )
    sold, refused = shop.wait("a", V2)

    assert (201, {"number": 2, "uuid": "a", "isBlocked": False, "blockedUUID": "", "blockReason": ""}) == (
        status,
        json.loads(body),
    )
    assert (300.3, 1) == (
        sold["result"]["fiscalParams"]["total"],
        sold["result"]["fiscalParams"]["fiscalReceiptNumber"],
    )
    assert ("error", 80, None) == (refused["status"], refused["error"]["code"], refused["result"])


def test_what_follows_a_failed_task_is_interrupted(shop: Shop) -> None:
    unpaid = {**SELL, "payments": [{"type": "cash", "sum": 5}]}

    ended = shop.do({"type": "getDeviceStatus"}, unpaid, {"type": "openCashDrawer"})

    assert [("ready", 0), ("error", 66), ("interrupted", 502)] == [(row["status"], row["errorCode"]) for row in ended]
    assert not shop.device.drawer_open
    assert shop.device.state.receipt is None


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"uuid": "a"}', b'{"request": {"type": "reportX"}}', b'{"uuid": 5, "request": []}']
)
def test_what_is_no_request_is_told_so_and_never_queued(shop: Shop, body: bytes) -> None:
    for home in ("/requests", V2):
        status, words = shop.ask("POST", home, body)

        assert 400 == status
        assert words
    assert {"over": 1, "open": 0, "canceled": 0} == shop.front.queue.store.counts()


def test_a_stray_quote_and_a_mark_of_byte_order_are_overlooked(shop: Shop) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"uuid": "a", "request": {"type": "getFnStatus"}}).encode() + b'"'

    assert 201 == shop.ask("POST", "/requests", body)[0]
    assert "ready" == shop.wait("a")[0]["status"]


def test_two_fiscal_tasks_in_one_request_are_refused_by_the_first_generation_only(shop: Shop) -> None:
    assert 400 == shop.ask("POST", "/requests", {"uuid": "a", "request": [SELL, SELL]})[0]
    assert 201 == shop.ask("POST", V2, {"uuid": "a", "request": [SELL, SELL]})[0]
    assert ["ready", "ready"] == [row["status"] for row in shop.wait("a", V2)]


def test_a_known_uuid_is_a_conflict_with_words_and_is_not_executed_again(shop: Shop) -> None:
    shop.ask("POST", "/requests", {"uuid": "a", "request": SELL})
    shop.wait("a")

    first, page = shop.ask("POST", "/requests", {"uuid": "a", "request": SELL})
    second, body = shop.ask("POST", V2, {"uuid": "a", "request": [SELL]})

    assert (409, 409) == (first, second)
    assert page
    assert "задание с таким UUID уже есть" in json.loads(body)["error"]["description"]
    assert 3 == shop.device.archive.last_fd


def test_an_unknown_uuid_is_not_found(shop: Shop) -> None:
    assert 404 == shop.ask("GET", "/requests/nope")[0]
    status, body = shop.ask("GET", f"{V2}/nope")

    assert (404, 505) == (status, json.loads(body)["error"]["code"])
    assert "не найдено" in json.loads(body)["error"]["description"]


def test_a_waiting_request_can_be_cancelled_and_a_finished_one_cannot(shop: Shop) -> None:
    shop.front.queue.is_active = False
    shop.ask("POST", "/requests", {"uuid": "a", "request": SELL})

    assert "wait" == shop.results("a")[0]["status"]
    assert (200, "") == shop.ask("DELETE", "/requests/a")
    assert "canceled" == shop.results("a")[0]["status"]
    assert 405 == shop.ask("DELETE", "/requests/a")[0]
    assert 409 == shop.ask("DELETE", f"{V2}/a")[0]
    shop.front.queue.is_active = True
    shop.do({"type": "getFnStatus"})
    assert 2 == shop.device.archive.last_fd


def test_a_device_that_is_not_active_takes_no_requests_until_it_is(shop: Shop) -> None:
    shop.ask("POST", "/api/v2/deactivateDevice", {"id": "kkt"})

    assert 403 == shop.ask("POST", V2, {"uuid": "a", "request": [SELL]})[0]
    assert 200 == shop.ask("POST", "/api/v2/activateDevice", {"id": "kkt"})[0]
    assert 201 == shop.ask("POST", V2, {"uuid": "a", "request": [SELL]})[0]


def test_an_unknown_device_is_not_found(shop: Shop) -> None:
    assert 404 == shop.ask("POST", f"{V2}?deviceID=other", {"uuid": "a", "request": [SELL]})[0]


def test_a_password_is_asked_for_everywhere_but_at_the_door(open_shop: OpenShop) -> None:
    shop = open_shop(account="till:Secret12word")
    right = "Basic " + base64.b64encode(b"till:Secret12word").decode()

    assert (401, 505) == (
        (answer := shop.ask("GET", "/api/v2/devices"))[0],
        json.loads(answer[1])["error"]["code"],
    )
    assert 401 == shop.ask("GET", "/api/v2/devices", Authorization="Basic !!!")[0]
    assert 200 == shop.ask("GET", "/api/v2/devices", Authorization=right)[0]
    assert 200 == shop.ask("GET", "/api/v2/serverInfo")[0]
    assert 200 == shop.ask("GET", "/")[0]


def test_a_server_of_one_generation_knows_nothing_of_the_other(open_shop: OpenShop) -> None:
    shop = open_shop(api="1")

    assert 404 == shop.ask("GET", "/api/v2/serverInfo")[0]
    assert 200 == shop.ask("GET", "/stat/requests")[0]


@pytest.mark.parametrize(
    ("task", "complaint"),
    [
        ({}, "type"),
        ({"type": "getLastReceipt"}, "getLastReceipt"),
        ({**SELL, "items": None}, "items"),
        ({**SELL, "items": [{**TEA, "price": "100"}]}, "items[0].price"),
        ({**SELL, "payments": [{"type": 0, "sum": 5}]}, "payments[0].type"),
        ({**SELL, "taxationType": "envy"}, "taxationType"),
        ({"type": "cashIn"}, "cashSum"),
        ({"type": "cashIn", "cashSum": 10**400}, "cashSum"),
        ({"type": "getFnDocument"}, "fiscalDocumentNumber"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused_by_the_name_of_its_field(
    shop: Shop, task: dict[str, Any], complaint: str
) -> None:
    ended = shop.do(task)[0]

    assert ("error", 501) == (ended["status"], ended["errorCode"])
    assert complaint in ended["errorDescription"]
    assert 2 == shop.device.archive.last_fd


def test_a_document_is_told_with_its_requisites_and_its_bytes(shop: Shop) -> None:
    shop.do({**SELL, "clientInfo": {"emailOrPhone": "a@b.ru"}})

    told = shop.do({"type": "getFnDocument", "fiscalDocumentNumber": 3, "withRawData": True})[0]["result"]

    assert shop.device.documents[2].tlv == base64.b64decode(told["rawData"])
    assert ("receipt", 300.3, "a@b.ru", 3) == (
        told["documentTLV"]["fiscalDocumentType"],
        told["documentTLV"]["1020"],
        told["documentTLV"]["1008"],
        told["documentTLV"]["1040"],
    )
    assert 3.0 == told["documentTLV"]["1059"]["1023"]


def test_every_getter_answers(shop: Shop) -> None:
    getters = {
        "getDeviceInfo": "deviceInfo",
        "getDeviceStatus": "deviceStatus",
        "getShiftStatus": "shiftStatus",
        "getShiftTotals": "shiftTotals",
        "getOverallTotals": "overallTotals",
        "getCashDrawerStatus": "cashDrawerStatus",
        "getFnInfo": "fnInfo",
        "getFnStatus": "fnStatus",
        "ofdExchangeStatus": "status",
        "getRegistrationInfo": "organization",
        "getLastFiscalParams": "fiscalParams",
    }

    ended = shop.do(*({"type": name} for name in getters))

    assert [] == [name for name, row in zip(getters, ended, strict=True) if getters[name] not in (row["result"] or {})]


def test_an_operation_answers_at_once_in_words_of_its_own(shop: Shop) -> None:
    status, body = shop.ask("POST", "/api/v2/operations/queryShiftStatus", {})

    assert (200, {"state", "number", "expiredAt"}) == (status, set(json.loads(body)["shiftStatus"]))
    assert 404 == shop.ask("POST", "/api/v2/operations/queryNothing", {})[0]


def test_a_correction_of_the_old_format_needs_no_positions(open_shop: OpenShop) -> None:
    shop = open_shop(ffd="1.05")
    shop.do(OPEN_SHIFT)
    task = {
        "type": "sellCorrection",
        "correctionType": "self",
        "correctionBaseDate": "2026.01.09",
        "items": [],
        "payments": [{"type": "cash", "sum": 120}],
        "taxes": [{"type": "vat20", "sum": 20}],
    }

    ended = shop.do(task)[0]

    assert "ready" == ended["status"], ended
    assert (DocumentType.CORRECTION, 12000) == (
        shop.device.documents[-1].meta.type,
        shop.device.documents[-1].meta.total,
    )


def test_a_marking_code_is_checked_accepted_and_sold(shop: Shop) -> None:
    code = base64.b64encode(b"0104600439931256215!AbCdEfGh\x1d91EE06\x1d92sign").decode()
    params = {"imcType": "auto", "imc": code, "itemEstimatedStatus": "itemPieceSold", "imcModeProcessing": 0}

    begun, told, accepted = shop.do(
        {"type": "beginMarkingCodeValidation", "params": params},
        {"type": "getMarkingCodeValidationStatus"},
        {"type": "acceptMarkingCode"},
    )
    position = {**TEA, "imcParams": {**params, **accepted["result"]}}
    sold = shop.do({**SELL, "items": [position]})[0]

    assert begun["result"]["offlineValidation"]["fmCheck"]
    assert told["result"]["ready"]
    assert "ready" == sold["status"], sold
    raw = shop.do({"type": "getFnDocument", "fiscalDocumentNumber": 3})[0]["result"]["documentTLV"]["1059"]
    assert 15 == raw["2106"]
