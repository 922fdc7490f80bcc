"""
The line of a site: oldest runnable job first, one at a time, until nothing is runnable.

One function, one lock, one path: the Celery task, the watch thread and tests all call `run_line`. A device on hold,
or with a running or unknown job, holds up its own jobs only.
"""

from __future__ import annotations

import dataclasses
import logging
import threading
from collections import defaultdict
from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.models import Q
from django.utils import timezone

from devices import alarms, documents, jobs, journal, lease, marks, monitor, ports, room, rows, shifts
from devices.commands import FiscalData, RegisterReceipt, Result
from devices.errors import DeviceError, ErrorCode, LinkError, OutcomeUnknown, Refused
from devices.fence import Fence, LostClaim
from devices.models import Device, Job, Site
from devices.reactions import pause, reaction, runs_on_hold
from devices.states import FINAL, OCCUPYING, JobStatus

log = logging.getLogger(__name__)

# Why a job that is found running is in doubt (Q02, R18).
WORKER_STOPPED = "the worker stopped in the middle"
POWER_LOST = "the computer was switched off in the middle"

# Set when the process is told to stop: the job at hand is finished, the rest stays in line.
stopping = threading.Event()
_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


def run_line(site_code: str, *, wait: bool = True) -> int:
    """
    Execute what waits at a site; the number of jobs that were tried. 0 at once when another worker has the site's
    lease, and, with *wait* False, when another thread is at it.
    """
    lock = _locks[site_code]
    if not lock.acquire(blocking=wait):
        return 0
    try:
        site = Site.objects.get(code=site_code)
        tried = 0
        if lease.hold(site):
            settle_abandoned(site)
        while not stopping.is_set() and lease.hold(site) and (job := next_job(site)):
            if job.after and job.after.status != JobStatus.DONE:
                jobs.move(job, JobStatus.CANCELLED, code=ErrorCode.EARLIER_FAILED, detail=f"job {job.after_id}")
            elif job.deadline <= timezone.now():
                jobs.move(job, JobStatus.EXPIRED, code=ErrorCode.DEADLINE_PASSED)
            elif execute(job):
                tried += 1
            else:
                site.lease_until = None  # somebody else took it: is the site still ours?
        return tried
    finally:
        lock.release()


def settle_abandoned(site: Site) -> None:
    """
    Under the lease and the lock nobody else runs a job here: one that is still running was left by a worker that
    died, or whose database went away. Without a baseline nothing was sent; with one only the fiscal storage knows
    (Q02, R18).
    """
    for job in Job.objects.filter(site=site, status=JobStatus.RUNNING.value).select_related("device__site"):
        if job.baseline:
            doubt(job, ErrorCode.OUTCOME_UNKNOWN, POWER_LOST if _before_this_start(job) else WORKER_STOPPED)
        else:
            jobs.move(job, JobStatus.QUEUED, detail="the worker stopped before anything was sent")


def _before_this_start(job: Job) -> bool:
    """Was the computer that began *job* this one, and switched off since then?"""
    booted_at = lease.booted_at()
    is_ours = lease.host_of(job.worker) == lease.host_of(lease.owner())
    return bool(is_ours and booted_at and job.started_at and job.started_at < booted_at)


def next_job(site: Site) -> Job | None:
    """The oldest job of *site* that may run now, or may be given up."""
    now = timezone.now()
    for pk in sorted(_heads(site)):
        job = rows.get(Job, pk)
        if job.after and job.after.status not in FINAL:
            continue
        if job.not_before is None or job.not_before <= now:
            job.device = rows.get(Device, job.device_id)
            job.site = job.device.site = site
            return job
    return None


# Asked before every job: written out, since making it of a query set takes longer than executing it.
_ENDS = """
SELECT job.device_id, device.hold_code, job.status, MIN(job.id)
FROM devices_job job JOIN devices_device device ON device.id = job.device_id
WHERE device.site_id = %s AND device.is_enabled AND job.status IN (%s, %s, %s)
GROUP BY job.device_id, device.hold_code, job.status
"""


# On hold a job may wait for one that cannot run now: what cures the hold, of others or of people, passes both.
_MAY_BEGIN = Q(after=None) | Q(after__status__in=FINAL)


def _heads(site: Site) -> Iterator[int]:
    """
    Per device the first job in line; on hold, the first one that may cure it and waits for no other; none behind a
    running or unknown one.
    """
    first: dict[int, dict[str, int]] = defaultdict(dict)
    holds: dict[int, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ENDS, [site.pk, JobStatus.QUEUED, *OCCUPYING])
        for pk, hold, status, oldest in cursor.fetchall():
            first[pk][status], holds[pk] = oldest, hold
    for pk, heads in first.items():
        if not OCCUPYING.isdisjoint(heads):
            continue
        head: int | None = heads[JobStatus.QUEUED]
        if holds[pk]:
            kinds = runs_on_hold(holds[pk])
            waiting = Job.objects.filter(_MAY_BEGIN, status=JobStatus.QUEUED, device=pk, kind__in=kinds)
            head = waiting.values_list("pk", flat=True).order_by("pk").first() if kinds else None
        if head is not None:
            yield head


def execute(job: Job) -> bool:
    """
    Run a queued job on its device, outside any transaction; False: somebody took it away before anything was sent.

    The job is claimed in the commit of its baseline, or here where it has none.
    """
    fence = Fence(job)
    try:
        try:
            if job.command.repeatable:
                fence.claim()
            if job.kind == RegisterReceipt.kind and not room.is_enough():
                raise Refused(ErrorCode.DISK_FULL, "before the device was touched")
            with ports.take(job.device) as driver:
                fence.driver = driver
                result = shifts.perform(driver, job, fence)
        except (LostClaim, DatabaseError):
            raise  # of the database: the row says how far it came; the next look settles it
        except Exception as error:
            fence.claim()
            ended(job, error, fence)
        else:
            fence.claim()
            settle(job, result)
    except LostClaim:
        log.warning("job %s was taken away before anything was sent", job.pk)
        return False
    ports.port_of(job.device).stale = True
    return True


@journal.atomic()
def ended(job: Job, error: Exception, fence: Fence) -> None:
    """
    The table of endings without a result (design, section 3).

    The device is put on hold only by who moved the job: a worker that slept past its lease and wakes up has no say, and
    nobody would end a hold for a job that another one has settled.
    """
    match error:
        case LinkError():
            if back_in_line(job, error):
                monitor.lost(job.device, error)
        case Refused():
            refused(job, error)
        case OutcomeUnknown() if job.command.repeatable:
            back_in_line(job, error)
        case OutcomeUnknown():
            doubt(job, error.code, error.detail)
        case _:  # a mistake of ours
            log.error("job %s failed inside", job.pk, exc_info=error)
            if fence.passed:
                doubt(job, ErrorCode.INTERNAL, repr(error))
            else:
                jobs.move(job, JobStatus.FAILED, code=ErrorCode.INTERNAL, detail=repr(error))


def refused(job: Job, error: Refused) -> None:
    """Proof that nothing was registered: wait with the whole device when that may help, else fail for good."""
    if reaction(error.code):
        if back_in_line(job, error) and not shifts.renews(job.device, error.code):
            monitor.hold(job.device, error.code, error.detail)
    else:
        jobs.move(job, JobStatus.FAILED, code=error.code, detail=error.detail)


def back_in_line(job: Job, error: DeviceError) -> bool:
    """Nothing was registered: the job keeps its place and is tried again after a pause; False: it is another's now."""
    not_before = timezone.now() + pause(job.attempts)
    return jobs.move(
        job, JobStatus.QUEUED, code=error.code, detail=error.detail, not_before=not_before, baseline={}, worker=""
    )


@journal.atomic()
def doubt(job: Job, code: ErrorCode, detail: str) -> None:
    """There may be a document: hold the device; devices/resolve.py asks the fiscal storage."""
    if jobs.move(job, JobStatus.UNKNOWN, code=code, detail=detail, not_before=None):
        monitor.hold(job.device, ErrorCode.OUTCOME_UNKNOWN, f"job {job.pk}")


@journal.atomic()
def settle(job: Job, result: Result, *, actor: str = "") -> bool:
    """
    Keep what the device answered and finish the job; False: somebody else settled it, and only the documents were kept.
    """
    others = [data for data in result.before if data.document_type in documents.RECEIPTS]
    if others:  # another program was at the device meanwhile: its receipts are kept, and are not the job's
        documents.store(job.device, others)
        result = dataclasses.replace(result, before=tuple(data for data in result.before if data not in others))
    found = [*result.before, *([result.document] if result.document else [])]
    if job.command.reads:
        found = []  # it was asked for, whosever it is
    documents.store(job.device, found, job=job, totals=result.totals)
    moved = jobs.move(job, JobStatus.DONE, result=result.dump(), printed=result.printed, actor=actor)
    command = job.command
    if moved and isinstance(command, RegisterReceipt) and result.document and result.document.total != command.total:
        log.error("job %s: total %s registered as %s", job.pk, command.total, result.document.total)
        jobs.note(job, JobStatus.DONE, JobStatus.DONE, code=ErrorCode.TOTAL_DIFFERS, detail=f"{result.document.total}")
        other_total(job, command.total, result.document)
    if moved and isinstance(command, RegisterReceipt) and result.document:
        marks.note(job.device, command, result.document)
    if moved and not result.printed:
        monitor.hold(job.device, ErrorCode.PAPER_OUT_MID_RECEIPT, f"job {job.pk}")
    return moved


def other_total(job: Job, asked: int, document: FiscalData) -> None:
    """A receipt of another sum than was asked for cannot be undone here: a person corrects it before the next (R11)."""
    told = {"fd": document.fd_number, "fpd": document.fpd, "actual": document.total, "expected": asked}
    alarms.rise(job.device, ErrorCode.TOTAL_DIFFERS, f"job:{job.pk}", job=job.pk, **told)
    monitor.hold(job.device, ErrorCode.TOTAL_DIFFERS, alarms.hold_detail(told))
