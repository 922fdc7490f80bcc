"""
Our codes in the driver's numbers, and what stops a queue. The words are ours; the few that programs compare are not.

Source: atol-driver10-json.md 4 (numbers), 1.8 (groups that block).
"""

from __future__ import annotations

from devices.errors import ErrorCode as E
from receipts.checks import FaultCode as F

OK = 0
NOT_SUPPORTED = 11
NO_CHECK = 410
UNREADABLE = 501
INTERRUPTED = 502
CANCELED = 503
WEB = 505

# Texts that programs are known to compare.
NO_ERROR = "Ошибок нет"
TAKEN = "Не удалось добавить задание с UUID [{uuid}], задание с таким UUID уже есть"
NOT_FOUND = "Задание с UUID [{uuid}] для устройства [{device}] не найдено"
NO_DEVICE = "Устройство с ID [{id}] не найдено"
UNAUTHORIZED = "unauthorized"

NUMBERS: dict[E, int] = {
    # Link and port
    E.DEVICE_OFFLINE: 2,
    E.PORT_MISSING: 4,
    E.PORT_BUSY: 3,
    E.LINK_LOST: 2,
    E.LINK_SLEPT: 2,
    E.PORT_PROBED: 3,
    E.WRONG_DEVICE: 9,
    E.DEVICE_SLOW: 2,
    E.DEVICE_REBOOTING: 188,
    E.DEVICE_BUSY: 55,
    # Receipts
    E.OUTCOME_UNKNOWN: 2,
    E.PAPER_OUT: 44,
    E.PAPER_OUT_MID_RECEIPT: 44,
    E.COVER_OPEN: 45,
    E.PRINTER_FAULT: 47,
    E.LOW_POWER: 132,
    E.DOCUMENT_OPEN: 82,
    E.DOCUMENT_CLOSED: 81,
    E.CLOSE_INTERRUPTED: 177,
    E.Z_INTERRUPTED: 32,
    E.REPORT_INTERRUPTED: 151,
    E.PAYMENTS_MISMATCH: 66,
    E.TOTAL_DIFFERS: 227,
    E.DUPLICATE_REQUEST: 160,
    E.NOT_ENOUGH_CASH: 80,
    E.BAD_REQUISITE: 148,
    E.TAX_MISMATCH: 144,
    E.PAID_WITHOUT_RECEIPT: 15,
    E.BAD_AMOUNT: 16,
    E.RECEIPT_TOO_LARGE: 40,
    E.NO_DOCUMENT: 123,
    # Shift, operator, settings
    E.SHIFT_ENDS_SOON: 68,
    E.SHIFT_EXPIRED: 68,
    E.SHIFT_CLOSED: 73,
    E.SHIFT_OPEN: 83,
    E.SHIFT_TOTALS_DIFFER: 207,
    E.OPERATOR_ERROR: 71,
    E.SERVICE_NEEDED: 105,
    E.TERMINAL_NOT_RECONCILED: 15,
    E.WRONG_MODE: 12,
    # Clock
    E.CLOCK_DRIFT: 35,
    E.CLOCK_BEHIND: 36,
    E.CLOCK_FN: 122,
    E.CLOCK_RESET: 35,
    # Fiscal storage and ОФД
    E.FN_EXPIRING: 120,
    E.FN_FULL: 121,
    E.FN_EXPIRED: 120,
    E.FN_CRYPTO: 136,
    E.FN_FAULT: 118,
    E.FN_UNSENT: 139,
    E.OFD_DELAY: 140,
    E.OFD_REJECTED: 138,
    E.OFD_BLOCKED: 137,
    E.NOT_REGISTERED: 89,
    E.LICENCE: 96,
    E.BUYER_MAIL_UNSENT: 15,
    E.TEST_DEVICE: 89,
    # Marking
    E.MARK_TIMEOUT: 421,
    E.MARK_BUSY: 401,
    E.MARK_NOT_CHECKED: 420,
    E.MARK_INVALID: 409,
    E.MARK_BLOCKED: 406,
    E.MARK_OFFLINE: 402,
    E.MARK_REFUSED: 404,
    # Our side
    E.NOT_SUPPORTED: NOT_SUPPORTED,
    E.DEADLINE_PASSED: WEB,
    E.CANCELLED_BY_PERSON: CANCELED,
    E.WORKER_DOWN: WEB,
    E.KEY_CONFLICT: WEB,
    E.DISK_FULL: WEB,
    E.EARLIER_FAILED: INTERRUPTED,
    E.DECIDED_BY_PERSON: WEB,
    E.INTERNAL: 6,
    E.OTHER: 15,
}

# What the driver would say of a request whose fields are readable and whose sense is not. A code that is not here is
# a wrong value: 13.
FAULTS: dict[F, int] = {
    F.REQUIRED: 161,
    F.CONTACT_REQUIRED: 161,
    F.SUPPLIER_REQUIRED: 161,
    F.ORDER_NUMBER_REQUIRED: 161,
    F.NOT_SUPPORTED: NOT_SUPPORTED,
    F.FFD_TOO_OLD: 48,
    F.VAT_NOT_YET: 144,
    F.VAT_NO_LONGER: 144,
    F.VAT_TAXATION: 144,
    F.TAXATION_NOT_REGISTERED: 143,
    F.SUM_MISMATCH: 16,
    F.DISCOUNT_TOO_LARGE: 16,
    F.DISCOUNT_INDIVISIBLE: 16,
    F.TOTAL_MISMATCH: 227,
    F.PAYMENTS_SHORT: 66,
    F.PAYMENTS_OVER: 52,
    F.PAYMENTS_INEXACT: 79,
    F.METHOD_PAYMENTS: 145,
    F.RECEIPT_TOO_LARGE: 40,
    F.TOO_PRECISE: 17,
}

PAPER, CONNECTION, STORAGE = "paperError", "connectionError", "fnError"

# Why no task is done now. A device that waits for a shift is not stopped: tasks open and close shifts.
BLOCKS: dict[E, str] = {
    E.DEVICE_OFFLINE: CONNECTION,
    E.PORT_MISSING: CONNECTION,
    E.PORT_BUSY: CONNECTION,
    E.LINK_LOST: CONNECTION,
    E.DEVICE_SLOW: CONNECTION,
    E.DEVICE_REBOOTING: CONNECTION,
    E.WRONG_DEVICE: CONNECTION,
    E.OUTCOME_UNKNOWN: CONNECTION,
    E.TOTAL_DIFFERS: STORAGE,
    E.LOW_POWER: CONNECTION,
    E.PAPER_OUT: PAPER,
    E.PAPER_OUT_MID_RECEIPT: PAPER,
    E.COVER_OPEN: PAPER,
    E.PRINTER_FAULT: PAPER,
    E.REPORT_INTERRUPTED: PAPER,
    E.SERVICE_NEEDED: STORAGE,
    E.CLOCK_BEHIND: STORAGE,
    E.CLOCK_FN: STORAGE,
    E.CLOCK_RESET: STORAGE,
    E.FN_FULL: STORAGE,
    E.FN_EXPIRED: STORAGE,
    E.FN_CRYPTO: STORAGE,
    E.FN_FAULT: STORAGE,
    E.OFD_BLOCKED: STORAGE,
    E.NOT_REGISTERED: STORAGE,
    E.LICENCE: STORAGE,
}


def number_of(code: str) -> int:
    """The driver's number of one of our codes; of an unknown one its «unknown error»."""
    return NUMBERS[E(code)] if code in set(E) else 15


def reason_of(hold: str) -> str:
    """Why a device on hold stops its queue, "" when it does not."""
    return BLOCKS.get(E(hold), "") if hold in set(E) else ""
