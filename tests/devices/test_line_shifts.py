"""Receipts that find the shift in the wrong state: who opens it, and what somebody else's opening means."""

from __future__ import annotations

import pytest

from devices import documents, jobs, lease, line, ports, shifts
from devices.commands import Command, OpenShift, RegisterReceipt, Result, ShiftState
from devices.errors import ErrorCode, Refused
from devices.ffd import DocumentType, Operation
from devices.models import Device, FiscalDocument, Shift, ShiftPolicy
from devices.services import enqueue
from devices.states import JobStatus
from devices.watch import look_at_devices
from tests.devices.asking import queued
from tests.devices.memory_device import MemoryDevice, Step
from tests.devices.test_line import run


def test_people_open_the_shift_where_that_is_the_policy(device: Device, memory: MemoryDevice) -> None:
    device.shift_policy = ShiftPolicy.STAFFED
    device.save()
    job = queued(device)

    run(job)

    assert (JobStatus.QUEUED, "shift_closed") == (job.status, job.error_code)
    assert [] == memory.archive
    opening = enqueue(device=device, command=OpenShift(), source="test")[0]
    run(opening)
    assert JobStatus.DONE == opening.status

    look_at_devices("shop")
    run(job)
    assert JobStatus.DONE == job.status


def test_a_shift_that_somebody_else_opened_meanwhile_is_open_enough(device: Device, memory: MemoryDevice) -> None:
    """Closed when the receipt looked, open when the remedy came: the receipt is sold, not failed."""

    def somebody_is_quicker(command: Command | None) -> None:
        if isinstance(command, OpenShift):
            memory.shift, memory.shift_number = ShiftState.OPEN, 7
            raise Refused(ErrorCode.SHIFT_OPEN, "the shift is open")

    memory.shift = ShiftState.CLOSED
    memory.faults[Step.START] = somebody_is_quicker
    job = queued(device)

    run(job)

    assert JobStatus.DONE == job.status


def test_a_fn_that_was_swapped_on_an_open_line_and_swapped_back_is_greeted_anew(
    device: Device, memory: MemoryDevice
) -> None:
    run(queued(device))
    own, memory.fn_number = memory.fn_number, "9999078900009999"
    job = queued(device)
    run(job)
    device.refresh_from_db()
    assert (JobStatus.QUEUED, "wrong_device") == (job.status, device.hold_code)

    memory.fn_number = own
    ports.port_of(device).due_at = 0.0
    look_at_devices("shop")
    run(job)

    assert JobStatus.DONE == job.status


def test_a_receipt_of_somebody_else_in_between_is_not_the_jobs(device: Device, memory: MemoryDevice) -> None:
    """Another program registers one between the baseline and ours; both are kept, one is the job's."""
    job = queued(device, 14000)
    jobs.claim(job, worker=lease.owner())
    shift = memory.write(DocumentType.SHIFT_OPEN)
    foreign = memory.write(DocumentType.RECEIPT, operation=Operation.SELL, total=123456)
    own = memory.write(DocumentType.RECEIPT, operation=Operation.SELL, total=14000)

    line.settle(job, Result(document=own, before=(shift, foreign)))

    kept = dict(FiscalDocument.objects.values_list("fd_number", "job"))
    assert {shift.fd_number: job.pk, foreign.fd_number: None, own.fd_number: job.pk} == kept
    assert 1 == len(job.result["before"])


def test_a_receipt_of_somebody_else_after_the_shift_was_opened_is_not_the_jobs(
    device: Device, memory: MemoryDevice
) -> None:
    job = queued(device)
    shift = memory.write(DocumentType.SHIFT_OPEN)
    foreign = memory.write(DocumentType.RECEIPT, operation=Operation.SELL, total=123456)

    assert (shift,) == shifts.keep(job, Result(document=shift, before=(foreign,)))

    kept = dict(FiscalDocument.objects.values_list("fd_number", "job"))
    assert {shift.fd_number: job.pk, foreign.fd_number: None} == kept


@pytest.mark.parametrize(("told", "start"), [({"cash": 700}, 700), ({}, 500)], ids=["told", "answer lost"])
def test_the_drawer_starts_with_what_the_shift_before_left(device: Device, told: dict[str, int], start: int) -> None:
    """A close that was found in the archive afterwards told no counters: then our own sum of that shift stands."""
    Shift.objects.create(device=device, fn_number="1", number=1, totals={"cash": 500}, device_totals=told)
    second = Shift.objects.create(device=device, fn_number="1", number=2)

    assert start == documents.count(second).cash


def test_a_shift_that_is_too_old_as_soon_as_it_was_opened_holds_nobody_up(device: Device, memory: MemoryDevice) -> None:
    """The clock jumped: the device refuses the receipt after the remedy. The next try renews the shift once more."""
    refusals = iter([Refused(ErrorCode.SHIFT_EXPIRED, "older than 24 h")])

    def too_old(command: Command | None) -> None:
        if isinstance(command, RegisterReceipt) and (error := next(refusals, None)):
            memory.shift = ShiftState.EXPIRED
            raise error

    memory.shift = ShiftState.CLOSED
    memory.faults[Step.SENT] = too_old
    job = queued(device)

    run(job)
    device.refresh_from_db()
    assert (JobStatus.QUEUED, "shift_expired", "") == (job.status, job.error_code, device.hold_code)

    run(job)

    assert JobStatus.DONE == job.status
