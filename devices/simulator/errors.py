"""Why the virtual device says no: its own list of error bytes (source: atol-protocol.md 6.1, 6.2) and one exception."""

from __future__ import annotations

from enum import IntEnum

from devices.protocol.atol.tables_marking import MarkError


class Code(IntEnum):
    """Second byte of `55 err x`, and the code of an A7 packet."""

    BAD_PRICE = 0x08
    BAD_QUANTITY = 0x0A
    BAD_FORMAT = 0x13
    BAD_LENGTH = 0x14
    Z_INTERRUPTED = 0x1A
    CLOCK_BEHIND = 0x20
    WRONG_MODE = 0x66
    NO_PAPER = 0x67
    NO_PRINTER = 0x68
    PRINTER_FAULT = 0x69
    WRONG_RECEIPT_TYPE = 0x6A
    WRONG_REGISTER = 0x6C
    WRONG_PICTURE = 0x6F
    STORNO_EXCEEDS_PAYMENT = 0x70
    CASHLESS_EXCEEDS_TOTAL = 0x71
    UNDERPAID = 0x72
    BUSY = 0x76
    NOT_SUPPORTED = 0x7A
    BAD_DISCOUNT = 0x7B
    AFTER_DISCOUNT = 0x7C
    WRONG_SECTION = 0x7D
    WRONG_PAYMENT_TYPE = 0x7E
    OVERFLOW = 0x7F
    FORBIDDEN_BY_TABLE = 0x80
    TOTAL_OVERFLOW = 0x81
    TENDERED_TOO_LITTLE = 0x86
    SHIFT_EXPIRED = 0x88
    WRONG_PASSWORD = 0x8C
    SHIFT_ALREADY_CLOSED = 0x8F
    WRONG_TABLE = 0x91
    WRONG_ROW = 0x92
    WRONG_FIELD = 0x93
    WRONG_DATE = 0x94
    WRONG_TIME = 0x95
    NO_CHANGE = 0x97
    NOT_ENOUGH_CASH = 0x98
    RECEIPT_CLOSED = 0x9A
    RECEIPT_OPEN = 0x9B
    SHIFT_OPEN = 0x9C
    WRONG_REPORT = 0xA3
    NO_REPORTS = 0xAA
    FN_WRONG_STATE = 0xD4
    FN_TERM = 0xD7
    FN_FULL = 0xD8
    FN_NO_DATA = 0xDA
    TAX_EXCEEDS_TOTAL = 0xDF
    FN_BAD_PARAMETERS = 0xE7
    FN_TLV_TOO_LARGE = 0xE8
    EXTENDED = 0xEE
    FN_WAITED_TOO_LONG = 0xEF


class Extended(IntEnum):
    """What register 37h tells after EE."""

    ONE_REGISTRATION_ONLY = 0x0101
    WRONG_TAXATION = 0x0103
    WRONG_TAX_ROW = 0x0104
    WRONG_METHOD = 0x0105
    ALREADY_WRITTEN = 0x0201
    NOT_NOW = 0x0202
    BAD_COMBINATION = 0x0205
    REQUISITE_MISSING = 0x0206
    WITHOUT_BEGIN_POSITION = 0x0207
    AFTER_BEGIN_POSITION = 0x0208


class Refusal(Exception):
    """The device does not do it; nothing has changed unless the raiser says otherwise."""

    def __init__(self, code: Code, extended: Extended | MarkError | None = None, data: bytes = b"") -> None:
        super().__init__(f"{code.value:02X} {code.name}" + (f" {extended.value:04X}" if extended else ""))
        self.code = code
        self.extended = extended
        self.data = data


def extended(reason: Extended | MarkError, data: bytes = b"") -> Refusal:
    """EE with *reason* and *data* left in register 37h."""
    return Refusal(Code.EXTENDED, reason, data)
