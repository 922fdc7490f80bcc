"""
Trouble at every step: what a run says must be true of the fiscal storage, whatever broke and wherever.

LinkError and Refused say that nothing was registered and nothing is left open; a result says that it was, once; only
OutcomeUnknown may stand before either truth.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from devices.commands import CashIn, CloseShift, Command, OpenShift, ShiftState
from devices.drivers import connect
from devices.drivers.atol import modes
from devices.drivers.base import Endpoint
from devices.errors import DeviceError, ErrorCode, LinkError, OutcomeUnknown, Refused
from devices.ffd import DocumentType
from devices.protocol.atol import transport2, transport3
from devices.protocol.atol.session import Reply
from devices.simulator.faults import Faults, LinkCut, PowerLoss
from tests.unit.drivers.conftest import OpenShop, Shop
from tests.unit.drivers.goods import BREAD, MARK, PHARMACY

TRANSPORTS = pytest.mark.parametrize("transport", [3, 2])


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seconds become tenths: a test waits as often as a worker would, and shorter."""
    monkeypatch.setattr(
        transport3,
        "Timers",
        lambda: _timers3,  # the session asks for its defaults when it is made
    )
    monkeypatch.setattr(transport2, "Timers", lambda: _timers2)
    monkeypatch.setattr(modes, "LONGEST_PAUSE", 0.05)
    for session in (transport2.Session2, transport3.Session3):
        monkeypatch.setattr(session, "exchange", _hurried(session.exchange))


_timers3 = transport3.Timers(hello=0.3, reply=0.1, poll=0.1, courtesy=0.1, questions=1, extensions=0)
_timers2 = transport2.Timers(
    enq=0.1, stx=0.2, ack=0.1, eot=0.05, byte=0.05, collision=0.02, enq_tries=3, frame_tries=3, repeats=2
)


def _hurried(exchange: Callable[..., Reply]) -> Callable[..., Reply]:
    def hurried(self: object, message: bytes, *, timeout: float, **more: bool) -> Reply:
        return exchange(self, message, timeout=min(timeout, 0.25), **more)

    return hurried


class PaperUntil(Faults):
    """The paper ends before the line that holds *text*."""

    def __init__(self, text: str) -> None:
        self.text = text

    def before_line(self, text: str) -> bool:
        if self.text not in text:
            return True
        self.text = "\0"
        return False


class AtCommand(Faults):
    """Does *what* at the n-th command with this code, before or after the device executes it; counts from 1."""

    def __init__(self, code: int, *, number: int = 1, after: bool = False, what: Callable[[], bytes | None]) -> None:
        self.code = code
        self.left = number
        self.after = after
        self.what = what
        self.armed = False

    def _hit(self, message: bytes) -> bool:
        if not self.armed or message[2] != self.code:
            return False
        self.left -= 1
        return self.left == 0

    def before_command(self, message: bytes) -> bytes | None:
        return self.what() if not self.after and self._hit(message) else None

    def after_command(self, message: bytes, answer: bytes) -> bytes:
        return (self.what() or answer) if self.after and self._hit(message) else answer


class DeafAfter(Faults):
    """The line goes dead, both ways, from the n-th byte that the host sends after arming."""

    def __init__(self) -> None:
        self.left = -1

    def received(self, data: bytes) -> bytes:
        if self.left < 0:
            return data
        passed = data[: self.left]
        self.left -= len(passed)
        return passed

    def sent(self, data: bytes) -> bytes:
        return b"" if self.left == 0 else data


def refuse(code: int) -> Callable[[], bytes]:
    return lambda: bytes([0x55, code, 0])


def die() -> bytes | None:
    raise PowerLoss


def ending(shop: Shop, command: Command) -> DeviceError | None:
    try:
        shop.run(command)
    except DeviceError as error:
        return error
    return None


def must_be_true(shop: Shop, error: DeviceError | None, *, total: int) -> None:
    registered = shop.receipts()
    assert registered in ([], [total])
    if error is None:
        assert [total] == registered
    elif not isinstance(error, OutcomeUnknown):
        assert [] == registered
    if isinstance(error, Refused):
        assert shop.device.state.receipt is None


STEPS = [0xE8, 0x48, 0x56, 0x92, 0xEA, 0xEB, 0x4C, 0x99, 0x4A, 0x91, 0xA4, 0x3F, 0x45]


@TRANSPORTS
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("code", STEPS, ids=lambda code: f"{code:02X}")
def test_a_refusal_at_any_command(open_shop: OpenShop, code: int, after: bool, transport: int) -> None:
    faults = AtCommand(code, after=after, what=refuse(0xD5))
    shop = open_shop(transport=transport, faults=faults)
    shop.open()
    faults.armed = True

    error = ending(shop, PHARMACY)

    must_be_true(shop, error, total=201200)
    if code == 0x4A and after:
        assert error is None  # it said no and had registered: the archive knows better


@TRANSPORTS
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("code", STEPS, ids=lambda code: f"{code:02X}")
def test_a_power_cut_of_the_device_at_any_command(open_shop: OpenShop, code: int, after: bool, transport: int) -> None:
    faults = AtCommand(code, after=after, what=die)
    shop = open_shop(transport=transport, faults=faults)
    shop.open()
    faults.armed = True

    error = ending(shop, BREAD)

    must_be_true(shop, error, total=BREAD.total)
    if code in (0x92, 0xEB, 0x99) and isinstance(error, LinkError):
        assert shop.device.state.receipt is None


@TRANSPORTS
@pytest.mark.parametrize("number", [1, 2, 5, 9, 13])
@pytest.mark.parametrize("code", [0x91, 0xA4])
def test_a_read_that_fails_anywhere(open_shop: OpenShop, code: int, number: int, transport: int) -> None:
    faults = AtCommand(code, number=number, what=refuse(0xD5))
    shop = open_shop(transport=transport, faults=faults)
    shop.open()
    faults.armed = True

    must_be_true(shop, ending(shop, BREAD), total=BREAD.total)


@TRANSPORTS
@pytest.mark.parametrize("byte", [0, 3, 60, 200, 420, 600, 655, 700, 740, 800])
def test_a_line_that_goes_dead_after_any_byte(open_shop: OpenShop, byte: int, transport: int) -> None:
    faults = DeafAfter()
    shop = open_shop(transport=transport, faults=faults)
    shop.open()
    faults.left = byte

    must_be_true(shop, ending(shop, BREAD), total=BREAD.total)


@pytest.mark.parametrize("number", range(1, 60, 7))
def test_a_socket_cut_at_any_answer(open_shop: OpenShop, number: int) -> None:
    class Cut(Faults):
        left = -1

        def sent(self, data: bytes) -> bytes:
            self.left -= 1
            if self.left == 0:
                raise LinkCut
            return data

    faults = Cut()
    shop = open_shop(tcp=True, faults=faults)
    shop.open()
    faults.left = number

    must_be_true(shop, ending(shop, BREAD), total=BREAD.total)


def test_a_lost_answer_of_the_closing_command_is_unknown_and_sent_once(open_shop: OpenShop) -> None:
    closings: list[bytes] = []

    class Watch(Faults):
        def after_command(self, message: bytes, answer: bytes) -> bytes:
            if message[2] == 0x4A:
                closings.append(message)
                deaf.left = 0
            return answer

        def sent(self, data: bytes) -> bytes:
            return deaf.sent(data)

    deaf = DeafAfter()
    shop = open_shop(faults=Watch())
    shop.open()

    error = ending(shop, BREAD)

    assert isinstance(error, OutcomeUnknown)
    assert ErrorCode.OUTCOME_UNKNOWN == error.code
    assert 1 == len(closings)
    assert [BREAD.total] == shop.receipts()
    assert shop.driver.pending_task is not None


def test_a_lost_result_is_found_again_after_a_reconnect(open_shop: OpenShop) -> None:
    class Watch(Faults):
        def after_command(self, message: bytes, answer: bytes) -> bytes:
            if message[2] == 0x4A:
                deaf.left = 0
            return answer

        def sent(self, data: bytes) -> bytes:
            return deaf.sent(data)

    deaf = DeafAfter()
    shop = open_shop(faults=Watch())
    shop.open()
    error = ending(shop, BREAD)
    task = shop.driver.pending_task
    shop.driver.close()
    deaf.left = -1

    with connect(Endpoint(driver="atol", url=shop.url, transport=3), lost_task=task) as driver:
        reply = driver.lost_reply  # type: ignore[attr-defined]
        document = driver.read_document(driver.last_document_number())

    assert isinstance(error, OutcomeUnknown)
    assert b"\x55\x00\x00" == reply.answer
    assert (BREAD.total, MARK) == (document.total, document.mark)


def test_a_damaged_byte_in_an_answer_does_no_harm(open_shop: OpenShop) -> None:
    class Damage(Faults):
        count = 0

        def sent(self, data: bytes) -> bytes:
            self.count += 1
            if self.count % 10 == 0 and len(data) > 3:
                return data[:-1] + bytes([data[-1] ^ 0x01])
            return data

    shop = open_shop(faults=Damage())
    shop.open()

    assert ending(shop, PHARMACY) is None
    assert [201200] == shop.receipts()


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

    result = shop.run(dataclasses.replace(BREAD, electronic=True, contact="a@b.ru"))

    assert result.printed
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
