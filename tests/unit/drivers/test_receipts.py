"""Receipts of every kind, read back from the archive."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal

import pytest

from devices.commands import Align, CashIn, Correction, Payment, PrintText, Supplier, TextLine, XReport
from devices.errors import ErrorCode, Refused
from devices.ffd import (
    DocumentType,
    Operation,
    PaymentMethod,
    PaymentObject,
    PaymentType,
    ReceiptType,
    Tag,
    Taxation,
    Vat,
)
from devices.protocol.atol import charset, numbers, tlv
from tests.unit.drivers.conftest import OpenShop, Shop
from tests.unit.drivers.goods import BREAD, MARK, PHARMACY, position, receipt, with_payments


def root(raw: bytes, tag: int) -> bytes:
    value = tlv.first(raw, tag)
    assert value is not None, tag
    return value


def positions_of(raw: bytes) -> list[dict[int, bytes]]:
    return [dict(tlv.elements(value)) for tag, value in tlv.elements(raw) if tag == Tag.POSITION]


def test_the_pharmacy_sale_is_in_the_archive_with_its_names_sums_and_taxes(shop: Shop) -> None:
    document = shop.run(PHARMACY).document

    assert document is not None
    rows = positions_of(document.tlv)
    assert [each.name for each in PHARMACY.positions] == [charset.decode(row[Tag.NAME]) for row in rows]
    assert [each.sum for each in PHARMACY.positions] == [numbers.from_vln(row[Tag.POSITION_SUM]) for row in rows]
    assert [2, 11, 11, 2, 2, 2] == [row[Tag.VAT][0] for row in rows]
    assert 201200 == numbers.from_vln(root(document.tlv, Tag.TOTAL))
    assert 201200 == numbers.from_vln(root(document.tlv, Tag.CASH))
    assert 12090 == numbers.from_vln(root(document.tlv, Tag.VAT10_SUM))
    assert "Иванова А. П." == charset.decode(root(document.tlv, Tag.CASHIER))
    assert shop.device.documents[-1].tlv == document.tlv


def test_its_paper_has_the_header_centred_the_inn_to_the_right_and_every_name(shop: Shop) -> None:
    shop.run(PHARMACY)
    lines = shop.paper().split("\n")

    assert '      ЗАО "Рога и Копыта"' in lines
    assert "                  ИНН 6600023456" in lines
    assert "Спасибо!" in lines
    for each in PHARMACY.positions:
        assert each.name in "".join(lines)


@pytest.mark.parametrize(
    ("kind", "operation"),
    [
        (ReceiptType.SELL, Operation.SELL),
        (ReceiptType.SELL_RETURN, Operation.SELL_RETURN),
        (ReceiptType.BUY, Operation.BUY),
        (ReceiptType.BUY_RETURN, Operation.BUY_RETURN),
    ],
)
def test_every_operation(shop: Shop, kind: ReceiptType, operation: Operation) -> None:
    shop.run(CashIn(sum=100000))

    document = shop.run(dataclasses.replace(BREAD, type=kind)).document

    assert document is not None
    assert (DocumentType.RECEIPT, operation, 22100, 1) == (
        document.document_type,
        document.operation,
        document.total,
        document.receipt_number,
    )
    assert f"t=20261120T0900&s=221.00&fn=9999078900004312&i=3&fp={document.fpd}&n={operation.value}" == document.qr


@pytest.mark.parametrize(
    "kind",
    [
        ReceiptType.SELL_CORRECTION,
        ReceiptType.SELL_RETURN_CORRECTION,
        ReceiptType.BUY_CORRECTION,
        ReceiptType.BUY_RETURN_CORRECTION,
    ],
)
def test_every_correction(shop: Shop, kind: ReceiptType) -> None:
    basis = Correction(date=datetime.date(2026, 11, 1), by_order=True, number="17")

    document = shop.run(dataclasses.replace(BREAD, type=kind, correction=basis)).document

    assert document is not None
    assert (DocumentType.CORRECTION, kind.operation) == (document.document_type, document.operation)
    assert b"\x01" == root(document.tlv, Tag.CORRECTION_TYPE)
    inner = dict(tlv.elements(root(document.tlv, Tag.CORRECTION_BASIS)))
    assert datetime.datetime(2026, 11, 1) == numbers.from_unixtime(inner[Tag.CORRECTION_DATE])
    assert b"17" == inner[Tag.CORRECTION_NUMBER]


def test_every_rate_of_the_law_has_its_code(shop: Shop) -> None:
    command = receipt(*(position(vat.value, 10000, vat=vat) for vat in Vat))

    document = shop.run(command).document

    assert document is not None
    assert list(range(1, 13)) == [row[Tag.VAT][0] for row in positions_of(document.tlv)]


@pytest.mark.parametrize("ffd", ["1.05", "1.1"])
def test_the_rates_of_before_2025_on_older_formats(open_shop: OpenShop, ffd: str) -> None:
    shop = open_shop(ffd=ffd)
    shop.open()
    old = [Vat.VAT20, Vat.VAT10, Vat.VAT120, Vat.VAT110, Vat.VAT0, Vat.NONE]

    document = shop.run(receipt(*(position(vat.value, 10000, vat=vat) for vat in old))).document

    assert document is not None
    assert [1, 2, 3, 4, 5, 6] == [row[Tag.VAT][0] for row in positions_of(document.tlv)]


@pytest.mark.parametrize("vat", [Vat.VAT5, Vat.VAT7, Vat.VAT105, Vat.VAT107, Vat.VAT22, Vat.VAT122])
def test_a_new_rate_on_an_older_format_is_refused_before_anything_is_sent(open_shop: OpenShop, vat: Vat) -> None:
    shop = open_shop(ffd="1.1")
    shop.open()

    with pytest.raises(Refused) as caught:
        shop.run(receipt(position("A", 100, vat=vat)))
    assert ErrorCode.TAX_MISMATCH == caught.value.code
    assert [] == shop.baselines


def test_each_payment_goes_to_its_tag_and_only_cash_gives_change(shop: Shop) -> None:
    command = with_payments(
        receipt(position("A", 100000)),
        (PaymentType.CASH, 30000),
        (PaymentType.ELECTRONICALLY, 20000),
        (PaymentType.PREPAID, 25000),
        (PaymentType.CREDIT, 15000),
        (PaymentType.OTHER, 15000),
    )

    result = shop.run(command)

    assert 5000 == result.change
    assert result.document is not None
    tags = (Tag.CASH, Tag.ELECTRONICALLY, Tag.PREPAID, Tag.CREDIT, Tag.OTHER)
    assert [25000, 20000, 25000, 15000, 15000] == [numbers.from_vln(root(result.document.tlv, tag)) for tag in tags]
    assert 25000 == shop.driver.state().cash


def test_two_payments_of_one_kind_are_one_sum(shop: Shop) -> None:
    command = with_payments(BREAD, (PaymentType.ELECTRONICALLY, 10000), (PaymentType.ELECTRONICALLY, 12100))

    document = shop.run(command).document

    assert document is not None
    assert 22100 == numbers.from_vln(root(document.tlv, Tag.ELECTRONICALLY))


def test_a_total_rounded_down_keeps_the_positions_and_their_tax(shop: Shop) -> None:
    """ffd.md R6: positions 1400.07, total 1400.00."""
    command = receipt(position("A", 140007, vat=Vat.VAT20), total=140000)

    document = shop.run(command).document

    assert document is not None
    assert 140000 == document.total
    assert 23335 == numbers.from_vln(root(document.tlv, Tag.VAT20_SUM))


def test_everything_a_receipt_may_carry_arrives(shop: Shop) -> None:
    command = receipt(
        position(
            "Сыр",
            12990,
            "0.345",
            payment_method=PaymentMethod.FULL_PAYMENT,
            payment_object=PaymentObject.COMMODITY,
            department=3,
            measure=11,
            barcode="4600000000015",
        ),
        position(
            "Аренда",
            50000,
            vat=Vat.NONE,
            payment_object=PaymentObject.SERVICE,
            payment_method=PaymentMethod.FULL_PREPAYMENT,
            agent=32,
            supplier=Supplier(name="ИП Петров", inn="780000456800", phone="+79990000000"),
            additional="дог. 7",
        ),
        contact="+79001234567",
        taxation=Taxation.OSN,
        customer_name="ООО Покупатель",
        customer_inn="7700001235",
        settlement_place="Лавка",
        sender_email="shop@example.org",
    )

    document = shop.run(command).document

    assert document is not None
    cheese, rent = positions_of(document.tlv)
    assert (Decimal("0.345"), 4482, 11) == (
        numbers.from_fvln(cheese[Tag.QUANTITY]),
        numbers.from_vln(cheese[Tag.POSITION_SUM]),
        cheese[Tag.MEASURE][0],
    )
    assert (32, "780000456800", "дог. 7", 1, 4) == (
        rent[Tag.POSITION_AGENT][0],
        charset.decode(rent[Tag.SUPPLIER_INN]),
        charset.decode(rent[Tag.POSITION_REQUISITE]),
        rent[Tag.PAYMENT_METHOD][0],
        rent[Tag.PAYMENT_OBJECT][0],
    )
    supplier = dict(tlv.elements(rent[Tag.SUPPLIER_DATA]))
    assert ("ИП Петров", "+79990000000") == (
        charset.decode(supplier[Tag.SUPPLIER_NAME]),
        charset.decode(supplier[Tag.SUPPLIER_PHONE]),
    )
    assert "+79001234567" == charset.decode(root(document.tlv, Tag.CUSTOMER_CONTACT))
    assert "shop@example.org" == charset.decode(root(document.tlv, Tag.SENDER_EMAIL))
    assert "Лавка" == charset.decode(root(document.tlv, Tag.SETTLEMENT_PLACE))
    assert (1, MARK) == (root(document.tlv, Tag.TAXATION)[0], document.mark)
    assert "4600000000015" in shop.paper()


def test_a_long_name_is_cut_to_what_travels(shop: Shop) -> None:
    document = shop.run(receipt(position("№" * 200, 100))).document

    assert document is not None
    assert b"\x24" * 128 == positions_of(document.tlv)[0][Tag.NAME]


@pytest.mark.parametrize("quantity", ["0.3456", "0", "-1", "10000000", "NaN"])
def test_a_quantity_that_cannot_travel_is_refused_before_anything_is_sent(shop: Shop, quantity: str) -> None:
    broken = dataclasses.replace(position("A", 100), quantity=Decimal(quantity))

    with pytest.raises(Refused) as caught:
        shop.run(receipt(broken, total=100))
    assert ErrorCode.BAD_AMOUNT == caught.value.code
    assert [] == shop.baselines


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"total": 22000, "payments": (Payment(type=PaymentType.CASH, sum=22000),)}, ErrorCode.TOTAL_DIFFERS),
        ({"total": 22101}, ErrorCode.TOTAL_DIFFERS),
        ({"positions": (), "total": 0, "payments": ()}, ErrorCode.BAD_AMOUNT),
        ({"payments": ()}, ErrorCode.PAYMENTS_MISMATCH),
        ({"payments": (Payment(type=PaymentType.CASH, sum=22099),)}, ErrorCode.PAYMENTS_MISMATCH),
        ({"payments": (Payment(type=PaymentType.ELECTRONICALLY, sum=22101),)}, ErrorCode.PAYMENTS_MISMATCH),
        ({"payments": (Payment(type=PaymentType.CASH, sum=10**10),)}, ErrorCode.BAD_AMOUNT),
        ({"electronic": True}, ErrorCode.BAD_REQUISITE),
        (
            {"type": ReceiptType.SELL_CORRECTION, "payments": (Payment(type=PaymentType.CASH, sum=30000),)},
            ErrorCode.PAYMENTS_MISMATCH,
        ),
        ({"positions": (position("A", 22100, department=100),)}, ErrorCode.BAD_AMOUNT),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else str(value),
)
def test_what_cannot_be_registered_is_refused_before_anything_is_sent(
    shop: Shop, change: dict[str, object], code: ErrorCode
) -> None:
    with pytest.raises(Refused) as caught:
        shop.run(dataclasses.replace(BREAD, **change))  # type: ignore[arg-type]
    assert code == caught.value.code
    assert [] == shop.baselines
    assert shop.device.state.receipt is None


@pytest.mark.parametrize("kind", [ReceiptType.SELL_RETURN_CORRECTION, ReceiptType.BUY_RETURN_CORRECTION])
def test_corrections_that_ffd_1_05_has_not_are_refused_before_anything_is_sent(
    open_shop: OpenShop, kind: ReceiptType
) -> None:
    shop = open_shop(ffd="1.05")
    shop.open()
    command = dataclasses.replace(BREAD, type=kind, correction=Correction(date=datetime.date(2026, 11, 1)))

    with pytest.raises(Refused) as caught:
        shop.run(command)
    assert ErrorCode.NOT_SUPPORTED == caught.value.code
    assert [] == shop.baselines


def test_a_receipt_for_nothing_needs_no_payment(shop: Shop) -> None:
    free = dataclasses.replace(position("Подарок", 0), sum=0)
    error: Refused | None = None
    try:
        shop.run(dataclasses.replace(receipt(free), payments=()))
    except Refused as refused:
        error = refused

    assert (error is None) == ([0] == shop.receipts())
    assert shop.device.state.receipt is None


def test_counters_of_an_x_report_hold_every_kind(shop: Shop) -> None:
    shop.run(CashIn(sum=100000))
    for kind in (ReceiptType.SELL, ReceiptType.SELL, ReceiptType.SELL_RETURN, ReceiptType.BUY, ReceiptType.BUY_RETURN):
        shop.run(dataclasses.replace(BREAD, type=kind))
    shop.run(with_payments(BREAD, (PaymentType.ELECTRONICALLY, 22100)))

    totals = shop.run(XReport()).totals

    assert totals is not None
    assert totals == shop.driver.shift_totals()
    assert [(3, 66300), (1, 22100), (1, 22100), (1, 22100)] == [
        (each.count, each.sum) for each in (totals.sell, totals.sell_return, totals.buy, totals.buy_return)
    ]
    assert (44200, 22100) == (totals.sell.cash, totals.sell.electronically)
    assert 100000 + 44200 - 22100 - 22100 + 22100 == totals.cash


def test_a_document_that_is_not_there_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        shop.driver.read_document(999)
    assert ErrorCode.NO_DOCUMENT == caught.value.code


def test_every_document_of_the_archive_reads_as_it_was_written(shop: Shop) -> None:
    shop.run(BREAD)

    for number, kept in enumerate(shop.device.documents, start=1):
        read = shop.driver.read_document(number)
        assert (number, kept.meta.type, kept.meta.fpd, kept.tlv) == (
            read.fd_number,
            read.document_type,
            read.fpd,
            read.tlv,
        )
        assert datetime.datetime.fromisoformat(kept.meta.at) == read.at


def test_text_in_every_form_reaches_the_paper(shop: Shop) -> None:
    shop.run(
        PrintText(
            lines=(
                TextLine(text="№ 5 «ёлка»", align=Align.RIGHT),
                TextLine(text="одно два три четыре пять шесть семь восемь"),
                TextLine(text="первая\nвторая"),
            )
        )
    )
    lines = shop.paper().split("\n")

    assert '№ 5 "ёлка"'.rjust(32) in lines
    assert ["одно два три четыре пять шесть", "семь восемь", "первая", "вторая"] == [
        line for line in lines if line.split(" ")[0] in ("одно", "семь", "первая", "вторая")
    ]
