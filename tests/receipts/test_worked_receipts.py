"""
The worked receipts R1 to R13 through the API into the job: positions, total, payments, change and VAT to the kopeck.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from devices.ffd import VAT_RATES, Operation, ReceiptType, Vat
from devices.models import Device, Job
from devices.units import plain_quantity, roubles
from receipts.pricing import vat_inside
from tests.receipts.conftest import Send
from tests.receipts.worked import ORACLES, body, payments, positions, vat

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ORACLES)
def test_a_worked_receipt_comes_out_to_the_kopeck(send: Send, device: Device, name: str) -> None:
    answer = send("POST", "receipts/", body(name) | {"device": device.pk})
    assert 202 == answer.status_code, answer.json()
    payload, oracle = Job.objects.get().payload, ORACLES[name]
    told = answer.json()

    assert positions(name) == [
        (
            each["name"],
            roubles(each["price"]),
            plain_quantity(Decimal(each["quantity"])),
            roubles(each["sum"]),
            VAT_RATES[Vat(each["vat"])].code,
            roubles(vat_inside(each["sum"], Vat(each["vat"]))),
            each["payment_method"],
            each["payment_object"],
        )
        for each in payload["positions"]
    ]
    assert oracle["1020"] == roubles(payload["total"]) == told["total"]
    assert oracle["1055"] == payload["taxation"]
    assert Operation(oracle["1054"]) == ReceiptType(payload["type"]).operation
    assert (oracle["doc"] == 31) == ReceiptType(payload["type"]).is_correction
    assert payments(name) == {each["type"]: each["sum"] for each in told["payments"] if Decimal(each["sum"])}
    assert oracle.get("change", "0.00") == told["change"]
    assert vat(name) == {
        VAT_RATES[Vat(each["type"])].code: each["turnover"] if each["type"] in ("none", "vat0") else each["sum"]
        for each in told["vats"]
    }


def test_requisites_of_an_internet_sale_reach_the_job(send: Send, device: Device) -> None:
    send("POST", "receipts/", body("R10") | {"device": device.pk})
    payload = Job.objects.get().payload

    assert ("buyer@example.com", "shop@example.com", "shop.example.com", True) == tuple(
        payload[name] for name in ("contact", "sender_email", "settlement_place", "internet")
    )


def test_marking_code_and_supplier_reach_the_job(send: Send, device: Device) -> None:
    send("POST", "receipts/", body("R11") | {"device": device.pk})
    marked, consigned = Job.objects.get().payload["positions"]

    assert "010460000000001521ABCdef1234567" == marked["product_code"]
    assert (32, {"name": "ИП Петров", "inn": "7800004568", "phone": "+79990000000", "phones": []}) == (
        consigned["agent"],
        consigned["supplier"],
    )


def test_a_correction_names_what_it_corrects(send: Send, device: Device) -> None:
    send("POST", "receipts/", body("R13") | {"device": device.pk})
    payload = Job.objects.get().payload

    assert "87650000" == payload["mark"]
    assert {"date": "2026-11-20", "by_order": False, "number": "", "description": ""} == payload["correction"]


def test_the_sale_of_the_pharmacy_reaches_the_job_unchanged(send: Send, device: Device) -> None:
    from receipts.api.v1.examples import PHARMACY

    answer = send("POST", "receipts/", PHARMACY | {"device": device.pk})
    payload = Job.objects.get().payload

    assert (202, "2012.00") == (answer.status_code, answer.json()["total"])
    assert [each["name"] for each in PHARMACY["items"]] == [each["name"] for each in payload["positions"]]
    assert [36700, 38900, 29300, 25000, 6000, 65300] == [each["sum"] for each in payload["positions"]]
    assert ["vat10", "vat22", "vat22", "vat10", "vat10", "vat10"] == [each["vat"] for each in payload["positions"]]
    # 10 %: 33.36 + 22.73 + 5.45 + 59.36; 22 %: 70.15 + 52.84
    assert [("vat10", "120.90"), ("vat22", "122.99")] == [(each["type"], each["sum"]) for each in answer.json()["vats"]]
