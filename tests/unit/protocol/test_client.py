from __future__ import annotations

import logging

import pytest

from devices.errors import ErrorCode, LinkError, OutcomeUnknown
from devices.protocol.atol import client as client_module
from devices.protocol.atol import tlv, wire
from devices.protocol.atol.client import Client
from devices.protocol.atol.errors import DeviceRefused
from devices.protocol.atol.session import Reply
from devices.protocol.exchange import Exchange


class Scripted:
    """A session of bytes: each message expected gets its answer, in this order."""

    transport = 3

    def __init__(self, *exchanges: tuple[str, str | Exception]) -> None:
        self.left = list(exchanges)
        self.fiscal: list[bool] = []

    def exchange(self, message: bytes, *, timeout: float, fiscal: bool = False, repeatable: bool = False) -> Reply:
        wanted, answer = self.left.pop(0)
        assert bytes.fromhex(wanted) == message
        self.fiscal.append(fiscal)
        if isinstance(answer, Exception):
            raise answer
        return Reply(bytes.fromhex(answer))

    def close(self) -> None:
        pass


@pytest.mark.parametrize(("password", "sent"), [("0000", "00 00"), ("1234", "12 34"), ("7", "00 07"), ("", "00 00")])
def test_the_access_password_stands_before_every_command(password: str, sent: str) -> None:
    session = Scripted((f"{sent} 59", "55 00 00"))

    Client(session, access_password=password).ask(wire.CANCEL_RECEIPT)

    assert [] == session.left


@pytest.mark.parametrize("password", ["12345", "abcd", "-1"])
def test_a_password_that_is_no_number_of_four_digits_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match=r"fit|invalid|negative"):
        Client(Scripted(), access_password=password)


def test_only_commit_marks_a_message_as_fiscal() -> None:
    session = Scripted(("00 00 5A", "55 00 00"), ("00 00 91 0A 00 00", "55 00 00 00 00 00 13 50 00"))
    client = Client(session)

    client.commit(wire.Z_REPORT)

    assert 135000 == client.ask(wire.CASH).sum
    assert [True, False] == session.fiscal


def test_previous_operation_not_finished_repeats_the_same_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "BUSY_PAUSE", 0.01)
    session = Scripted(("00 00 5A", "55 76 00"), ("00 00 5A", "55 76 00"), ("00 00 5A", "55 00 00"))

    Client(session).commit(wire.Z_REPORT)

    assert [True] * 3 == session.fiscal


def test_an_extended_error_is_read_from_its_register() -> None:
    session = Scripted(("00 00 59", "55 EE 00"), ("00 00 91 37 00 00", "55 00 00 59 02 06 F0 03"))

    with pytest.raises(DeviceRefused) as caught:
        Client(session).ask(wire.CANCEL_RECEIPT)
    assert (0xEE, 0x0206, 0x59) == (caught.value.device_code, caught.value.extended, caught.value.command)


def test_a_device_without_that_register_leaves_the_plain_error() -> None:
    session = Scripted(("00 00 59", "55 EE 00"), ("00 00 91 37 00 00", "55 6C 00"))

    with pytest.raises(DeviceRefused) as caught:
        Client(session).ask(wire.CANCEL_RECEIPT)
    assert (0xEE, 0) == (caught.value.device_code, caught.value.extended)


@pytest.mark.parametrize("code", ["66", "6C", "7A", "DA"])
def test_a_read_that_a_device_does_not_know_is_unknown_not_fatal(code: str) -> None:
    session = Scripted(("00 00 91 36 00 00", f"55 {code} 00"))

    assert Client(session).ask_if_there(wire.FFD) is None


def test_a_read_that_fails_for_another_reason_is_a_refusal() -> None:
    with pytest.raises(DeviceRefused):
        Client(Scripted(("00 00 91 36 00 00", "55 D5 00"))).ask_if_there(wire.FFD)


def test_nonsense_after_a_fiscal_message_is_unknown_and_otherwise_a_link_error() -> None:
    with pytest.raises(OutcomeUnknown):
        Client(Scripted(("00 00 5A", "AA"))).commit(wire.Z_REPORT)
    with pytest.raises(LinkError):
        Client(Scripted(("00 00 48", "AA"))).ask(wire.LEAVE_MODE)


def test_an_error_of_the_session_tells_its_command() -> None:
    session = Scripted(("00 00 48", LinkError(ErrorCode.LINK_LOST, "cut")))

    with pytest.raises(LinkError) as caught:
        Client(session).ask(wire.LEAVE_MODE)
    assert "command 48: cut" == caught.value.detail


def test_the_log_shows_messages_and_answers_without_the_password(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    with pytest.raises(DeviceRefused):
        Client(Scripted(("43 21 59", "55 9A 00")), access_password="4321").ask(wire.CANCEL_RECEIPT)

    assert "atol 59 -> 55 9a 00" in caplog.text
    assert "43 21" not in caplog.text


def test_mode_passwords_never_reach_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    Client(Scripted(("00 00 56 01 00 12 34 56", "55 00 00"))).ask(wire.ENTER_MODE, mode=1, password=123456)

    assert "atol 56 01 2a 2a 2a 2a -> 55 00 00" in caplog.text
    assert "12 34 56" not in caplog.text


def test_an_observer_is_told_each_exchange_with_the_password_hidden() -> None:
    told: list[Exchange] = []
    session = Scripted(("43 21 59", "55 00 00"), ("43 21 48", LinkError(ErrorCode.LINK_LOST, "cut")))
    client = Client(session, access_password="4321")
    client.observe(told.append)

    client.ask(wire.CANCEL_RECEIPT)
    with pytest.raises(LinkError):
        client.ask(wire.LEAVE_MODE)

    assert [(b"**\x59", b"\x55\x00\x00", ""), (b"**\x48", b"", "link_lost: cut")] == [
        (each.sent, each.received, each.failure) for each in told
    ]


@pytest.mark.parametrize("tag", [1008, 1227, 1228, 1256])
def test_the_buyers_data_never_reach_the_log(tag: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    element = tlv.text(tag, "+79001234567")
    session = Scripted(("00 00 E8 01 01 00" + element.hex(), "55 00 00"), ("00 00 A4 46", "55 00" + element.hex()))
    client = Client(session)

    client.ask(wire.WRITE_REQUISITE, blocks=1, block=0, data=element)

    assert element == client.ask(wire.NEXT_TLV).element
    assert element[4:].hex(" ") not in caplog.text
    assert 2 == caplog.text.count(element[:4].hex(" ") + " 2a" * 12)
