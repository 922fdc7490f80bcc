"""What is wrong with a request: every field at once, by its path, and nothing is queued."""

from __future__ import annotations

import json
from typing import Any

import pytest

from devices.models import Device, Job
from tests.receipts.conftest import Send, sale

pytestmark = pytest.mark.django_db


CODE = "0104600000000015215ABC123456789\x1d91EE06\x1d92" + "A" * 44


def item(**changes: Any) -> dict[str, Any]:
    whole = {"name": "Пакет", "price": "0.70", "quantity": "2", "vat": "none"} | changes
    return {name: value for name, value in whole.items() if value is not None}


BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"tr_id": None}, [("tr_id", "required")]),
    ({"tr_id": 10518}, [("tr_id", "wrong_type")]),
    ({"tr_id": ""}, [("tr_id", "empty")]),
    ({"tr_id": "x" * 129}, [("tr_id", "too_long")]),
    ({"tr_id": "a\x00b"}, [("tr_id", "invalid_characters")]),
    ({"tr_id": "a\ud800b"}, [("tr_id", "invalid_characters")]),
    ({"device": None}, [("device", "one_of")]),
    ({"site": "main"}, [("device", "one_of")]),
    ({"device": "1"}, [("device", "wrong_type")]),
    ({"device": True}, [("device", "wrong_type")]),
    ({"device": 1.0}, [("device", "wrong_type")]),
    ({"device": 0}, [("device", "too_small")]),
    ({"device": 10**400}, [("device", "too_large")]),
    ({"device": None, "site": 5}, [("site", "wrong_type")]),
    ({"device": None, "site": "a\x00"}, [("site", "invalid_characters")]),
    ({"type": None}, [("type", "required")]),
    ({"type": "sale"}, [("type", "not_a_choice")]),
    ({"type": ["sell"]}, [("type", "wrong_type")]),
    ({"type": {}}, [("type", "wrong_type")]),
    ({"items": None}, [("items", "required")]),
    ({"items": []}, [("items", "empty")]),
    ({"items": {}}, [("items", "wrong_type")]),
    ({"items": [item()] * 501}, [("items", "too_many")]),
    ({"items": [[]]}, [("items[0]", "wrong_type")]),
    ({"items": [item(), "x"]}, [("items[1]", "wrong_type")]),
    ({"items": [item(), None]}, [("items[1]", "wrong_type")]),
    ({"items": [item(name=None)]}, [("items[0].name", "required")]),
    ({"items": [item(name="\u2603")]}, [("items[0].name", "empty")]),
    ({"items": [item(name="я" * 129)]}, [("items[0].name", "too_long")]),
    ({"items": [item(name="Хлеб\x07")]}, [("items[0].name", "invalid_characters")]),
    ({"items": [item(price=0.7)]}, [("items[0].price", "number_not_string")]),
    ({"items": [item(price=1)]}, [("items[0].price", "number_not_string")]),
    ({"items": [item(price=True)]}, [("items[0].price", "wrong_type")]),
    ({"items": [item(price="0,70")]}, [("items[0].price", "bad_format")]),
    ({"items": [item(price="-1")]}, [("items[0].price", "bad_format")]),
    ({"items": [item(price="0.705")]}, [("items[0].price", "bad_format")]),
    ({"items": [item(price="1e3")]}, [("items[0].price", "bad_format")]),
    ({"items": [item(quantity=2)]}, [("items[0].quantity", "number_not_string")]),
    ({"items": [item(quantity="0")]}, [("items[0].quantity", "too_small")]),
    ({"items": [item(quantity="-2")]}, [("items[0].quantity", "bad_format")]),
    ({"items": [item(quantity="0.0001")]}, [("items[0].quantity", "too_precise")]),
    ({"items": [item(quantity="NaN")]}, [("items[0].quantity", "bad_format")]),
    ({"items": [item(price="99999999", quantity="9999999")]}, [("items[0].quantity", "too_large")]),
    ({"items": [item(vat="nds18")]}, [("items[0].vat", "not_a_choice")]),
    ({"items": [item(vat="vat20")]}, [("items[0].vat", "vat_no_longer")]),
    ({"items": [item(vat=None)]}, [("items[0].vat", "required")]),
    ({"items": [item(vat=5)]}, [("items[0].vat", "wrong_type")]),
    ({"items": [item(vat="vat5")], "taxation": "osn"}, [("items[0].vat", "vat_taxation")]),
    ({"items": [item(payment_method="full")]}, [("items[0].payment_method", "not_a_choice")]),
    ({"items": [item(payment_object=1)]}, [("items[0].payment_object", "wrong_type")]),
    ({"items": [item(department=31)]}, [("items[0].department", "too_large")]),
    ({"items": [item(department=-1)]}, [("items[0].department", "too_small")]),
    ({"items": [item(discount="1.41")]}, [("items[0].discount", "discount_too_large")]),
    ({"items": [item(sum="1.41")]}, [("items[0].sum", "sum_mismatch")]),
    ({"items": [item(barcode="4600\n")]}, [("items[0].barcode", "invalid_characters")]),
    ({"items": [item(measure="pound")]}, [("items[0].measure", "not_a_choice")]),
    ({"items": [item(agent="attorney")]}, [("items[0].agent", "supplier_required")]),
    (
        {"items": [item(agent="paying_agent", supplier={"inn": "7700001235"})]},
        [("items[0].agent", "agent_data_required")],
    ),
    ({"items": [item(agent_data={"operation": "a"})]}, [("items[0].agent", "required")]),
    ({"items": [item(agent_data={"agent_phones": ["1"]})]}, [("items[0].agent_data.agent_phones[0]", "bad_phone")]),
    ({"items": [item(mark={"code": "4600000000015"})]}, [("items[0].mark.code", "not_a_mark")]),
    ({"items": [item(mark={"code_base64": "NDYwMDAwMDAwMDAxNQ=="})]}, [("items[0].mark.code_base64", "not_a_mark")]),
    ({"items": [item(mark={"code_base64": "№"})]}, [("items[0].mark.code_base64", "bad_format")]),
    ({"items": [item(mark={})]}, [("items[0].mark", "one_of")]),
    ({"items": [item(mark={"code": CODE, "status": "sold"})]}, [("items[0].mark.status", "not_a_choice")]),
    ({"items": [item(mark={"code": CODE, "fraction": "half"})]}, [("items[0].mark.fraction", "bad_format")]),
    ({"items": [item(quantity="2", mark={"code": CODE})]}, [("items[0].quantity", "mark_quantity")]),
    (
        {"items": [item(quantity="1", mark={"code": CODE}), item(quantity="1", mark={"code": CODE})]},
        [("items[1].mark.code", "mark_twice")],
    ),
    ({"items": [item(country="Россия")]}, [("items[0].country", "bad_format")]),
    ({"items": [item(excise=1.5)]}, [("items[0].excise", "number_not_string")]),
    (
        {"items": [item(industry=[{"foiv": "030"}])]},
        [
            ("items[0].industry[0].date", "required"),
            ("items[0].industry[0].number", "required"),
            ("items[0].industry[0].value", "required"),
        ],
    ),
    ({"items": [item(lines=["☃"])]}, [("items[0].lines[0]", "empty")]),
    ({"items": [item(barcode="中文")]}, [("items[0].barcode", "empty")]),
    ({"header": ["中文", {"text": "ok"}, {"text": "中"}]}, [("header[0]", "empty"), ("header[2].text", "empty")]),
    ({"footer": [{"barcode": "中文"}]}, [("footer[0].barcode", "empty")]),
    ({"footer": [{"barcode": "12345", "type": "EAN13"}]}, [("footer[0].barcode", "bad_format")]),
    ({"customer": {"birth_date": "03.02.1990"}}, [("customer.birth_date", "bad_format")]),
    ({"customer": {"citizenship": "RU"}}, [("customer.citizenship", "bad_format")]),
    ({"machine_number": "1" * 21}, [("machine_number", "too_long")]),
    (
        {"operation_requisite": {"id": 256, "data": "a", "at": "2026-11-20T10:00:00Z"}},
        [("operation_requisite.id", "too_large"), ("operation_requisite.at", "bad_format")],
    ),
    ({"user_requisite": {"name": "Карта"}}, [("user_requisite.value", "required")]),
    ({"unchecked_marks": "yes"}, [("unchecked_marks", "wrong_type")]),
    ({"items": [item(supplier={"inn": "7700001234"})]}, [("items[0].supplier.inn", "bad_inn")]),
    ({"items": [item(supplier={})]}, [("items[0].supplier.inn", "required")]),
    ({"items": [item(product_code="код")]}, [("items[0].product_code", "bad_format")]),
    ({"items": [item(amount="1.40")]}, [("items[0].amount", "unknown_field")]),
    ({"items": [item(**{"\ud800": 1})]}, [("items[0].?", "unknown_field")]),
    ({"payments": None}, [("payments", "required")]),
    ({"payments": []}, [("payments", "empty")]),
    ({"payments": [{"type": "card", "sum": "1.40"}]}, [("payments[0].type", "not_a_choice")]),
    ({"payments": [{"type": "cash"}]}, [("payments[0].sum", "required")]),
    ({"payments": [{"type": "cash", "sum": "1.39"}]}, [("payments", "payments_short")]),
    ({"payments": [{"type": "electronically", "sum": "1.41"}]}, [("payments[0].sum", "payments_over")]),
    ({"payments": [{"type": "cash", "sum": "5"}], "type": "sell_return"}, [("payments", "payments_inexact")]),
    ({"total": "1.50"}, [("total", "total_mismatch")]),
    ({"total": "0.99"}, [("total", "total_mismatch")]),
    ({"total": 1.4}, [("total", "number_not_string")]),
    ({"discount": "2"}, [("discount", "discount_too_large")]),
    ({"taxation": "usn"}, [("taxation", "not_a_choice")]),
    ({"customer": "a@b.ru"}, [("customer", "wrong_type")]),
    ({"customer": {"email": "none"}}, [("customer.email", "bad_email")]),
    ({"customer": {"phone": "123"}}, [("customer.phone", "bad_phone")]),
    ({"customer": {"email": "a@b.ru", "phone": "+79123456789"}}, [("customer", "one_of")]),
    ({"customer": {"inn": "123"}}, [("customer.inn", "bad_inn")]),
    ({"cashier": {"inn": "770123456703"}}, [("cashier.name", "required")]),
    ({"cashier": {"name": "Иванова", "inn": "7700001235"}}, [("cashier.inn", "bad_inn")]),
    ({"cashier": {"name": "я" * 65}}, [("cashier.name", "too_long")]),
    ({"electronic": True}, [("customer", "contact_required")]),
    ({"electronic": "yes"}, [("electronic", "wrong_type")]),
    ({"electronic": 1}, [("electronic", "wrong_type")]),
    ({"additional_attribute": "x" * 17}, [("additional_attribute", "too_long")]),
    ({"header": "ЗАО"}, [("header", "wrong_type")]),
    ({"header": [5]}, [("header[0]", "wrong_type")]),
    ({"header": ["a\nb"]}, [("header[0]", "invalid_characters")]),
    ({"header": [{"align": "left"}]}, [("header[0].text", "required")]),
    ({"footer": [{"text": "a", "align": "justify"}]}, [("footer[0].align", "not_a_choice")]),
    ({"footer": [{"text": "a", "blink": True}]}, [("footer[0].blink", "unknown_field")]),
    ({"footer": ["x" * 501]}, [("footer[0]", "too_long")]),
    ({"footer": ["x"] * 51}, [("footer", "too_many")]),
    ({"callback_url": "http://shop.example/x"}, [("callback_url", "bad_url")]),
    ({"callback_url": "https://127.0.0.1/x"}, [("callback_url", "bad_url")]),
    ({"callback_url": "https://u:p@shop.example/x"}, [("callback_url", "bad_url")]),
    ({"deadline": "tomorrow"}, [("deadline", "bad_format")]),
    ({"deadline": "2020-01-01T00:00:00Z"}, [("deadline", "in_the_past")]),
    ({"deadline": "2099-01-01T00:00:00"}, [("deadline", "no_zone")]),
    ({"deadline": "2099-01-01T00:00:00Z"}, [("deadline", "in_the_future")]),
    ({"correction": {"date": "2026-11-01"}}, [("correction", "not_allowed")]),
    ({"type": "sell_correction"}, [("correction", "required")]),
    ({"type": "sell_correction", "correction": {"date": "01.11.2026"}}, [("correction.date", "bad_format")]),
    ({"type": "sell_correction", "correction": {"date": "2999-01-01"}}, [("correction.date", "in_the_future")]),
    (
        {"type": "sell_correction", "correction": {"date": "2026-11-01", "by_order": True}},
        [("correction.number", "order_number_required")],
    ),
    ({"external_id": "1"}, [("external_id", "unknown_field")]),
    ({"items[0]": 1}, [("items[0]", "unknown_field")]),
    (
        {"items": [item(price="1,5", quantity="0"), item(vat="vat20")], "customer": {"inn": "1"}, "x": 1},
        [
            ("items[0].price", "bad_format"),
            ("items[0].quantity", "too_small"),
            ("customer.inn", "bad_inn"),
            ("x", "unknown_field"),
            ("items[1].vat", "vat_no_longer"),
        ],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), BAD, ids=[f"{path}-{code}" for _, [(path, code), *_] in BAD])
def test_every_wrong_field_is_named_and_nothing_is_queued(
    send: Send, device: Device, changes: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    answer = send("POST", "receipts/", json.dumps(sale(device, **changes)))

    assert 422 == answer.status_code, answer.json()
    assert "application/problem+json" == answer["Content-Type"]
    assert expected == [(error["path"], error["code"]) for error in answer.json()["errors"]]
    assert all(error["message"] for error in answer.json()["errors"])
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "broken_json"),
        ("", 400, "broken_json"),
        ('{"tr_id": "1", "tr_id": "2"}', 400, "broken_json"),
        ('{"total": NaN}', 400, "broken_json"),
        ('{"total": -Infinity}', 400, "broken_json"),
        ('{"device": ' + "9" * 5000 + "}", 400, "broken_json"),
        ("[" * 100_000, 400, "broken_json"),
        (b'{"tr_id": "\xff"}', 400, "broken_json"),
        (b"\xff\xfe{\x00}\x00", 400, "broken_json"),
        ("null", 422, "validation_failed"),
        ("[]", 422, "validation_failed"),
        ('"sell"', 422, "validation_failed"),
        ("[" * 500 + "]" * 500, 422, "validation_failed"),
        ('{"items": ' + "[" * 500 + "]" * 500 + "}", 422, "validation_failed"),
        ('{"tr_id": "' + "x" * 1_100_000 + '"}', 413, "too_large"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_request_is_refused_whole(
    send: Send, device: Device, body: str | bytes, status: int, code: str
) -> None:
    answer = send("POST", "receipts/", body)

    assert (status, code) == (answer.status_code, answer.json()["code"])
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml"]
)
def test_a_body_of_another_kind_is_refused(send: Send, device: Device, kind: str) -> None:
    answer = send("POST", "receipts/", json.dumps(sale(device)), content_type=kind)

    assert (415, "media_type_unsupported") == (answer.status_code, answer.json()["code"])


def test_a_body_without_a_length_is_asked_for_one(send: Send) -> None:
    answer = send("POST", "receipts/", headers={"Transfer-Encoding": "chunked", "Content-Length": ""})

    assert (411, "length_required") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize("wait", ["61", "-1", "x", "1e1", "٣", "", "100", "\x00"])
def test_a_wrong_wait_queues_nothing(send: Send, device: Device, wait: str) -> None:
    from urllib.parse import quote

    answer = send("POST", f"receipts/?wait={quote(wait)}", sale(device))

    assert (422, "wait") == (answer.status_code, answer.json()["errors"][0]["path"])
    assert not Job.objects.exists()


def test_an_unknown_parameter_is_refused(send: Send, device: Device) -> None:
    answer = send("POST", "receipts/?wiat=20", sale(device))

    assert [("wiat", "unknown_field")] == [(error["path"], error["code"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("language", "title"), [("ru", "В запросе ошибки"), ("en", "The request has mistakes"), ("", "В запросе ошибки")]
)
def test_a_problem_speaks_the_language_of_the_request(send: Send, device: Device, language: str, title: str) -> None:
    answer = send("POST", "receipts/", sale(device, type="x"), headers={"Accept-Language": language})
    problem = answer.json()

    assert title == problem["title"]
    assert ("validation_failed", 422, "/api/v1/receipts/") == (problem["code"], problem["status"], problem["instance"])
    assert "/api/docs/#problem-validation_failed" == problem["type"]
