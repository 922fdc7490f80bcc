"""Everything that may stand inside a receipt, from the command into the archive and onto the paper, by format."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pytest

from devices.commands import (
    AgentData,
    Align,
    Barcode,
    BarcodeType,
    Correction,
    Customer,
    FiscalData,
    Industry,
    OperationRequisite,
    RegisterReceipt,
    Supplier,
    TextLine,
    UserRequisite,
)
from devices.errors import ErrorCode, Refused
from devices.ffd import Agent, Operation, PaymentType, ReceiptType, Tag, Taxation, Vat
from devices.protocol.atol import charset, numbers, tlv
from devices.simulator.paper import Qr
from tests.unit.drivers.conftest import OpenShop, Shop
from tests.unit.drivers.goods import BREAD, position, receipt, with_payments

DAY = datetime.date(2026, 11, 1)
PERMISSION = Industry(foiv="030", date=datetime.date(2023, 11, 21), number="1944", value="UUID=1&Time=2")
SECOND = Industry(foiv="020", date=datetime.date(2024, 1, 2), number="7", value="tm=mdlp")
SUPPLIER = Supplier(name='ООО "Банк"', inn="7700001235", phone="+79990000000", phones=("+79990000001",))
TRANSFER = AgentData(
    operation="Перевод",
    agent_phones=("+79160000001", "+79160000002"),
    transfer_phones=("+79160000003",),
    transfer_name="Оператор перевода",
    transfer_address="г. Москва, ул. Новая, д. 1",
    transfer_inn="7710000009",
    receiver_phones=("+79160000004",),
)


def run(shop: Shop, command: RegisterReceipt) -> FiscalData:
    document = shop.run(command).document
    assert document is not None
    return document


def pairs(raw: bytes) -> list[tuple[int, bytes]]:
    return list(tlv.elements(raw))


def lines(document: FiscalData) -> list[list[tuple[int, bytes]]]:
    return [pairs(value) for tag, value in tlv.elements(document.tlv) if tag == Tag.POSITION]


def texts(raw: bytes) -> list[tuple[int, str]]:
    return [(tag, charset.decode(value).strip()) for tag, value in tlv.elements(raw)]


@pytest.mark.parametrize("agent", list(Agent))
@pytest.mark.parametrize("ffd", ["1.05", "1.1", "1.2"])
def test_agents_of_every_kind_with_all_their_data(open_shop: OpenShop, agent: Agent, ffd: str) -> None:
    shop = open_shop(ffd=ffd)
    shop.open()
    goods = position("Перевод", 10000, vat=Vat.NONE, agent=agent.value, agent_data=TRANSFER, supplier=SUPPLIER)

    line = dict(lines(run(shop, receipt(goods)))[0])

    assert (agent.value, "7700001235") == (line[Tag.POSITION_AGENT][0], charset.decode(line[Tag.SUPPLIER_INN]).strip())
    assert [
        (1075, "+79160000003"),
        (1044, "Перевод"),
        (1073, "+79160000001"),
        (1073, "+79160000002"),
        (1074, "+79160000004"),
        (1026, "Оператор перевода"),
        (1005, "г. Москва, ул. Новая, д. 1"),
        (1016, "7710000009"),
    ] == texts(line[Tag.AGENT_DATA])
    assert [(1225, 'ООО "Банк"'), (1171, "+79990000000"), (1171, "+79990000001")] == texts(line[Tag.SUPPLIER_DATA])
    for word in ("ОП. ПЕРЕВОДА: Оператор перевода", "ИНН ПОСТАВЩИКА: 7700001235", "+79160000004"):
        assert word in shop.paper()


def test_requisites_of_ffd_1_2_are_in_the_archive(shop: Shop) -> None:
    command = receipt(
        position(
            "Коньяк",
            50000,
            excise=150,
            country="643",
            declaration="10702020/060520/0013422",
            industry=(PERMISSION, SECOND),
            additional="дог. 7",
        ),
        industry=(PERMISSION, SECOND),
        operation_requisite=OperationRequisite(id=5, data="данные", at=datetime.datetime(2026, 11, 20, 8, 30)),
        user_requisite=UserRequisite(name="Карта", value="№ 5"),
        customer_name='ООО "Покупатель"',
        customer_inn="7700001235",
        customer=Customer(
            birth_date=datetime.date(1990, 2, 3),
            citizenship="643",
            document_code="21",
            document="4500 123456",
            address="ул. Новая, 5",
        ),
        settlement_address="г. Тверь",
        settlement_place="Автомат в холле",
        machine_number="17",
    )

    document = run(shop, command)
    root, line = pairs(document.tlv), lines(document)[0]

    expected = [
        [(1262, "030"), (1263, "21.11.2023"), (1264, "1944"), (1265, "UUID=1&Time=2")],
        [(1262, "020"), (1263, "02.01.2024"), (1264, "7"), (1265, "tm=mdlp")],
    ]
    assert expected == [texts(value) for tag, value in line if tag == Tag.INDUSTRY_OF_POSITION]
    assert expected == [texts(value) for tag, value in root if tag == Tag.INDUSTRY]
    goods, found = dict(line), dict(root)
    assert (150, "643", "10702020/060520/0013422", "дог. 7") == (
        numbers.from_vln(goods[Tag.EXCISE]),
        charset.decode(goods[Tag.COUNTRY]),
        charset.decode(goods[Tag.DECLARATION]),
        charset.decode(goods[Tag.POSITION_REQUISITE]),
    )
    operation = dict(pairs(found[Tag.OPERATION_REQUISITE]))
    assert (datetime.datetime(2026, 11, 20, 8, 30), 5, "данные") == (
        numbers.from_unixtime(operation[Tag.OPERATION_AT]),
        operation[Tag.OPERATION_ID][0],
        charset.decode(operation[Tag.OPERATION_DATA]),
    )
    assert [(1085, "Карта"), (1086, "№ 5")] == texts(found[Tag.ADDITIONAL_USER_REQUISITE])
    assert [
        (1227, 'ООО "Покупатель"'),
        (1228, "7700001235"),
        (1243, "03.02.1990"),
        (1244, "643"),
        (1245, "21"),
        (1246, "4500 123456"),
        (1254, "ул. Новая, 5"),
    ] == texts(found[Tag.CUSTOMER])
    assert not {Tag.CUSTOMER_NAME, Tag.CUSTOMER_INN} & found.keys()
    assert ("г. Тверь", "Автомат в холле", "17") == tuple(
        charset.decode(found[tag]) for tag in (Tag.SETTLEMENT_ADDRESS, Tag.SETTLEMENT_PLACE, Tag.MACHINE_NUMBER)
    )
    for word in ("АКЦИЗ =1.50", "СТРАНА: 643", "Карта: № 5", "НОМЕР АВТОМАТА: 17", "ПОКУПАТЕЛЬ: "):
        assert word in shop.paper()


@pytest.mark.parametrize("ffd", ["1.05", "1.1"])
def test_an_older_format_gets_what_it_knows_and_no_more(open_shop: OpenShop, ffd: str) -> None:
    shop = open_shop(ffd=ffd)
    shop.open()
    command = receipt(
        position("Сыр", 12990, "0.345", measure=11, unit="кг", industry=(PERMISSION,), product_code=CODE),
        industry=(PERMISSION,),
        operation_requisite=OperationRequisite(id=5, data="данные", at=datetime.datetime(2026, 11, 20, 8, 30)),
        customer_name="Петров",
        customer_inn="7700001235",
        customer=Customer(address="ул. Новая, 5"),
        internet=True,
    )

    document = run(shop, command)
    root, line = dict(pairs(document.tlv)), dict(lines(document)[0])

    assert ("Петров", "7700001235  ") == tuple(
        charset.decode(root[tag]) for tag in (Tag.CUSTOMER_NAME, Tag.CUSTOMER_INN)
    )
    assert not {Tag.CUSTOMER, Tag.INDUSTRY, Tag.OPERATION_REQUISITE, Tag.OPERATIONS_INTERNET} & root.keys()
    assert not {Tag.INDUSTRY_OF_POSITION, Tag.MEASURE, Tag.PRODUCT_CODES} & line.keys()
    assert "кг" == charset.decode(line[Tag.UNIT])
    assert b"\x44\x4d" + (4600000000015).to_bytes(6, "big") + b"5ABC1234" == line[Tag.PRODUCT_CODE]


CODE = "0104600000000015215ABC1234\x1d93dGVz"


def test_a_measure_is_on_paper_behind_its_quantity(shop: Shop) -> None:
    run(shop, receipt(position("Сыр", 12990, "0.345", measure=11)))

    assert "129.90 x 0.345 кг" in shop.paper()


def test_lines_and_codes_stand_where_they_were_put(shop: Shop) -> None:
    command = receipt(
        position(
            "Хлеб", 5050, lines=(TextLine(text="свежий", align=Align.RIGHT), Barcode(barcode="https://a.example"))
        ),
        position("Соль", 1000),
        header=(TextLine(text="КРУПНО", double_width=True), TextLine(text="высоко", font=2, double_height=True)),
        footer=(Barcode(barcode="4600000000015", type=BarcodeType.EAN13), TextLine(text="Спасибо!")),
    )

    run(shop, command)
    roll = shop.device.roll.last()
    shown = [getattr(element, "text", "▒") for element in roll]
    order = ["высоко", "Хлеб", "свежий".rjust(32), "https://a.example", "Соль", "Спасибо!"]

    assert list(map(shown.index, order)) == sorted(shown.index(word) for word in order)
    assert "https://a.example" in [element.text for element in roll if isinstance(element, Qr)]


def test_an_electronic_receipt_has_no_lines(shop: Shop) -> None:
    command = receipt(
        position("Хлеб", 5050, lines=(TextLine(text="свежий"),)),
        header=(Barcode(barcode="12"),),
        electronic=True,
        contact="a@example.com",
    )
    before = shop.paper()
    run(shop, command)

    assert before == shop.paper()


def test_a_barcode_that_cannot_be_is_refused_before_anything_is_sent(shop: Shop) -> None:
    command = receipt(position("Хлеб", 5050), footer=(Barcode(barcode="12345", type=BarcodeType.EAN13),))

    with pytest.raises(Refused) as caught:
        shop.run(command)
    assert (ErrorCode.BAD_REQUISITE, []) == (caught.value.code, shop.baselines)


def correction(*goods: Any, kind: ReceiptType = ReceiptType.SELL_CORRECTION, **more: Any) -> RegisterReceipt:
    basis = Correction(date=DAY, **more)
    return receipt(*goods, type=kind, correction=basis, taxation=Taxation.OSN)


@pytest.mark.parametrize("kind", [ReceiptType.SELL_CORRECTION, ReceiptType.BUY_CORRECTION])
def test_a_correction_of_ffd_1_05_is_one_sum_with_the_tax_of_each_rate(open_shop: OpenShop, kind: ReceiptType) -> None:
    shop = open_shop(ffd="1.05")
    shop.open()
    goods = [
        position("Хлеб", 5050, vat=Vat.VAT10),
        position("Чай", 12345, vat=Vat.VAT20),
        position("Книга", 30000, vat=Vat.NONE),
        position("Соль", 777, vat=Vat.VAT10),
    ]

    document = run(shop, correction(*goods, kind=kind, number="17", description="Акт"))
    found = dict(pairs(document.tlv))

    assert (31, kind.operation, 48172) == (document.document_type, document.operation, document.total)
    assert [] == lines(document)
    # 10 %: 4.59 + 0.71; 20 %: 20.58 (20.575)
    assert {1103: 530, 1102: 2058, 1105: 30000} == {
        tag: numbers.from_vln(found[tag]) for tag in range(1102, 1108) if tag in found
    }
    basis = dict(pairs(found[Tag.CORRECTION_BASIS]))
    assert (datetime.datetime(2026, 11, 1), "17", "Акт") == (
        numbers.from_unixtime(basis[Tag.CORRECTION_DATE]),
        charset.decode(basis[Tag.CORRECTION_NUMBER]),
        charset.decode(basis[Tag.CORRECTION_DESCRIPTION]),
    )


@pytest.mark.parametrize(
    ("ffd", "number", "described"), [("1.05", "б/н", True), ("1.1", None, False), ("1.2", None, False)]
)
def test_the_basis_of_a_correction_is_as_its_format_wants_it(
    open_shop: OpenShop, ffd: str, number: str | None, described: bool
) -> None:
    shop = open_shop(ffd=ffd)
    shop.open()

    document = run(shop, correction(position("Хлеб", 5050), description="Акт"))
    basis = dict(pairs(dict(pairs(document.tlv))[Tag.CORRECTION_BASIS]))

    assert number == (charset.decode(basis[Tag.CORRECTION_NUMBER]) if Tag.CORRECTION_NUMBER in basis else None)
    assert described == (Tag.CORRECTION_DESCRIPTION in basis)
    assert (ffd == "1.05") == ([] == lines(document))


@pytest.mark.parametrize("ffd", ["1.1", "1.2"])
@pytest.mark.parametrize("kind", [kind for kind in ReceiptType if kind.is_correction])
def test_a_correction_of_a_newer_format_lists_what_it_corrects(
    open_shop: OpenShop, ffd: str, kind: ReceiptType
) -> None:
    shop = open_shop(ffd=ffd)
    shop.open()

    document = run(shop, correction(position("Хлеб", 5050), position("Соль", 777, vat=Vat.VAT20), kind=kind))

    assert (31, kind.operation, 2) == (document.document_type, document.operation, len(lines(document)))


@pytest.mark.parametrize(
    ("kind", "operation"), [(ReceiptType.BUY, Operation.BUY), (ReceiptType.BUY_RETURN, Operation.BUY_RETURN)]
)
def test_purchases_go_by_card_without_cash_in_the_drawer(shop: Shop, kind: ReceiptType, operation: Operation) -> None:
    command = with_payments(dataclasses.replace(BREAD, type=kind), (PaymentType.ELECTRONICALLY, 22100))

    assert operation == run(shop, command).operation
