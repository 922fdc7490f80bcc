"""Marking codes behind driver 10: checked before a receipt, and what each answer means for it."""

from __future__ import annotations

import dataclasses

import pytest

from devices.commands import CheckMark, Mark, MarkCheck, RegisterReceipt
from devices.drivers.driver10 import marking
from devices.errors import ErrorCode, Refused
from tests.unit.drivers.goods import position, receipt
from tests.unit.drivers.web.conftest import OpenShop, Shop

WHOLE = Mark(code="0104600439931256215!AbCdEfGh\x1d91EE06\x1d92sign")
SHORT = Mark(code="0104600439931256215!AbCdEfGh")
CHECK_TAG = bytes.fromhex("3a080100")  # 2106, one byte


def sale(*marks: Mark, unchecked_marks: bool = False) -> RegisterReceipt:
    goods = (position(f"Товар {number}", 10000, mark=mark) for number, mark in enumerate(marks))
    return receipt(*goods, unchecked_marks=unchecked_marks)


def test_codes_are_checked_before_the_receipt_and_written_with_their_results(shop: Shop) -> None:
    shop.listen()

    shop.run(sale(WHOLE, WHOLE))

    asked = [each.sent for each in shop.exchanges]
    first = next(at for at, each in enumerate(asked) if b'"sell"' in each)
    assert 2 == sum(b"beginMarkingCodeValidation" in each for each in asked[:first])
    assert 2 == shop.device.documents[-1].tlv.count(CHECK_TAG + b"\x0f")


def test_codes_that_were_checked_earlier_are_not_checked_again(shop: Shop) -> None:
    check = MarkCheck(checked=True, valid=True)
    shop.listen()

    shop.run(sale(dataclasses.replace(WHOLE, check=check)))

    assert not any(b"beginMarkingCodeValidation" in each.sent for each in shop.exchanges)
    assert CHECK_TAG + b"\x03" in shop.device.documents[-1].tlv


def test_a_bad_code_refuses_the_receipt_by_the_name_of_its_goods(shop: Shop) -> None:
    error = shop.ending(sale(WHOLE, SHORT))

    assert isinstance(error, Refused)
    assert ErrorCode.MARK_REFUSED == error.code
    assert "Товар 1" in error.detail
    assert ([], []) == (shop.receipts(), shop.baselines)


def test_a_silent_marking_system_stops_the_receipt_unless_it_may_go_unchecked(shop: Shop) -> None:
    shop.device.ofd_online = False

    error = shop.ending(sale(WHOLE))
    shop.run(sale(WHOLE, unchecked_marks=True))

    assert isinstance(error, Refused)
    assert ErrorCode.MARK_TIMEOUT == error.code
    assert [10000] == shop.receipts()
    assert CHECK_TAG + b"\x03" in shop.device.documents[-1].tlv


def test_a_check_that_somebody_left_half_done_is_cleared_away(shop: Shop) -> None:
    shop.driver.channel.ask(
        {"type": "beginMarkingCodeValidation", "params": {"imc": "MDE=", "itemEstimatedStatus": "x"}}
    )

    check = shop.run(CheckMark(mark=WHOLE)).check

    assert check is not None
    assert check.is_good


def test_an_answer_that_never_comes_is_given_up_and_nothing_is_left_half_done(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "TIMEOUT", 0.05)
    monkeypatch.setattr(marking, "PAUSE", 0.01)
    ask = shop.driver.channel.ask

    def deaf(*asked: dict[str, object], **more: object) -> object:
        if asked[0]["type"] == "getMarkingCodeValidationStatus":
            return [{"ready": False}]
        return ask(*asked, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(shop.driver.channel, "ask", deaf)

    error = shop.ending(CheckMark(mark=WHOLE))

    assert isinstance(error, Refused)
    assert ErrorCode.MARK_TIMEOUT == error.code
    assert {} == shop.front.queue.host.mark


def test_an_old_format_checks_nothing_and_writes_the_bare_code(open_shop: OpenShop) -> None:
    shop = open_shop(ffd="1.05")

    shop.run(sale(SHORT))

    assert b"\x8a\x04" in shop.device.documents[-1].tlv  # 1162
    with pytest.raises(Refused):
        shop.run(CheckMark(mark=WHOLE))
