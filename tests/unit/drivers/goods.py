"""Receipts for the tests of drivers."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from devices.commands import Align, Payment, Position, RegisterReceipt, TextLine
from devices.ffd import PaymentType, ReceiptType, Vat
from devices.units import line_sum
from tests.unit.drivers.conftest import CASHIER

MARK = "K1097333"


def position(name: str, price: int, quantity: str = "1", vat: Vat = Vat.VAT10, **more: Any) -> Position:
    amount = Decimal(quantity)
    return Position(name=name, price=price, quantity=amount, sum=line_sum(price, amount), vat=vat, **more)


def receipt(*positions: Position, cash: int | None = None, **more: Any) -> RegisterReceipt:
    """A sale for cash, exactly paid unless *cash* says more."""
    total = more.pop("total", sum(each.sum for each in positions))
    paid = Payment(type=PaymentType.CASH, sum=total if cash is None else cash)
    fields: dict[str, Any] = {
        "type": ReceiptType.SELL,
        "total": total,
        "payments": (paid,),
        "cashier": CASHIER,
        "mark": MARK,
        **more,
    }
    return RegisterReceipt(positions=positions, **fields)


BREAD = receipt(position("Хлеб", 5050, "2"), position("Доставка", 12000, vat=Vat.NONE))
"""221.00 in two positions."""

PHARMACY = receipt(
    position("Аллергодил \\глазные капли\\ (флак; №1; 6мл; 0,05%)", 36700),
    position("Алерана (пак; №6; 15мл) {маска для всех типов волос}", 38900, vat=Vat.VAT22),
    position("Алерана (флак; 250мл) {шампунь для сухих и нормальных волос}", 29300, vat=Vat.VAT22),
    position("Актовегин* (амп; №5; 2мл; 40мг/мл) [оригинал №25] {р-р д/ин.}", 25000),
    position("Аллохол (таб; №10)", 600, "10"),
    position("Алерана \\спрей\\ (флак; 60мл; 5%)", 65300),
    cash=210000,
    header=(
        TextLine(text="ЗАО «Рога и Копыта»", align=Align.CENTER),
        TextLine(text="ИНН 6600023456", align=Align.RIGHT),
    ),
    footer=(TextLine(text="Спасибо!"),),
)
"""The sale of the seed's client: 2012.00."""


def with_payments(command: RegisterReceipt, *payments: tuple[PaymentType, int]) -> RegisterReceipt:
    return dataclasses.replace(command, payments=tuple(Payment(type=kind, sum=amount) for kind, amount in payments))
