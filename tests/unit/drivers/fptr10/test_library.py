"""Devices behind the vendor's library: the same commands, one handle, and nothing handed over twice."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from devices.commands import (
    CashIn,
    CashOut,
    CheckMark,
    CloseShift,
    Mark,
    OfdReport,
    PrintText,
    ReadState,
    ReadStorage,
    TextLine,
    XReport,
)
from devices.drivers import connect
from devices.drivers.base import Endpoint
from devices.drivers.fptr10.settings import settings_of
from devices.errors import ErrorCode, LinkError, OutcomeUnknown, Refused
from devices.ffd import DocumentType
from tests.unit.drivers.conftest import CASHIER
from tests.unit.drivers.fptr10.conftest import Shop
from tests.unit.drivers.goods import BREAD, MARK, PHARMACY, position, receipt


def test_a_sale_is_read_back_as_the_archive_holds_it(shop: Shop) -> None:
    result = shop.run(PHARMACY)
    kept = shop.device.documents[-1]

    assert result.document is not None
    assert (kept.tlv, kept.meta.fpd, MARK, 8800) == (
        result.document.tlv,
        result.document.fpd,
        result.document.mark,
        result.change,
    )
    assert [2] == [baseline.last_fd for baseline in shop.baselines]


def test_a_day_from_cash_to_the_close(shop: Shop) -> None:
    assert 5000 == shop.run(CashIn(sum=5000)).cash
    assert 4990 == shop.run(CashOut(sum=10)).cash
    shop.run(BREAD)
    shop.run(PrintText(lines=(TextLine(text="СЛИП"),)))
    assert shop.run(ReadState()).identity is not None
    assert shop.run(ReadStorage()).storage is not None
    totals = shop.run(XReport(cashier=CASHIER)).totals
    report, closed = shop.run(OfdReport()), shop.run(CloseShift())

    assert totals == closed.totals
    assert report.document is not None
    assert closed.document is not None
    assert (DocumentType.STATE_REPORT, DocumentType.SHIFT_CLOSE) == (
        report.document.document_type,
        closed.document.document_type,
    )


def test_a_marking_code_is_checked(shop: Shop) -> None:
    check = shop.run(CheckMark(mark=Mark(code="0104600439931256215!AbCdEfGh\x1d91EE06\x1d92sign"))).check

    assert check is not None
    assert check.is_good


def test_a_long_answer_comes_whole(shop: Shop) -> None:
    sale = receipt(*(position(f"Товар номер {number} с длинным названием", 100) for number in range(120)))

    result = shop.run(sale)

    assert result.document is not None
    assert shop.device.documents[-1].tlv == result.document.tlv
    assert 4096 < len(result.document.tlv)


def test_a_refusal_is_told_with_the_librarys_words(shop: Shop) -> None:
    error = shop.ending(CashOut(sum=500000))

    assert isinstance(error, Refused)
    assert ErrorCode.NOT_ENOUGH_CASH == error.code
    assert "В кассе нет столько наличных" in error.detail


@pytest.mark.parametrize(("when", "registered"), [("before", 0), ("after", 1)])
@pytest.mark.parametrize("code", ["92", "EB", "99", "4A"])
def test_a_device_that_comes_back_is_asked_and_never_told_again(
    shop: Shop, when: str, registered: int, code: str
) -> None:
    shop.troubles.set(f"web_link:command={code},when={when},seconds=0.1")

    error = shop.ending(BREAD)

    if code == "4A" and registered:
        assert error is None
        assert [BREAD.total] == shop.receipts()
        return
    assert isinstance(error, OutcomeUnknown)
    assert [] == shop.receipts()
    assert 2 == shop.driver.baseline().last_fd  # what devices/resolve.py asks
    shop.run(BREAD)
    assert [BREAD.total] == shop.receipts()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_device_that_stays_away_leaves_the_outcome_unknown(shop: Shop, when: str) -> None:
    number = shop.troubles.set(f"web_link:command=4A,when={when}")

    error = shop.ending(BREAD)

    assert isinstance(error, OutcomeUnknown)
    with pytest.raises(LinkError):
        shop.driver.baseline()
    with connect(shop.endpoint) as other, pytest.raises(LinkError):
        other.identify()
    shop.troubles.clear(number)
    shop.driver.close()
    driver = connect(shop.endpoint)
    shop.driver = driver  # type: ignore[assignment]
    assert 2 + len(shop.receipts()) == driver.last_document_number()


@pytest.mark.parametrize("when", ["before", "after"])
def test_cash_with_a_lost_answer_is_unknown_and_its_counters_tell(shop: Shop, when: str) -> None:
    shop.troubles.set(f"web_link:command=49,when={when},seconds=0.05")

    error = shop.ending(CashIn(sum=700))

    assert isinstance(error, OutcomeUnknown)
    shop.driver.channel.recover()
    assert int(when == "after") == shop.driver.baseline().cash_ins


def test_a_library_that_is_not_open_sends_nothing(shop: Shop) -> None:
    baselines: list[Any] = []

    def fence(baseline: Any) -> None:
        baselines.append(baseline)
        shop.driver.channel._handle.close()  # type: ignore[attr-defined]

    with pytest.raises(LinkError):
        shop.driver.run(BREAD, fence=fence)

    assert 1 == len(baselines)
    assert [] == shop.receipts()


def test_paper_that_ends_while_closing_leaves_a_registered_receipt_to_print(shop: Shop) -> None:
    shop.troubles.set("paper_out:command=4A,after=3")

    result = shop.run(BREAD)

    assert not result.printed
    shop.device.paper = True
    shop.driver.finish_printing()
    assert not shop.driver.state().unprinted
    assert not shop.device.state.pending


def test_what_is_kept_of_the_talk_hides_the_buyer(shop: Shop) -> None:
    exchanges: list[Any] = []
    shop.driver.observe(exchanges.append)

    shop.run(dataclasses.replace(BREAD, contact="ivanova@example.ru"))
    shop.ending(CashOut(sum=500000))

    kept = b"".join(each.sent + each.received for each in exchanges)
    assert b"ivanova" not in kept
    assert b'"type":"sell"' in kept
    assert any("80" in each.failure for each in exchanges)


@pytest.mark.parametrize(
    ("path", "words"),
    [("", "KKT_FPTR10_LIBRARY"), ("/nowhere/libfptr10.so", "no file"), (__file__, "is no libfptr10")],
)
def test_an_absent_library_is_said_plainly(path: str, words: str) -> None:
    with pytest.raises(Refused) as caught:
        connect(Endpoint(driver="fptr10", url="socket://127.0.0.1:5555", library=path))

    assert ErrorCode.NOT_SUPPORTED == caught.value.code
    assert words in caught.value.detail


def test_settings_that_the_library_does_not_take_are_refused(library: Path) -> None:
    with pytest.raises(Refused) as caught:
        connect(Endpoint(driver="fptr10", url="COM3", library=str(library)))

    assert "settings" in caught.value.detail


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("socket://10.0.0.5:5556", {"Port": 2, "IPAddress": "10.0.0.5", "IPPort": 5556}),
        ("socket://kkt.shop", {"Port": 2, "IPAddress": "kkt.shop", "IPPort": 5555}),
        ("usb:", {"Port": 1, "UsbDevicePath": "auto"}),
        ("usb:/sys/devices/1", {"Port": 1, "UsbDevicePath": "/sys/devices/1"}),
        ("COM3", {"Port": 0, "ComFile": "COM3", "BaudRate": 115200}),
        ("/dev/ttyACM0", {"Port": 0, "ComFile": "/dev/ttyACM0", "BaudRate": 115200}),
    ],
)
def test_an_address_becomes_settings(url: str, settings: dict[str, Any]) -> None:
    assert {"Model": 500, **settings} == settings_of(Endpoint(driver="fptr10", url=url))


def test_passwords_go_in_where_they_are_not_the_factorys() -> None:
    told = settings_of(Endpoint(driver="fptr10", url="usb:", access_password="1234", operator_password="29"))

    assert ("1234", "29") == (told["AccessPassword"], told["UserPassword"])


@pytest.mark.parametrize("url", ["", "socket://", "socket://host:x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Refused):
        settings_of(Endpoint(driver="fptr10", url=url))
