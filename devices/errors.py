"""
How an exchange with a device may end badly, and the public codes of everything that can go wrong.

Three endings and nothing else (design, section 3):

* `LinkError`: the link failed before anything that matters was sent. No paper, no document; the job may wait in line.
* `Refused`: the device proved that nothing was registered. No paper, no document; the code says whether to wait or to
  give up.
* `OutcomeUnknown`: anything after the first fiscal byte that is not proof. There may be a document: never send again,
  ask the fiscal storage.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Public, stable codes of API, pages and journal. Vendor codes map to these at the family's border."""

    # Link and port
    DEVICE_OFFLINE = "device_offline"
    PORT_MISSING = "port_missing"
    PORT_BUSY = "port_busy"
    LINK_LOST = "link_lost"
    LINK_SLEPT = "link_slept"
    PORT_PROBED = "port_probed"
    WRONG_DEVICE = "wrong_device"
    DEVICE_SLOW = "device_slow"
    DEVICE_REBOOTING = "device_rebooting"
    DEVICE_BUSY = "device_busy"
    # Receipts
    OUTCOME_UNKNOWN = "outcome_unknown"
    PAPER_OUT = "paper_out"
    PAPER_OUT_MID_RECEIPT = "paper_out_mid_receipt"
    COVER_OPEN = "cover_open"
    PRINTER_FAULT = "printer_fault"
    LOW_POWER = "low_power"
    DOCUMENT_OPEN = "document_open"
    DOCUMENT_CLOSED = "document_closed"
    CLOSE_INTERRUPTED = "close_interrupted"
    Z_INTERRUPTED = "z_interrupted"
    REPORT_INTERRUPTED = "report_interrupted"
    PAYMENTS_MISMATCH = "payments_mismatch"
    TOTAL_DIFFERS = "total_differs"
    DUPLICATE_REQUEST = "duplicate_request"
    NOT_ENOUGH_CASH = "not_enough_cash"
    BAD_REQUISITE = "bad_requisite"
    TAX_MISMATCH = "tax_mismatch"
    PAID_WITHOUT_RECEIPT = "paid_without_receipt"
    BAD_AMOUNT = "bad_amount"
    RECEIPT_TOO_LARGE = "receipt_too_large"
    NO_DOCUMENT = "no_document"
    # Shift, operator, settings
    SHIFT_ENDS_SOON = "shift_ends_soon"
    SHIFT_EXPIRED = "shift_expired"
    SHIFT_CLOSED = "shift_closed"
    SHIFT_OPEN = "shift_open"
    SHIFT_TOTALS_DIFFER = "shift_totals_differ"
    OPERATOR_ERROR = "operator_error"
    SERVICE_NEEDED = "service_needed"
    TERMINAL_NOT_RECONCILED = "terminal_not_reconciled"
    WRONG_MODE = "wrong_mode"
    # Clock
    CLOCK_DRIFT = "clock_drift"
    CLOCK_BEHIND = "clock_behind"
    CLOCK_FN = "clock_fn"
    CLOCK_RESET = "clock_reset"
    # Fiscal storage and OFD
    FN_EXPIRING = "fn_expiring"
    FN_FULL = "fn_full"
    FN_EXPIRED = "fn_expired"
    FN_CRYPTO = "fn_crypto"
    FN_FAULT = "fn_fault"
    FN_UNSENT = "fn_unsent"
    OFD_DELAY = "ofd_delay"
    OFD_REJECTED = "ofd_rejected"
    OFD_BLOCKED = "ofd_blocked"
    NOT_REGISTERED = "not_registered"
    LICENCE = "licence"
    BUYER_MAIL_UNSENT = "buyer_mail_unsent"
    TEST_DEVICE = "test_device"
    # Marking
    MARK_TIMEOUT = "mark_timeout"
    MARK_BUSY = "mark_busy"
    MARK_NOT_CHECKED = "mark_not_checked"
    MARK_INVALID = "mark_invalid"
    MARK_BLOCKED = "mark_blocked"
    MARK_OFFLINE = "mark_offline"
    MARK_REFUSED = "mark_refused"
    # Our side
    NOT_SUPPORTED = "not_supported"
    DEADLINE_PASSED = "deadline_passed"
    CANCELLED_BY_PERSON = "cancelled_by_person"
    WORKER_DOWN = "worker_down"
    KEY_CONFLICT = "key_conflict"
    DISK_FULL = "disk_full"
    EARLIER_FAILED = "earlier_failed"
    DECIDED_BY_PERSON = "decided_by_person"
    INTERNAL = "internal"
    OTHER = "other"


class DeviceError(Exception):
    """
    Base of the three endings.

    *code* is what people and programs are told; *detail* is the raw side: family, number, command («atol 0x67,
    command 0x4A»).
    """

    def __init__(self, code: ErrorCode, detail: str = "") -> None:
        super().__init__(f"{code.value}: {detail}" if detail else code.value)
        self.code = code
        self.detail = detail


class LinkError(DeviceError):
    """The link failed before anything that can change the fiscal storage was sent. The job keeps its place in line."""


class Refused(DeviceError):
    """The device proved that nothing was registered. Whether to wait or to give up follows from the code."""


class OutcomeUnknown(DeviceError):
    """No answer, or no sense in it, after the first fiscal byte. There may be a document. Never send again: ask."""
