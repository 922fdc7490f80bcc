"""Settings tables, the clock and resets, on a device at the end of a line."""

from __future__ import annotations

import datetime

import pytest

from devices.commands import (
    CashIn,
    CloseShift,
    OpenShift,
    ReadTable,
    ReadTotals,
    ResetTotals,
    SetClock,
    ShiftState,
    TechReset,
    WriteTable,
)
from devices.errors import ErrorCode, OutcomeUnknown, Refused
from devices.simulator.faults import Faults, LinkCut
from tests.unit.drivers.conftest import OpenShop, Shop
from tests.unit.drivers.goods import BREAD


@pytest.fixture
def closed(open_shop: OpenShop) -> Shop:
    """A device whose shift is closed."""
    return open_shop()


@pytest.mark.parametrize(
    ("table", "row", "field", "value", "stored"),
    [
        (6, 3, 1, "Аптека № 1 ё", "Аптека № 1 ё"),  # text: written in one page, read in the other
        (2, 1, 55 - 23, "2", "2"),  # font, packed decimal
        (2, 1, 19, "12", "12"),
        (2, 1, 110, "1", "1"),  # binary
        (19, 1, 2, "7778", "7778"),  # two bytes, big endian
        (13, 1, 2, "2000", "2000"),
        (9, 4, 1, "6", "6"),
    ],
)
@pytest.mark.parametrize("transport", [2, 3])
def test_a_setting_is_read_back_as_it_was_written(
    open_shop: OpenShop, transport: int, table: int, row: int, field: int, value: str, stored: str
) -> None:
    shop = open_shop(transport=transport)

    written = shop.run(WriteTable(table=table, row=row, field=field, value=value))

    assert stored == written.value
    assert stored == shop.run(ReadTable(table=table, row=row, field=field)).value
    assert 0 == shop.device.state.mode


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        ((6, 3, 1), "x" * 65, ErrorCode.BAD_REQUISITE),
        ((2, 1, 32), "x", ErrorCode.BAD_REQUISITE),
        ((2, 1, 32), "100", ErrorCode.BAD_REQUISITE),
        ((2, 1, 110), "256", ErrorCode.BAD_REQUISITE),
        ((2, 1, 32), "-1", ErrorCode.BAD_REQUISITE),
        ((5, 1, 1), "1", ErrorCode.NOT_SUPPORTED),
        ((2, 2, 1), "1", ErrorCode.NOT_SUPPORTED),
        ((2, 1, 200), "1", ErrorCode.NOT_SUPPORTED),
        ((2, 1, 300), "1", ErrorCode.NOT_SUPPORTED),
        ((2, 1, 55), "48", ErrorCode.NOT_SUPPORTED),  # read only
        ((2, 1, 23), "1234", ErrorCode.NOT_SUPPORTED),  # the access password
        ((3, 30, 1), "1", ErrorCode.NOT_SUPPORTED),
    ],
)
def test_what_does_not_fit_a_setting_is_refused(
    closed: Shop, place: tuple[int, int, int], value: str, code: ErrorCode
) -> None:
    table, row, field = place

    with pytest.raises(Refused) as caught:
        closed.run(WriteTable(table=table, row=row, field=field, value=value))
    assert code == caught.value.code
    assert {} == closed.device.state.tables
    assert 0 == closed.device.state.mode


def test_a_password_is_not_read_out(closed: Shop) -> None:
    for table, row, field in ((2, 1, 23), (3, 30, 1), (17, 6, 1), (10, 1, 1)):
        with pytest.raises(Refused) as caught:
            closed.run(ReadTable(table=table, row=row, field=field))
        assert ErrorCode.NOT_SUPPORTED == caught.value.code


def test_reading_a_setting_leaves_an_open_receipt_alone(shop: Shop) -> None:
    shop.device.answer_another(bytes.fromhex("0000 92 00 01"))

    assert "1" == shop.run(ReadTable(table=2, row=1, field=32)).value
    assert shop.driver.state().receipt_open


def test_the_clock_is_set_while_the_shift_is_closed(closed: Shop) -> None:
    at = datetime.datetime(2026, 11, 20, 10, 11, 12)

    result = closed.run(SetClock(at=at))

    assert result.state is not None
    assert at == result.state.clock == closed.device.now


def test_the_clock_of_an_open_shift_stands(shop: Shop) -> None:
    with pytest.raises(Refused) as caught:
        shop.run(SetClock(at=datetime.datetime(2026, 11, 20, 10, 11, 12)))
    assert ErrorCode.SHIFT_OPEN == caught.value.code
    assert datetime.datetime(2026, 11, 20, 9, 0) == shop.device.now


def test_general_clearing_zeroes_what_the_device_counts_over_all_shifts(closed: Shop) -> None:
    closed.open()
    closed.run(BREAD)
    closed.run(CashIn(sum=1000))
    closed.run(CloseShift())
    before = closed.run(ReadTotals(overall=True)).totals

    result = closed.run(ResetTotals())
    after = closed.run(ReadTotals(overall=True)).totals

    assert before is not None
    assert after is not None
    assert (22100, 22100, 23100) == (before.sell.sum, before.sell.cash, before.cash)
    assert (0, 0, 0) == (after.sell.sum, after.sell.cash, after.cash)
    assert 0 == result.cash
    assert closed.baselines[-1].last_fd == closed.driver.last_document_number()


def test_a_technical_reset_brings_the_factory_settings_back(closed: Shop) -> None:
    closed.run(WriteTable(table=2, row=1, field=32, value="3"))

    closed.run(TechReset())

    assert "1" == closed.run(ReadTable(table=2, row=1, field=32)).value
    assert 1 == len(closed.baselines)


@pytest.mark.parametrize("command", [ResetTotals(), TechReset()], ids=lambda command: command.kind)
def test_a_reset_in_an_open_shift_is_refused_before_the_fence(shop: Shop, command: ResetTotals | TechReset) -> None:
    with pytest.raises(Refused) as caught:
        shop.run(command)
    assert ErrorCode.SHIFT_OPEN == caught.value.code
    assert [] == shop.baselines
    assert not command.repeatable


class _CutAfter(Faults):
    """The cable comes out once a command was executed, before its answer."""

    def __init__(self, command: int) -> None:
        self._command = command
        self.executed = 0
        self._cut = False

    def after_command(self, message: bytes, answer: bytes) -> bytes:
        if message[2] == self._command:
            self.executed += 1
            self._cut = True
        return answer

    def sent(self, data: bytes) -> bytes:
        if self._cut:
            self._cut = False
            raise LinkCut
        return data


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("command", "code"), [(ResetTotals(), 0x77), (TechReset(), 0x6B)])
@pytest.mark.parametrize("transport", [2, 3])
def test_a_reset_whose_answer_is_lost_is_unknown_and_not_sent_again(
    open_shop: OpenShop, transport: int, command: ResetTotals | TechReset, code: int
) -> None:
    shop = open_shop(transport=transport)
    faults = _CutAfter(code)
    shop.device.faults = faults

    with pytest.raises(OutcomeUnknown):
        shop.run(command)
    assert 1 == faults.executed
    assert 1 == len(shop.baselines)


def test_a_shift_opens_after_resets(closed: Shop) -> None:
    closed.run(ResetTotals())
    closed.run(TechReset())
    closed.run(OpenShift())

    assert ShiftState.OPEN == closed.driver.state().shift
