"""Commands through a web server of either generation, compared with what the device itself holds."""

from __future__ import annotations

import dataclasses
import datetime

import pytest

from devices.commands import (
    Barcode,
    Beep,
    CashIn,
    CashOut,
    CheckMark,
    CloseShift,
    CopyLast,
    Correction,
    CutPaper,
    FinishPrint,
    Mark,
    OfdReport,
    OpenDrawer,
    OpenShift,
    Payment,
    PrintDocument,
    PrintText,
    ReadDocument,
    ReadRegistration,
    ReadState,
    ReadStorage,
    ReadTable,
    ReadTotals,
    ResetTotals,
    SetClock,
    ShiftState,
    TextLine,
    XReport,
)
from devices.errors import ErrorCode, Refused
from devices.ffd import DocumentType, Operation, PaymentType, ReceiptType, Vat
from tests.unit.drivers.conftest import CASHIER
from tests.unit.drivers.goods import BREAD, MARK, PHARMACY, position, receipt, with_payments
from tests.unit.drivers.web.conftest import GENERATIONS, OpenShop, Shop


@GENERATIONS
def test_a_sale_is_read_back_as_the_archive_holds_it(open_shop: OpenShop, api: str) -> None:
    shop = open_shop(api=api)

    result = shop.run(PHARMACY)
    kept = shop.device.documents[-1]

    assert result.document is not None
    assert (kept.tlv, kept.meta.fpd, kept.meta.total) == (
        result.document.tlv,
        result.document.fpd,
        result.document.total,
    )
    assert (MARK, 8800, True) == (result.document.mark, result.change, result.printed)
    assert (2, ShiftState.OPEN) == (shop.baselines[0].last_fd, shop.baselines[0].shift)
    assert "Спасибо!" in shop.paper()


@GENERATIONS
def test_a_day_from_cash_to_the_close(open_shop: OpenShop, api: str) -> None:
    shop = open_shop(api=api)

    assert 5000 == shop.run(CashIn(sum=5000)).cash
    assert 10000 == shop.run(CashIn(sum=5000)).cash  # the same again is another one
    assert 9990 == shop.run(CashOut(sum=10)).cash
    shop.run(BREAD)
    totals = shop.run(XReport(cashier=CASHIER)).totals
    closed = shop.run(CloseShift(cashier=CASHIER))

    assert totals is not None
    assert (1, BREAD.total, 2, 10000, 1, 10) == (
        totals.sell.count,
        totals.sell.sum,
        totals.cash_ins,
        totals.cash_in_sum,
        totals.cash_outs,
        totals.cash_out_sum,
    )
    assert totals == closed.totals
    assert [DocumentType.SHIFT_OPEN, DocumentType.RECEIPT, DocumentType.SHIFT_CLOSE] == shop.documents()
    assert ShiftState.CLOSED == shop.driver.state().shift


@pytest.mark.parametrize(
    ("kind", "operation"),
    [
        (ReceiptType.SELL_RETURN, Operation.SELL_RETURN),
        (ReceiptType.BUY, Operation.BUY),
        (ReceiptType.BUY_RETURN, Operation.BUY_RETURN),
    ],
)
def test_every_operation_is_registered_as_what_it_is(shop: Shop, kind: ReceiptType, operation: Operation) -> None:
    shop.run(CashIn(sum=100000))

    result = shop.run(dataclasses.replace(BREAD, type=kind))

    assert result.document is not None
    assert (operation, BREAD.total) == (result.document.operation, result.document.total)


@pytest.mark.parametrize("ffd", ["1.05", "1.1", "1.2"])
def test_a_correction_is_registered_in_every_format(open_shop: OpenShop, ffd: str) -> None:
    shop = open_shop(ffd=ffd)
    basis = Correction(date=datetime.date(2026, 11, 1), by_order=True, number="12-3")
    sale = receipt(position("Хлеб", 11000, vat=Vat.VAT10), type=ReceiptType.SELL_CORRECTION, correction=basis, mark="")

    result = shop.run(sale)

    assert result.document is not None
    assert (DocumentType.CORRECTION, 11000) == (result.document.document_type, result.document.total)
    assert "12-3" in shop.paper()


def test_mixed_payment_and_rounding_come_out_as_asked(shop: Shop) -> None:
    sale = with_payments(
        receipt(position("Чай", 10050), total=10000),
        (PaymentType.ELECTRONICALLY, 4000),
        (PaymentType.CASH, 7000),
    )

    result = shop.run(sale)

    assert result.document is not None
    assert (10000, 1000) == (result.document.total, result.change)
    assert {"1": 6000, "2": 4000} == shop.device.documents[-1].meta.payments


def test_an_electronic_receipt_prints_nothing(shop: Shop) -> None:
    shop.device.paper = False

    result = shop.run(
        dataclasses.replace(BREAD, electronic=True, contact="a@b.ru", header=(TextLine(text="Добрый день"),))
    )

    assert result.printed
    assert "Добрый день" not in shop.paper()


def test_slips_copies_and_the_drawer(shop: Shop) -> None:
    shop.run(BREAD)

    shop.run(PrintText(lines=(TextLine(text="СЛИП"), Barcode(barcode="ORDER-1"))))
    shop.run(CopyLast())
    shop.run(PrintDocument(fd_number=3))
    shop.run(OpenDrawer())
    shop.run(FinishPrint())

    assert shop.driver.state().drawer_open
    for words in ("СЛИП", "[QR ORDER-1]", "КОПИЯ", "ДОКУМЕНТ ИЗ ФН"):
        assert words in shop.paper()


@GENERATIONS
def test_everything_that_can_be_asked_is_answered(open_shop: OpenShop, api: str) -> None:
    shop = open_shop(api=api, taxations=5)
    shop.run(BREAD)
    options = shop.device.options

    state, storage = shop.run(ReadState()), shop.run(ReadStorage()).storage
    registration, document = shop.run(ReadRegistration()).registration, shop.run(ReadDocument()).document
    overall, totals = shop.run(ReadTotals(overall=True)).totals, shop.run(ReadTotals()).totals

    assert state.identity is not None
    assert state.state is not None
    assert (options.serial, options.fn, options.rnm, options.inn, 5, 4, 32) == (
        state.identity.serial_number,
        state.identity.fn_number,
        state.identity.rnm,
        state.identity.inn,
        state.identity.taxations,
        state.identity.ffd,
        state.identity.columns,
    )
    assert (ShiftState.OPEN, 1, 3, BREAD.total, shop.clock.now) == (
        state.state.shift,
        state.state.shift_number,
        state.state.last_fd,
        state.state.cash,
        state.state.clock,
    )
    assert storage is not None
    assert (options.fn, 3, 3, 1, 29) == (
        storage.fn_number,
        storage.phase,
        storage.last_fd,
        storage.registrations,
        storage.registrations_left,
    )
    assert registration is not None
    assert (options.rnm, options.place, 5) == (registration.rnm, registration.settlement_place, registration.taxations)
    assert document is not None
    assert (3, MARK) == (document.fd_number, document.mark)
    assert overall is not None
    assert totals is not None
    assert (BREAD.total, BREAD.total, 1) == (overall.sell.sum, totals.sell.cash, totals.sell.count)


def test_documents_that_wait_for_the_ofd_are_told(shop: Shop) -> None:
    shop.device.ofd_online = False
    shop.run(BREAD)
    shop.run(BREAD)

    state, storage = shop.driver.state(), shop.run(ReadStorage()).storage

    assert (2, shop.clock.now) == (state.ofd_unsent, state.ofd_unsent_since)
    assert storage is not None
    assert (2, 3) == (storage.ofd_unsent, storage.ofd_unsent_fd)


def test_a_report_of_settlements_is_a_document_of_its_own(shop: Shop) -> None:
    result = shop.run(OfdReport(cashier=CASHIER))

    assert result.document is not None
    assert DocumentType.STATE_REPORT == result.document.document_type


def test_a_marking_code_is_checked_and_sold_with_its_check(shop: Shop) -> None:
    mark = Mark(code="0104600439931256215!AbCdEfGh\x1d91EE06\x1d92sign")

    check = shop.run(CheckMark(mark=mark)).check
    again = shop.run(CheckMark(mark=mark)).check
    shop.run(receipt(position("Кроссовки", 490000, mark=dataclasses.replace(mark, check=check))))

    assert check is not None
    assert check.is_good
    assert check == again
    assert bytes.fromhex("3a0801000f") in shop.device.documents[-1].tlv  # 2106


def test_the_clock_is_set_while_the_shift_is_closed(shop: Shop) -> None:
    at = shop.clock.now + datetime.timedelta(minutes=7)

    with pytest.raises(Refused) as caught:
        shop.run(SetClock(at=at))
    assert ErrorCode.SHIFT_OPEN == caught.value.code
    shop.run(CloseShift())
    shop.driver.set_clock(at)

    assert at == shop.driver.state().clock


@pytest.mark.parametrize(
    "command",
    [Beep(), CutPaper(), ResetTotals(), ReadTable(table=2, row=1, field=1)],
    ids=lambda command: str(command.kind),
)
def test_what_driver_10_has_no_task_for_is_said_to_be_so(shop: Shop, command: object) -> None:
    shop.listen()

    with pytest.raises(Refused) as caught:
        shop.run(command)  # type: ignore[arg-type]

    assert ErrorCode.NOT_SUPPORTED == caught.value.code
    assert [] == shop.exchanges


def test_a_shift_in_the_wrong_state_is_refused_before_the_fence(shop: Shop) -> None:
    for command, code in ((OpenShift(), ErrorCode.SHIFT_OPEN), (CloseShift(), None), (BREAD, ErrorCode.SHIFT_CLOSED)):
        fences = len(shop.baselines)
        error = shop.ending(command)

        assert code == (error.code if error else None)
        assert (code is None) == (len(shop.baselines) > fences)


def test_a_shift_of_more_than_a_day_is_expired(shop: Shop) -> None:
    shop.clock.now += datetime.timedelta(hours=25)

    error = shop.ending(BREAD)

    assert ShiftState.EXPIRED == shop.driver.state().shift
    assert isinstance(error, Refused)
    assert ErrorCode.SHIFT_EXPIRED == error.code


@pytest.mark.parametrize(
    ("sale", "code"),
    [
        (dataclasses.replace(BREAD, total=BREAD.total + 5), ErrorCode.TOTAL_DIFFERS),
        (dataclasses.replace(BREAD, electronic=True), ErrorCode.BAD_REQUISITE),
        (dataclasses.replace(BREAD, positions=()), ErrorCode.BAD_AMOUNT),
        (with_payments(BREAD, (PaymentType.CASH, 5)), ErrorCode.PAYMENTS_MISMATCH),
        (with_payments(BREAD, (PaymentType.CREDIT, 50000)), ErrorCode.PAYMENTS_MISMATCH),
    ],
)
def test_a_receipt_that_cannot_be_is_refused_before_anything_is_sent(shop: Shop, sale: object, code: ErrorCode) -> None:
    shop.driver.identify()
    shop.listen()

    error = shop.ending(sale)  # type: ignore[arg-type]

    assert isinstance(error, Refused)
    assert code == error.code
    assert [] == shop.exchanges


def test_a_refusal_of_the_device_is_a_refusal_with_its_code(shop: Shop) -> None:
    error = shop.ending(CashOut(sum=500000))

    assert isinstance(error, Refused)
    assert ErrorCode.NOT_ENOUGH_CASH == error.code
    assert 1 == len(shop.baselines)


def test_a_receipt_of_nothing_to_pay_is_registered(shop: Shop) -> None:
    sale = receipt(position("Подарок", 0), total=0)
    sale = dataclasses.replace(sale, payments=(Payment(type=PaymentType.CASH, sum=0),))

    result = shop.run(sale)

    assert result.document is not None
    assert 0 == result.document.total
