"""
What a person decides: about a job whose outcome nothing proves (R01), and about one whose deadline passed (Q01).

A decision on an unknown job is kept in its row and carried out by the site's worker (devices/carrying.py), which asks
the archive once more before: what the archive proves stands, whatever a person saw. Name and reason stay in the job's
course and in the journal. A job whose deadline passed was never sent, so its decision is a move at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from devices import jobs, journal
from devices.commands import RegisterReceipt
from devices.doorbell import doorbell
from devices.errors import ErrorCode
from devices.models import Job
from devices.services import COUNTER_DEADLINE
from devices.states import JobStatus

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a page offers about *job*: *is_open* whether a decision is due, *may* whether this user may make it."""

    job: int
    is_open: bool
    is_expired: bool
    is_receipt: bool
    may: bool
    pending: str


def choices(job: Job, user: object) -> Choices | None:
    """None for a job that nobody has to think about. *pending* is who decided already, while it is carried out."""
    if job.status not in (JobStatus.UNKNOWN, JobStatus.EXPIRED):
        return None
    is_open = needs_person(job)
    return Choices(
        job=job.pk,
        is_open=is_open,
        is_expired=job.status == JobStatus.EXPIRED,
        is_receipt=job.kind == RegisterReceipt.kind,
        may=is_open and isinstance(user, AbstractBaseUser) and _may(user),
        pending=job.decision.get("actor", "") if job.status == JobStatus.UNKNOWN else "",
    )


def _may(user: AbstractBaseUser) -> bool:
    return bool(user.has_perm("devices.decide_unknown"))  # type: ignore[attr-defined]  # ours have permissions


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
    remark(job, ErrorCode.DECIDED_BY_PERSON, reason, actor)
    doorbell.ring_on_commit(job.site)


def _of_expired(job: Job, outcome: Outcome, actor: str, reason: str) -> None:
    if outcome is Outcome.REGISTER_NOW:
        moved = back_in_line(job, actor, reason)
    else:
        moved = jobs.move(job, JobStatus.CANCELLED, code=ErrorCode.CANCELLED_BY_PERSON, detail=reason, actor=actor)
    if not moved:
        raise CannotDecide(job)


def is_given_up(job: Job) -> bool:
    """A person said that it is not needed any more."""
    return bool(job.decision) and job.decision["outcome"] == Outcome.NOT_REGISTERED


def deadline_of(job: Job) -> datetime:
    """Until when a job that goes back in line may wait: a person who wants it now gives it more time."""
    if not job.decision or job.decision["outcome"] != Outcome.REGISTER_NOW:
        return job.deadline
    return max(job.deadline, timezone.now() + COUNTER_DEADLINE)


def back_in_line(job: Job, actor: str, reason: str) -> bool:
    """By the will of a person, with time enough."""
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


def remark(job: Job, code: ErrorCode, detail: str, actor: str) -> None:
    jobs.note(job, JobStatus(job.status), JobStatus(job.status), code=code, detail=detail, actor=actor)
