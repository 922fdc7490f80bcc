"""What 45h says decides: wait, go on, or say what a person has to put right."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from devices.commands import CloseShift, Command, OpenShift, XReport
from devices.errors import ErrorCode, OutcomeUnknown, Refused
from devices.ffd import DocumentType
from devices.simulator.faults import Faults
from tests.unit.drivers.conftest import OpenShop, Shop
from tests.unit.drivers.goods import BREAD

pytestmark = pytest.mark.usefixtures("impatient")


class Says(Faults):
    """Answers to 45h that are said instead of the device's own, once armed; after *trigger* was executed."""

    def __init__(self, answers: Iterable[str], trigger: int = 0) -> None:
        self.answers = [bytes.fromhex(each) for each in answers]
        self.trigger = trigger
        self.armed = trigger == 0

    def after_command(self, message: bytes, answer: bytes) -> bytes:
        if message[2] == self.trigger:
            self.armed = True
        if message[2] == 0x45 and self.armed and self.answers:
            return self.answers.pop(0)
        return answer


def opened(open_shop: OpenShop, faults: Says) -> Shop:
    shop = open_shop(faults=faults)
    shop.open()
    return shop


def test_an_x_report_is_over_when_its_mode_says_so(open_shop: OpenShop) -> None:
    faults = Says(["55 22 00"] * 3, trigger=0x67)

    assert opened(open_shop, faults).run(XReport()).totals is not None
    assert [] == faults.answers


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("55 02 01", ErrorCode.PAPER_OUT),
        ("55 02 02", ErrorCode.PRINTER_FAULT),
        ("55 02 04", ErrorCode.PRINTER_FAULT),
        ("55 E7 00", ErrorCode.REPORT_INTERRUPTED),
    ],
)
def test_an_x_report_that_did_not_come_out_is_a_refusal(open_shop: OpenShop, said: str, code: ErrorCode) -> None:
    shop = opened(open_shop, Says(["55 22 00", said], trigger=0x67))

    with pytest.raises(Refused) as caught:
        shop.run(XReport())
    assert code == caught.value.code


def test_a_z_report_goes_on_through_clearing(open_shop: OpenShop) -> None:
    faults = Says(["55 23 00", "55 23 00", "55 17 00", "55 03 00"], trigger=0x5A)

    result = opened(open_shop, faults).run(CloseShift())

    assert result.document is not None
    assert DocumentType.SHIFT_CLOSE == result.document.document_type
    assert [] == faults.answers


class NothingRegistered(Says):
    """Says yes to a command and does not execute it."""

    def before_command(self, message: bytes) -> bytes | None:
        if message[2] != self.trigger:
            return None
        self.armed = True
        return b"\x55\x00\x00"


@pytest.mark.parametrize(("code", "command"), [(0x5A, CloseShift()), (0x9A, OpenShift())])
def test_a_report_without_paper_and_without_a_document_is_a_refusal(
    open_shop: OpenShop, code: int, command: Command
) -> None:
    shop = open_shop(faults=NothingRegistered(["55 03 01"], trigger=code))
    if code == 0x5A:
        shop.open()

    with pytest.raises(Refused) as caught:
        shop.run(command)
    assert ErrorCode.PAPER_OUT == caught.value.code


def test_a_report_without_trouble_and_without_a_document_is_unknown(open_shop: OpenShop) -> None:
    shop = open_shop(faults=NothingRegistered([], trigger=0x5A))
    shop.open()

    with pytest.raises(OutcomeUnknown):
        shop.run(CloseShift())


@pytest.mark.parametrize(
    ("mode", "code"),
    [
        ("57", ErrorCode.CLOCK_RESET),
        ("C7", ErrorCode.CLOCK_RESET),
        ("B7", ErrorCode.CLOCK_BEHIND),
        ("E7", ErrorCode.FN_FAULT),
    ],
)
def test_a_device_that_waits_for_a_person_says_what_for(open_shop: OpenShop, mode: str, code: ErrorCode) -> None:
    faults = Says([], trigger=0)
    shop = opened(open_shop, faults)
    faults.answers = [bytes.fromhex(f"55 {mode} 00")]

    with pytest.raises(Refused) as caught:
        shop.run(BREAD)
    assert code == caught.value.code
    assert [] == shop.receipts()


def test_a_device_that_prints_for_ever_is_busy(open_shop: OpenShop) -> None:
    shop = opened(open_shop, Says(["55 22 00"] * 500, trigger=0x67))
    for message in ("48", "56 02 00 00 00 30", "67 01"):
        shop.device.execute(bytes.fromhex("00 00" + message))

    with pytest.raises(Refused) as caught:
        shop.driver.modes.wait(limit=0.2)
    assert ErrorCode.DEVICE_BUSY == caught.value.code
