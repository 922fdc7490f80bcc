"""
The moves of a job. With devices/states.py this is the whole state machine: nothing else writes `Job.status`.

Every move is one conditional UPDATE and one JobEvent in one transaction; the database says who was first. `attempts`
counts the claims and serves as the fencing number: a worker that lost its claim cannot settle the job of its
successor.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from devices import journal, rows
from devices.commands import Baseline
from devices.errors import ErrorCode
from devices.models import Job, JobEvent
from devices.signals import job_finished
from devices.states import FINAL, MOVES, JobStatus

log = logging.getLogger(__name__)

_HELD = "site_id IN (SELECT id FROM devices_site WHERE lease_owner = %s)"

# Remarks on a done job whose paper was torn.
PRINT_FINISHED = "print finished"
CANNOT_FINISH = "the register cannot finish the print"


class IllegalMove(Exception):
    """MOVES does not know this step; nothing was changed. It is a mistake of ours, not of a device."""

    def __init__(self, job: Job, to: JobStatus) -> None:
        super().__init__(f"job {job.pk}: {job.status} to {to.value}")
        self.job = job
        self.to = to


def move(
    job: Job,
    to: JobStatus,
    *,
    code: ErrorCode | None = None,
    detail: str = "",
    actor: str = "",
    holder: str = "",
    **changes: Any,
) -> bool:
    """
    Take *job* from where this object believes it is to *to*; say whether we did (False: somebody else moved it first).

    *code* and *detail* are kept in the row and in the event; without a code the row's are cleared. With a *holder* the
    site's lease must be theirs. *changes* are further fields of the row. On success the object is brought up to date.
    Raises IllegalMove.
    """
    current = JobStatus(job.status)
    if to not in MOVES.get(current, ()):
        raise IllegalMove(job, to)
    changes |= {"status": to.value, "error_code": code.value if code else "", "error_detail": detail[:255]}
    if to in FINAL:
        changes["finished_at"] = timezone.now()
    with journal.atomic(savepoint=False):
        if not _still(job, current, holder, changes):
            return False
        note(job, current, to, code=code, detail=detail, actor=actor)
        journal.add(
            f"job.{to.value}",
            f"job:{job.pk}",
            actor=actor,
            before={"status": current.value, "attempts": job.attempts},
            after=_journaled(changes),
            exchanges=job.exchanges,
        )
        for name, value in changes.items():
            setattr(job, name, value)
        if to in FINAL:
            transaction.on_commit(lambda: job_finished.send_robust(sender=Job, job=job), robust=True)
    job.exchanges.clear()
    log.info("job %s %s device %s: %s to %s %s", job.pk, job.kind, job.device_id, current, to, code or "")
    return True


def _still(job: Job, current: JobStatus, holder: str, changes: dict[str, Any]) -> int:
    """Write *changes* if the row is as this object knows it, and the site *holder*'s; the number of rows."""
    where = {"id": job.pk, "status": current.value, "attempts": job.attempts}
    if not holder:
        return rows.update(Job, where, changes)
    return rows.update(Job, where, changes, also=_HELD, values=[holder])


def _journaled(changes: dict[str, Any]) -> dict[str, Any]:
    """Without the baseline, and documents by their numbers alone: each has a row of its own in the journal."""
    changes = {name: value for name, value in changes.items() if name != "baseline" or not value}
    result = changes.get("result")
    if not result:
        return changes
    own, *before = [
        document and f"{document['fn_number']}/{document['fd_number']}"
        for document in (result.get("document"), *result.get("before", ()))
    ]
    return changes | {"result": result | {"document": own, "before": before}}


def note(
    job: Job,
    before: JobStatus | None,
    after: JobStatus,
    *,
    code: ErrorCode | None = None,
    detail: str = "",
    actor: str = "",
) -> None:
    """One line in the job's course; the same state twice is a remark."""
    if before is after:
        journal.add("job.remark", f"job:{job.pk}", actor=actor, after={"code": code, "detail": detail})
    rows.insert(
        JobEvent(
            job=job,
            from_status=before.value if before else "",
            to_status=after.value,
            code=code.value if code else "",
            detail=detail[:255],
            actor=actor,
        )
    )


def claim(job: Job, *, worker: str, baseline: Baseline | None = None) -> bool:
    """
    Take a queued job for *worker*; with a *baseline* in the same commit, for which the site must still be ours. False:
    another worker has it, or the device has a running or unknown job already (the database refuses a second one).
    """
    kept, holder = (baseline.dump(), worker) if baseline else ({}, "")
    taken: dict[str, Any] = {"attempts": job.attempts + 1, "started_at": timezone.now(), "worker": worker}
    try:
        with journal.atomic():
            if not move(job, JobStatus.RUNNING, holder=holder, not_before=None, baseline=kept, **taken):
                return False
            if baseline:
                journal.add("job.baseline", f"job:{job.pk}", actor=worker, after=kept)
            return True
    except IntegrityError:
        return False


def commit_baseline(job: Job, baseline: Baseline, *, worker: str) -> bool:
    """
    Keep what the device said right before the next step of a claimed job. False: the job or the site is no longer
    ours, so nothing may be sent.
    """
    kept = baseline.dump()
    with journal.atomic():
        if not _still(job, JobStatus.RUNNING, worker, {"baseline": kept}):
            return False
        journal.add("job.baseline", f"job:{job.pk}", actor=worker, after=kept)
    job.baseline = kept
    return True


def finish_print(job: Job) -> bool:
    """The paper of a done job is whole now; False: it was already."""
    with journal.atomic():
        if not Job.objects.filter(pk=job.pk, status=JobStatus.DONE.value, printed=False).update(printed=True):
            return False
        job.printed = True
        note(job, JobStatus.DONE, JobStatus.DONE, detail=PRINT_FINISHED)
    return True
