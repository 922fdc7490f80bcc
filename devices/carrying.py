"""
Carrying out what a person decided about an unknown job (devices/decisions.py), in the site's worker, once the archive
could not tell.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from devices import documents, jobs, journal, line
from devices.commands import FiscalData, Result
from devices.decisions import Outcome, back_in_line, remark
from devices.errors import ErrorCode
from devices.models import FiscalDocument, Job
from devices.states import JobStatus

log = logging.getLogger(__name__)


class NotThatDocument(Exception):
    """The document that a person named cannot be the job's; *why* says how the archive knows."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


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
    return has_answered and back_in_line(job, actor, reason)


def _told(job: Job, found: Sequence[FiscalData] | None) -> Result:
    """The result by what a person told: from the archive if it could be read. Raises NotThatDocument."""
    number = int(job.decision["fd_number"])
    told = Result(decided_by=job.decision["actor"], told_fd=number)
    if not job.command.fiscal or (not number and found is None):
        return told
    if found is None:
        if number <= int(job.baseline["last_fd"]):
            raise NotThatDocument(f"FD {number} was there before the job began")
        return told
    data = next((data for data in found if data.fd_number == number), None)
    if data is None:
        raise NotThatDocument(f"FD {number} is not among those since the job began: {[d.fd_number for d in found]}")
    kept = FiscalDocument.objects.filter(fn_number=data.fn_number, fd_number=number, job__isnull=False)
    if data.document_type not in documents.OWN.get(type(job.command), ()) or kept.exclude(job=job).exists():
        raise NotThatDocument(f"FD {number} belongs to something else")
    return replace(told, document=data)


@journal.atomic()
def _refuse(job: Job, why: str, actor: str) -> None:
    """The archive knows better; the person has to look again."""
    log.warning("job %s: the decision of %s does not hold: %s", job.pk, actor, why)
    Job.objects.filter(pk=job.pk).update(decision={})
    job.decision = {}
    remark(job, ErrorCode.NO_DOCUMENT, why, "")
