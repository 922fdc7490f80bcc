"""POST /api/v1/receipts/"""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from devices.models import Device, Job, Site
from devices.states import JobStatus
from receipts.keys import Scope
from receipts.models import ApiClient, Receipt
from tests.receipts.conftest import Send, new_client, sale, sender

pytestmark = pytest.mark.django_db


def test_a_sale_is_accepted_and_stands_in_line(send: Send, device: Device, shop: ApiClient) -> None:
    answer = send("POST", "receipts/", sale(device))
    job = Job.objects.get()

    assert 202 == answer.status_code
    assert ("queued", "1.40", "0.00") == (answer.json()["status"], answer.json()["total"], answer.json()["change"])
    assert str(job.public_id) == answer.json()["id"]
    assert answer["Location"] == f"/api/v1/receipts/{job.public_id}/"
    assert (shop.source, "order-10518", 140) == (job.source, job.key, job.payload["total"])


def test_a_sale_is_kept_with_its_lines_and_payments(send: Send, device: Device, shop: ApiClient) -> None:
    send("POST", "receipts/", sale(device, payments=[{"type": "cash", "sum": "5"}], customer={"phone": "89123456789"}))
    receipt = Receipt.objects.get()

    assert (shop, "sell", 140, "+79123456789") == (receipt.client, receipt.type, receipt.total, receipt.contact)
    assert [("Пакет", 70, 140, "none", 0)] == list(receipt.lines.values_list("name", "price", "sum", "vat", "vat_sum"))
    assert [("cash", 140, 500)] == list(receipt.payments.values_list("type", "sum", "tendered"))
    assert "Иванова А. А." == receipt.cashier_name


def test_a_receipt_carries_our_mark_unless_the_client_uses_the_requisite(send: Send, device: Device) -> None:
    send("POST", "receipts/", sale(device))
    send("POST", "receipts/", sale(device, tr_id="2", additional_attribute="Заказ 17"))
    device.mark_receipts = False
    device.save()
    send("POST", "receipts/", sale(device, tr_id="3"))
    ours, theirs, none = (job.payload["mark"] for job in Job.objects.order_by("id"))

    assert 16 == len(ours)
    assert ("Заказ 17", "") == (theirs, none)


def test_a_repeat_returns_the_first_receipt(send: Send, device: Device) -> None:
    first = send("POST", "receipts/", sale(device))
    again = send("POST", "receipts/", dict(reversed(sale(device).items())))

    assert (202, 200) == (first.status_code, again.status_code)
    assert first.json() == again.json()
    assert 1 == Job.objects.count()


def test_a_repeat_is_answered_even_if_it_would_not_pass_today(send: Send, device: Device) -> None:
    soon = (timezone.now() + datetime.timedelta(seconds=30)).isoformat()
    first = send("POST", "receipts/", sale(device, deadline=soon))
    Device.objects.update(is_enabled=False)
    again = send("POST", "receipts/", sale(device, deadline=soon))

    assert (202, 200) == (first.status_code, again.status_code)


def test_the_same_tr_id_with_another_body_names_the_first_job(send: Send, device: Device) -> None:
    first = send("POST", "receipts/", sale(device)).json()
    problem = send("POST", "receipts/", sale(device, payments=[{"type": "cash", "sum": "2"}]))

    assert 409 == problem.status_code
    assert "application/problem+json" == problem["Content-Type"]
    assert ("tr_id_conflict", ["payments"]) == (problem.json()["code"], problem.json()["differs"])
    assert {"id": first["id"], "status": "queued", "link": first["links"]["self"]} == problem.json()["job"]
    assert 1 == Job.objects.count()


def test_a_tr_id_belongs_to_one_client(send: Send, device: Device) -> None:
    _, key = new_client("CRM")

    assert 202 == send("POST", "receipts/", sale(device)).status_code
    assert 202 == sender(key)("POST", "receipts/", sale(device)).status_code


def test_a_site_gives_its_free_register(send: Send, device: Device, site: Site) -> None:
    second = Device.objects.create(site=site, name="Касса 2", url="/dev/null")
    answers = [
        send("POST", "receipts/", sale(device, device=None, site="main", tr_id=str(each))).json() for each in range(2)
    ]

    assert [device.pk, second.pk] == [answer["device"] for answer in answers]


def test_an_unknown_register_is_not_found(send: Send, device: Device) -> None:
    for body in (sale(device, device=999), sale(device, device=2**62), sale(device, device=None, site="nowhere")):
        answer = send("POST", "receipts/", body)

        assert (404, "device_not_found") == (answer.status_code, answer.json()["code"])
    assert not Job.objects.exists()


def test_a_register_of_another_site_is_not_found(device: Device) -> None:
    other = Site.objects.create(code="other", name="Другой")
    _, key = new_client("Чужой", sites=(other,))
    send = sender(key)

    assert 404 == send("POST", "receipts/", sale(device)).status_code
    assert 404 == send("POST", "receipts/", sale(device, device=None, site="main")).status_code


def test_a_register_that_is_switched_off_takes_nothing(send: Send, device: Device) -> None:
    Device.objects.update(is_enabled=False)
    answers = [
        send("POST", "receipts/", sale(device)),
        send("POST", "receipts/", sale(device, device=None, site="main")),
    ]

    assert [("device", "device_disabled"), ("site", "device_disabled")] == [
        (error["path"], error["code"]) for answer in answers for error in answer.json()["errors"]
    ]
    assert not Job.objects.exists()


@pytest.mark.parametrize("kind", ["sell_return", "buy_return", "sell_correction"])
def test_money_that_goes_back_needs_its_own_scope(device: Device, kind: str) -> None:
    _, key = new_client("Касса", Scope.RECEIPTS_CREATE)
    answer = sender(key)("POST", "receipts/", sale(device, type=kind))

    assert (403, "refunds:create") == (answer.status_code, answer.json()["scope"])


def test_a_return_is_registered_as_one(device: Device) -> None:
    _, key = new_client("Касса", Scope.REFUNDS_CREATE)
    answer = sender(key)("POST", "receipts/", sale(device, type="sell_return"))

    assert (202, "sell_return") == (answer.status_code, answer.json()["type"])
    assert "sell_return" == Job.objects.get().payload["type"]


def test_a_deadline_is_kept(send: Send, device: Device) -> None:
    until = timezone.now().replace(microsecond=0) + datetime.timedelta(hours=3)
    send("POST", "receipts/", sale(device, deadline=until.isoformat()))

    assert until == Job.objects.get().deadline


def test_texts_keep_their_looks(send: Send, device: Device) -> None:
    lines: list[Any] = ["Строка", "", {"text": "ЗАО «Рога»", "align": "center", "double_width": True}]
    send("POST", "receipts/", sale(device, header=lines, footer=["Спасибо!"]))
    payload = Job.objects.get().payload

    assert ["Строка", "", 'ЗАО "Рога"'] == [line["text"] for line in payload["header"]]
    assert ("center", True) == (payload["header"][2]["align"], payload["header"][2]["double_width"])
    assert ["Спасибо!"] == [line["text"] for line in payload["footer"]]


def test_a_receipt_that_failed_tells_why(send: Send, device: Device) -> None:
    made = send("POST", "receipts/", sale(device)).json()
    Job.objects.update(status=JobStatus.FAILED, error_code="tax_mismatch", error_detail="atol 0x8F")
    answer = send("GET", made["links"]["self"], headers={"Accept-Language": "en"}).json()

    assert ("failed", "tax_mismatch", "atol 0x8F") == (
        answer["status"],
        answer["error"]["code"],
        answer["error"]["device"],
    )
    assert answer["error"]["title"]
    assert answer["waits_for"] is None


def test_a_receipt_in_line_tells_what_it_waits_for(send: Send, device: Device) -> None:
    Device.objects.update(hold_code="paper_out", hold_detail="atol 0x67")
    answer = send("POST", "receipts/", sale(device)).json()

    assert answer["error"] is None
    assert ("paper_out", "atol 0x67") == (answer["waits_for"]["code"], answer["waits_for"]["device"])


def test_a_byte_order_mark_before_the_body_is_forgiven(send: Send, device: Device) -> None:
    import json

    assert 202 == send("POST", "receipts/", b"\xef\xbb\xbf" + json.dumps(sale(device)).encode()).status_code
