"""What reaches the paper and the fiscal storage: names, sums, lines with their looks, settings of the device."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devices.ffd import Vat
from devices.models import Job, Site
from devices.pipe_models import PaperLine, PipeSettings
from receipts.models import Receipt, ReceiptLine
from tests.pipe.shop import Till, sale

pytestmark = pytest.mark.django_db(transaction=True)
PHARMACY = json.loads((Path(__file__).parent / "cases" / "readme-12-income.request.json").read_text())["data"]


def own(till: Till, **fields: Any) -> None:
    PipeSettings.objects.update_or_create(device=till.shop.row, defaults=fields)


def asked(kind: str) -> list[Any]:
    """The commands of *kind* that were put in line, oldest first."""
    return [job.command for job in Job.objects.filter(kind=kind).order_by("pk")]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_the_pharmacys_receipt_stands_on_paper_as_it_was_sent(till: Till) -> None:
    told = till.ask("INCOME", PHARMACY)
    paper = till.shop.paper()
    receipt = Receipt.objects.get()

    assert 0 == told["error_code"]
    assert [] == [row["name"] for row in PHARMACY["goods"] if squeezed(row["name"]) not in squeezed(paper)]
    assert paper.index("ЗАО Рога и Копыта") < paper.index("Чек № 1097333") < paper.index("Аллергодил")
    assert "ИТОГ=2012.00" in squeezed(paper)
    assert paper.index("ИТОГ") > paper.index("653.00")
    assert "Спасибо!" in paper
    assert ("1097333", 201200, PHARMACY["tr_id"]) == (
        receipt.tr_id,
        receipt.total,
        int(receipt.request["data"]["tr_id"]),
    )


def test_what_no_paper_shows_costs_no_receipt(till: Till) -> None:
    long = "Очень длинное название, " * 8
    goods = [{"name": long, "price": 1, "kol": 1, "nds": "ndsNo"}]
    lines = [{"text": "\U0001f600"}, {"text": ""}, {"text": "\u2028 \x1b"}]
    told = till.ask("INCOME", sale(goods=goods, check_sm=1, header_text=lines))

    assert 0 == told["error_code"], told
    assert long[:128].strip() == ReceiptLine.objects.get().name


def test_a_return_is_a_document_of_its_own(till: Till) -> None:
    till.ask("CASH_INCOME", 10)
    told = till.ask("RETURN", sale(tr_id=8))
    paper = till.shop.paper()

    assert 0 == told["error_code"]
    assert "ВОЗВРАТ ПРИХОДА" in paper
    assert "Чек № 8" in paper


def test_fractions_floats_and_discounts_come_to_whole_kopecks(till: Till) -> None:
    cheese = {"name": "Сыр", "price": 329.9, "kol": 0.345, "nds": "nds10"}
    bread = {"name": "Хлеб", "price": 0.1 + 0.2, "kol": 3, "nds": "ndsNo", "discount": 0.1}
    told = till.ask("INCOME", {"goods": [cheese, bread], "check_sm": 114.62, "type_close": "tcCash", "cash_sm": 200})
    lines = list(ReceiptLine.objects.order_by("position").values_list("name", "quantity", "sum"))

    assert 0 == told["error_code"], told
    assert ("Сыр", Decimal("0.345"), 11382) == lines[0]
    assert 80 == sum(each[2] for each in lines[1:])
    assert {"Хлеб"} == {each[0] for each in lines[1:]}


def test_change_is_given_from_cash_and_other_payments_are_exact(till: Till) -> None:
    told = [
        till.ask("INCOME", sale(cash_sm=5)),
        till.ask("INCOME", sale(type_close="tc1", cash_sm=0)),
        till.ask("INCOME", sale(type_close="TC2", cash_sm=7)),
    ]
    paid = [list(receipt.payments.values_list("type", "sum", "tendered")) for receipt in Receipt.objects.order_by("pk")]

    assert [0, 0, 0] == [each["error_code"] for each in told]
    assert [[("cash", 140, 500)], [("electronically", 140, 140)], [("prepaid", 140, 140)]] == paid


@pytest.mark.parametrize(
    ("word", "fields", "vat"),
    [
        ("nds18", {}, Vat.VAT22),
        ("NDS18118", {}, Vat.VAT122),
        ("nds18", {"nds18": "vat22"}, Vat.VAT22),
        ("ndsSection", {"nds_section": "vat10"}, Vat.VAT10),
        ("nds10", {"nds_always": "none"}, Vat.NONE),
        ("nds10110", {}, Vat.VAT110),
    ],
)
def test_a_rate_is_what_the_settings_and_the_day_make_of_it(
    till: Till, word: str, fields: dict[str, str], vat: Vat
) -> None:
    own(till, **fields)
    told = till.ask("INCOME", sale(goods=[{"name": "x", "price": 1, "kol": 1, "nds": word}], check_sm=1))

    assert 0 == told["error_code"], told
    assert vat == ReceiptLine.objects.get().vat


@pytest.mark.parametrize("word", ["nds18", "nds18118"])
def test_the_old_general_rate_is_refused_where_the_settings_say_so(till: Till, word: str) -> None:
    own(till, nds18="refuse")
    told = till.ask("INCOME", sale(goods=[{"name": "x", "price": 1, "kol": 1, "nds": word}], check_sm=1))

    assert -1 == told["error_code"]
    assert not Job.objects.exists()


def test_barcodes_and_discounts_are_printed_as_the_settings_say(till: Till) -> None:
    goods = [{"name": "Хлеб", "price": 50, "kol": 1, "nds": "nds10", "discount": 5, "barcode": "4600000000015"}]
    for printed in (True, False):
        own(till, prints_barcodes=printed, prints_discounts=printed)
        till.ask("INCOME", {"goods": goods, "type_close": "tc1"})
    first, second = asked("receipt")

    assert [("4600000000015", 500, 4500), ("", 0, 4500)] == [
        (each.positions[0].barcode, each.positions[0].discount, each.positions[0].sum) for each in (first, second)
    ]


def test_lines_of_the_device_stand_where_a_receipt_brings_none(till: Till) -> None:
    Site.objects.update(variables="INN=6600023456\nName=ООО «Ёлка»\nP1=касса у входа")
    PaperLine.objects.create(device=till.shop.row, text="{Name}, ИНН {inn}", align="center", bold=True)
    PaperLine.objects.create(device=till.shop.row, text="{P1} {WWW}", place="footer")
    till.ask("INCOME", sale())
    till.ask("INCOME", sale(header_text=[{"text": "своя шапка"}], footer_text=[{"text": "свой подвал"}]))
    first, second = asked("receipt")

    assert [('ООО "Ёлка", ИНН 6600023456', "center", True)] == [
        (line.text, line.align, line.bold) for line in first.header
    ]
    assert ["касса у входа {WWW}"] == [line.text for line in first.footer]
    assert [["своя шапка"], ["свой подвал"]] == [
        [line.text for line in part] for part in (second.header, second.footer)
    ]


def test_lines_have_their_looks_whatever_use_print_string_says(till: Till) -> None:
    font = {"b": True, "i": 1, "n": "true", "u": True, "dh": True, "dw": True, "w": 2, "a": 2}
    for use in (True, False):
        told = till.ask("PRINT_TSTRING_LIST", {"text": [{"text": "Всё", "font": font}], "use_print_string": use})
        assert 0 == told["error_code"]
    looks = [command.lines[0] for command in asked("print_text")]

    assert looks[0] == looks[1]
    assert (True, True, True, True, True, True, "right") == (
        looks[0].bold,
        looks[0].italic,
        looks[0].negative,
        looks[0].underline,
        looks[0].double_height,
        looks[0].double_width,
        looks[0].align,
    )


def test_a_text_is_printed_line_by_line_without_what_no_paper_shows(till: Till) -> None:
    till.ask("PRINT_STRING_LIST", {"text": "первая\r\n\r\nтретья\x1b\x07\tс табуляцией\nчетвёртая\r\n"})
    paper = till.shop.paper()

    assert ["первая", "", "третья с табуляцией", "четвёртая"] == [line.text for line in asked("print_text")[0].lines]
    assert paper.index("первая") < paper.index("третья") < paper.index("четвёртая")


def test_the_paper_is_cut_after_a_slip_where_the_settings_say_so(till: Till) -> None:
    own(till, cut="full")
    told = till.ask("PRINT_TEXT_CHEQUE")
    [cut] = asked("cut_paper")

    assert 0 == told["error_code"]
    assert cut.full
    assert ["print_text"] == list(Job.objects.filter(kind="cut_paper").values_list("after__kind", flat=True))
    assert "ПРОБНАЯ ПЕЧАТЬ" in till.shop.paper()


def test_the_cash_of_the_drawer_is_told_after_money_went_in_and_out(till: Till) -> None:
    told = [till.ask("CASH_INCOME", 100.5), till.ask("CASH_OUTCOME", {"sm": "0,5"}), till.ask("INCOME", sale())]
    state = till.ask("CASH_REGISTER_INF")["response"]

    assert [0, 0, 0] == [each["error_code"] for each in told]
    assert (101.4, 1.4, 1.4, True, 1) == (
        state["KKMSum"],
        state["KKMEarnings"],
        state["KKMEarningSession"],
        state["isSessionOpened"],
        state["SessionNumber"],
    )


def test_more_cash_than_there_is_is_refused_by_the_device_in_driver_8s_words(till: Till) -> None:
    told = till.ask("CASH_OUTCOME", 1000)

    assert -3800 == told["error_code"]
    assert "Команда не выполнена." in told["error"]
