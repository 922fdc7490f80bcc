"""What stands under a position on the page's paper, and requisites beyond the rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from devices.commands import AgentData, Barcode, Customer, Mark, Position, Supplier, TextLine, UserRequisite
from devices.ffd import Agent, Tag, Vat
from devices.protocol.atol import tlv
from receipts.paper import Extras, Paper
from tests.unit.test_paper import document, line, paper

CODE = "0104600000000015215ABC123456789\x1d91EE06"


def position(**more: Any) -> Position:
    known: dict[str, Any] = {"name": "Вода", "price": 5990, "quantity": Decimal(1), "sum": 5990, "vat": Vat.VAT22}
    return Position(**known | more)


def drawn(*positions: Position, **more: Any) -> Paper:
    facts = {name: more.pop(name) for name in ("document", "type") if name in more}
    lines = [line(each.name, each.price, str(each.quantity)) for each in positions]
    return paper(lines, extras=Extras(positions=positions, **more), **facts)


@pytest.mark.parametrize(
    ("bits", "sign"), [(15, "[М+]"), (1, "[М-]"), (5, "[М-]"), (7, "[М-]"), (3, "[М]"), (0, "[М]")]
)
def test_a_code_shows_what_its_check_came_to(bits: int, sign: str) -> None:
    registered = tlv.group(Tag.POSITION, [tlv.byte(Tag.MARK_CHECK, bits)])
    lines = drawn(position(mark=Mark(code=CODE)), document=document(tlv=registered)).lines

    assert f"  {sign}" in lines


def test_a_code_that_nobody_checked_yet_is_only_marked() -> None:
    assert "  [М]" in drawn(position(mark=Mark(code=CODE))).lines


@pytest.mark.parametrize("agent", list(Agent))
def test_goods_of_others_name_whose_they_are(agent: Agent) -> None:
    goods = position(
        agent=agent.value,
        agent_data=AgentData(operation="Перевод", agent_phones=("+79160000001",), transfer_inn="7710000009"),
        supplier=Supplier(name="ООО Банк", inn="7700001235", phone="+79990000000", phones=("+79990000001",)),
    )
    text = "\n".join(drawn(goods).lines)

    for said in ("Перевод", "+79160000001", "7710000009", "ООО Банк", "7700001235", "+79990000000", "+79990000001"):
        assert said in text
    assert "АГЕНТ" in text or "ПОВЕРЕННЫЙ" in text or "КОМИССИОНЕР" in text


def test_measures_excise_and_origin_are_told() -> None:
    cheese = position(quantity=Decimal("0.345"), sum=2067, measure=11)
    part = position(mark=Mark(code=CODE, numerator=1, denominator=3))
    cognac = position(excise=150, country="643", declaration="10702020/060520/0013422", additional="дог. 7")
    text = "\n".join(drawn(cheese, part, cognac).lines)

    for said in ("0,345 кг x 59,90", "1 1/3 x 59,90", "АКЦИЗ", "643", "10702020/060520/0013422", "дог. 7"):
        assert said in text


def test_lines_of_an_item_and_codes_stand_where_they_were_put() -> None:
    goods = position(lines=(TextLine(text="свежая"), Barcode(barcode="https://a.example")))
    lines = drawn(goods, position(name="Соль"), header=(Barcode(barcode="12345"),)).lines
    order = ["[QR] 12345", "Вода", "свежая", "[QR] https://a.example", "Соль"]

    assert sorted(map(lines.index, order)) == list(map(lines.index, order))


def test_requisites_of_the_receipt_are_told() -> None:
    shown = drawn(
        position(),
        settlement_address="г. Тверь",
        machine_number="17",
        customer=Customer(address="ул. Новая, 5"),
        user_requisite=UserRequisite(name="Карта", value="№ 5"),
    )
    text = "\n".join(shown.lines)

    for said in ("г. Тверь", "НОМЕР АВТОМАТА", "17", "ул. Новая, 5", "Карта", "№ 5"):
        assert said in text


def test_a_correction_of_ffd_1_05_lists_nothing_once_it_is_registered() -> None:
    asked = drawn(position(), type="sell_correction")
    registered = drawn(position(), type="sell_correction", document=document(tlv=tlv.byte(Tag.OPERATION, 1)))

    assert "Вода" in asked.lines
    assert "Вода" not in registered.lines
