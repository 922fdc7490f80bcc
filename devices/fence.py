"""
The last stop before a device changes: is it the right device, does its shift fit, is the job still ours, is the
baseline kept?
"""

from __future__ import annotations

from collections.abc import Callable

from devices import jobs, lease, monitor
from devices.commands import Baseline, CloseShift, Command, OpenShift, ShiftState
from devices.drivers.base import Driver
from devices.errors import ErrorCode, Refused
from devices.models import Job
from devices.states import JobStatus


class LostClaim(Exception):
    """The job or the site's lease belongs to another worker now. Nothing was sent."""


class Fence:
    """
    Handed to `Driver.run`, which calls it right before the first byte that can change the fiscal storage.

    *passed*: a baseline is committed, so from here on only proof ends the job. Whatever is raised here is raised
    before anything was sent.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.passed = False
        self.driver: Driver | None = None  # whom to listen to from the baseline on, for the journal

    @property
    def is_claimed(self) -> bool:
        """A job is taken with its first baseline, in one commit; what comes before leaves its row as it is."""
        return self.job.status == JobStatus.RUNNING

    def claim(self) -> None:
        """For what has no baseline: a command that changes nothing, and an end before the first byte."""
        if not self.is_claimed and not jobs.claim(self.job, worker=lease.owner()):
            raise LostClaim(self.job.pk)

    def before(self, command: Command) -> Callable[[Baseline], None]:
        """The fence of one command of the job: the job's own, or one that opens or closes a shift on its way."""

        def stop_or_commit(baseline: Baseline) -> None:
            monitor.check_identity(self.job.device, baseline.serial_number, baseline.fn_number)
            check_shift(command, baseline.shift, baseline.shift_number)
            take = jobs.commit_baseline if self.is_claimed else jobs.claim
            if not take(self.job, worker=lease.owner(), baseline=baseline):
                raise LostClaim(self.job.pk)
            self.passed = True
            if self.driver is not None:
                self.driver.observe(self.job.exchanges.append)

        return stop_or_commit


def check_shift(command: Command, shift: ShiftState, number: int) -> None:
    """
    Raises Refused: the device would refuse *command* in this state of its shift, or would close another shift than the
    one that is meant.
    """
    if isinstance(command, CloseShift) and command.shift_number and number != command.shift_number:
        raise Refused(ErrorCode.SHIFT_CLOSED, f"shift {number} instead of {command.shift_number}")
    if isinstance(command, CloseShift):
        fits = shift is not ShiftState.CLOSED
    elif isinstance(command, OpenShift):
        fits = shift is ShiftState.CLOSED
    else:
        fits = not command.needs_shift or shift is ShiftState.OPEN
    if not fits:
        codes = {
            ShiftState.CLOSED: ErrorCode.SHIFT_CLOSED,
            ShiftState.OPEN: ErrorCode.SHIFT_OPEN,
            ShiftState.EXPIRED: ErrorCode.SHIFT_EXPIRED,
        }
        raise Refused(codes[shift], "by the device's state")
