"""What a device tells when it is asked, and the report on settlements."""

from __future__ import annotations

import datetime

import pytest

from devices.commands import (
    CloseShift,
    OfdReport,
    ReadDocument,
    ReadRegistration,
    ReadState,
    ReadStorage,
    ReadTable,
    ReadTotals,
    ShiftState,
)
from devices.errors import ErrorCode, Refused
from devices.ffd import DocumentType, Operation
from tests.unit.drivers.conftest import CASHIER, OpenShop, Shop
from tests.unit.drivers.goods import BREAD, MARK

READS = (
    ReadState(),
    ReadTotals(),
    ReadTotals(overall=True),
    ReadStorage(),
    ReadRegistration(),
    ReadDocument(),
    ReadTable(table=2, row=1, field=55),
)


def test_state_and_counters_of_a_shift(shop: Shop) -> None:
    shop.run(BREAD)

    state = shop.run(ReadState())
    totals = shop.run(ReadTotals())

    assert state.identity is not None
    assert state.state is not None
    assert ("00106900000042", ShiftState.OPEN, True, False) == (
        state.identity.serial_number,
        state.state.shift,
        state.state.registered,
        state.state.drawer_open,
    )
    assert state.totals == totals.totals
    assert totals.totals is not None
    assert (1, 22100, 22100) == (totals.totals.sell.count, totals.totals.sell.sum, totals.cash)


def test_overall_counters_go_on_over_shifts(shop: Shop) -> None:
    shop.run(BREAD)
    shop.run(CloseShift())
    shop.open()
    shop.run(BREAD)

    shift, overall = shop.run(ReadTotals()).totals, shop.run(ReadTotals(overall=True)).totals

    assert shift is not None
    assert overall is not None
    assert (22100, 44200) == (shift.sell.sum, overall.sell.sum)
    assert (44200, 0, 0) == (overall.sell.cash, overall.sell.electronically, overall.buy.sum)


@pytest.mark.parametrize("transport", [2, 3])
def test_the_fiscal_storage_and_its_exchange_with_the_ofd(open_shop: OpenShop, transport: int) -> None:
    shop = open_shop(transport=transport)
    shop.open()
    shop.device.ofd_online = False
    shop.run(BREAD)

    told = shop.run(ReadStorage()).storage

    assert told is not None
    assert ("9999078900004312", 3, 0, "fn_v_1_2", 4) == (
        told.fn_number,
        told.phase,
        told.warnings,
        told.version,
        told.ffd,
    )
    assert (1, 29, datetime.date(2029, 12, 4)) == (told.registrations, told.registrations_left, told.valid_until)
    assert (3, 1, 1, 3) == (told.last_fd, told.receipt_number, told.ofd_unsent, told.ofd_unsent_fd)
    assert datetime.datetime(2026, 11, 20, 9, 0) == told.ofd_unsent_since


def test_the_registration(shop: Shop) -> None:
    result = shop.run(ReadRegistration())
    told = result.registration

    assert told is not None
    assert result.identity is not None
    assert ("1234567890043947", "7700001235", 'ООО "Ромашка"', "Магазин", "shop@example.com") == (
        told.rnm,
        told.inn,
        told.organisation,
        told.settlement_place,
        told.sender_email,
    )
    assert (1, 4, "www.nalog.gov.ru", "7710000009", "Виртуальный ОФД") == (
        told.taxations,
        told.ffd,
        told.fns_site,
        told.ofd_inn,
        told.ofd_name,
    )
    assert datetime.datetime(2026, 11, 20, 9, 0) == told.at
    assert "automatic" not in told.modes


def test_a_document_by_its_number_and_the_last_one(shop: Shop) -> None:
    shop.run(BREAD)

    last, first = shop.run(ReadDocument()).document, shop.run(ReadDocument(fd_number=1)).document

    assert last is not None
    assert first is not None
    assert (DocumentType.RECEIPT, 3, 22100, Operation.SELL, MARK) == (
        last.document_type,
        last.fd_number,
        last.total,
        last.operation,
        last.mark,
    )
    assert last.tlv
    assert (DocumentType.REGISTRATION, 1) == (first.document_type, first.fd_number)
    with pytest.raises(Refused) as caught:
        shop.run(ReadDocument(fd_number=4))
    assert ErrorCode.NO_DOCUMENT == caught.value.code


@pytest.mark.parametrize("command", READS, ids=lambda command: command.kind)
def test_a_question_changes_nothing(shop: Shop, command: ReadState) -> None:
    shop.run(BREAD)
    shop.device.answer_another(bytes.fromhex("0000 92 00 01"))
    before, mode, paper = shop.device.state.dump(), shop.device.mode_byte, shop.paper()

    shop.run(command)

    assert (before, mode, paper) == (shop.device.state.dump(), shop.device.mode_byte, shop.paper())
    assert command.repeatable
    assert command.reads


@pytest.mark.parametrize("command", READS, ids=lambda command: command.kind)
def test_a_question_is_answered_without_paper_and_in_an_expired_shift(shop: Shop, command: ReadState) -> None:
    shop.clock.now += datetime.timedelta(hours=25)
    shop.device.paper = False

    shop.run(command)

    assert shop.device.shift_expired


@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "open"])
@pytest.mark.parametrize("transport", [2, 3])
def test_the_report_on_settlements_is_a_document(open_shop: OpenShop, transport: int, is_open: bool) -> None:
    shop = open_shop(transport=transport)
    shop.device.ofd_online = False
    if is_open:
        shop.open()

    result = shop.run(OfdReport(cashier=CASHIER))

    assert result.document is not None
    assert (DocumentType.STATE_REPORT, shop.device.archive.last_fd) == (
        result.document.document_type,
        result.document.fd_number,
    )
    assert result.document.fd_number - 1 == shop.baselines[-1].last_fd
    assert result.printed
    assert "НЕПЕРЕДАННЫХ ФД" in shop.paper()
    assert is_open == (ShiftState.OPEN is shop.driver.state().shift)


def test_a_report_whose_paper_ends_is_registered_and_unprinted(shop: Shop) -> None:
    from devices.simulator.faults import Faults

    class Roll(Faults):
        left = 3

        def before_line(self, text: str) -> bool:
            self.left -= 1
            return self.left > 0

    shop.device.faults = Roll()
    result = shop.run(OfdReport())

    assert result.document is not None
    assert not result.printed
