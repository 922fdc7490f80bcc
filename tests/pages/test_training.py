"""A training register: marked, its receipts stamped, and left out of the sums (R21)."""

from __future__ import annotations

import pytest
from django.test import Client

from devices.models import Device
from tests.factories import identity, make_device, make_receipt
from tests.pages.html import words


@pytest.fixture
def toy(db: None) -> Device:
    return make_device(name="Учебная", identity=identity(fn_number="9999078900004312"))


def test_the_card_and_the_receipt_say_so(shop: Client, toy: Device) -> None:
    receipt = make_receipt(toy)

    assert "АТОЛ 30Ф, учебная" in words(shop.get("/"))
    assert "УЧЕБНЫЙ" in words(shop.get(f"/receipts/{receipt.pk}/"))


def test_its_receipts_are_no_revenue_beside_those_of_a_real_one(shop: Client, toy: Device) -> None:
    make_receipt(toy, total=10000)
    alone = words(shop.get("/receipts/"))
    make_receipt(make_device(), total=500)
    both = words(shop.get("/receipts/"))

    assert "Выручка 100 ,00 ₽" in alone
    assert "Выручка 5 ,00 ₽" in both
    assert ("Без учебных касс." in alone, "Без учебных касс." in both) == (False, True)
    assert "Выручка 100 ,00 ₽" in words(shop.get(f"/receipts/?device={toy.pk}"))


def test_a_real_register_has_neither_word_nor_stamp(shop: Client) -> None:
    receipt = make_receipt(make_device())

    assert "учебная" not in words(shop.get("/"))
    assert "УЧЕБНЫЙ" not in words(shop.get(f"/receipts/{receipt.pk}/"))
