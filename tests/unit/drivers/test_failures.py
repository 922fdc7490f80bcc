"""
Trouble at every step: what a run says must be true of the fiscal storage, whatever broke and wherever.

LinkError and Refused say that nothing was registered and nothing is left open; a result says that it was, once; only
OutcomeUnknown may stand before either truth.
"""

from __future__ import annotations

import pytest

from devices.errors import ErrorCode, LinkError, OutcomeUnknown
from devices.simulator.faults import Faults, LinkCut
from tests.unit.drivers.conftest import OpenShop
from tests.unit.drivers.goods import BREAD, PHARMACY
from tests.unit.drivers.trouble import TRANSPORTS, AtCommand, DeafAfter, die, ending, must_be_true, refuse

pytestmark = pytest.mark.usefixtures("impatient")


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
