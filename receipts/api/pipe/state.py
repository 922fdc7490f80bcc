"""CASH_REGISTER_INF: how a device is, in the words of the old service."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from devices.commands import DeviceState, Identity, Result, ShiftState, ShiftTotals
from devices.models import Job
from receipts.api.pipe.asked import Asked

# The mode in which the old service left a device when it had asked for its font, and so told of itself: programming.
_MODE = 4
# Size and spacing of the device's font as the old service's own example has them; settings that nothing here reads.
_FONT, _SPACING = "7x5", 3


def told(asked: Asked, job: Job) -> dict[str, Any]:
    """What the device answered."""
    result = Result.load(job.result)
    state = result.state or DeviceState.load(asked.device.state)
    identity = result.identity or Identity.load(asked.device.identity)
    return _object(asked, state, identity.serial_number, result.totals or ShiftTotals())


def dry() -> dict[str, Any]:
    """What the old service told of a device that it did not touch."""
    return {
        "KKMDateTime": f"{timezone.localtime():%d.%m.%Y %H:%M:%S}",
        "KKMEarnings": 0,
        "KKMEarningSession": 0,
        "KKMSum": 0,
        "Mode": 1,
        "SerialNumber": "1234567890",
        "CheckFontSizeString": "1x1",
        "CheckLineSpacing": 3,
        "SessionNumber": 1,
        "isFiskal": False,
        "isSessionExceedLimit24": False,
        "isSessionOpened": True,
        "CashRegisterNum": 1,
    }


def _object(asked: Asked, state: DeviceState, serial_number: str, totals: ShiftTotals) -> dict[str, Any]:
    """
    Registers 11 (выручка: what came in less what went out), 12 (сменный итог) and 10 (cash) of driver 8; the first two
    are counters of the shift. Their meaning is a guess from the wire's registers 0B and 0C (atol-protocol.md 5.7) [C].
    """
    earned = totals.sell.sum - totals.sell_return.sum - totals.buy.sum + totals.buy_return.sum
    own = asked.own.register_number
    return {
        "KKMDateTime": f"{state.clock:%d.%m.%Y %H:%M:%S}",
        "KKMEarnings": _roubles(earned),
        "KKMEarningSession": _roubles(totals.sell.sum),
        "KKMSum": _roubles(state.cash),
        "Mode": _MODE,
        "SerialNumber": serial_number,
        "CheckFontSizeString": _FONT,
        "CheckLineSpacing": _SPACING,
        "SessionNumber": state.shift_number,
        "isFiskal": state.registered,
        "isSessionExceedLimit24": state.shift is ShiftState.EXPIRED,
        "isSessionOpened": state.shift is not ShiftState.CLOSED,
        "CashRegisterNum": asked.device.number if own is None else own,
    }


def _roubles(amount: int) -> Decimal:
    return Decimal(amount) / 100
