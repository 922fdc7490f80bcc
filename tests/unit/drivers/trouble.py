"""What can go wrong at the far end, for the tests of drivers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.commands import Command
from devices.errors import DeviceError, OutcomeUnknown, Refused
from devices.simulator.faults import Faults, PowerLoss
from tests.unit.drivers.conftest import Shop

TRANSPORTS = pytest.mark.parametrize("transport", [3, 2])


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
