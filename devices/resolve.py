"""
RESOLVE: how did an unknown job end? Read the fiscal storage and compare; never send anything again (failure-modes.md
0.3).

Found: the job is done, with the document read from the archive. Proved absent: what is open in the device is
cancelled and the job goes back to its place in line. Anything else: it stays unknown, the device stays on hold, and a
person decides.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from devices import decisions, documents, jobs, journal, line, monitor, ports
from devices.carrying import carry_out
from devices.commands import (
    Baseline,
    CashIn,
    CashOut,
    Command,
    FiscalData,
    RegisterReceipt,
    Result,
    ShiftState,
)
from devices.drivers.base import Driver
from devices.errors import DeviceError, ErrorCode, LinkError, Refused
from devices.ffd import DocumentType
from devices.models import Job
from devices.states import JobStatus

log = logging.getLogger(__name__)

# An answer «nothing there» counts when it is given twice: a command may still be on its way through the device's
# buffer.
SECOND_LOOK_SECONDS = 2.0
# How soon to ask again when the device does not answer, and after a minute of that.
RETRY = timedelta(seconds=5)
RETRY_LATER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    What the fiscal storage says. *result*: the job is done. *is_absent*: nothing was registered. Neither: *why* tells
    a person; *is_elsewhere*: it is not the storage that the job began with.
    """

    result: Result | None = None
    is_absent: bool = False
    is_elsewhere: bool = False
    why: str = ""


ABSENT = Verdict(is_absent=True)


def resolve(job: Job) -> bool:
    """Ask the device how an unknown job ended; say whether that settled it."""
    if job.command.repeatable or not job.baseline:
        return _back(job)
    try:
        with ports.take(job.device, job.exchanges.append) as driver:
            verdict, found = examine(driver, job.command, Baseline.load(job.baseline))
            if verdict.is_absent:
                driver.cancel_receipt()
    except DeviceError as error:
        if isinstance(error, LinkError):
            monitor.lost(job.device, error)
        elif isinstance(error, Refused) and error.code is ErrorCode.WRONG_DEVICE:
            monitor.hold(job.device, error.code, error.detail)
        return _decided(job, [], has_answered=False) or _later(job, error.code, error.detail)
    if verdict.result is not None:
        return _done(job, verdict.result, found)
    if verdict.is_absent and not decisions.is_given_up(job):
        documents.store(job.device, found)
        return _back(job)
    if _decided(job, found, is_read=not verdict.is_elsewhere):
        return True
    documents.store(job.device, found)
    return _later(job, ErrorCode.OUTCOME_UNKNOWN, verdict.why)


def examine(driver: Driver, command: Command, baseline: Baseline) -> tuple[Verdict, list[FiscalData]]:
    """The verdict on *command*, and every document after the baseline."""
    verdict, found = _look(driver, command, baseline)
    if verdict.is_absent:
        time.sleep(SECOND_LOOK_SECONDS)
        verdict, found = _look(driver, command, baseline)
    return verdict, found


def _look(driver: Driver, command: Command, baseline: Baseline) -> tuple[Verdict, list[FiscalData]]:
    now = driver.baseline()
    if (now.serial_number, now.fn_number) != (
        baseline.serial_number,
        baseline.fn_number,
    ) or now.last_fd < baseline.last_fd:
        why = f"other storage: {now.serial_number}/{now.fn_number}, document {now.last_fd}"
        return Verdict(is_elsewhere=True, why=why), []
    found = [driver.read_document(number) for number in range(baseline.last_fd + 1, now.last_fd + 1)]
    if command.needs_shift and baseline.shift is not ShiftState.OPEN:
        return ABSENT, found  # the doubt is about a shift on its way: the command is sent after a baseline of its own
    if isinstance(command, CashIn | CashOut):
        return judge_cash(command, baseline, now), found
    if isinstance(command, RegisterReceipt):
        command = driver.as_kept(command)
    verdict = judge(command, found)
    if verdict.result is not None and driver.state().unprinted:
        verdict = Verdict(result=Result(document=verdict.result.document, printed=False))
    return verdict, found


def judge(command: Command, found: Sequence[FiscalData]) -> Verdict:
    """Which of the documents after the baseline is the command's own? A shift opened on the way is nobody's receipt."""
    if isinstance(command, RegisterReceipt):
        receipts = [data for data in found if data.document_type in documents.RECEIPTS]
        return _judge_receipt(command, receipts)
    if command.once:
        return Verdict(why="the device keeps nothing that shows whether it was done")
    return _only([data for data in found if data.document_type in documents.OWN[type(command)]])


def _judge_receipt(command: RegisterReceipt, receipts: Sequence[FiscalData]) -> Verdict:
    """
    With a mark the mark decides, as long as the receipt is what was asked; without one kind, total and being the
    only one.
    """
    if command.mark:
        ours = [data for data in receipts if data.mark == command.mark]
        alike = [data for data in receipts if not data.mark and _same(command, data)]
        if not ours and not alike:
            return ABSENT  # whatever else is there says that it is another's
        if len(ours) == 1 and _same(command, ours[0]):
            return Verdict(result=Result(document=ours[0]))
        return Verdict(why=f"documents with our mark {_numbers(ours)}, alike without a mark {_numbers(alike)}")
    if not receipts:
        return ABSENT
    if len(receipts) == 1 and _same(command, receipts[0]):
        return Verdict(result=Result(document=receipts[0]))
    return Verdict(why=f"no mark to tell them by: documents {_numbers(receipts)}")


def _same(command: RegisterReceipt, data: FiscalData) -> bool:
    is_correction = data.document_type in (DocumentType.CORRECTION, DocumentType.BSO_CORRECTION)
    return (
        data.operation == command.type.operation
        and data.total == command.total
        and is_correction == command.type.is_correction
    )


def _only(found: Sequence[FiscalData]) -> Verdict:
    if not found:
        return ABSENT
    if len(found) == 1:
        return Verdict(result=Result(document=found[0]))
    return Verdict(why=f"more than one: documents {_numbers(found)}")


def judge_cash(command: CashIn | CashOut, before: Baseline, now: Baseline) -> Verdict:
    """Cash leaves no document: the device's counters of this shift decide (design, section 3.4)."""
    if before.shift_number != now.shift_number:
        return Verdict(why=f"shift {now.shift_number} instead of {before.shift_number}")
    if isinstance(command, CashIn):
        moved = (now.cash_ins - before.cash_ins, now.cash_in_sum - before.cash_in_sum)
    else:
        moved = (now.cash_outs - before.cash_outs, now.cash_out_sum - before.cash_out_sum)
    if moved == (0, 0):
        return ABSENT
    if moved == (1, command.sum):
        return Verdict(result=Result(cash=now.cash))
    return Verdict(why=f"counters moved by {moved[0]} operations and {moved[1]} kopecks")


def _numbers(found: Sequence[FiscalData]) -> list[int]:
    return [data.fd_number for data in found]


@journal.atomic()  # with the release: nothing else ends the hold of a job that is settled
def _done(job: Job, result: Result, found: Sequence[FiscalData]) -> bool:
    ours = result.document.fd_number if result.document else 0
    before = tuple(data for data in found if data.document_type not in documents.RECEIPTS and data.fd_number < ours)
    kept = {ours, *(data.fd_number for data in before)}
    documents.store(job.device, [data for data in found if data.fd_number not in kept])
    settled = line.settle(
        job, Result(document=result.document, before=before, printed=result.printed, cash=result.cash)
    )
    _release(job)
    return settled


@journal.atomic()
def _back(job: Job) -> bool:
    moved = jobs.move(
        job,
        JobStatus.QUEUED,
        detail="proved that nothing was registered",
        deadline=decisions.deadline_of(job),
        baseline={},
        decision={},
        not_before=None,
        worker="",
    )
    _release(job)
    return moved


@journal.atomic()
def _decided(job: Job, found: Sequence[FiscalData], *, is_read: bool = False, has_answered: bool = True) -> bool:
    """What a person said counts where the archive could not tell; say whether that settled the job."""
    settled = carry_out(job, found, is_read=is_read, has_answered=has_answered)
    if settled:
        _release(job)
    return settled


def _release(job: Job) -> None:
    if job.device.hold_code == ErrorCode.OUTCOME_UNKNOWN:
        monitor.release(job.device)


def _later(job: Job, code: ErrorCode, detail: str) -> bool:
    """Still unknown: ask again, and say so once per reason. False, for those who ask whether it is settled."""
    waited = timezone.now() - (job.started_at or job.created_at)
    after = RETRY if waited < timedelta(minutes=1) else RETRY_LATER
    still = Job.objects.filter(pk=job.pk, status=JobStatus.UNKNOWN.value, attempts=job.attempts)
    with journal.atomic():
        if not still.update(not_before=timezone.now() + after):
            return False  # another worker has settled it meanwhile: no step of its course any more
        last = job.events.last()
        if last is None or (last.code, last.detail) != (code.value, detail[:255]):
            jobs.note(job, JobStatus.UNKNOWN, JobStatus.UNKNOWN, code=code, detail=detail)
    return False
