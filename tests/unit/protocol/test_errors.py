from __future__ import annotations

import pytest

from devices.errors import ErrorCode, Refused
from devices.protocol.atol import errors
from devices.protocol.atol.errors import DeviceRefused, error_code
from devices.protocol.atol.tables_errors import DEVICE_ERRORS, EXTENDED_ERRORS
from devices.protocol.atol.tables_marking import MARK_ERRORS, MarkError


@pytest.mark.parametrize(
    ("byte", "code"),
    [
        (0x67, ErrorCode.PAPER_OUT),
        (0x88, ErrorCode.SHIFT_EXPIRED),
        (0x1A, ErrorCode.Z_INTERRUPTED),
        (0x9B, ErrorCode.DOCUMENT_OPEN),
        (0x9A, ErrorCode.DOCUMENT_CLOSED),
        (0x98, ErrorCode.NOT_ENOUGH_CASH),
        (0x8C, ErrorCode.OPERATOR_ERROR),
        (0x72, ErrorCode.PAYMENTS_MISMATCH),
        (0x9C, ErrorCode.SHIFT_OPEN),
        (0x8F, ErrorCode.SHIFT_CLOSED),
        (0xBF, ErrorCode.SERVICE_NEEDED),
        (0xD7, ErrorCode.FN_EXPIRED),
        (0xD8, ErrorCode.FN_FULL),
        (0xEF, ErrorCode.OFD_BLOCKED),
        (0x20, ErrorCode.CLOCK_BEHIND),
        (0xF1, ErrorCode.CLOCK_FN),
        (0x15, ErrorCode.CLOCK_RESET),
        (0xE6, ErrorCode.LOW_POWER),
        (0xA8, ErrorCode.NOT_REGISTERED),
        (0xB1, ErrorCode.LICENCE),
        (0x77, ErrorCode.OTHER),
        (0x02, ErrorCode.OTHER),
    ],
)
def test_a_device_code_becomes_the_public_one(byte: int, code: ErrorCode) -> None:
    assert code == error_code(byte)


@pytest.mark.parametrize(
    ("extended", "code"),
    [
        (0x0103, ErrorCode.TAX_MISMATCH),
        (0x0104, ErrorCode.TAX_MISMATCH),
        (0x0206, ErrorCode.BAD_REQUISITE),
        (0x0301, ErrorCode.REPORT_INTERRUPTED),
        (0x0302, ErrorCode.FN_FAULT),
        (MarkError.CHECK_RUNS, ErrorCode.MARK_BUSY),
        (MarkError.NOT_CHECKED, ErrorCode.MARK_NOT_CHECKED),
        (MarkError.WRONG_CODE, ErrorCode.MARK_INVALID),
        (MarkError.BLOCKED, ErrorCode.MARK_BLOCKED),
        (0x0999, ErrorCode.BAD_REQUISITE),
    ],
)
def test_an_extended_code_says_more_than_ee(extended: int, code: ErrorCode) -> None:
    assert code == error_code(0xEE, extended)


def test_every_mapped_code_is_one_that_devices_are_known_to_answer() -> None:
    assert set(errors._BY_BYTE) <= set(DEVICE_ERRORS)
    assert set(errors._EXTENDED) <= set(EXTENDED_ERRORS) | set(MARK_ERRORS)
    assert set(MARK_ERRORS) == set(MarkError)


def test_no_code_is_mapped_twice() -> None:
    assert sum(len(listed) for listed in errors._CODES.values()) == len(errors._BY_BYTE)


def test_a_refusal_tells_the_raw_side() -> None:
    error = DeviceRefused(0xEE, command=0x4A, extended=0x0206, data=b"\xf0\x03")

    assert isinstance(error, Refused)
    assert "atol 0xEE, command 0x4A, extended 0x0206, data f0 03: required requisite missing" in error.detail
    assert "unknown" in DeviceRefused(0x02, command=0x4A).detail
