"""Prices, discounts, totals, payments and VAT of receipts. Oracles: ffd.md, sections 5 and 9."""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.commands import (
    AgentData,
    Barcode,
    BarcodeType,
    Correction,
    Customer,
    Industry,
    Mark,
    OperationRequisite,
    Payment,
    Supplier,
    TextLine,
    UserRequisite,
)
from devices.ffd import Agent, Measure, PaymentMethod, PaymentType, ReceiptType, Taxation, Vat
from devices.units import kopecks, line_sum
from receipts.checks import FaultCode, Invalid
from receipts.draft import Draft, Item, Rules
from receipts.pricing import price, vat_inside
from receipts.spread import parts, shares

RULES = Rules(on=datetime.date(2026, 11, 20), ffd=4, taxations=1 | 2)
CODE = "0104600000000015215ABC123456789\x1d91EE06\x1d92" + "A" * 44
INDUSTRY = Industry(foiv="030", date=datetime.date(2023, 11, 21), number="1944", value="UUID=1&Time=2")


def item(
    name: str = "Хлеб", at: str = "45.50", quantity: str = "1", vat: Vat | None = Vat.VAT10, **more: object
) -> Item:
    return Item(name=name, price=kopecks(at), quantity=Decimal(quantity), vat=vat, **more)  # type: ignore[arg-type]


def sale(*items: Item, cash: str = "0", card: str = "0", **more: object) -> Draft:
    payments = (
        Payment(type=PaymentType.CASH, sum=kopecks(cash)),
        Payment(type=PaymentType.ELECTRONICALLY, sum=kopecks(card)),
    )
    draft = Draft(type=ReceiptType.SELL, items=items, payments=payments)
    return replace(draft, **more)  # type: ignore[arg-type]


def faults(draft: Draft, rules: Rules = RULES) -> list[tuple[str, FaultCode]]:
    with pytest.raises(Invalid) as caught:
        price(draft, rules)
    return [(fault.path, fault.code) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("at", "quantity", "expected"),
    [
        ("33.33", "3", 9999),
        ("129.90", "0.345", 4482),
        ("129.70", "0.25", 3243),
        ("89.50", "1.205", 10785),
        ("0.29", "100", 2900),
    ],
)
def test_a_line_is_price_times_quantity_half_up(at: str, quantity: str, expected: int) -> None:
    priced = price(sale(item(at=at, quantity=quantity), card=f"{expected / 100:.2f}"), RULES)

    assert expected == priced.command.positions[0].sum


@pytest.mark.parametrize(
    ("amount", "vat", "expected"),
    [
        ("100.00", Vat.VAT22, "18.03"),
        ("807.30", Vat.VAT22, "145.58"),
        ("614.00", Vat.VAT122, "110.72"),
        ("65.27", Vat.VAT110, "5.93"),
        ("1400.07", Vat.VAT20, "233.35"),
        ("1400.00", Vat.VAT20, "233.33"),
        ("1000.00", Vat.VAT5, "47.62"),
        ("1000.00", Vat.VAT7, "65.42"),
        ("0.01", Vat.VAT20, "0.00"),
        ("0.03", Vat.VAT20, "0.01"),
        ("0.09", Vat.VAT20, "0.02"),
        ("0.15", Vat.VAT20, "0.03"),
        ("0.21", Vat.VAT20, "0.04"),
        ("830.00", Vat.NONE, "0.00"),
    ],
)
def test_vat_is_taken_out_of_the_amount_half_up(amount: str, vat: Vat, expected: str) -> None:
    assert kopecks(expected) == vat_inside(kopecks(amount), vat)


def test_the_general_rate_is_the_one_of_the_day() -> None:
    draft = sale(item(vat=None), card="45.50")

    assert Vat.VAT22 == price(draft, RULES).command.positions[0].vat
    assert Vat.VAT20 == price(draft, replace(RULES, on=datetime.date(2025, 12, 31))).command.positions[0].vat


def test_change_comes_from_cash_only() -> None:
    priced = price(sale(item(at="100", quantity="1"), cash="80", card="60"), RULES)

    assert 4000 == priced.change
    assert [("cash", 4000), ("electronically", 6000)] == [(paid.type, paid.sum) for paid in priced.registered]
    assert [("cash", 8000), ("electronically", 6000)] == [(paid.type, paid.sum) for paid in priced.command.payments]


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        (sale(item(), card="45.51"), [("payments[1].sum", FaultCode.PAYMENTS_OVER)]),
        (sale(item(), cash="45.49"), [("payments", FaultCode.PAYMENTS_SHORT)]),
        (sale(item(), cash="50", type=ReceiptType.SELL_RETURN), [("payments", FaultCode.PAYMENTS_INEXACT)]),
        (sale(item(payment_method=PaymentMethod.CREDIT), cash="45.50"), [("payments", FaultCode.METHOD_PAYMENTS)]),
        (sale(item(at="0"), cash="0"), [("items", FaultCode.TOO_SMALL)]),
        (sale(), [("items", FaultCode.EMPTY)]),
        (sale(item(), cash="45.50", total=4499), [("total", FaultCode.TOTAL_MISMATCH)]),
        (sale(item(), cash="45.50", total=4551), [("total", FaultCode.TOTAL_MISMATCH)]),
        (sale(item(discount=4551), cash="1"), [("items[0].discount", FaultCode.DISCOUNT_TOO_LARGE)]),
        (sale(item(), cash="1", discount=4551), [("discount", FaultCode.DISCOUNT_TOO_LARGE)]),
        (sale(item(sum=4549), cash="45.50"), [("items[0].sum", FaultCode.SUM_MISMATCH)]),
        (sale(item(), item(name="\u2603\u200b"), cash="91"), [("items[1].name", FaultCode.EMPTY)]),
        (sale(item(name="Ж" * 129), cash="45.50"), [("items[0].name", FaultCode.TOO_LONG)]),
        (sale(item(quantity="0"), cash="1"), [("items[0].quantity", FaultCode.TOO_SMALL)]),
        (sale(item(quantity="0.0001"), cash="1"), [("items[0].quantity", FaultCode.TOO_PRECISE)]),
        (sale(item(at="99999999.99", quantity="2"), cash="1"), [("items[0].quantity", FaultCode.TOO_LARGE)]),
        (sale(item(vat=Vat.VAT20), cash="45.50"), [("items[0].vat", FaultCode.VAT_NO_LONGER)]),
        (sale(item(vat=Vat.VAT5), cash="45.50", taxation=Taxation.OSN), [("items[0].vat", FaultCode.VAT_TAXATION)]),
        (sale(item(), cash="45.50", taxation=Taxation.PSN), [("taxation", FaultCode.TAXATION_NOT_REGISTERED)]),
        (sale(item(), cash="45.50", electronic=True), [("customer", FaultCode.CONTACT_REQUIRED)]),
        (sale(item(agent=Agent.COMMISSION_AGENT), cash="45.50"), [("items[0].agent", FaultCode.SUPPLIER_REQUIRED)]),
        (
            sale(item(agent=Agent.PAYING_AGENT, supplier=Supplier(inn="7700001235")), cash="45.50"),
            [("items[0].agent", FaultCode.AGENT_DATA_REQUIRED)],
        ),
        (
            sale(
                item(
                    agent=Agent.BANK_PAYING_AGENT,
                    supplier=Supplier(inn="7700001235"),
                    agent_data=AgentData(operation="перевод"),
                ),
                cash="45.50",
            ),
            [("items[0].agent", FaultCode.AGENT_DATA_REQUIRED)],
        ),
        (sale(item(agent_data=AgentData()), cash="45.50"), [("items[0].agent", FaultCode.REQUIRED)]),
        (
            sale(item(supplier=Supplier(name="☃☃"), industry=(INDUSTRY, dataclasses.replace(INDUSTRY, foiv="0300")))),
            [("items[0].supplier.name", FaultCode.EMPTY), ("items[0].industry[1].foiv", FaultCode.TOO_LONG)],
        ),
        (sale(item(barcode="☃"), cash="45.50"), [("items[0].barcode", FaultCode.EMPTY)]),
        (
            sale(item(lines=(TextLine(text="чай"), TextLine(text="☃ ☃"))), cash="45.50"),
            [("items[0].lines[1].text", FaultCode.EMPTY)],
        ),
        (
            sale(item(), cash="45.50", header=(TextLine(text="\u4e2d"), Barcode(barcode="\u4e2d\u6587"))),
            [("header[0].text", FaultCode.EMPTY), ("header[1].barcode", FaultCode.EMPTY)],
        ),
        (
            sale(item(), cash="45.50", footer=(Barcode(barcode="46000X", type=BarcodeType.EAN13),)),
            [("footer[0].barcode", FaultCode.BAD_FORMAT)],
        ),
        (
            sale(item(), cash="45.50", customer=Customer(address="Ж" * 257), customer_name="☃"),
            [("customer.name", FaultCode.EMPTY), ("customer.address", FaultCode.TOO_LONG)],
        ),
        (sale(item(mark=Mark(code="4600000000015")), cash="45.50"), [("items[0].mark.code", FaultCode.NOT_A_MARK)]),
        (
            sale(item(quantity="2", mark=Mark(code=CODE)), cash="91"),
            [("items[0].quantity", FaultCode.MARK_QUANTITY)],
        ),
        (
            sale(item(mark=Mark(code=CODE, numerator=2, denominator=2)), cash="45.50"),
            [("items[0].mark.fraction", FaultCode.BAD_FORMAT)],
        ),
        (
            sale(item(mark=Mark(code=CODE)), item(mark=Mark(code=CODE)), cash="91"),
            [("items[1].mark.code", FaultCode.MARK_TWICE)],
        ),
        (
            sale(item(mark=Mark(code=CODE), product_code="0104"), cash="45.50"),
            [("items[0].product_code", FaultCode.NOT_ALLOWED)],
        ),
        (sale(item(), cash="45.50", type=ReceiptType.SELL_CORRECTION), [("correction", FaultCode.REQUIRED)]),
        (
            sale(item(), cash="45.50", correction=Correction(date=datetime.date(2026, 11, 1))),
            [("correction", FaultCode.NOT_ALLOWED)],
        ),
        (
            sale(
                item(),
                cash="45.50",
                type=ReceiptType.SELL_CORRECTION,
                correction=Correction(date=datetime.date(2026, 11, 1), by_order=True),
            ),
            [("correction.number", FaultCode.ORDER_NUMBER_REQUIRED)],
        ),
        (
            sale(*(item(name="Ж" * 128) for _ in range(160)), cash="9000"),
            [("items", FaultCode.RECEIPT_TOO_LARGE)],
        ),
        (
            sale(item(at="10", quantity="3", product_code="0104", discount=1), cash="30"),
            [("items[0].discount", FaultCode.DISCOUNT_INDIVISIBLE)],
        ),
    ],
    ids=lambda value: value[0][1].value if isinstance(value, list) else "",
)
def test_what_cannot_be_registered_is_refused(draft: Draft, expected: list[tuple[str, FaultCode]]) -> None:
    assert expected == faults(draft)


def test_every_wrong_item_is_told_at_once() -> None:
    draft = sale(item(quantity="0"), item(), item(vat=Vat.VAT120, name=" "), cash="1", taxation=Taxation.PSN)

    assert [
        ("taxation", FaultCode.TAXATION_NOT_REGISTERED),
        ("items[0].quantity", FaultCode.TOO_SMALL),
        ("items[2].name", FaultCode.EMPTY),
        ("items[2].vat", FaultCode.VAT_NO_LONGER),
    ] == faults(draft)


@pytest.mark.parametrize(
    "draft",
    [
        sale(item(vat=Vat.VAT20), cash="45.50", type=ReceiptType.SELL_RETURN),
        sale(item(vat=Vat.VAT20, payment_method=PaymentMethod.CREDIT_PAYMENT), cash="45.50"),
        sale(
            item(vat=Vat.VAT20),
            cash="45.50",
            type=ReceiptType.SELL_CORRECTION,
            correction=Correction(date=datetime.date(2025, 6, 1)),
        ),
    ],
    ids=["return", "payment of a credit", "correction of a sale of 2025"],
)
def test_an_older_sale_keeps_its_rate(draft: Draft) -> None:
    assert Vat.VAT20 == price(draft, RULES).command.positions[0].vat


def test_a_consignment_item_may_have_the_rate_of_its_supplier() -> None:
    agent = item(vat=Vat.VAT5, agent=Agent.COMMISSION_AGENT, supplier=Supplier(inn="7700001235"))

    assert Vat.VAT5 == price(sale(agent, cash="45.50", taxation=Taxation.OSN), RULES).command.positions[0].vat


@pytest.mark.parametrize("kind", [ReceiptType.SELL_CORRECTION, ReceiptType.BUY_CORRECTION])
def test_a_correction_of_ffd_1_05_is_of_a_sale_or_a_purchase(kind: ReceiptType) -> None:
    basis = Correction(date=datetime.date(2026, 11, 1))
    draft = sale(item(), item(vat=Vat.NONE), cash="91", type=kind, correction=basis)

    assert 9100 == price(draft, replace(RULES, ffd=2)).command.total


@pytest.mark.parametrize("kind", [ReceiptType.SELL_RETURN_CORRECTION, ReceiptType.BUY_RETURN_CORRECTION])
def test_a_correction_of_a_return_needs_a_newer_format(kind: ReceiptType) -> None:
    draft = sale(item(), cash="45.50", type=kind, correction=Correction(date=datetime.date(2026, 11, 1)))

    assert [("type", FaultCode.FFD_TOO_OLD)] == faults(draft, replace(RULES, ffd=2))
    assert 4550 == price(draft, replace(RULES, ffd=3)).command.total


def test_every_requisite_reaches_the_command_as_it_will_be_kept() -> None:
    draft = sale(
        item(
            agent=Agent.COMMISSION_AGENT,
            supplier=Supplier(name="ИП «Петров»", inn="7800004568", phones=("+79990000000",)),
            excise=150,
            country="643",
            declaration="10702020/060520/0013422",
            industry=(INDUSTRY,),
            lines=(TextLine(text="café"),),
        ),
        cash="45.50",
        customer=Customer(address="ул. Новая — 5", birth_date=datetime.date(1990, 2, 3)),
        settlement_address="г. Москва",
        machine_number="7",
        user_requisite=UserRequisite(name="Карта", value="№ 5"),
        operation_requisite=OperationRequisite(id=1, data="данные", at=datetime.datetime(2026, 11, 20, 10, 0)),
        industry=(INDUSTRY,),
        header=(TextLine(text="  «Ёлка»  "), Barcode(barcode="https://example.com")),
    )

    command = price(draft, RULES).command
    position = command.positions[0]

    assert draft.operation_requisite == command.operation_requisite
    assert draft.user_requisite == command.user_requisite
    assert ("г. Москва", "7", (INDUSTRY,)) == (command.settlement_address, command.machine_number, command.industry)
    assert "ул. Новая - 5" == (command.customer.address if command.customer else "")
    assert '  "Ёлка"  ' == (command.header[0].text if isinstance(command.header[0], TextLine) else "")
    assert ('ИП "Петров"', ("+79990000000",)) == (
        (position.supplier.name, position.supplier.all_phones) if position.supplier else ()
    )
    assert (150, "643", "10702020/060520/0013422") == (position.excise, position.country, position.declaration)
    assert (TextLine(text="cafe"),) == position.lines


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        (ReceiptType.SELL, {}, 1),
        (ReceiptType.SELL_RETURN, {}, 3),
        (ReceiptType.BUY, {}, 3),
        (ReceiptType.BUY_RETURN, {}, 1),
        (ReceiptType.SELL, {"measure": Measure.KILOGRAM}, 2),
        (ReceiptType.SELL_RETURN, {"measure": Measure.KILOGRAM}, 4),
    ],
)
def test_the_planned_status_follows_from_the_receipt(kind: ReceiptType, more: dict[str, Any], expected: int) -> None:
    draft = sale(item(mark=Mark(code=f"\x1d{CODE}", status=0), **more), cash="45.50", type=kind)
    position = price(draft, RULES).command.positions[0]

    assert (CODE, expected) == ((position.mark.code, position.mark.status) if position.mark else ())


@pytest.mark.parametrize(("ffd", "expected"), [(4, 33), (2, 1), (0, 33)])
def test_marked_goods_are_named_as_the_format_has_them(ffd: int, expected: int) -> None:
    priced = price(sale(item(mark=Mark(code=CODE)), cash="45.50"), replace(RULES, ffd=ffd))

    assert expected == priced.command.positions[0].payment_object


def test_a_discount_on_an_item_is_shown_and_already_in_the_price() -> None:
    position = price(sale(item(at="367", discount=3670), cash="330.30"), RULES).command.positions[0]

    assert (33030, 33030, 3670) == (position.price, position.sum, position.discount)


@given(st.lists(st.integers(0, 10**8), min_size=1, max_size=12), st.data())
def test_shares_add_up_and_never_exceed_a_line(sums: list[int], data: st.DataObject) -> None:
    discount = data.draw(st.integers(0, sum(sums)))
    spread = shares(sums, discount)

    assert discount == sum(spread)
    assert all(0 <= share <= whole for share, whole in zip(spread, sums, strict=True))


@given(st.integers(0, 10**8), st.integers(1, 10**6).map(lambda thousandths: Decimal(thousandths) / 1000))
def test_parts_come_to_the_net_sum_to_the_kopeck(net: int, quantity: Decimal) -> None:
    pieces = parts(net, quantity)

    assert net == sum(piece.sum for piece in pieces)
    assert quantity == sum(piece.quantity for piece in pieces)
    assert all(piece.sum == line_sum(piece.price, piece.quantity) and piece.price >= 0 for piece in pieces)
