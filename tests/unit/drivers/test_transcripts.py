"""
What the driver changes in a device is what the vendor's host changes, byte for byte and in its order.

Reads are left out: each host asks what it needs. Source: atol-wire-observed.md 2.3, 2.4, atol-protocol.md 7 (amounts
theirs).
"""

from __future__ import annotations

import datetime

from devices.commands import (
    Align,
    CashIn,
    CashOut,
    CloseShift,
    Command,
    Correction,
    OpenShift,
    PrintText,
    Supplier,
    TextLine,
    XReport,
)
from devices.ffd import PaymentMethod, PaymentObject, PaymentType, ReceiptType, Taxation, Vat
from devices.simulator.faults import Faults
from tests.unit.drivers.conftest import CASHIER, OpenShop
from tests.unit.drivers.goods import position, receipt, with_payments

READS = {0x3F, 0x45, 0xA5, 0x91, 0xA4, 0xE9, 0x46}
_CASHIER = (
    "E8 01 01 00 FD 03 0D 00 88 A2 A0 AD AE A2 A0 20 80 2E 20 8F 2E",
    "E8 01 01 00 B3 04 0C 00 31 32 33 36 35 34 37 38 39 35 30 37",
)
_TO_MODE_1 = ("48", "56 01 00 00 00 30")
_BREAD = (
    "EB 0A 00 00 00 00 00 50 50 00 00 00 20 00 00 00 00 00 01 01 00 02 00 00 00 00 00 00 00 00 01 04 00 00 00 00 00 00 "
    "00 00 00 00 95 AB A5 A1 20 AF E8 A5 AD A8 E7 AD EB A9"
)
_DELIVERY = (
    "EB 0A 00 00 00 00 01 20 00 00 00 00 10 00 00 00 00 00 01 15 00 01 00 00 00 00 00 00 00 00 04 04 00 00 00 00 00 00 "
    "00 00 00 00 84 AE E1 E2 A0 A2 AA A0"
)
_CONTACT = "E8 01 01 00 F0 03 12 00 63 6C 69 65 6E 74 40 65 78 61 6D 70 6C 65 2E 6F 72 67"
_OSN = "E8 01 01 00 1F 04 01 00 01"
SALE = receipt(
    position("Хлеб пшеничный", 5050, "2"),
    position("Доставка", 11500, vat=Vat.VAT20, payment_object=PaymentObject.SERVICE),
    contact="client@example.org",
    taxation=Taxation.OSN,
    mark="",
)


class Recorder(Faults):
    """Keeps every message that may change something, without its password."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def before_command(self, message: bytes) -> bytes | None:
        if message[2] not in READS:
            self.messages.append(message[2:].hex(" ").upper())
        return None


def sent(open_shop: OpenShop, *commands: Command, **wanted: object) -> list[str]:
    """What the last of *commands* changed, on the kind of device that the transcripts were made with."""
    recorder = Recorder()
    shop = open_shop(faults=recorder, **{"ffd": "1.05", "model": "77f", **wanted})
    for command in commands:
        recorder.messages.clear()
        shop.driver.run(command)
    return recorder.messages


OPEN = OpenShift(cashier=CASHIER)


def test_opening_a_shift(open_shop: OpenShop) -> None:
    assert [*_TO_MODE_1, *_CASHIER, "9A 00"] == sent(open_shop, OPEN)


def test_a_sale_by_card_and_cash(open_shop: OpenShop) -> None:
    sale = with_payments(SALE, (PaymentType.CASH, 20000), (PaymentType.ELECTRONICALLY, 10000))

    assert [
        *_CASHIER,
        "92 00 01",
        _CONTACT,
        _OSN,
        "EA 00 01 00",
        _BREAD,
        "EA 00 01 00",
        _DELIVERY.replace("01 20 00", "01 15 00"),
        "99 00 02 00 00 01 00 00",
        "99 00 01 00 00 02 00 00",
        "4A 00 01 00 00 00 00 00",
    ] == sent(open_shop, OPEN, sale)


def test_an_electronic_receipt_and_a_return_differ_in_92(open_shop: OpenShop) -> None:
    electronic = receipt(*SALE.positions, contact="client@example.org", electronic=True)
    back = receipt(*SALE.positions, type=ReceiptType.SELL_RETURN)

    assert "92 04 01" in sent(open_shop, OPEN, electronic)
    assert "92 00 02" in sent(open_shop, OPEN, SALE, back)


def test_a_total_below_the_sum_is_one_discount_on_the_receipt(open_shop: OpenShop) -> None:
    rounded = receipt(position("A", 1099), total=1000, mark="")

    messages = sent(open_shop, OPEN, rounded)

    assert ["43 00 00 01 00 00 00 00 00 99", "99 00 01 00 00 00 10 00", "4A 00 01 00 00 00 00 00"] == messages[-3:]


def test_cash_in_and_out(open_shop: OpenShop) -> None:
    assert [*_CASHIER, "49 00 00 00 05 00 00"] == sent(open_shop, OPEN, CashIn(sum=50000, cashier=CASHIER))
    assert [*_CASHIER, "4F 00 00 00 01 50 00"] == sent(
        open_shop, OPEN, CashIn(sum=50000), CashOut(sum=15000, cashier=CASHIER)
    )


def test_an_x_report(open_shop: OpenShop) -> None:
    assert ["48", "56 02 00 00 00 30", *_CASHIER, "67 01"] == sent(open_shop, OPEN, XReport(cashier=CASHIER))


def test_closing_a_shift(open_shop: OpenShop) -> None:
    assert [*_CASHIER, "48", "56 03 00 00 00 30", "5A"] == sent(open_shop, OPEN, CloseShift(cashier=CASHIER))


def test_free_text(open_shop: OpenShop) -> None:
    lines = (
        TextLine(text="Слева Left"),
        TextLine(text="По центру", align=Align.CENTER, font=1),
        TextLine(text="Справа", align=Align.RIGHT, font=2, double_width=True),
        TextLine(text="Двойная", align=Align.CENTER, double_width=True, double_height=True),
        TextLine(text=""),
    )
    wide = "09 91 09 AF 09 E0 09 A0 09 A2 09 A0"

    assert [
        "4C 91 AB A5 A2 A0 20 4C 65 66 74",
        "87 00 01 01 03 00 00 01 01 00 00 00 " + "20 " * 19 + "8F AE 20 E6 A5 AD E2 E0 E3",
        "87 00 01 02 03 00 00 01 01 00 00 00 " + "09 20 " * 18 + wide,
        "87 00 01 00 01 00 00 01 01 00 00 00 " + "09 20 " * 8 + "09 84 09 A2 09 AE 09 A9 09 AD 09 A0 09 EF",
        "4C 20",
        "48",
        "56 02 00 00 00 30",
        "73",
    ] == sent(open_shop, OPEN, PrintText(lines=lines))


def test_a_correction_by_order(open_shop: OpenShop) -> None:
    basis = Correction(date=datetime.date(2019, 1, 1), by_order=True, number="7", description="Акт")
    command = receipt(
        position("Коррекция", 19000, vat=Vat.VAT20, payment_method=PaymentMethod.FULL_PAYMENT),
        type=ReceiptType.SELL_CORRECTION,
        correction=basis,
        mark="",
        cashier=None,
    )

    assert [
        "92 00 07",
        "E8 01 01 00 95 04 01 00 01",
        "E8 01 01 00 96 04 14 00 9A 04 04 00 80 AD 2A 5C 9B 04 01 00 37 99 04 03 00 80 AA E2",
        "EA 00 01 00",
        "EB 0A 00 00 00 00 01 90 00 00 00 00 10 00 00 00 00 00 01 90 00 01 00 00 00 00 00 00 00 00 01 04 00 00 00 00 "
        "00 00 00 00 00 00 8A AE E0 E0 A5 AA E6 A8 EF",
        "99 00 01 00 00 01 90 00",
        "4A 00 01 00 00 00 00 00",
    ] == sent(open_shop, OPEN, command)


def test_an_agents_goods_with_their_supplier(open_shop: OpenShop) -> None:
    """ffd.md 4.7: commission item 1222, 1226, 1224."""
    supplier = Supplier(name="ИП Петров", inn="7800004568", phone="+79990000000")
    goods = position("A", 1000, agent=32, supplier=supplier, unit="шт", additional="x")

    messages = sent(open_shop, OPEN, receipt(goods, mark="ORDER-1"))

    assert [
        "E8 01 01 00 A7 04 01 00 78",
        "E8 01 01 00 AD 04 02 00 E8 E2",
        "E8 01 01 00 C6 04 01 00 20",
        "E8 01 01 00 CA 04 0C 00 37 38 30 30 30 30 34 35 36 38 20 20",
        "E8 01 01 00 C8 04 1D 00 C9 04 09 00 88 8F 20 8F A5 E2 E0 AE A2 93 04 0C 00 2B 37 39 39 39 "
        "30 30 30 30 30 30 30",
    ] == messages[messages.index("EA 00 01 00") + 1 : -4]
    assert "E8 01 01 00 A8 04 07 00 4F 52 44 45 52 2D 31" == messages[-3]


def test_a_marked_item_before_and_with_ffd_1_2(open_shop: OpenShop) -> None:
    code = "010460000000001521ABCdef1234567\x1d91ABCD\x1d92check"
    goods = receipt(position("Вода", 5990, product_code=code, measure=0))

    old = sent(open_shop, OPEN, goods)
    new = sent(open_shop, OPEN, goods, ffd="1.2")

    gtin = int("04600000000015").to_bytes(6, "big").hex(" ").upper()
    serial = b"ABCdef1234567".hex(" ").upper()
    assert f"E8 01 01 00 8A 04 15 00 44 4D {gtin} {serial}" == old[old.index("EA 00 01 00") + 1]
    assert [
        "E8 01 01 00 8B 04 23 00 19 05 1F 00 30 31 30 34 36 30 30 30 30 30 30 30 30 30 31 35 32 31 41 42 43 64 65 66 "
        "31 32 33 34 35 36 37",
        "E8 01 01 00 3C 08 01 00 00",
    ] == new[new.index("EA 00 01 00") + 1 :][:2]


def test_a_requisite_longer_than_a_block_travels_in_several(open_shop: OpenShop) -> None:
    name = "x" * 150

    messages = sent(open_shop, OPEN, receipt(position("A", 100), customer_name=name, mark=""))
    parts = [message for message in messages if message.startswith("E8 01 02")]

    assert "E8 01 02 00 CB 04 96 00 " + "78 " * 96 == parts[0] + " "
    assert "E8 01 02 01 " + "78 " * 54 == parts[1] + " "
