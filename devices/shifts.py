"""
Running a job's command, with the shift that it needs opened or renewed on the way where the device's policy says so.

Opening and closing happen inside the job that needs them, step by step: each step has its own baseline, committed
before its first byte, and its document is kept before the next step begins. After a crash the archive shows how far
it came.
"""

from __future__ import annotations

import dataclasses

from devices import clock, documents
from devices.commands import Cashier, CloseShift, Command, FiscalData, OpenShift, Result, SetClock
from devices.drivers.base import Driver
from devices.errors import ErrorCode, Refused
from devices.fence import Fence
from devices.models import Device, Job, ShiftPolicy


def perform(driver: Driver, job: Job, fence: Fence) -> Result:
    """
    Run the job's command. Raises what drivers raise.

    A refusal is proof that nothing was registered, so a command that was refused for the shift's state may follow the
    remedy.
    """
    command = _timed(job)
    try:
        return driver.run(command, fence=fence.before(command))
    except Refused as error:
        if is_done_already(command, error.code):
            return Result()
        steps = remedy(command, error.code, job.device)
        if error.code is ErrorCode.DOCUMENT_OPEN:
            # Left by a program that is gone: this device has no unknown job, or we would not be here.
            driver.cancel_receipt()
        elif not steps:
            raise
    before: tuple[FiscalData, ...] = ()
    for step in steps:
        try:
            before += keep(job, driver.run(step, fence=fence.before(step)))
        except Refused as error:
            if not is_done_already(step, error.code):
                raise
    result = driver.run(command, fence=fence.before(command))
    return dataclasses.replace(result, before=before + result.before)


def _timed(job: Job) -> Command:
    """The job's command; a clock is set to the time of its being set."""
    command = job.command
    if isinstance(command, SetClock) and command.at is None:
        return dataclasses.replace(command, at=clock.now_at(job.device))
    return command


def is_done_already(command: Command, code: ErrorCode) -> bool:
    """Opening an open shift and closing a closed one is no error for anybody (S03, S05)."""
    return (isinstance(command, OpenShift) and code is ErrorCode.SHIFT_OPEN) or (
        isinstance(command, CloseShift) and code is ErrorCode.SHIFT_CLOSED
    )


def renews(device: Device, code: ErrorCode) -> bool:
    """The next try opens or renews the shift by itself, so that nobody has to and nothing else is held up."""
    return device.shift_policy == ShiftPolicy.AUTO and code in (ErrorCode.SHIFT_CLOSED, ErrorCode.SHIFT_EXPIRED)


def remedy(command: Command, code: ErrorCode, device: Device) -> tuple[Command, ...]:
    """What to do before *command* can be repeated; empty: nothing, or it is for people to decide (S01, S02)."""
    if device.shift_policy != ShiftPolicy.AUTO:
        return ()
    cashier = getattr(command, "cashier", None) or default_cashier(device)
    if code is ErrorCode.SHIFT_CLOSED and command.needs_shift:
        return (OpenShift(cashier=cashier),)
    if code is ErrorCode.SHIFT_EXPIRED and command.needs_shift:
        return CloseShift(cashier=cashier), OpenShift(cashier=cashier)
    if code is ErrorCode.SHIFT_EXPIRED and isinstance(command, OpenShift):
        return (CloseShift(cashier=cashier),)
    return ()


def default_cashier(device: Device) -> Cashier | None:
    if not device.default_cashier:
        return None
    return Cashier(name=device.default_cashier, inn=device.default_cashier_inn)


def keep(job: Job, result: Result) -> tuple[FiscalData, ...]:
    """Commit the documents of a step, so that a crash in the next one finds them here."""
    found = (*result.before, *((result.document,) if result.document else ()))
    own = tuple(data for data in found if data.document_type not in documents.RECEIPTS)
    documents.store(job.device, own, job=job, totals=result.totals)
    documents.store(job.device, [data for data in found if data not in own])  # another program's, in between
    return own
