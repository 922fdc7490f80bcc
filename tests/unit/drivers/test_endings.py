"""How a run ends when the device says no, runs out of paper, is not alone, or says yes and means no."""

from __future__ import annotations

import dataclasses
import logging
from typing import Any

import pytest

from devices.commands import CashIn, CloseShift, Command, OpenShift, ShiftState, TextLine, XReport
from devices.drivers import connect
from devices.drivers.base import Endpoint
from devices.errors import ErrorCode, LinkError, OutcomeUnknown, Refused
from devices.ffd import DocumentType, FfdVersion, Tag, Vat
from devices.protocol.atol import charset, tlv
from devices.protocol.atol.session import NotTaken, Reply
from devices.simulator.faults import Faults
from tests.unit.drivers.conftest import OpenShop, Shop
from tests.unit.drivers.goods import BREAD, MARK, position, receipt
from tests.unit.drivers.trouble import TRANSPORTS, AtCommand, DeafAfter, PaperUntil, ending, refuse

pytestmark = pytest.mark.usefixtures("impatient")


@TRANSPORTS
def test_paper_that_ends_in_a_position_cancels_the_receipt(open_shop: OpenShop, transport: int) -> None:
    shop = open_shop(transport=transport, faults=PaperUntil("Доставка"))
    shop.open()

    error = ending(shop, BREAD)

    assert isinstance(error, Refused)
    assert ErrorCode.PAPER_OUT == error.code
    assert [] == shop.receipts()
    assert shop.device.state.receipt is None


@TRANSPORTS
def test_paper_that_ends_while_closing_leaves_a_registered_receipt_to_print(
    open_shop: OpenShop, transport: int
) -> None:
    shop = open_shop(transport=transport, faults=PaperUntil("ИТОГ"))
    shop.open()

    result = shop.run(BREAD)

    assert result.document is not None
    assert (BREAD.total, False) == (result.document.total, result.printed)
    assert shop.driver.state().unprinted
    with pytest.raises(Refused) as caught:
        shop.driver.finish_printing()
    assert ErrorCode.PAPER_OUT == caught.value.code
    shop.device.paper = True
    shop.driver.finish_printing()
    assert not shop.driver.state().unprinted
    assert "ИТОГ" in shop.paper()
    assert [BREAD.total] == shop.receipts()


def test_no_paper_before_the_receipt_is_a_refusal(shop: Shop) -> None:
    shop.device.paper = False

    error = ending(shop, BREAD)

    assert isinstance(error, Refused)
    assert ErrorCode.PAPER_OUT == error.code
    assert [] == shop.receipts()


def test_an_electronic_receipt_needs_no_paper(shop: Shop) -> None:
    shop.device.paper = False

    with_text = dataclasses.replace(
        BREAD,
        electronic=True,
        contact="a@b.ru",
        header=(TextLine(text="Магазин"),),
        footer=(TextLine(text="Спасибо"),),
        positions=(dataclasses.replace(BREAD.positions[0], barcode="4600000000015"), *BREAD.positions[1:]),
    )

    result = shop.run(with_text)

    assert result.printed
    assert "Магазин" not in shop.paper().split("ОТЧЕТ ОБ ОТКРЫТИИ СМЕНЫ")[1]
    assert [BREAD.total] == shop.receipts()


def test_paper_that_ends_in_a_z_report_leaves_a_closed_shift_to_print(open_shop: OpenShop) -> None:
    shop = open_shop(faults=PaperUntil("ЗАКРЫТИИ СМЕНЫ"))
    shop.open()

    error = ending(shop, CloseShift())
    kinds = [document.meta.type for document in shop.device.documents]

    if error is None:
        assert DocumentType.SHIFT_CLOSE == kinds[-1]
    else:
        assert not isinstance(error, OutcomeUnknown)
        assert DocumentType.SHIFT_CLOSE not in kinds


def test_a_receipt_left_open_by_somebody_is_cancelled_first(shop: Shop) -> None:
    for message in ("92 00 01", "EA 00 01 00"):
        assert b"\x55\x00" == shop.device.execute(bytes.fromhex("00 00" + message))[:2]

    shop.run(BREAD)

    assert [BREAD.total] == shop.receipts()


def test_a_receipt_open_outside_its_mode_is_cancelled_too(shop: Shop) -> None:
    shop.device.execute(bytes.fromhex("00 00 92 00 01"))
    shop.device.state.mode = 0

    assert shop.driver.cancel_receipt()
    assert shop.device.state.receipt is None


def test_a_cancel_that_is_refused_and_done_all_the_same_is_proof_enough(open_shop: OpenShop) -> None:
    class NoPaper(Faults):
        def before_command(self, message: bytes) -> bytes | None:
            return b"\x55\x67\x00" if message[2] == 0xEB else None

        def after_command(self, message: bytes, answer: bytes) -> bytes:
            return b"\x55\x67\x00" if message[2] == 0x59 else answer

    shop = open_shop(faults=NoPaper())
    shop.open()

    error = ending(shop, BREAD)

    assert isinstance(error, Refused)
    assert ErrorCode.PAPER_OUT == error.code
    assert shop.device.state.receipt is None


def test_cancelling_says_whether_there_was_something(shop: Shop) -> None:
    assert not shop.driver.cancel_receipt()
    shop.device.execute(bytes.fromhex("00 00 92 00 01"))

    assert shop.driver.cancel_receipt()
    assert not shop.driver.state().receipt_open


@TRANSPORTS
def test_a_busy_device_gets_the_same_command_until_it_takes_it(
    open_shop: OpenShop, transport: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("devices.protocol.atol.client.BUSY_PAUSE", 0.01)
    busy = iter([0x76, 0x76])

    class Busy(Faults):
        def before_command(self, message: bytes) -> bytes | None:
            code = next(busy, None) if message[2] == 0x4A else None
            return None if code is None else bytes([0x55, code, 0])

    shop = open_shop(transport=transport, faults=Busy())
    shop.open()

    shop.run(BREAD)

    assert [BREAD.total] == shop.receipts()


@TRANSPORTS
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_cash_in_refused_is_decided_by_the_counters(open_shop: OpenShop, after: bool, transport: int) -> None:
    faults = AtCommand(0x49, after=after, what=refuse(0x67))
    shop = open_shop(transport=transport, faults=faults)
    shop.open()
    faults.armed = True

    error = ending(shop, CashIn(sum=5000))

    assert (5000 if after else 0) == shop.driver.state().cash
    assert (error is None) == after


def test_cash_in_whose_answer_is_lost_is_unknown(open_shop: OpenShop) -> None:
    deaf = DeafAfter()

    class Watch(Faults):
        def after_command(self, message: bytes, answer: bytes) -> bytes:
            if message[2] == 0x49:
                deaf.left = 0
            return answer

        def sent(self, data: bytes) -> bytes:
            return deaf.sent(data)

    shop = open_shop(faults=Watch())
    shop.open()

    assert isinstance(ending(shop, CashIn(sum=5000)), OutcomeUnknown)


@pytest.mark.parametrize("code", [0x9A, 0x5A])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_shift_command_refused_is_decided_by_the_archive(open_shop: OpenShop, code: int, after: bool) -> None:
    faults = AtCommand(code, after=after, what=refuse(0x67))
    shop = open_shop(faults=faults)
    command: Command = OpenShift()
    if code == 0x5A:
        shop.open()
        command = CloseShift()
    before = len(shop.device.documents)
    faults.armed = True

    error = ending(shop, command)

    assert (error is None) == after
    assert before + after == len(shop.device.documents)


def test_a_device_that_says_yes_and_registers_nothing_is_unknown(open_shop: OpenShop) -> None:
    faults = AtCommand(0x4A, what=lambda: b"\x55\x00\x00")
    shop = open_shop(faults=faults)
    shop.open()
    faults.armed = True

    assert isinstance(ending(shop, BREAD), OutcomeUnknown)
    assert [] == shop.receipts()


def test_a_doubled_position_is_noticed_by_the_devices_own_sum(open_shop: OpenShop) -> None:
    class Twice(Faults):
        def before_command(self, message: bytes) -> bytes | None:
            if message[2] == 0xEB and not self.done:
                self.done = True
                shop.device._answer(message)
            return None

        done = True

    faults = Twice()
    shop = open_shop(faults=faults)
    shop.open()
    faults.done = False

    error = ending(shop, BREAD)

    assert isinstance(error, Refused)
    assert ErrorCode.TOTAL_DIFFERS == error.code
    assert [] == shop.receipts()


def test_another_hosts_document_in_between_is_told_apart_by_its_mark(open_shop: OpenShop) -> None:
    class Foreign(Faults):
        armed = False

        def after_command(self, message: bytes, answer: bytes) -> bytes:
            if message[2] == 0x4A and self.armed:
                self.armed = False
                for line in (
                    "92 00 01",
                    "EA 00 01 00",
                    FOREIGN_EB,
                    "99 00 01 00 00 02 21 00",
                    "4A 00 01 00 00 00 00 00",
                ):
                    assert b"\x55\x00" == shop.device._answer(bytes.fromhex("00 00" + line))[:2]
            return answer

    faults = Foreign()
    shop = open_shop(faults=faults)
    shop.open()
    faults.armed = True

    result = shop.run(BREAD)

    assert result.document is not None
    assert MARK == result.document.mark
    assert [""] == [document.mark for document in result.before]
    assert [22100, 22100] == shop.receipts()


FOREIGN_EB = (
    "EB 02 00 00 00 00 02 21 00 00 00 00 10 00 00 00 00 00 02 21 00 06 00 00 00 00 00 00 00 00 01 04 00 00 00 00 00 "
    "00 00 00 00 00 41"
)


def test_two_documents_like_ours_without_a_mark_are_unknown(open_shop: OpenShop) -> None:
    class Foreign(Faults):
        armed = False

        def after_command(self, message: bytes, answer: bytes) -> bytes:
            if message[2] == 0x4A and self.armed:
                self.armed = False
                for line in (
                    "92 00 01",
                    "EA 00 01 00",
                    FOREIGN_EB,
                    "99 00 01 00 00 02 21 00",
                    "4A 00 01 00 00 00 00 00",
                ):
                    shop.device._answer(bytes.fromhex("00 00" + line))
            return answer

    faults = Foreign()
    shop = open_shop(faults=faults)
    shop.open()
    faults.armed = True

    assert isinstance(ending(shop, dataclasses.replace(BREAD, mark="")), OutcomeUnknown)


def test_an_interrupted_z_report_is_finished_by_closing_the_shift_again(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.open()
    shop.run(BREAD)
    shop.device.state.z_interrupted = True
    shop.device.save()

    error = ending(shop, BREAD)
    result = shop.run(CloseShift())

    assert isinstance(error, Refused)
    assert ErrorCode.Z_INTERRUPTED == error.code
    assert result.document is not None
    assert DocumentType.SHIFT_CLOSE == result.document.document_type
    assert ShiftState.CLOSED == shop.driver.state().shift


def test_a_closing_command_that_was_not_taken_cancels_the_receipt(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop()
    shop.open()
    exchange = shop.driver.session.exchange

    def full(message: bytes, **more: Any) -> Reply:
        if message[2] == 0x4A:
            raise NotTaken(ErrorCode.DEVICE_BUSY, "task buffer full")
        return exchange(message, **more)

    monkeypatch.setattr(shop.driver.session, "exchange", full)

    error = ending(shop, BREAD)

    assert isinstance(error, LinkError)
    assert ErrorCode.DEVICE_BUSY == error.code
    assert [] == shop.receipts()
    assert shop.device.state.receipt is None


def test_another_device_on_the_same_line_is_noticed_before_the_fence(shop: Shop) -> None:
    shop.run(BREAD)
    shop.device.options = dataclasses.replace(shop.device.options, serial="00106900000077")

    error = ending(shop, BREAD)

    assert isinstance(error, LinkError)
    assert ErrorCode.WRONG_DEVICE == error.code
    assert 1 == len(shop.baselines)
    assert [BREAD.total] == shop.receipts()


class OldFirmware(Faults):
    """A device that lacks what old ones lack."""

    def before_command(self, message: bytes) -> bytes | None:
        if message[2] == 0x91 and message[3] in (0x0C, 0x18, 0x1A, 0x34, 0x36, 0x3B, 0x41):
            return b"\x55\x6c\x00"
        if message[2] == 0xE9 or message[2:4] == b"\xa4\x20":
            return b"\x55\x66\x00"
        return None


def test_what_an_old_device_has_not_is_unknown_and_never_fatal(open_shop: OpenShop) -> None:
    shop = open_shop(faults=OldFirmware())
    shop.open()
    shop.run(CashIn(sum=5000))

    who, state = shop.driver.identify(), shop.driver.state()
    result = shop.run(receipt(position("A", 1000, vat=Vat.NONE)))
    totals = shop.run(XReport()).totals

    assert (FfdVersion.V1_0, 32, "", "") == (who.ffd, who.columns, who.rnm, who.organisation)
    assert (ShiftState.OPEN, 2, 0, False, None) == (
        state.shift,
        state.last_fd,
        state.ofd_unsent,
        state.unprinted,
        state.fn_valid_until,
    )
    assert result.document is not None
    assert 4 == dict(tlv.elements(tlv.first(result.document.tlv, Tag.POSITION) or b""))[Tag.VAT][0]  # its own row order
    assert totals is not None
    assert (1, 1000) == (totals.sell.count, totals.sell.sum)


def test_no_password_and_no_buyer_reach_the_log(open_shop: OpenShop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shop = open_shop()
    shop.open()
    contact, name = "+79005551122", "Петров Пётр"

    shop.run(dataclasses.replace(BREAD, contact=contact, customer_name=name))

    for secret in (contact.encode(), charset.encode(name), bytes.fromhex("00000030")):
        assert secret.hex(" ") not in caplog.text
        assert secret.decode("latin-1") not in caplog.text
    assert "atol 4a 00 01 00 00 00 00 00 -> 55 00 00" in caplog.text


def test_a_closed_line_can_be_opened_by_the_next_one(shop: Shop) -> None:
    with pytest.raises(LinkError) as caught:
        connect(Endpoint(driver="atol", url=shop.url))
    assert ErrorCode.PORT_BUSY == caught.value.code

    shop.reconnect()
    assert shop.driver.baseline().last_fd == 2


def test_an_unknown_family_is_not_supported() -> None:
    with pytest.raises(Refused) as caught:
        connect(Endpoint(driver="abacus", url="/dev/null"))
    assert ErrorCode.NOT_SUPPORTED == caught.value.code


def test_a_password_that_is_no_number_is_the_operators_mistake(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.driver.close()

    good = Endpoint(driver="atol", url=shop.url, transport=3)
    for wrong in (
        dataclasses.replace(good, access_password="abcd"),
        dataclasses.replace(good, operator_password="x"),
        dataclasses.replace(good, operator_password="123456789"),
    ):
        with pytest.raises(Refused) as caught:
            connect(wrong)
        assert ErrorCode.OPERATOR_ERROR == caught.value.code


def test_a_wrong_mode_password_is_the_operators_mistake(open_shop: OpenShop) -> None:
    shop = open_shop()
    shop.driver.close()

    wrong = Endpoint(driver="atol", url=shop.url, transport=3, operator_password="77")
    with connect(wrong) as driver, pytest.raises(Refused) as caught:
        driver.run(OpenShift())
    assert ErrorCode.OPERATOR_ERROR == caught.value.code
