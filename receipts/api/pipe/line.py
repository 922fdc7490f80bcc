"""
Putting a command in line and waiting for what the device makes of it, for as long as a client of this protocol waits.

Nothing is left behind that could print later: a job that was not begun within the time is taken back before its client
is told so, and its deadline is the same moment, should this process die meanwhile. Of one that was begun and is not
settled nobody knows the outcome, and that is what its client is told. A device on hold keeps nobody waiting: the old
service told at once that there is no paper.
"""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from devices import jobs, journal
from devices.errors import ErrorCode
from devices.lease import is_silent
from devices.messages import explain
from devices.models import Job
from devices.reactions import runs_on_hold
from devices.room import NoRoom, is_full
from devices.states import FINAL, JobStatus
from receipts.api import limits
from receipts.api.pipe import errors
from receipts.api.pipe.wire import Refusal

log = logging.getLogger(__name__)

PLACE_PATIENCE = 3.0
"""Seconds for a place among those who may wait in this process (KKT_MAX_WAITERS)."""
HOLD_PATIENCE = 4.0
"""Seconds that a device may be on hold before its clients are told: short troubles pass by themselves."""
LOOK_PATIENCE = 3.0
"""Seconds that every command waits for a device on hold: so long the watch may need to see that it is well again."""
_MARGIN = 0.2  # before the deadline, so that it is us who take the job back and not the worker who gives it up


def carried_out(put: Callable[[datetime.datetime], Job], *, actor: str) -> Job:
    """
    *put* the job in line with the deadline that it is given, and wait; the job, done.

    Raises Refusal: it was not carried out and never will be, or nobody knows yet.
    """
    limit = float(settings.KKT_PIPE_SECONDS)
    with limits.waiting_place(min(PLACE_PATIENCE, limit)) as free:
        if not free:
            words = _("Too many commands wait already. Nothing was queued: give it again in a moment.")
            raise Refusal(words, errors.BUSY)
        job = _put(put, timezone.now() + datetime.timedelta(seconds=limit))
        try:
            _wait(job, limit - _MARGIN, actor)
        except DatabaseError as error:
            log.warning("job %s: no database while a client waits: %s", job.pk, error)
            raise errors.unknown() from error
    return _ended(job)


def _put(put: Callable[[datetime.datetime], Job], deadline: datetime.datetime) -> Job:
    """
    All of it or nothing. Raises Refusal: nothing was queued, or the database went away at the very commit, and nobody
    knows; OperationalError: nothing was queued.
    """
    is_written = False
    try:
        with transaction.atomic():
            with journal.atomic():
                job = put(deadline)
            is_written = True
    except NoRoom as error:
        raise Refusal(str(explain(ErrorCode.DISK_FULL))) from error
    except DatabaseError as error:
        if is_written and not is_full(error):
            log.warning("no word of the database about a commit: %s", error)
            raise errors.unknown() from error
        raise
    return job


def _wait(job: Job, limit: float, actor: str) -> None:
    """Until it is settled, or may not be waited for any longer; then it is taken back if nothing was sent."""
    since = time.monotonic()
    while True:
        job.refresh_from_db()
        if JobStatus(job.status) is JobStatus.EXPIRED:  # its client is told that it never will be: no person decides
            if _taken_back(job, actor):
                return
            continue
        if JobStatus(job.status) in FINAL:
            return
        waited = time.monotonic() - since
        if JobStatus(job.status) is JobStatus.QUEUED and (waited >= limit or _is_held(job, waited)):
            if _taken_back(job, actor):
                return
            continue
        if waited >= limit:
            return
        limits.pause(limits.next_look(waited, limit))


def _is_held(job: Job, waited: float) -> bool:
    """Its device is on hold for long enough, and the job is none that may run all the same."""
    device = job.device
    device.refresh_from_db(fields=["hold_code", "hold_since"])
    if not device.hold_code or waited < LOOK_PATIENCE:
        return False
    if job.kind in runs_on_hold(device.hold_code):
        return False
    held = (timezone.now() - device.hold_since).total_seconds() if device.hold_since else waited
    return held >= HOLD_PATIENCE


def _taken_back(job: Job, actor: str) -> bool:
    """Nothing was sent and nothing will be; False: a worker was quicker."""
    reason = job.device.hold_code or job.error_code
    if not reason and is_silent(job.device.site.heartbeat_at):
        reason = ErrorCode.WORKER_DOWN.value
    code = ErrorCode(reason) if reason in set(ErrorCode) else ErrorCode.DEADLINE_PASSED
    return jobs.move(job, JobStatus.CANCELLED, code=code, detail="its client was told that it is not done", actor=actor)


def _ended(job: Job) -> Job:
    match JobStatus(job.status):
        case JobStatus.DONE:
            return job
        case JobStatus.FAILED:
            raise errors.failed(job)
        case JobStatus.CANCELLED | JobStatus.EXPIRED:
            raise errors.given_up(job, "" if job.error_code == ErrorCode.DEADLINE_PASSED else job.error_code)
        case _:
            raise errors.unknown()
