"""The sums of a shift against a virtual device: its counters, and what its fiscal storage writes into the report."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

import pytest

from devices import documents, ports
from devices.commands import (
    Cashier,
    CashIn,
    CashOut,
    CloseShift,
    Correction,
    OpenShift,
    Payment,
    Position,
    RegisterReceipt,
)
from devices.ffd import DocumentType, PaymentType, ReceiptType, Vat
from devices.models import Alarm, FiscalDocument, Shift
from tests.devices.asking import sale
from tests.devices.virtual import OpenShop, Shop, open_shop, shop

__all__ = ["open_shop", "shop"]


def receipt(kind: ReceiptType, total: int, *payments: tuple[PaymentType, int], **fields: Any) -> RegisterReceipt:
    position = Position(name="Пакет", price=total, quantity=Decimal(1), sum=total, vat=Vat.NONE)
    paid = tuple(Payment(type=kind, sum=amount) for kind, amount in payments)
    return dataclasses.replace(
        sale(total), type=kind, positions=(position,), payments=paid, cashier=Cashier(name="Иванова А. П."), **fields
    )


CASH, CARD = PaymentType.CASH, PaymentType.ELECTRONICALLY


@pytest.mark.parametrize("ffd", ["1.05", "1.2"])
def test_a_whole_day_of_every_kind_agrees_three_times(open_shop: OpenShop, ffd: str) -> None:
    shop = open_shop(ffd=ffd)
    for _ in range(2):
        for command in (
            OpenShift(),
            CashIn(sum=100_000),
            receipt(ReceiptType.SELL, 14000, (CASH, 20000)),
            receipt(ReceiptType.SELL, 7000, (CASH, 2000), (CARD, 5000)),
            receipt(ReceiptType.SELL_RETURN, 3000, (CASH, 3000)),
            receipt(ReceiptType.BUY, 900, (CASH, 900)),
            CashOut(sum=5000),
            CloseShift(),
        ):
            job = shop.run(command)
            assert "done" == job.status, (command.kind, job.error_detail)

    assert [] == [alarm.detail["rows"] for alarm in Alarm.objects.all()]
    assert 2 == Shift.objects.exclude(device_totals={}).count()


def test_a_correction_is_no_difference(open_shop: OpenShop) -> None:
    shop = open_shop(ffd="1.2")
    shop.run(sale(14000))
    correction = Correction(date=datetime.date(2026, 11, 1))
    job = shop.run(receipt(ReceiptType.SELL_CORRECTION, 5000, (CARD, 5000), correction=correction))
    assert "done" == job.status, job.error_detail
    shop.run(CloseShift())

    assert [] == [alarm.detail["rows"] for alarm in Alarm.objects.all()]


def test_a_receipt_made_past_us_is_told_by_device_and_storage(shop: Shop) -> None:
    shop.run(sale(14000))
    with ports.take(shop.row) as driver:
        driver.run(sale(2500))
    shop.run(CloseShift())

    alarm = Alarm.objects.get()
    rows = [tuple(row) for row in alarm.detail["rows"]]
    assert {
        ("sell.count", 1, 2, "device"),
        ("sell.sum", 14000, 16500, "device"),
        ("sell.sum", 14000, 16500, "fn"),
        ("receipts", 1, 2, "fn"),
        ("documents", 3, 4, "fn"),
    } <= set(rows)
    assert (2500, [4]) == (alarm.detail["diff"], alarm.detail["missing"])


def test_a_close_that_was_found_afterwards_is_compared_with_the_storage_alone(shop: Shop) -> None:
    shop.run(sale(14000))
    with ports.take(shop.row) as driver:
        driver.run(sale(2500))
        close = driver.run(CloseShift()).document
    assert close is not None
    documents.store(shop.row, [close])

    rows = Alarm.objects.get().detail["rows"]
    assert {"fn"} == {row[3] for row in rows}
    assert ["sell.sum", 14000, 16500, "fn"] in rows
    assert 1 == FiscalDocument.objects.filter(document_type=DocumentType.SHIFT_CLOSE).count()
