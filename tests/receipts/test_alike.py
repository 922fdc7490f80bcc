"""The same sale under two names: accepted, and said (R12)."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client

from devices.models import Device, Job, JobEvent
from receipts.models import ApiClient, Receipt
from tests.factories import make_user
from tests.pages.html import words
from tests.receipts.conftest import Send, new_client, sale, sender

pytestmark = pytest.mark.django_db


def warned(answer: Any) -> list[str]:
    return [warning["code"] for warning in answer.json()["warnings"]]


def test_a_second_sale_of_the_same_things_is_told(send: Send, device: Device) -> None:
    first, second = (send("POST", "receipts/", sale(device, tr_id=key)) for key in ("one", "two"))

    assert ([], ["duplicate_request"]) == (warned(first), warned(second))
    assert (202, 202) == (first.status_code, second.status_code)
    said = second.json()["warnings"][0]
    assert said["title"].startswith("Чек с теми же позициями и суммой принят в ")
    assert "Если это та же продажа, отмените один из них." == said["action"]
    assert warned(second) == warned(send("GET", f"receipts/{second.json()['id']}/"))


def test_a_repeat_with_the_same_name_is_the_first_one_and_no_warning(send: Send, device: Device) -> None:
    first, again = (send("POST", "receipts/", sale(device)) for _ in range(2))

    assert (200, first.json()) == (again.status_code, again.json())
    assert 0 == JobEvent.objects.filter(code="duplicate_request").count()


OTHER = [{"name": "Чашка", "price": "0.70", "quantity": "2", "vat": "none"}]


@pytest.mark.parametrize(
    "changes",
    [{"items": OTHER}, {"type": "sell_return"}],
    ids=["other things for the same sum", "money back"],
)
def test_something_else_is_not_alike(send: Send, device: Device, changes: dict[str, Any]) -> None:
    send("POST", "receipts/", sale(device, tr_id="one"))

    assert [] == warned(send("POST", "receipts/", sale(device, tr_id="two", **changes)))


def test_what_was_cancelled_or_is_older_or_anothers_is_not_alike(send: Send, device: Device) -> None:
    first = send("POST", "receipts/", sale(device, tr_id="one")).json()
    _, key = new_client("Другая")
    assert [] == warned(sender(key)("POST", "receipts/", sale(device)))

    send("DELETE", f"receipts/{first['id']}/")
    assert [] == warned(send("POST", "receipts/", sale(device, tr_id="two")))

    for receipt in Receipt.objects.all():
        Receipt.objects.filter(pk=receipt.pk).update(created_at=receipt.created_at - datetime.timedelta(minutes=3))
    assert [] == warned(send("POST", "receipts/", sale(device, tr_id="three")))


def test_the_page_tells_it_in_the_course(send: Send, device: Device, client: Client, shop: ApiClient) -> None:
    for key in ("one", "two"):
        send("POST", "receipts/", sale(device, tr_id=key))
    client.force_login(make_user())
    page = words(client.get(f"/receipts/{Receipt.objects.get(tr_id='two').pk}/"))

    assert "Чек с теми же позициями и суммой принят в " in page
    assert "Этот тоже принят." in page
    assert 2 == Job.objects.count()
