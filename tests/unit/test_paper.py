"""A receipt's paper: every obligatory requisite, no line wider than the tape, names unchanged."""

from __future__ import annotations

import dataclasses
import datetime
import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.commands import Align, Correction, Identity, TextLine
from devices.ffd import VAT_RATES, PaymentMethod, PaymentObject, PaymentType, Taxation, Vat
from devices.models import FiscalDocument
from devices.protocol.atol import tlv
from devices.units import line_sum, tax_inside
from receipts.models import Receipt, ReceiptLine, ReceiptPayment
from receipts.paper import MEASURES, Extras, Paper, draw, masked, qr_path

QR = "t=20261120T1402&s=1250.50&fn=9999078900004312&i=30020&fp=2397484188&n=1"
DEVICE = Identity(
    serial_number="00106329417752",
    model="АТОЛ 30Ф",
    model_code=61,
    firmware="1",
    fn_number="9999078900004312",
    ffd=2,
    columns=42,
    rnm="0004718293056127",
    inn="7842509176",
    organisation="ООО «Северный ветер»",
    address="191040, Санкт-Петербург, Лиговский проспект, дом 50, магазин «Зал»",
)


def document(**fields: Any) -> FiscalDocument:
    known = {
        "document_type": 3,
        "fn_number": "9999078900004312",
        "fd_number": 30020,
        "fpd": 2397484188,
        "local_time": "2026-11-20T14:02:11",
        "shift_number": 143,
        "receipt_number": 34,
        "rnm": "0004718293056127",
        "qr": QR,
    }
    return FiscalDocument(**{**known, **fields})


def line(name: str, price: int, quantity: str = "1", vat: Vat = Vat.VAT22, **fields: Any) -> ReceiptLine:
    total = line_sum(price, Decimal(quantity))
    rate = VAT_RATES[vat]
    known = {
        "payment_method": PaymentMethod.FULL_PAYMENT,
        "payment_object": PaymentObject.COMMODITY,
        "vat_sum": tax_inside(total, rate.numerator, rate.denominator),
    }
    return ReceiptLine(name=name, price=price, quantity=Decimal(quantity), sum=total, vat=vat, **{**known, **fields})


LINES = [
    line("Кофе зерновой «Бразилия», 1 кг", 89000),
    line("Фильтры бумажные № 4, 100 шт.", 24550),
    line("Молоко 3,2 %, 1 л", 11500, vat=Vat.VAT10),
]


def paper(lines: list[ReceiptLine] | None = None, *, payments: list[ReceiptPayment] | None = None, **how: Any) -> Paper:
    shown = LINES if lines is None else lines
    total = sum(each.sum for each in shown)
    receipt = Receipt(
        type=how.pop("type", "sell"),
        total=total,
        taxation=Taxation.OSN,
        cashier_name="Иванова М. С.",
        contact=how.pop("contact", ""),
    )
    paid = payments or [ReceiptPayment(type=PaymentType.CASH, sum=total, tendered=total)]
    facts = {"document": document(), "identity": DEVICE, **how}
    return draw(receipt, lines=shown, payments=paid, **facts)


def text(drawn: Paper) -> str:
    return "\n".join(drawn.lines)


@pytest.mark.parametrize(
    "requisite",
    [
        "КАССОВЫЙ ЧЕК",
        "ПРИХОД",
        "ООО «Северный ветер»",
        "191040, Санкт-Петербург",
        "ЧЕК № 34",
        "СМЕНА № 143",
        "КАССИР Иванова М. С.",
        "20.11.26 14:02",
        "Кофе зерновой «Бразилия», 1 кг",
        "1 x 890,00",
        "=890,00",
        "НДС 22%",
        "160,49",
        "=1 250,50",
        "НАЛИЧНЫМИ",
        "СУММА НДС 22%",
        "=204,76",
        "СУММА НДС 10%",
        "=10,45",
        "СНО",
        "ОСН",
        "www.nalog.gov.ru",
        "0004718293056127",
        "00106329417752",
        "7842509176",
        "9999078900004312",
        "ФД 30020",
        "ФП 2397484188",
    ],
)
def test_the_paper_holds_every_obligatory_requisite(requisite: str) -> None:
    assert requisite in text(paper())


def test_a_house_keeps_its_number() -> None:
    where = dataclasses.replace(DEVICE, address="191040, Санкт-Петербург, Лиговский пр., д. 50")

    assert "д. 50" in (line.strip() for line in paper(identity=where).top)


def test_the_qr_is_the_documents_own() -> None:
    assert QR == paper().qr


def test_change_is_printed_when_the_buyer_gave_more() -> None:
    drawn = paper(payments=[ReceiptPayment(type=PaymentType.CASH, sum=125050, tendered=200000)])

    assert re.search(r"ПОЛУЧЕНО +=2 000,00\nСДАЧА +=749,50", text(drawn))


def test_without_a_document_there_are_no_numbers_and_no_qr() -> None:
    drawn = paper(document=None)

    assert "" == drawn.qr
    assert "ФД" not in text(drawn)
    assert "ЧЕК №" not in text(drawn)


def test_a_device_that_never_answered_still_shows_what_was_asked() -> None:
    assert "Кофе зерновой" in text(paper(document=None, identity=None))


def test_turnover_without_vat_is_a_sum_and_not_a_tax() -> None:
    drawn = text(paper([line("Пакет", 70, "2", Vat.NONE), line("Книга", 10000, vat=Vat.VAT0)]))

    assert re.search(r"СУММА БЕЗ НДС +=1,40", drawn)
    assert re.search(r"СУММА С НДС 0% +=100,00", drawn)


def archived(*elements: bytes) -> FiscalDocument:
    return document(tlv=b"".join(elements))


def test_the_paper_shows_what_was_registered_and_not_what_was_asked() -> None:
    registered = archived(
        tlv.text(1021, "СИСТЕМНЫЙ АДМИНИСТРАТОР"),
        tlv.byte(1055, 2),
        tlv.text(1018, "7700001235", width=12),
        tlv.text(1192, "FZJAU73GURBM5ON5"),
        tlv.number(1103, 1045),
        tlv.group(1115, [tlv.group(1119, [tlv.byte(1199, 11), tlv.number(1120, 20477)])]),
        tlv.number(1104, 0),
    )
    drawn = text(paper(document=registered))

    assert "КАССИР СИСТЕМНЫЙ АДМИНИСТРАТОР" in drawn
    assert re.search(r"СНО +УСН доход\n", drawn)
    assert re.search(r"ИНН +7700001235\n", drawn)
    assert re.search(r"ДОП. РЕКВИЗИТ ЧЕКА +FZJAU73GURBM5ON5\n", drawn)
    assert re.search(r"СУММА НДС 10% +=10,45\nСУММА НДС 22% +=204,77\n", drawn)
    assert "НДС 0%" not in drawn


@pytest.mark.parametrize("damage", [b"\x01", b"\x1f\x04\xff\x00", b"\x1f\x04\x01\x00\x40", b"\x5b\x04\x02\x00\xaf\x04"])
def test_a_document_that_cannot_be_read_leaves_the_paper_as_it_was_asked(damage: bytes) -> None:
    assert "Иванова М. С." in text(paper(document=document(tlv=damage)))


def test_a_correction_names_its_basis() -> None:
    basis = Correction(date=datetime.date(2026, 10, 1), by_order=True, number="17-08/4")
    drawn = text(paper(type="sell_return_correction", extras=Extras(correction=basis)))

    assert "КАССОВЫЙ ЧЕК КОРРЕКЦИИ" in drawn
    assert "ВОЗВРАТ ПРИХОДА" in drawn
    assert "ПО ПРЕДПИСАНИЮ" in drawn
    assert "17-08/4" in drawn


def test_free_lines_stand_where_they_were_asked_for() -> None:
    extras = Extras(
        header=(
            TextLine(text="ЗАО Рога и Копыта", align=Align.CENTER),
            TextLine(text="ИНН 6600023456", align=Align.RIGHT),
        ),
        footer=(TextLine(text="Спасибо!"),),
    )
    drawn = paper(extras=extras)

    assert "            ЗАО Рога и Копыта" in drawn.top
    assert "ИНН 6600023456".rjust(42) in drawn.top
    assert ("Спасибо!",) == drawn.footer


def test_an_advance_names_its_method_and_an_ordinary_sale_does_not() -> None:
    advance = line("Аванс", 100000, vat=Vat.VAT122, payment_method=PaymentMethod.ADVANCE, payment_object=10)

    assert "АВАНС" in text(paper([advance]))
    assert "ПОЛНЫЙ РАСЧЕТ" not in text(paper())


@pytest.mark.parametrize(
    ("columns", "roll", "measure"), [(24, 58, 24), (32, 58, 32), (38, 80, 40), (42, 80, 42), (48, 80, 48), (72, 80, 72)]
)
def test_the_tape_has_the_devices_width(columns: int, roll: int, measure: int) -> None:
    drawn = paper(columns=columns)

    assert (columns, roll, measure) == (drawn.columns, drawn.roll, drawn.measure)
    assert columns == len(next(each for each in drawn.lines if set(each) == {"-"}))


@pytest.mark.parametrize(
    ("contact", "shown"),
    [("marina@mail.ru", "m***@mail.ru"), ("+79001234567", "+7900***67"), ("123", "123")],
)
def test_the_buyers_contact_is_masked(contact: str, shown: str) -> None:
    assert shown == masked(contact)
    assert shown in text(paper(contact=contact))


NAMES = st.text(
    alphabet=st.characters(codec="cp866", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=128
).filter(str.strip)


@given(
    name=NAMES,
    price=st.integers(0, 10**10),
    quantity=st.decimals("0.001", "99999.999", places=3),
    vat=st.sampled_from(sorted(Vat)),
    columns=st.integers(20, 72),
)
def test_no_line_is_wider_than_the_tape(name: str, price: int, quantity: Decimal, vat: Vat, columns: int) -> None:
    drawn = paper([line(name, price, str(quantity), vat)], columns=columns)

    assert all(len(each) <= columns for each in drawn.lines)


@given(name=NAMES)
def test_a_name_loses_no_letter(name: str) -> None:
    drawn = paper([line(name, 100)])
    start = drawn.top.index("-" * 42) + 1
    end = next(at for at, each in enumerate(drawn.top) if at >= start and each.startswith("  1 x 1,00"))

    assert "".join(name.split()) == "".join("".join(drawn.top[start:end]).split())


def test_the_stylesheet_knows_every_measure() -> None:
    from kktoffice.settings import BASE_DIR

    sheet = (BASE_DIR / "kktoffice/static/kktoffice/site.css").read_text()
    known = {int(number) for number in re.findall(r'\[data-cols="(\d+)"\]', sheet)} | {42}

    assert set(MEASURES) == known


def test_a_qr_is_one_path_of_whole_modules() -> None:
    side, path = qr_path(QR)

    assert side >= 29
    assert re.fullmatch(r"(M\d+ \d+h\d+v1h-\d+z)+", path)
    assert path.startswith("M0 0h7v1h-7z")
