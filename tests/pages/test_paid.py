"""Orders that are paid and have no receipt, where people see them (R20)."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from devices import paid
from devices.models import Alarm, Device, Job
from devices.states import JobStatus
from receipts.models import Receipt
from tests.factories import make_client, make_device, make_receipt
from tests.pages.html import words

pytestmark = pytest.mark.django_db


def order(till: Device, **fields: Any) -> Receipt:
    """An order of a web shop, paid by card twenty minutes ago."""
    client = make_client(f"Сайт {Job.objects.count()}")
    return make_receipt(till, status=JobStatus.FAILED, client=client, ago=20 * 60, **fields)


def test_the_page_names_order_sum_and_minutes_and_leads_to_the_receipt(shop: Client) -> None:
    till = make_device(name="Зал")
    owed = order(till, tr_id="10518", total=125050)
    paid.look(till.site)
    said = "Деньги за заказ 10518 (1 250,50 ₽) получены, а чек не пробит уже 20 мин."

    assert f"{said} Откройте заказ." in words(shop.get("/"))
    assert f"/receipts/of-job/{owed.job_id}/" in shop.get("/").content.decode()
    assert said in words(shop.get(f"/receipts/{owed.pk}/"))
    assert f"/devices/alarms/{Alarm.objects.get().pk}/" in shop.get(f"/receipts/{owed.pk}/").content.decode()
    assert said in words(shop.get(f"/devices/alarms/{Alarm.objects.get().pk}/"))


def test_many_orders_stand_in_a_list_of_their_own(shop: Client) -> None:
    till = make_device(name="Зал")
    for number in range(5):
        order(till, tr_id=f"105{number}", total=100 * (number + 1))
    make_receipt(till, tr_id="registered")
    paid.look(till.site)

    assert "Касса «Зал»: оплачено, а чека нет больше 15 мин: 5 на 15,00 ₽." in words(shop.get("/"))
    listed = words(shop.get(f"/receipts/?period=all&device={till.pk}&status=owed"))
    assert "1–5 из 5" in listed
