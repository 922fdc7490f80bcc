"""A day at a register, on every kind of line."""

from __future__ import annotations

import datetime

import pytest

from devices.commands import CashIn, CashOut, CloseShift, CopyLast, OpenShift, PrintText, ShiftState, TextLine, XReport
from devices.errors import ErrorCode, LinkError, Refused
from devices.ffd import DocumentType, Operation
from tests.unit.drivers.conftest import CASHIER, OpenShop, Shop, driver_of
from tests.unit.drivers.goods import BREAD, MARK, PHARMACY

LINES = pytest.mark.parametrize(
    ("transport", "tcp"), [(3, False), (3, True), (2, False), (2, True)], ids=["3-pty", "3-tcp", "2-pty", "2-tcp"]
)


@LINES
def test_a_whole_day_leaves_the_documents_and_totals_that_it_should(
    open_shop: OpenShop, transport: int, tcp: bool
) -> None:
    shop = open_shop(transport=transport, tcp=tcp)

    opened = shop.run(OpenShift(cashier=CASHIER))
    sold = shop.run(PHARMACY)
    put_in = shop.run(CashIn(sum=50000, cashier=CASHIER))
    taken = shop.run(CashOut(sum=15000))
    x = shop.run(XReport(cashier=CASHIER))
    z = shop.run(CloseShift(cashier=CASHIER))

    assert opened.document is not None
    assert sold.document is not None
    assert z.document is not None
    assert (DocumentType.SHIFT_OPEN, 2, 1) == (
        opened.document.document_type,
        opened.document.fd_number,
        opened.document.shift_number,
    )
    assert (201200, 8800, Operation.SELL, MARK) == (
        sold.document.total,
        sold.change,
        sold.document.operation,
        sold.document.mark,
    )
    assert [251200, 236200] == [put_in.cash, taken.cash]
    assert x.totals is not None
    assert x.totals == z.totals
    assert (1, 201200, 201200) == (x.totals.sell.count, x.totals.sell.sum, x.totals.sell.cash)
    assert (1, 50000, 1, 15000, 236200) == (
        x.totals.cash_ins,
        x.totals.cash_in_sum,
        x.totals.cash_outs,
        x.totals.cash_out_sum,
        x.totals.cash,
    )
    assert (DocumentType.SHIFT_CLOSE, 4) == (z.document.document_type, z.document.fd_number)
    assert ShiftState.CLOSED == shop.driver.state().shift
    assert [1, 2, 3, 3, 3] == [baseline.last_fd for baseline in shop.baselines]


def test_the_kind_of_line_is_found_out(open_shop: OpenShop) -> None:
    for transport in (2, 3):
        shop = open_shop(transport=transport)
        shop.driver.close()
        shop.driver = driver_of(shop.url, 0)

        assert transport == shop.driver.identify().transport


def test_a_line_without_a_device_is_offline(open_shop: OpenShop) -> None:
    shop = open_shop(transport=2)
    shop.driver.close()

    with pytest.raises(LinkError) as caught:
        driver_of(shop.url, 3)
    assert ErrorCode.DEVICE_OFFLINE == caught.value.code


def test_a_device_introduces_itself(open_shop: OpenShop) -> None:
    who = open_shop(model="77f", serial="00106201234567").driver.identify()

    assert ("00106201234567", "АТОЛ 77Ф", 69, 48, 4, 3) == (
        who.serial_number,
        who.model,
        who.model_code,
        who.columns,
        who.ffd,
        who.transport,
    )
    assert ("9999078900004312", "1234567890043947", "7700001235", 1) == (
        who.fn_number,
        who.rnm,
        who.inn,
        who.taxations,
    )
    assert ('ООО "Ромашка"', "109012, г. Москва, ул. Никольская, д. 1") == (who.organisation, who.address)


def test_the_state_of_a_shift_under_way(shop: Shop) -> None:
    state = shop.driver.state()

    assert (ShiftState.OPEN, 1, 2, 0) == (state.shift, state.shift_number, state.last_fd, state.cash)
    assert datetime.datetime(2026, 11, 20, 9, 0) == state.clock
    assert state.shift_ends_at is not None
    assert state.shift_ends_at > state.clock
    assert (True, False, False, False, False) == (
        state.paper,
        state.cover_open,
        state.printer_fault,
        state.unprinted,
        state.receipt_open,
    )


def test_trouble_with_paper_cover_and_printer_shows_in_the_state(shop: Shop) -> None:
    shop.device.paper = False
    shop.device.cover_open = True
    shop.device.printer_fault = True

    state = shop.driver.state()

    assert (False, True, True) == (state.paper, state.cover_open, state.printer_fault)


def test_documents_that_the_ofd_has_not_taken_are_counted(shop: Shop) -> None:
    shop.device.ofd_online = False
    shop.run(BREAD)

    state = shop.driver.state()

    assert 1 == state.ofd_unsent
    assert datetime.datetime(2026, 11, 20, 9, 0) == state.ofd_unsent_since


def test_a_shift_expires_after_a_day(shop: Shop) -> None:
    shop.clock.now += datetime.timedelta(hours=25)

    assert ShiftState.EXPIRED == shop.driver.state().shift


@pytest.mark.parametrize("command", [BREAD, CashIn(sum=100), CashOut(sum=100)], ids=lambda command: command.kind)
def test_a_closed_shift_is_a_refusal_before_the_fence(open_shop: OpenShop, command: object) -> None:
    shop = open_shop()

    with pytest.raises(Refused) as caught:
        shop.run(command)  # type: ignore[arg-type]
    assert ErrorCode.SHIFT_CLOSED == caught.value.code
    assert [] == shop.baselines


@pytest.mark.parametrize("command", [BREAD, CashIn(sum=100), OpenShift()], ids=lambda command: command.kind)
def test_an_expired_shift_is_a_refusal_before_the_fence(shop: Shop, command: object) -> None:
    shop.clock.now += datetime.timedelta(hours=25)

    with pytest.raises(Refused) as caught:
        shop.run(command)  # type: ignore[arg-type]
    assert ErrorCode.SHIFT_EXPIRED == caught.value.code
    assert [] == shop.baselines


def test_an_expired_shift_can_be_closed(shop: Shop) -> None:
    shop.clock.now += datetime.timedelta(hours=25)

    result = shop.run(CloseShift(cashier=CASHIER))

    assert result.document is not None
    assert DocumentType.SHIFT_CLOSE == result.document.document_type


def test_opening_an_open_shift_and_closing_a_closed_one_are_refused(open_shop: OpenShop) -> None:
    shop = open_shop()
    with pytest.raises(Refused) as closing:
        shop.run(CloseShift())
    shop.open()
    with pytest.raises(Refused) as opening:
        shop.run(OpenShift())

    assert [ErrorCode.SHIFT_CLOSED, ErrorCode.SHIFT_OPEN] == [closing.value.code, opening.value.code]
    assert [] == shop.baselines


def test_more_money_than_there_is_cannot_be_taken_out(shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        shop.run(CashOut(sum=100))
    assert ErrorCode.NOT_ENOUGH_CASH == caught.value.code
    assert 0 == shop.driver.state().cash


def test_a_sum_that_no_field_holds_is_refused_before_the_fence(shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        shop.run(CashIn(sum=10**10))
    assert ErrorCode.BAD_AMOUNT == caught.value.code
    assert [] == shop.baselines


def test_text_and_a_copy_reach_the_paper_and_register_nothing(shop: Shop) -> None:
    shop.run(BREAD)
    before = shop.driver.last_document_number()

    shop.run(PrintText(lines=(TextLine(text="Закрыто на обед"), TextLine(text=""), TextLine(text="до 14:00"))))
    shop.run(CopyLast())

    assert "Закрыто на обед" in shop.paper()
    assert 2 == shop.paper().count("Доставка")
    assert before == shop.driver.last_document_number()
    assert [] == shop.baselines[1:]


def test_the_fence_is_called_once_with_everything_that_was_true_before(shop: Shop) -> None:
    shop.run(CashIn(sum=70000))
    shop.run(BREAD)

    baseline = shop.baselines[-1]

    assert 2 == len(shop.baselines)
    assert ("00106900000042", "9999078900004312", 2, ShiftState.OPEN, 1) == (
        baseline.serial_number,
        baseline.fn_number,
        baseline.last_fd,
        baseline.shift,
        baseline.shift_number,
    )
    assert (70000, 1, 70000, 0, 0) == (
        baseline.cash,
        baseline.cash_ins,
        baseline.cash_in_sum,
        baseline.cash_outs,
        baseline.cash_out_sum,
    )
