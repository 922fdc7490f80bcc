"""
What a person decides: about a job whose outcome nothing proves (R01), and about one whose deadline passed (Q01).

A decision on an unknown job is kept in its row and carried out by the site's worker, which asks the archive once more
before (devices/resolve.py): what the archive proves stands, whatever a person saw. Name and reason stay in the job's
course and in the journal. A job whose deadline passed was never sent, so its decision is a move at once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils import timezone

from devices import documents, jobs, journal, line
from devices.commands import CashIn, CashOut, CloseShift, Command, FiscalData, OpenShift, RegisterReceipt, Result
from devices.doorbell import doorbell
from devices.errors import ErrorCode
from devices.ffd import DocumentType
from devices.models import FiscalDocument, Job
from devices.services import COUNTER_DEADLINE
from devices.states import JobStatus

log = logging.getLogger(__name__)

# Who may: also the name of the permission, `devices.decide_unknown`.
PERMISSION = "decide_unknown"
# A device that did not answer for so long may never do: from then on a person may decide. Our choice.
PATIENCE = timedelta(minutes=5)
# Reasons for which the program has looked and cannot tell.
_UNDECIDABLE = frozenset(
    {ErrorCode.OUTCOME_UNKNOWN, ErrorCode.WRONG_DEVICE, ErrorCode.NO_DOCUMENT, ErrorCode.DECIDED_BY_PERSON}
)


class Outcome(StrEnum):
    """What a person says."""

    REGISTERED = "registered"  # «Чек есть»: the job is done
    NOT_REGISTERED = "not_registered"  # «Чека нет», and it is not needed any more: the job failed, or is cancelled
    REGISTER_NOW = "register_now"  # «Чека нет», it is still needed: the job goes back in line with a new deadline


class CannotDecide(Exception):
    """*job* is not for people to decide: it is settled, in line, or still being checked. Nothing was changed."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"job {job.pk} is {job.status}")
        self.job = job


class NotThatDocument(Exception):
    """The document that a person named cannot be the job's; *why* says how the archive knows."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def needs_person(job: Job) -> bool:
    """Is there nothing left that the program could find out by itself?"""
    if job.status == JobStatus.EXPIRED:
        return True
    if job.status != JobStatus.UNKNOWN:
        return False
    events = job.events.filter(to_status=JobStatus.UNKNOWN).order_by("id")
    doubts = list(events.values_list("from_status", "code", "at"))
    looked = [code for before, code, _ in doubts if before == JobStatus.UNKNOWN]
    since = max((at for before, _, at in doubts if before != JobStatus.UNKNOWN), default=job.created_at)
    return bool(looked and looked[-1] in _UNDECIDABLE) or timezone.now() - since > PATIENCE


@journal.atomic()
def decide(*, job: Job, outcome: Outcome, actor: str, reason: str, fd_number: int = 0) -> None:
    """
    Keep what *actor* says of *job*, and why. *fd_number* is the document that a person saw, 0: they know none.

    Raises CannotDecide: nothing was changed.
    """
    job.refresh_from_db()
    if not needs_person(job) or (job.status == JobStatus.EXPIRED and outcome is Outcome.REGISTERED):
        raise CannotDecide(job)
    decision = {"outcome": outcome.value, "fd_number": fd_number, "actor": actor, "reason": reason[:255]}
    journal.add("job.decided", f"job:{job.pk}", actor=actor, before={"status": job.status}, after=decision)
    if job.status == JobStatus.EXPIRED:
        _of_expired(job, outcome, actor, reason)
        return
    kept = Job.objects.filter(pk=job.pk, status=JobStatus.UNKNOWN.value, attempts=job.attempts)
    if not kept.update(decision=decision, not_before=None):
        raise CannotDecide(job)
    job.decision = decision
    _remark(job, ErrorCode.DECIDED_BY_PERSON, reason, actor)
    doorbell.ring_on_commit(job.site)


def _of_expired(job: Job, outcome: Outcome, actor: str, reason: str) -> None:
    if outcome is Outcome.REGISTER_NOW:
        moved = _back_in_line(job, actor, reason)
    else:
        moved = jobs.move(job, JobStatus.CANCELLED, code=ErrorCode.CANCELLED_BY_PERSON, detail=reason, actor=actor)
    if not moved:
        raise CannotDecide(job)


def carry_out(job: Job, found: Sequence[FiscalData], *, is_read: bool, has_answered: bool) -> bool:
    """
    Do what a person decided about an unknown job, once the archive could not; False: nothing is decided yet.

    *found* are the documents after the baseline, worth something when *is_read*. Without an answer of the device the
    command is not put in line again: what it holds now would be asked too late.
    """
    if not job.decision:
        return False
    outcome, actor, reason = Outcome(job.decision["outcome"]), job.decision["actor"], job.decision["reason"]
    if outcome is Outcome.REGISTERED:
        try:
            result = _told(job, found if is_read else None)
        except NotThatDocument as error:
            _refuse(job, error.why, actor)
            return False
        others = [data for data in found if data is not result.document]
        documents.store(job.device, others)
        return line.settle(job, result, actor=actor)
    if outcome is Outcome.NOT_REGISTERED:
        return jobs.move(job, JobStatus.FAILED, code=ErrorCode.DECIDED_BY_PERSON, detail=reason, actor=actor)
    return has_answered and _back_in_line(job, actor, reason)


def is_given_up(job: Job) -> bool:
    """A person said that it is not needed any more."""
    return bool(job.decision) and job.decision["outcome"] == Outcome.NOT_REGISTERED


def deadline_of(job: Job) -> datetime:
    """Until when a job that goes back in line may wait: a person who wants it now gives it more time."""
    if not job.decision or job.decision["outcome"] != Outcome.REGISTER_NOW:
        return job.deadline
    return max(job.deadline, timezone.now() + COUNTER_DEADLINE)


def _back_in_line(job: Job, actor: str, reason: str) -> bool:
    moved = jobs.move(
        job,
        JobStatus.QUEUED,
        detail=reason,
        actor=actor,
        deadline=max(job.deadline, timezone.now() + COUNTER_DEADLINE),
        baseline={},
        decision={},
        not_before=None,
        finished_at=None,
        worker="",
    )
    if moved:
        doorbell.ring_on_commit(job.site)
    return moved


def _told(job: Job, found: Sequence[FiscalData] | None) -> Result:
    """The result by what a person told: from the archive if it could be read. Raises NotThatDocument."""
    number = int(job.decision["fd_number"])
    told = Result(decided_by=job.decision["actor"], told_fd=number)
    if isinstance(job.command, CashIn | CashOut) or (not number and found is None):
        return told
    if found is None:
        if number <= int(job.baseline["last_fd"]):
            raise NotThatDocument(f"FD {number} was there before the job began")
        return told
    data = next((data for data in found if data.fd_number == number), None)
    if data is None:
        raise NotThatDocument(f"FD {number} is not among those since the job began: {[d.fd_number for d in found]}")
    kept = FiscalDocument.objects.filter(fn_number=data.fn_number, fd_number=number, job__isnull=False)
    if data.document_type not in _kinds(job.command) or kept.exclude(job=job).exists():
        raise NotThatDocument(f"FD {number} belongs to something else")
    return replace(told, document=data)


def _kinds(command: Command) -> frozenset[int]:
    if isinstance(command, RegisterReceipt):
        return frozenset(documents.RECEIPTS)
    if isinstance(command, OpenShift):
        return frozenset({DocumentType.SHIFT_OPEN})
    return frozenset({DocumentType.SHIFT_CLOSE}) if isinstance(command, CloseShift) else frozenset()


@journal.atomic()
def _refuse(job: Job, why: str, actor: str) -> None:
    """The archive knows better; the person has to look again."""
    log.warning("job %s: the decision of %s does not hold: %s", job.pk, actor, why)
    Job.objects.filter(pk=job.pk).update(decision={})
    job.decision = {}
    _remark(job, ErrorCode.NO_DOCUMENT, why, "")


def _remark(job: Job, code: ErrorCode, detail: str, actor: str) -> None:
    jobs.note(job, JobStatus(job.status), JobStatus(job.status), code=code, detail=detail, actor=actor)
