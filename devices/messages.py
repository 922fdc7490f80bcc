"""
Words for people: what happened, what is true about the receipt and the money, what to do next, and the code last.

The sentences follow reference failure-modes.md (0.4 and its tables); msgids are the English words, devices/locale/ru
the Russian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy as plazy

from devices.commands import RegisterReceipt
from devices.errors import ErrorCode
from devices.messages_table import EXPLANATIONS, OTHER
from devices.models import Job
from devices.states import JobStatus
from devices.units import roubles


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """
    *title* what happened, *truth* what is true about the receipt and the money, *action* one next step ("" for none),
    *code* ours.
    """

    title: str
    truth: str
    action: str
    code: str

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.truth, self.action) if part)


def explain(code: ErrorCode | str, **context: Any) -> Explanation:
    """
    Words for *code* in the active language.

    *context* may name what is known: device, expected, actual, paid, total, fd, field, n, d, diff, min, date. What a
    title needs and nobody knows leaves a plainer title.
    """
    words = EXPLANATIONS.get(ErrorCode(code), OTHER) if code in set(ErrorCode) else OTHER
    known = {name: value for name, value in context.items() if value not in (None, "")}
    try:
        title = str(words.title) % known
    except KeyError:
        title = str(words.plain)
    return Explanation(title=title, truth=str(words.truth), action=str(words.action), code=str(code))


def explain_job(job: Job) -> Explanation | None:
    """
    Why a job did not go through, or waits; None when there is nothing to explain. One row beside it: the
    device's.
    """
    if not job.error_code:
        return None
    return explain(job.error_code, device=job.device.name, **job_context(job))


def job_context(job: Job) -> dict[str, str]:
    """What a receipt's titles may name, in roubles."""
    command = job.command
    if not isinstance(command, RegisterReceipt):
        return {}
    return {"total": roubles(command.total), "paid": roubles(sum(payment.sum for payment in command.payments))}


# What a job is called while it stands somewhere: for receipts, and for everything else a device does.
RECEIPT_LABELS: dict[JobStatus, Promise] = {
    JobStatus.QUEUED: lazy("Queued"),
    JobStatus.RUNNING: lazy("Being registered"),
    JobStatus.DONE: lazy("Registered"),
    JobStatus.FAILED: lazy("Not registered"),
    JobStatus.UNKNOWN: lazy("Being checked"),
    JobStatus.CANCELLED: plazy("receipt", "Cancelled"),
    JobStatus.EXPIRED: plazy("receipt", "Overdue"),
}
COMMAND_LABELS: dict[JobStatus, Promise] = {
    JobStatus.QUEUED: lazy("Queued"),
    JobStatus.RUNNING: lazy("In progress"),
    JobStatus.DONE: lazy("Done"),
    JobStatus.FAILED: lazy("Not done"),
    JobStatus.UNKNOWN: lazy("Being checked"),
    JobStatus.CANCELLED: plazy("command", "Cancelled"),
    JobStatus.EXPIRED: plazy("command", "Overdue"),
}
KIND_LABELS: dict[str, Promise] = {
    "open_shift": lazy("Open shift"),
    "close_shift": lazy("Close shift"),
    "receipt": lazy("Receipt"),
    "cash_in": lazy("Cash in"),
    "cash_out": lazy("Cash out"),
    "x_report": lazy("X report"),
    "print_text": lazy("Print text"),
    "copy_last": lazy("Copy of the last document"),
}


def status_label(status: str, *, kind: str = RegisterReceipt.kind, printed: bool | None = None) -> str:
    """The state of a job of *kind* in the active language."""
    state = JobStatus(status)
    if state is JobStatus.DONE and printed is False:
        return _("Registered, print not finished") if kind == RegisterReceipt.kind else _("Done, print not finished")
    return str((RECEIPT_LABELS if kind == RegisterReceipt.kind else COMMAND_LABELS)[state])


def kind_label(kind: str) -> str:
    """What a job does, in the active language; a kind that this version does not know reads as it is."""
    return str(KIND_LABELS.get(kind, kind))
