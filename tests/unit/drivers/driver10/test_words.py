"""Driver 10's words and numbers: all of ours have one, and what it says becomes ours."""

from __future__ import annotations

import base64
import dataclasses
import datetime
from decimal import Decimal
from typing import Any

import pytest

from devices.commands import (
    AgentData,
    Barcode,
    BarcodeType,
    Correction,
    Customer,
    Industry,
    Mark,
    MarkCheck,
    OperationRequisite,
    PrintText,
    Supplier,
    TextLine,
    UserRequisite,
)
from devices.drivers.driver10 import tasks, words
from devices.drivers.driver10.errors import LINK, OPEN_OUTCOME, TaskFailed, error_code, of_reading
from devices.drivers.driver10.receipts import receipt as task_of
from devices.drivers.driver10.values import kopecks, local, money, parse, quantity, whole, written
from devices.errors import ErrorCode, LinkError, Refused
from devices.ffd import Agent, Measure, PaymentMethod, PaymentObject, PaymentType, ReceiptType, Taxation, Vat
from devices.simulator.web import errors as front
from devices.simulator.web import names
from tests.unit.drivers.conftest import CASHIER
from tests.unit.drivers.goods import BREAD, MARK, position, receipt

DAY = datetime.date(2026, 11, 1)


@pytest.mark.parametrize(
    ("table", "members"),
    [
        (words.RECEIPTS, ReceiptType),
        (words.TAXATIONS, Taxation),
        (words.VATS, Vat),
        (words.PAYMENTS, PaymentType),
        (words.METHODS, PaymentMethod),
        (words.OBJECTS, PaymentObject),
        (words.AGENTS, Agent),
        (words.MEASURES, Measure),
    ],
)
def test_everything_that_the_law_numbers_has_a_word_of_its_own(table: dict[Any, str], members: Any) -> None:
    assert set(members) == set(table)
    assert len(set(table.values())) == len(table)


def test_driver_and_front_read_the_same_words_alike() -> None:
    """Two tables written apart, from the same source."""
    assert {word: int(code) for code, word in words.TAXATIONS.items()} == names.TAXATIONS
    for table, front_table in (
        (words.METHODS, names.METHODS),
        (words.OBJECTS, names.OBJECTS),
        (words.MEASURES, names.MEASURES),
        (words.AGENTS, names.AGENTS),
    ):
        assert {word: int(code) for code, word in table.items()}.items() <= front_table.items()
    assert set(words.RECEIPTS.values()) == set(names.RECEIPTS)
    assert {code: word for word, code in words.DOCUMENTS.items()} == names.DOCUMENTS


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (44, ErrorCode.PAPER_OUT),
        (45, ErrorCode.COVER_OPEN),
        (66, ErrorCode.PAYMENTS_MISMATCH),
        (68, ErrorCode.SHIFT_EXPIRED),
        (73, ErrorCode.SHIFT_CLOSED),
        (80, ErrorCode.NOT_ENOUGH_CASH),
        (123, ErrorCode.NO_DOCUMENT),
        (120, ErrorCode.FN_EXPIRED),
        (501, ErrorCode.BAD_REQUISITE),
        (9999, ErrorCode.OTHER),
        (-5, ErrorCode.OTHER),
    ],
)
def test_a_number_becomes_a_public_code(number: int, code: ErrorCode) -> None:
    assert code == error_code(number)


def test_only_numbers_of_the_link_and_of_broken_exchanges_leave_the_outcome_open() -> None:
    assert {1, 2, 3, 4, 15, 115, 116, 135, 159, 177, 241} == OPEN_OUTCOME
    assert not TaskFailed(120, "").is_open
    assert isinstance(of_reading(TaskFailed(2, "")), LinkError)
    assert isinstance(of_reading(TaskFailed(44, "")), Refused)
    assert LINK < OPEN_OUTCOME


def test_every_number_that_the_front_says_is_known_to_the_driver() -> None:
    said = {*front.BY_BYTE.values(), *front.BY_EXTENDED.values()}

    assert set() == {number for number in said if error_code(number) is ErrorCode.OTHER}


@pytest.mark.parametrize("amount", [0, 1, 10, 99, 100, 12345, 30, 1250550, 99999999999, -5])
def test_sums_survive_the_way_out_and_in(amount: int) -> None:
    assert amount == kopecks(parse(written({"": money(amount)}))[""])


@pytest.mark.parametrize("text", ["1", "0.1", "0.345", "1.500", "999999.999", "0.000001"])
def test_quantities_are_written_digit_by_digit(text: str) -> None:
    assert Decimal(text) == Decimal(str(parse(written([quantity(Decimal(text))]))[0]))


@pytest.mark.parametrize("value", [None, "", "abc", [], {}, True, "1e999999999", float("inf")])
def test_what_is_no_number_and_no_date_is_nothing(value: Any) -> None:
    assert (0, 0, None) == (whole(value), kopecks(value), local(value))


def test_a_time_is_the_devices_own_reading() -> None:
    assert datetime.datetime(2026, 11, 20, 9, 5) == local("2026-11-20T09:05:00+03:00")
    assert local("1970-01-01T00:00:00+00:00") is None


FULL = position(
    "Товар",
    12000,
    "1.5",
    vat=Vat.VAT22,
    payment_method=PaymentMethod.PREPAYMENT,
    payment_object=PaymentObject.SERVICE,
    measure=Measure.KILOGRAM,
    unit="кг",
    department=2,
    discount=100,
    additional="доп",
    excise=50,
    country="643",
    declaration="10702/1",
    industry=(Industry(foiv="001", date=DAY, number="12", value="x=1"),),
    agent=Agent.PAYING_AGENT,
    agent_data=AgentData(
        operation="приём",
        agent_phones=("+79000000001",),
        transfer_phones=("+79000000002",),
        transfer_name="Банк",
        transfer_address="Москва",
        transfer_inn="7707083893",
        receiver_phones=("+79000000003",),
    ),
    supplier=Supplier(name="ООО", inn="7707083893", phone="+79000000004", phones=("+79000000005",)),
    barcode="4600000000015",
    lines=(TextLine(text="x", double_width=True, font=1),),
)


def test_a_position_says_everything_that_it_has() -> None:
    item, code, line, mark = task_of(receipt(FULL), ffd=4)["items"]

    assert {
        "type": "position",
        "name": "Товар",
        "price": 120.0,
        "quantity": 1.5,
        "amount": 180.0,
        "paymentMethod": "prepayment",
        "paymentObject": "service",
        "tax": {"type": "vat22"},
        "department": 2,
        "infoDiscountAmount": 1.0,
        "measurementUnit": "kilogram",
        "countryCode": "643",
        "customsDeclaration": "10702/1",
        "additionalAttribute": "доп",
        "additionalAttributePrint": True,
        "exciseSum": 0.5,
        "industryInfo": [{"fois": "001", "date": "2026.11.01", "number": "12", "industryAttribute": "x=1"}],
        "agentInfo": {
            "agents": ["payingAgent"],
            "payingAgent": {"operation": "приём", "phones": ["+79000000001"]},
            "receivePaymentsOperator": {"phones": ["+79000000003"]},
            "moneyTransferOperator": {
                "phones": ["+79000000002"],
                "name": "Банк",
                "address": "Москва",
                "vatin": "7707083893",
            },
        },
        "supplierInfo": {"phones": ["+79000000004", "+79000000005"], "name": "ООО", "vatin": "7707083893"},
    } == item
    assert ("4600000000015", "x", MARK) == (code["text"], line["text"], mark["value"])


def test_an_old_format_names_its_unit_and_its_code_as_text() -> None:
    item = task_of(receipt(dataclasses.replace(FULL, product_code="0104600439931256215!AbC")), ffd=2)["items"][0]

    assert "кг" == item["measurementUnit"]
    assert {"type": "other", "mark": base64.b64encode(b"0104600439931256215!AbC").decode()} == item["markingCode"]


def test_a_receipt_says_everything_that_it_has() -> None:
    command = receipt(
        position("Чай", 100),
        contact="a@b.ru",
        customer_name="Иванова",
        customer_inn="500100732259",
        customer=Customer(birth_date=DAY, citizenship="643", document_code="21", document="4509", address="Тверская"),
        sender_email="s@b.ru",
        settlement_place="место",
        settlement_address="адрес",
        machine_number="7",
        internet=True,
        taxation=Taxation.USN_INCOME,
        industry=(Industry(foiv="002", date=DAY, number="3", value="y"),),
        operation_requisite=OperationRequisite(id=1, data="d", at=datetime.datetime(2026, 11, 1, 10, 0)),
        user_requisite=UserRequisite(name="n", value="v"),
        header=(TextLine(text="h"),),
        footer=(Barcode(barcode="q", scale=4),),
    )

    task = task_of(command, ffd=4)

    assert ["text", "position", "userAttribute", "additionalAttribute"] == [item["type"] for item in task.pop("items")]
    assert {
        "type": "sell",
        "electronically": False,
        "ignoreNonFiscalPrintErrors": False,
        "operator": {"name": CASHIER.name, "vatin": CASHIER.inn},
        "payments": [{"type": "cash", "sum": 1.0}],
        "total": 1.0,
        "taxationType": "usnIncome",
        "paymentsPlace": "место",
        "paymentsAddress": "адрес",
        "machineNumber": "7",
        "clientInfo": {
            "emailOrPhone": "a@b.ru",
            "vatin": "500100732259",
            "name": "Иванова",
            "birthDate": "01.11.2026",
            "citizenship": "643",
            "identityDocumentCode": "21",
            "identityDocumentData": "4509",
            "address": "Тверская",
        },
        "companyInfo": {"email": "s@b.ru"},
        "internet": True,
        "postItems": [
            {
                "type": "barcode",
                "barcode": "q",
                "barcodeType": "QR",
                "scale": 4,
                "alignment": "left",
                "printText": False,
            }
        ],
        "industryInfo": [{"fois": "002", "date": "2026.11.01", "number": "3", "industryAttribute": "y"}],
        "operationInfo": {"id": 1, "data": "d", "dateTime": "2026.11.01 10:00:00"},
    } == task


def test_a_correction_of_the_old_format_names_taxes_instead_of_goods() -> None:
    basis = Correction(date=DAY, number="5", description="ошибка")
    command = receipt(position("Чай", 11000, vat=Vat.VAT10), type=ReceiptType.SELL_CORRECTION, correction=basis)

    old, new = task_of(command, ffd=2), task_of(command, ffd=4)

    assert ([], [{"type": "vat10", "sum": 10.0}], "ошибка") == (old["items"], old["taxes"], old["correctionBaseName"])
    assert "taxes" not in new
    assert "correctionBaseName" not in new
    assert ("self", "2026.11.01", "5") == (
        new["correctionType"],
        new["correctionBaseDate"],
        new["correctionBaseNumber"],
    )


def test_a_marking_code_goes_with_its_check() -> None:
    check = MarkCheck(checked=True, valid=True, offline=True)
    mark = Mark(code="01046\x1d93abc", status=2, numerator=1, denominator=3, check=check)

    params = task_of(receipt(position("Вода", 100, "0.5", measure=Measure.LITER, mark=mark)), ffd=4)["items"][0][
        "imcParams"
    ]

    assert {
        "imcType": "auto",
        "imc": base64.b64encode(b"01046\x1d93abc").decode(),
        "itemEstimatedStatus": "itemDryForSale",
        "imcModeProcessing": 0,
        "itemFractionalAmount": "1/3",
        "itemQuantity": 0.5,
        "itemUnits": "liter",
        "itemInfoCheckResult": {
            "imcCheckFlag": True,
            "imcCheckResult": True,
            "imcStatusInfo": False,
            "imcEstimatedStatusCorrect": False,
            "ecrStandAloneFlag": True,
        },
    } == params


def test_before_the_newest_format_a_marking_code_goes_bare() -> None:
    item = task_of(receipt(position("Вода", 100, mark=Mark(code="01046"))), ffd=3)["items"][0]

    assert "imcParams" not in item
    assert base64.b64encode(b"01046").decode() == item["markingCode"]["mark"]


def test_a_slip_has_its_lines_and_codes() -> None:
    told = tasks.slip(PrintText(lines=(TextLine(text="a"), Barcode(barcode="46", type=BarcodeType.EAN8)), footer=False))

    assert (["text", "barcode"], False) == ([item["type"] for item in told["items"]], told["printFooter"])


def test_nothing_is_said_of_a_cashier_without_a_name() -> None:
    assert "operator" not in task_of(dataclasses.replace(BREAD, cashier=None), ffd=4)
