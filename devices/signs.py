"""The words and signs of states, the only ones that people see (one tone, one icon, one word each)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from devices.commands import RegisterReceipt
from devices.errors import ErrorCode
from devices.messages import status_label
from devices.states import JobStatus
from devices.typography import DASH


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """
    *tone* is one of ok, run, warn, bad, off, unsure; *tail* is the second truth («not printed to the end»).
    Good news is quiet; what needs a person or is moving is *loud*.
    """

    tone: str
    icon: str
    word: str
    tail: str = ""
    loud: bool = False


# The same request would always be refused: the data are wrong, not the moment.
INVALID = frozenset(
    {
        ErrorCode.PAYMENTS_MISMATCH,
        ErrorCode.BAD_REQUISITE,
        ErrorCode.TAX_MISMATCH,
        ErrorCode.BAD_AMOUNT,
        ErrorCode.RECEIPT_TOO_LARGE,
        ErrorCode.MARK_REFUSED,
        ErrorCode.OPERATOR_ERROR,
        ErrorCode.NOT_SUPPORTED,
    }
)


_ICONS: dict[JobStatus, tuple[str, str]] = {  # tone, icon
    JobStatus.QUEUED: ("off", "s-wait"),
    JobStatus.RUNNING: ("run", "s-run"),
    JobStatus.DONE: ("ok", "s-done"),
    JobStatus.FAILED: ("bad", "s-no"),
    JobStatus.UNKNOWN: ("unsure", "s-ask"),
    JobStatus.EXPIRED: ("warn", "s-late"),
    JobStatus.CANCELLED: ("off", "s-cancel"),
}
_QUIET = frozenset({JobStatus.QUEUED, JobStatus.DONE, JobStatus.CANCELLED})


def job_sign(
    status: str, *, kind: str = RegisterReceipt.kind, printed: bool | None = None, error_code: str = ""
) -> Sign:
    """What a job says: registered, not registered, or being checked. Never one vague "error"."""
    state = JobStatus(status)
    tone, icon = _ICONS[state]
    word = status_label(status, kind=kind)
    tail = ""
    if state is JobStatus.DONE and printed is False:
        tail = _("print not finished")
    elif state is JobStatus.FAILED and error_code in INVALID:
        word, tail = _("Rejected"), _("bad data")
    elif state is JobStatus.EXPIRED and kind == RegisterReceipt.kind:
        tail = _("needs a decision")
    return Sign(tone=tone, icon=icon, word=word, tail=tail, loud=state not in _QUIET or bool(tail))


def type_word(receipt_type: str) -> str:
    """What kind of receipt it is, short, for lists and slips."""
    return {
        "sell": pgettext("receipt type", "Sale"),
        "sell_return": pgettext("receipt type", "Refund"),
        "buy": pgettext("receipt type", "Purchase"),
        "buy_return": pgettext("receipt type", "Purchase refund"),
        "sell_correction": pgettext("receipt type", "Sale correction"),
        "sell_return_correction": pgettext("receipt type", "Refund correction"),
        "buy_correction": pgettext("receipt type", "Purchase correction"),
        "buy_return_correction": pgettext("receipt type", "Purchase refund correction"),
    }.get(receipt_type, receipt_type)


def payment_word(payment_type: str) -> str:
    """How a receipt was paid, one word."""
    return {
        "cash": pgettext("paid", "cash"),
        "electronically": pgettext("paid", "card"),
        "prepaid": pgettext("paid", "advance"),
        "credit": pgettext("paid", "credit"),
        "other": pgettext("paid", "in kind"),
    }.get(payment_type, payment_type)


def spent(seconds: float) -> str:
    """How long something has lasted: «5 h 8 min», «8 min», «less than a minute»."""
    minutes = max(0, int(seconds // 60))
    if minutes < 1:
        return _("less than a minute")
    if minutes < 60:
        return _("%(minutes)d min") % {"minutes": minutes}
    if minutes < 60 * 48:
        return _("%(hours)d h %(minutes)d min") % {"hours": minutes // 60, "minutes": minutes % 60}
    return _("%(days)d days") % {"days": minutes // (60 * 24)}


def when(at: datetime.datetime | None) -> str:
    """The time for today, the day and the time for other days; *at* is local and naive."""
    if at is None:
        return DASH
    return f"{at:%H:%M}" if at.date() == timezone.localdate() else f"{at:%d.%m %H:%M}"


def days_left(day: datetime.date) -> int:
    return (day - timezone.localdate()).days


def low(sentence: str) -> str:
    """A sentence that goes on after a colon."""
    return sentence[:1].lower() + sentence[1:]
