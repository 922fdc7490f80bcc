"""
Our error codes in the numbers of driver 8, which clients of the old service know.

Source: failure-modes.md, column D8, and the public header of driver 8 for those that it does not name. Codes of our own
are below all of driver 8's (its last is −12 302); what is not in the table is −1, the old service's own.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from devices.errors import ErrorCode as E
from devices.messages import explain, explain_code
from devices.models import Job
from receipts.api.pipe.wire import Refusal

OWN = -1
OUTCOME_UNKNOWN = -20001  # it may have been carried out: it must not be repeated
NOT_IN_TIME = -20002  # it was not carried out in time, and never will be
TR_ID_CONFLICT = -20003  # this tr_id belongs to another receipt of the shift
BUSY = -20004  # too many wait already; nothing was queued
FORBIDDEN = -20005  # the key may not do this

DRIVER_8: dict[E, int] = {
    E.DEVICE_OFFLINE: -1,
    E.PORT_MISSING: -3,
    E.PORT_BUSY: -3,
    E.PORT_PROBED: -3,
    E.NOT_SUPPORTED: -12,
    E.WRONG_MODE: -16,
    E.WRONG_DEVICE: -18,
    E.DEVICE_SLOW: -20,
    E.DEVICE_REBOOTING: -20,
    E.LINK_SLEPT: -20,
    E.LINK_LOST: -21,
    E.NOT_ENOUGH_CASH: -3800,
    E.DOCUMENT_CLOSED: -3801,
    E.DOCUMENT_OPEN: -3802,
    E.BAD_AMOUNT: -3803,
    E.PAPER_OUT: -3807,
    E.PAPER_OUT_MID_RECEIPT: -3807,
    E.SHIFT_EXPIRED: -3822,
    E.OPERATOR_ERROR: -3825,
    E.SHIFT_CLOSED: -3828,
    E.SHIFT_OPEN: -3837,
    E.NOT_REGISTERED: -3851,
    E.NO_DOCUMENT: -3855,
    E.LICENCE: -3857,
    E.REPORT_INTERRUPTED: -3883,
    E.CLOCK_RESET: -3893,
    E.Z_INTERRUPTED: -3894,
    E.PAYMENTS_MISMATCH: -3897,
    E.COVER_OPEN: -3909,  # driver 8 has no number for a cover: the printer's fault
    E.PRINTER_FAULT: -3909,
    E.FN_FAULT: -3913,
    E.FN_EXPIRED: -3915,
    E.FN_FULL: -3916,
    E.CLOCK_DRIFT: -3921,
    E.CLOCK_BEHIND: -3922,
    E.SERVICE_NEEDED: -3924,
    E.DEVICE_BUSY: -3926,
    E.LOW_POWER: -3971,
    E.FN_CRYPTO: -3978,
    E.OFD_REJECTED: -3980,
    E.FN_UNSENT: -3981,
    E.OFD_BLOCKED: -3995,
    E.CLOCK_FN: -3997,
    E.TAX_MISMATCH: -4022,
    E.BAD_REQUISITE: -4025,
    E.CLOSE_INTERRUPTED: -4031,
    E.RECEIPT_TOO_LARGE: -4037,
}


def number_of(code: str, *, otherwise: int = OWN) -> int:
    return DRIVER_8.get(E(code), otherwise) if code in set(E) else otherwise


def failed(job: Job) -> Refusal:
    """It is proved that *job* was not carried out, and why."""
    text = _("The command was not carried out.")
    return Refusal(f"{explain_code(job.error_code, job=job).title} {text}", number_of(job.error_code))


def given_up(job: Job, code: str) -> Refusal:
    """
    *job* was taken back before anything was sent; *code* is why its device makes it wait, "" when it only took long.
    """
    if not code:
        text = _("The register did not get to it in time. The command was not carried out and will not be.")
        return Refusal(text, NOT_IN_TIME)
    text = _("The command was not carried out and will not be: give it again when this is over.")
    return Refusal(f"{explain_code(code, job=job).title} {text}", number_of(code, otherwise=NOT_IN_TIME))


def unknown() -> Refusal:
    words = _(
        "It is not known yet whether the command was carried out. Do not give it again: look at the paper or at the "
        "list of receipts first."
    )
    return Refusal(words, OUTCOME_UNKNOWN)


def shift_closed() -> Refusal:
    """A Z report on a closed shift is an error here, as it was; everywhere else it is none (S05)."""
    return Refusal(str(explain(E.SHIFT_CLOSED).title), number_of(E.SHIFT_CLOSED))
