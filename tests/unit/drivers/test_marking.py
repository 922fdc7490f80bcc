"""Marking codes from the check to the receipt and the notice: every answer of the marking system, every lost one."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import pytest

from devices.commands import CheckMark, Mark, MarkCheck, RegisterReceipt
from devices.drivers.atol import marking
from devices.errors import ErrorCode, OutcomeUnknown, Refused
from devices.ffd import PaymentObject, ReceiptType, Tag
from devices.protocol.atol import tlv
from devices.simulator.faults import Faults, PowerLoss
from tests.unit.drivers.conftest import OpenShop, Shop
from tests.unit.drivers.goods import BREAD, position, receipt
from tests.unit.drivers.trouble import ending

pytestmark = pytest.mark.usefixtures("impatient")

GS = "\x1d"
WATER = f"0104600000000015215ABC123456789{GS}91EE06{GS}92" + "A" * 44
JUICE = f"0104600000000022215XYZ987654321{GS}93dGVz"
GOOD = MarkCheck(checked=True, valid=True, status_told=True, status_fits=True)


def sale(*codes: str | Mark, **more: Any) -> RegisterReceipt:
    goods = [
        position(
            f"Вода {number}",
            5990,
            payment_object=PaymentObject.COMMODITY_WITH_MARKING,
            measure=0,
            mark=code if isinstance(code, Mark) else Mark(code=code),
        )
        for number, code in enumerate(codes, start=1)
    ]
    return receipt(*goods, **more)


def lines(shop: Shop) -> list[dict[int, bytes]]:
    raw = shop.device.documents[-1].tlv
    return [dict(tlv.elements(value)) for tag, value in tlv.elements(raw) if tag == Tag.POSITION]


def notices(shop: Shop) -> list[dict[int, bytes]]:
    found = [bytes.fromhex(document.meta.notice) for document in shop.device.documents if document.meta.notice]
    return [dict(tlv.elements(raw)) for raw in found]


def test_a_checked_code_is_sold_with_its_result_and_told_to_the_marking_system(shop: Shop) -> None:
    shop.run(sale(WATER, JUICE))
    water, juice = lines(shop)
    root = dict(tlv.elements(shop.device.documents[-1].tlv))

    assert b"0104600000000015215ABC123456789" == tlv.first(water[Tag.PRODUCT_CODES], Tag.CODE_GS1_MARKED)
    assert b"0104600000000022215XYZ987654321" == tlv.first(juice[Tag.PRODUCT_CODES], Tag.CODE_GS1_MARKED)
    for line in (water, juice):
        assert (15, 0, 33, 0) == tuple(
            line[tag][0] for tag in (Tag.MARK_CHECK, Tag.MARK_MODE, Tag.PAYMENT_OBJECT, Tag.MEASURE)
        )
        assert not {Tag.MARK, Tag.MARK_STATUS, Tag.CONTROL_CODE} & line.keys()
    assert b"\0" == root[Tag.MARKS_SUMMARY]
    notice = notices(shop)[0]
    goods = dict(tlv.elements(notice[Tag.MARKED_GOODS]))
    assert (JUICE.encode(), 5, 1, 15) == (
        goods[Tag.MARK],
        goods[Tag.MARK_TYPE][0],
        goods[Tag.ASSIGNED_STATUS][0],
        goods[Tag.MARK_CHECK][0],
    )
    assert 2 == shop.paper().count("[М+]")


@pytest.mark.parametrize(
    ("code", "kind", "child", "name"),
    [
        (WATER, 4, Tag.CODE_GS1_MARKED, b"0104600000000015215ABC123456789"),
        (f"{GS}0104600000000015215ABC{GS}92" + "B" * 88, 2, Tag.CODE_GS1_MARKED, b"0104600000000015215ABC"),
        (JUICE, 5, Tag.CODE_GS1_MARKED, b"0104600000000022215XYZ987654321"),
        ("04600000000015ABCdef1QQQQ", 1, Tag.CODE_SHORT, b"04600000000015ABCdef1"),
        ("RU-430302-ABC1234567", 0, Tag.CODE_UNKNOWN, b"RU-430302-ABC1234567"),
    ],
)
def test_a_code_is_named_by_its_kind(shop: Shop, code: str, kind: int, child: Tag, name: bytes) -> None:
    shop.run(sale(code))
    goods = dict(tlv.elements(notices(shop)[0][Tag.MARKED_GOODS]))

    assert name == tlv.first(lines(shop)[0][Tag.PRODUCT_CODES], child)
    assert (kind, name) == (goods[Tag.MARK_TYPE][0], goods[Tag.MARK_ID])


@pytest.mark.parametrize(
    ("says", "code"),
    [
        ("invalid", ErrorCode.MARK_REFUSED),
        ("refused", ErrorCode.MARK_REFUSED),
        ("stopped", ErrorCode.MARK_REFUSED),
        ("timeout", ErrorCode.MARK_TIMEOUT),
        ("busy", ErrorCode.MARK_BUSY),
        ("blocked", ErrorCode.MARK_BLOCKED),
    ],
)
def test_a_code_that_must_not_be_sold_stops_the_receipt_before_it_is_opened(
    shop: Shop, says: str, code: ErrorCode
) -> None:
    shop.device.marking.rule(says, code="0022")

    error = ending(shop, sale(WATER, JUICE))

    assert isinstance(error, Refused)
    assert (code, [], []) == (error.code, shop.baselines, shop.receipts())
    assert code is not ErrorCode.MARK_REFUSED or "Вода 2" in error.detail
    assert ending(shop, BREAD) is None
    assert ending(shop, sale(WATER)) is None
    assert [BREAD.total, 5990] == shop.receipts()


@pytest.mark.parametrize("says", ["timeout", "busy"])
def test_what_passes_by_itself_is_tried_once_more(shop: Shop, says: str) -> None:
    rule = shop.device.marking.rule(says, times=1)
    shop.run(sale(WATER))

    assert (1, [5990], 15) == (rule.hits, shop.receipts(), lines(shop)[0][Tag.MARK_CHECK][0])


@pytest.mark.parametrize(("code", "bits"), [(WATER, 3), (JUICE, 0)])
def test_without_a_connection_the_storages_own_check_stands(shop: Shop, code: str, bits: int) -> None:
    shop.device.marking.is_online = False
    shop.run(sale(code))

    assert ([5990], bits) == (shop.receipts(), lines(shop)[0][Tag.MARK_CHECK][0])
    assert "[М]" in shop.paper()
    assert (1, 0) == (shop.device.state.notices, shop.device.state.notices_sent)


def test_a_silent_marking_system_stops_no_sale_that_may_do_without_it(shop: Shop) -> None:
    shop.device.marking.rule("timeout")
    shop.run(sale(WATER, unchecked_marks=True))

    assert ([5990], 3) == (shop.receipts(), lines(shop)[0][Tag.MARK_CHECK][0])


def test_a_bad_code_is_not_sold_even_where_answers_are_not_waited_for(shop: Shop) -> None:
    shop.device.marking.rule("refused")

    error = ending(shop, sale(WATER, unchecked_marks=True))

    assert isinstance(error, Refused)
    assert (ErrorCode.MARK_REFUSED, []) == (error.code, shop.receipts())


def test_an_answer_that_takes_its_time_is_waited_for(shop: Shop) -> None:
    shop.device.marking.rule("valid", seconds=0.4)
    before = time.monotonic()
    shop.run(sale(WATER))

    assert 0.4 < time.monotonic() - before
    assert 15 == lines(shop)[0][Tag.MARK_CHECK][0]


def test_an_answer_that_comes_after_our_patience_is_a_timeout(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "TIMEOUT", 0.2)
    shop.device.marking.rule("valid", seconds=5, times=1)

    error = ending(shop, sale(WATER))

    assert isinstance(error, Refused)
    assert (ErrorCode.MARK_TIMEOUT, []) == (error.code, shop.receipts())
    assert ending(shop, sale(WATER)) is None


def test_a_piece_is_sold_once_until_it_is_returned(shop: Shop) -> None:
    shop.run(sale(WATER))
    again = ending(shop, sale(WATER))
    back = shop.run(dataclasses.replace(sale(Mark(code=WATER, status=3)), type=ReceiptType.SELL_RETURN))

    assert isinstance(again, Refused)
    assert ErrorCode.MARK_REFUSED == again.code
    assert back.document is not None
    assert 3 == dict(tlv.elements(notices(shop)[-1][Tag.MARKED_GOODS]))[Tag.ASSIGNED_STATUS][0]
    shop.run(sale(WATER))
    assert [5990] * 3 == shop.receipts()


def test_an_ordinary_barcode_is_no_code(shop: Shop) -> None:
    error = ending(shop, CheckMark(mark=Mark(code="4600000000015")))

    assert isinstance(error, Refused)
    assert ErrorCode.MARK_INVALID == error.code


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("valid", GOOD),
        ("invalid", MarkCheck(checked=True, status_told=True)),
        ("refused", MarkCheck(checked=True, valid=True, status_told=True)),
        ("offline", MarkCheck(checked=True, valid=True)),
    ],
)
def test_a_check_tells_what_came_of_it(shop: Shop, says: str, expected: MarkCheck) -> None:
    shop.device.marking.rule(says)

    assert expected == shop.run(CheckMark(mark=Mark(code=WATER))).check
    assert [] == shop.baselines
    assert (not expected.is_bad) == (len(shop.device.marking.table) == 1)


def test_codes_that_were_checked_are_not_asked_again(shop: Shop) -> None:
    checked = [Mark(code=code, check=shop.run(CheckMark(mark=Mark(code=code))).check) for code in (WATER, JUICE)]
    shop.run(sale(*checked))

    assert (2, [2 * 5990]) == (shop.device.marking.requests, shop.receipts())
    assert [15, 15] == [line[Tag.MARK_CHECK][0] for line in lines(shop)]


def test_codes_that_the_device_forgot_are_checked_anew_and_sold_once(shop: Shop) -> None:
    checked = Mark(code=WATER, check=shop.run(CheckMark(mark=Mark(code=WATER))).check)
    shop.run(sale(JUICE))  # its end clears the table
    shop.run(sale(checked, contact="a@example.com"))

    assert [5990, 5990] == shop.receipts()
    assert "Иванова А. П." in shop.paper().split("ЧЕК АННУЛИРОВАН")[1]
    assert 15 == lines(shop)[0][Tag.MARK_CHECK][0]


def test_a_check_that_somebody_left_is_no_obstacle(shop: Shop) -> None:
    shop.device.marking.check(JUICE.encode(), 1, 0)
    shop.run(sale(WATER))

    assert [5990] == shop.receipts()


def test_a_part_of_a_package_is_told_as_a_fraction(shop: Shop) -> None:
    shop.run(sale(Mark(code=WATER, status=2, numerator=1, denominator=3)))
    fraction = dict(tlv.elements(lines(shop)[0][Tag.FRACTION]))

    assert (b"1/3", b"\1", b"\3") == tuple(fraction[tag] for tag in (Tag.FRACTION_TEXT, Tag.NUMERATOR, Tag.DENOMINATOR))
    assert "59.90 x 1 1/3" in shop.paper()


@pytest.mark.parametrize("ffd", ["1.05", "1.1"])
def test_before_ffd_1_2_a_code_is_1162_and_nobody_checks_it(open_shop: OpenShop, ffd: str) -> None:
    shop = open_shop(ffd=ffd)
    shop.open()
    shop.run(sale(WATER))
    error = ending(shop, CheckMark(mark=Mark(code=WATER)))

    line = lines(shop)[0]
    assert (b"\x44\x4d" + (4600000000015).to_bytes(6, "big") + b"5ABC123456789", b"\1") == (
        line[Tag.PRODUCT_CODE],
        line[Tag.PAYMENT_OBJECT],
    )
    assert isinstance(error, Refused)
    assert ErrorCode.NOT_SUPPORTED == error.code


@pytest.mark.parametrize("code", [0xE7, 0xF2, 0x66])
def test_a_device_that_checks_no_codes_says_so_and_sells_the_rest(open_shop: OpenShop, code: int) -> None:
    class KnowsNoMarks(Faults):
        def before_command(self, message: bytes) -> bytes | None:
            return bytes((0x55, code, 0)) if message[2] == 0xA4 and message[3] >= 0xB0 else None

    shop = open_shop(faults=KnowsNoMarks())
    shop.open()
    error = ending(shop, sale(WATER))

    assert isinstance(error, Refused)
    assert (ErrorCode.NOT_SUPPORTED, []) == (error.code, shop.baselines)
    assert ending(shop, BREAD) is None


class DiesAt(Faults):
    """Power is lost at the n-th command from arming on, before or after it is executed."""

    def __init__(self, number: int, *, after: bool) -> None:
        self.number, self.after, self.seen = number, after, -1

    def _strikes(self) -> bool:
        self.seen += self.seen >= 0
        return self.seen == self.number

    def before_command(self, message: bytes) -> bytes | None:
        if not self.after and self._strikes():
            raise PowerLoss
        return None

    def after_command(self, message: bytes, answer: bytes) -> bytes:
        if self.after and self._strikes():
            raise PowerLoss
        return answer


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_power_cut_at_any_command_never_sells_a_code_twice(open_shop: OpenShop, after: bool) -> None:
    shop = open_shop()
    shop.open()
    number, doubts = 0, 0
    while True:
        number += 1
        faults = DiesAt(number, after=after)
        shop.device.faults = faults
        code = f"0104600000000015215N{number:08d}{GS}91EE06{GS}92" + "A" * 44
        sold = shop.receipts()
        faults.seen = 0
        error = ending(shop, sale(code))
        if faults.seen < number:
            break
        faults.number = -1
        shop.reconnect()
        if isinstance(error, OutcomeUnknown):
            doubts += 1
            shop.driver.cancel_receipt()
        if shop.receipts() == sold:
            shop.run(sale(code))

        assert [*sold, 5990] == shop.receipts()
        assert len(shop.receipts()) == shop.device.state.notices == len(shop.device.state.marks_gone)

    assert error is None
    assert number > 20
    assert doubts
