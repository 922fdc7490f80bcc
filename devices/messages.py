"""
Words for people: what happened, what is true about the receipt and the money, what to do next, and the code last.

The sentences follow reference failure-modes.md (0.4 and its tables); msgids are the English words, devices/locale/ru
the Russian."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy as plazy

from devices import lease
from devices.commands import RegisterReceipt
from devices.errors import ErrorCode
from devices.messages_context import case_of, clock, of_device, of_job
from devices.messages_table import EXPLANATIONS
from devices.messages_variants import VARIANTS
from devices.messages_words import SEND_AGAIN, TAKEN_BACK, Sentence
from devices.models import Device, Job, Site
from devices.states import JobStatus
from devices.units import roubles

# Why a job was cancelled, in codes that say so themselves.
_ENDS = frozenset(
    {
        ErrorCode.CANCELLED_BY_PERSON,
        ErrorCode.EARLIER_FAILED,
        ErrorCode.DECIDED_BY_PERSON,
        ErrorCode.DEADLINE_PASSED,
    }
)


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


def explain(code: ErrorCode | str, *, case: str = "", **context: Any) -> Explanation:
    """
    Words for *code* in the active language.

    *case* is one of its turns of events (messages_variants.VARIANTS), *context* names what is known
    (devices/messages_context.py): a sentence that needs what nobody knows has a plainer form, or is not said.
    """
    known_code = ErrorCode(code) if code in set(ErrorCode) else ErrorCode.OTHER
    words = VARIANTS.get((known_code, case)) or EXPLANATIONS[known_code]
    known = {name: value for name, value in context.items() if value not in (None, "")}
    return Explanation(
        title=_one(words.title, known), truth=_all(words.truth, known), action=_all(words.action, known), code=str(code)
    )


def _one(sentence: Sentence | str, known: dict[str, Any]) -> str:
    """The first of its forms that names nothing unknown; "" when each does."""
    for form in sentence if isinstance(sentence, tuple) else (sentence,):
        try:
            return str(form) % known
        except KeyError:
            continue
    return ""


def _all(sentences: Promise | tuple[Sentence, ...] | str, known: dict[str, Any]) -> str:
    parts = sentences if isinstance(sentences, tuple) else (sentences,)
    return " ".join(filter(None, (_one(part, known) for part in parts)))


def explain_code(code: str, *, job: Job, money: Callable[[int], str] = roubles, person: bool = False) -> Explanation:
    """
    Words for *code* about *job*, with all that its row and its device's know. *money* puts kopecks into words, *person*
    says that the program cannot find out any more how it ended. Of a job that was taken back *code* may be what made
    it wait; what is true about it is not what is true about those that still do.
    """
    context = {**of_device(job.device, money), **of_job(job, money)}
    case = "person" if person and code == ErrorCode.OUTCOME_UNKNOWN else case_of(code, device=job.device, job=job)
    words = explain(code, case=case, **context)
    if job.status == JobStatus.CANCELLED and code not in _ENDS:
        return replace(words, truth=str(TAKEN_BACK), action=str(SEND_AGAIN))
    return words


def explain_hold(device: Device, money: Callable[[int], str] = roubles) -> Explanation | None:
    """Why the jobs of *device* wait; None when they do not. Its site is at hand."""
    if not device.hold_code:
        return None
    return explain(device.hold_code, case=case_of(device.hold_code, device=device), **of_device(device, money))


def explain_service(site: Site) -> Explanation | None:
    """Nobody executes the line of *site* (Q05); None when somebody does."""
    if not lease.is_silent(site.heartbeat_at):
        return None
    since = site.heartbeat_at and clock(site.heartbeat_at, ZoneInfo(site.time_zone))
    return explain(ErrorCode.WORKER_DOWN, host=lease.host_of(site.lease_owner), time=since)


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
    "finish_print": lazy("Finish printing"),
    "print_document": lazy("Print a document again"),
    "ofd_report": lazy("Report on the exchange with the OFD"),
    "cut_paper": lazy("Cut the paper"),
    "open_drawer": lazy("Open the drawer"),
    "beep": lazy("Beep"),
    "set_clock": lazy("Set the clock"),
    "write_table": lazy("Change a setting of the device"),
    "read_table": lazy("Read a setting of the device"),
    "reset_totals": lazy("Reset the totals"),
    "tech_reset": lazy("Technical reset"),
    "read_state": lazy("Ask for the state"),
    "read_totals": lazy("Read the counters"),
    "read_storage": lazy("Read the state of the fiscal storage"),
    "read_registration": lazy("Read the registration"),
    "read_document": lazy("Read a document"),
    "check_mark": lazy("Check a marking code"),
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
