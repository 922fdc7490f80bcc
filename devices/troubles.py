"""What is wrong with a device, if anything: the one place that the card, its sign and the attention strip ask."""

from __future__ import annotations

import datetime
from enum import IntFlag

from devices.commands import ShiftState
from devices.errors import ErrorCode
from devices.models import Link
from devices.overview import MOCK_UP_FN, Glance

FN_WARNING_DAYS, FN_ALARM_DAYS = 30, 3  # failure-modes N01
OFD_WARNING, OFD_ALARM = datetime.timedelta(hours=24), datetime.timedelta(days=5)  # failure-modes N06
OFD_STOPS_AFTER = datetime.timedelta(days=30)  # failure-modes N07


class FnFlag(IntFlag):
    """What a fiscal storage warns of, one byte. Source: failure-modes.md 5."""

    REPLACE_NOW = 0x01  # within 3 days
    ENDS_SOON = 0x02  # within 30 days
    ALMOST_FULL = 0x04
    OFD_SILENT = 0x08
    OFD_REFUSES = 0x10
    FAULT = 0x80


def is_training(fn_number: str) -> bool:
    """Are its receipts not real (R21)?"""
    return fn_number.startswith(MOCK_UP_FN)


PAPER_CODES = frozenset(
    {ErrorCode.PAPER_OUT, ErrorCode.PAPER_OUT_MID_RECEIPT, ErrorCode.COVER_OPEN, ErrorCode.PRINTER_FAULT}
)
LINK_CODES = frozenset(
    {
        ErrorCode.DEVICE_OFFLINE,
        ErrorCode.LINK_LOST,
        ErrorCode.PORT_MISSING,
        ErrorCode.PORT_BUSY,
        ErrorCode.PORT_PROBED,
    }
)
# It passes by itself in a moment: not worth a person's attention.
PASSING = frozenset({ErrorCode.DEVICE_BUSY, ErrorCode.DEVICE_REBOOTING, ErrorCode.DEVICE_SLOW, ErrorCode.LINK_SLEPT})


# …unless it lasts: after so long a person is told (L08, L11, R16).
LASTING = {
    ErrorCode.DEVICE_BUSY: datetime.timedelta(seconds=60),
    ErrorCode.DEVICE_REBOOTING: datetime.timedelta(minutes=3),
    ErrorCode.DEVICE_SLOW: datetime.timedelta(minutes=3),
}


def lasting(glance: Glance) -> str:
    """The code of what should have passed by now, "" for nothing of the kind."""
    head = glance.head
    if head is None or (after := LASTING.get(ErrorCode(head.code)) if head.code in set(ErrorCode) else None) is None:
        return ""
    return head.code if head.waited >= after.total_seconds() else ""


def is_off(glance: Glance) -> bool:
    return glance.link == Link.OFFLINE or glance.hold_code in LINK_CODES


def why_off(glance: Glance) -> str:
    """The code of a missing link, as exact as it is known."""
    return glance.hold_code if glance.hold_code in LINK_CODES else ErrorCode.DEVICE_OFFLINE


def is_expired(glance: Glance) -> bool:
    return glance.shift is ShiftState.EXPIRED or glance.hold_code == ErrorCode.SHIFT_EXPIRED


def printer_code(glance: Glance) -> ErrorCode | None:
    """Why the device cannot print now: its own flags, or what its line waits for."""
    state = glance.state
    if state is not None and state.cover_open:
        return ErrorCode.COVER_OPEN
    if state is not None and not state.paper:
        return ErrorCode.PAPER_OUT if glance.unprinted is None else ErrorCode.PAPER_OUT_MID_RECEIPT
    if state is not None and state.printer_fault:
        return ErrorCode.PRINTER_FAULT
    return ErrorCode(glance.hold_code) if glance.hold_code in PAPER_CODES else None
