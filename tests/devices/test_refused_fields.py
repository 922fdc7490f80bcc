"""R14: the field that a device did not take is named, with what stood in it, and nobody's data in full."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from django.utils import translation

from devices.commands import Cashier, Position
from devices.commands.goods import Supplier
from devices.ffd import Vat
from devices.messages import explain_code
from devices.models import Device, Job
from devices.refused_fields import FIELDS, masked
from devices.services import enqueue
from tests.devices.asking import sale

RECEIPT = sale(
    contact="marina@mail.ru",
    cashier=Cashier(name="Иванова М. С.", inn="771234567890"),
    customer_inn="7842509176",
    settlement_place="https://shop.example.ru/very/long/address/of/the/shop",
    mark="none",
)


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        (1008, "m***@m***.ru"),
        (1021, "И***"),
        (1203, "7***7890"),
        (1228, "7***9176"),
        (1187, "https://shop.example.ru/very/long/addre…"),
        (1192, "none"),
        (1030, "Пакет"),
        (1226, ""),
        (1117, ""),
        (1055, ""),
    ],
)
def test_what_stood_in_a_field_is_shown_without_anybodys_data(tag: int, shown: str) -> None:
    assert shown == masked(RECEIPT, tag)


def test_which_of_several_it_was_nobody_knows() -> None:
    lines = tuple(
        Position(
            name=name, price=7000, quantity=Decimal(1), sum=7000, vat=Vat.NONE, supplier=Supplier(inn="7842509176")
        )
        for name in ("Пакет", "Чашка")
    )
    receipt = dataclasses.replace(sale(), positions=lines)

    assert ("", "7***9176") == (masked(receipt, 1030), masked(receipt, 1226))


def test_every_field_that_has_a_name_can_be_shown() -> None:
    assert all(isinstance(masked(RECEIPT, tag), str) for tag in FIELDS)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "ru",
            "Касса не приняла поле «e-mail или телефон покупателя»: «n***». Чек не пробит. "
            "Исправьте поле или уберите его.",
        ),
        (
            "en",
            "The register refused the field “buyer's e-mail or phone”: “n***”. Not registered. Correct or remove it.",
        ),
    ],
)
def test_the_sentence_names_field_and_value(device: Device, language: str, said: str) -> None:
    job, _ = enqueue(device=device, command=sale(contact="none"), source="test")
    Job.objects.update(
        error_code="bad_requisite",
        error_detail="atol 0xEE, command 0xE8, extended 0x0206, data f0 03: required requisite missing",
    )
    job.refresh_from_db()
    with translation.override(language):
        words = explain_code(job.error_code, job=job)

    assert said == str(words)
