"""
The family's border: a device's error byte becomes a public ErrorCode, once.

Source: failure-modes.md (column P) and atol-protocol.md 6.1, 6.2; codes that nothing is said about are OTHER.
"""

from __future__ import annotations

from devices.errors import ErrorCode, Refused
from devices.protocol.atol.tables_errors import DEVICE_ERRORS, EXTENDED_ERRORS
from devices.protocol.atol.tables_marking import MARK_ERRORS, MarkError

WRONG_MODE = 0x66
NO_PAPER = 0x67
WRONG_REGISTER = 0x6C
NOT_FINISHED = 0x76
NOT_IN_THIS_MODEL = 0x7A
RECEIPT_CLOSED = 0x9A
NO_DATA = 0xDA
SEE_EXTENDED = 0xEE

ABSENT = frozenset({WRONG_MODE, WRONG_REGISTER, NOT_IN_THIS_MODEL, NO_DATA, 0x91, 0x92, 0x93, 0xF2})
"""Answers to a read that mean «this device has no such thing»: unknown, never fatal. Source: atol-protocol.md 8."""

_CODES: dict[ErrorCode, tuple[int, ...]] = {
    ErrorCode.BAD_AMOUNT: (0x08, 0x0A, 0x0B, 0x75, 0x7B, 0x7F, 0x81),
    ErrorCode.BAD_REQUISITE: (0x11, 0x12, 0x13, 0x14, 0x7D, 0xA7, 0xE7),
    ErrorCode.CLOCK_RESET: (0x15, 0x16),
    ErrorCode.Z_INTERRUPTED: (0x1A,),
    ErrorCode.OPERATOR_ERROR: (0x1E, 0x8C, 0xA4),
    ErrorCode.CLOCK_DRIFT: (0x1F,),
    ErrorCode.CLOCK_BEHIND: (0x20,),
    ErrorCode.RECEIPT_TOO_LARGE: (0x3F, 0xE8, 0xF3, 0xF6),
    ErrorCode.WRONG_MODE: (0x66, 0xAB),
    ErrorCode.PAPER_OUT: (0x67,),
    ErrorCode.PRINTER_FAULT: (0x68, 0x69, 0xD1),
    ErrorCode.DOCUMENT_OPEN: (0x9B, 0x82, 0x87, 0x89),
    ErrorCode.DOCUMENT_CLOSED: (0x9A,),
    ErrorCode.PAYMENTS_MISMATCH: (0x71, 0x72, 0x7E, 0x86, 0x97, 0xB3),
    ErrorCode.NOT_ENOUGH_CASH: (0x73, 0x98),
    ErrorCode.DEVICE_BUSY: (0x76,),
    ErrorCode.NOT_SUPPORTED: (0x6C, 0x6D, 0x7A, 0x80, 0x91, 0x92, 0x93, 0xC8, 0xF2),
    ErrorCode.SHIFT_EXPIRED: (0x88, 0xF0),
    ErrorCode.SHIFT_CLOSED: (0x8F,),
    ErrorCode.SHIFT_OPEN: (0x9C,),
    ErrorCode.NO_DOCUMENT: (0xAA, 0xAC, 0xDA),
    ErrorCode.NOT_REGISTERED: (0xA8, 0xA9, 0xD0, 0xD4, 0xE1),
    ErrorCode.SERVICE_NEEDED: (0x8A, 0xA2, 0xB0, 0xBE, 0xBF),
    ErrorCode.LICENCE: (0xAE, 0xB1),
    ErrorCode.FN_FAULT: (0xBA, 0xD2, 0xD3, 0xD5, 0xE9),
    ErrorCode.FN_CRYPTO: (0xD6, 0xEA),
    ErrorCode.FN_EXPIRED: (0xD7,),
    ErrorCode.FN_FULL: (0xD8, 0xDB),
    ErrorCode.CLOCK_FN: (0xD9, 0xF1),
    ErrorCode.TAX_MISMATCH: (0xDF, 0xE0, 0xE4),
    ErrorCode.LOW_POWER: (0xE6,),
    ErrorCode.OFD_BLOCKED: (0xEB, 0xEF),
    ErrorCode.FN_UNSENT: (0xED,),
}
_BY_BYTE: dict[int, ErrorCode] = {byte: code for code, listed in _CODES.items() for byte in listed}

_EXTENDED: dict[int, ErrorCode] = {
    0x0101: ErrorCode.NOT_SUPPORTED,  # several positions in a correction of FFD 1.05
    0x0103: ErrorCode.TAX_MISMATCH,
    0x0104: ErrorCode.TAX_MISMATCH,
    0x0105: ErrorCode.BAD_REQUISITE,
    0x0106: ErrorCode.BAD_REQUISITE,
    0x010A: ErrorCode.TAX_MISMATCH,
    **dict.fromkeys(range(0x0201, 0x020C), ErrorCode.BAD_REQUISITE),
    0x0301: ErrorCode.REPORT_INTERRUPTED,
    0x0302: ErrorCode.FN_FAULT,
    0x0303: ErrorCode.REPORT_INTERRUPTED,
    MarkError.CHECK_RUNS: ErrorCode.MARK_BUSY,
    MarkError.NOT_CHECKED: ErrorCode.MARK_NOT_CHECKED,
    MarkError.WRONG_CODE: ErrorCode.MARK_INVALID,
    MarkError.BLOCKED: ErrorCode.MARK_BLOCKED,
    MarkError.NOT_REGISTERED_FOR: ErrorCode.MARK_BLOCKED,
    MarkError.TABLE_FULL: ErrorCode.MARK_NOT_CHECKED,
    MarkError.WRONG_STAGE: ErrorCode.MARK_BUSY,
    MarkError.WRONG_STATUS: ErrorCode.MARK_INVALID,
}
_EXTENDED_WORDS = EXTENDED_ERRORS | MARK_ERRORS


def error_code(device_code: int, extended: int = 0) -> ErrorCode:
    """What people and programs are told of a device's error byte."""
    if device_code == SEE_EXTENDED:
        return _EXTENDED.get(extended, ErrorCode.BAD_REQUISITE)
    return _BY_BYTE.get(device_code, ErrorCode.OTHER)


class DeviceRefused(Refused):
    """
    The device answered with an error byte.

    *device_code* and *extended* (register 37h, after EEh) are the device's own; *command* is the byte that was refused.
    """

    def __init__(self, device_code: int, *, command: int, extended: int = 0, data: bytes = b"") -> None:
        words = _EXTENDED_WORDS.get(extended) if extended else DEVICE_ERRORS.get(device_code)
        detail = f"atol 0x{device_code:02X}, command 0x{command:02X}"
        if extended:
            detail += f", extended 0x{extended:04X}"
        if data:
            detail += f", data {data.hex(' ')}"
        super().__init__(error_code(device_code, extended), f"{detail}: {words or 'unknown'}")
        self.device_code = device_code
        self.extended = extended
        self.command = command
