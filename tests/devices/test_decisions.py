"""A person decides what nothing proves, and what to do about a job whose time has passed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from devices import line, resolve, services
from devices.commands import CashIn, Command, RegisterReceipt, ShiftState
from devices.decisions import PATIENCE, CannotDecide, Outcome, decide, needs_person
from devices.errors import ErrorCode, LinkError, OutcomeUnknown
from devices.ffd import DocumentType
from devices.models import Device, FiscalDocument, Job, JournalEntry
from devices.states import JobStatus
from tests.devices.asking import queued, sale
from tests.devices.memory_device import MemoryDevice, Step


def silence(_: Command | None) -> None:
    raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, "silence")


def no_link(_: Command | None) -> None:
    raise LinkError(ErrorCode.DEVICE_OFFLINE, "no answer")


@pytest.fixture
def unsure(device: Device, memory: MemoryDevice) -> Callable[..., Job]:
    """`unsure(command)` runs it without an answer; unless *alone*, a stranger's receipt makes the archive useless."""
    device.mark_receipts = False
    device.save()

    def make(command: Command | None = None, *, step: Step = Step.WRITTEN, alone: bool = False) -> Job:
        memory.shift, memory.shift_number = ShiftState.OPEN, 1
        memory.faults[step] = silence
        job, _ = services.enqueue(device=device, command=command or sale(), source="test")
        line.run_line("shop")
        memory.faults.clear()
        if not alone:
            memory_receipt(memory, sale())
            look(job)
            assert JobStatus.UNKNOWN == job.status
        return job

    return make


def memory_receipt(memory: MemoryDevice, command: RegisterReceipt) -> None:
    """A receipt of somebody else at the device itself."""
    memory.write(DocumentType.RECEIPT, operation=command.type.operation, total=command.total, receipt_number=9)


def look(job: Job) -> bool:
    job.refresh_from_db()
    settled = resolve.resolve(job)
    job.refresh_from_db()
    job.device.refresh_from_db()
    return settled


def say(job: Job, outcome: Outcome, **fields: int) -> None:
    decide(job=job, outcome=outcome, actor="olga", reason="видела на ленте", **fields)


def test_the_document_that_a_person_names_is_read_from_the_archive(
    unsure: Callable[..., Job], memory: MemoryDevice
) -> None:
    job = unsure()
    say(job, Outcome.REGISTERED, fd_number=1)

    assert look(job)
    assert (JobStatus.DONE, "") == (job.status, job.device.hold_code)
    assert memory.archive[0].fpd == FiscalDocument.objects.get(job=job).fpd
    assert ("olga", 1) == (job.result["decided_by"], job.result["told_fd"])
    assert 2 == FiscalDocument.objects.count()
    assert ["olga", "olga"] == [event.actor for event in job.events.order_by("-id")[:2]]
    told = JournalEntry.objects.get(kind="job.decided")
    assert ("olga", f"job:{job.pk}") == (told.actor, told.subject)
    assert "видела на ленте" in told.after


@pytest.mark.parametrize("number", [3, 700])
def test_a_document_that_cannot_be_it_is_not_taken(unsure: Callable[..., Job], number: int) -> None:
    job = unsure()
    say(job, Outcome.REGISTERED, fd_number=number)

    assert not look(job)
    assert (JobStatus.UNKNOWN, {}) == (job.status, job.decision)
    assert job.events.filter(code=ErrorCode.NO_DOCUMENT).exists()
    assert needs_person(job)


def test_without_the_device_the_word_of_a_person_stands_and_is_marked(
    unsure: Callable[..., Job], memory: MemoryDevice
) -> None:
    job = unsure()
    say(job, Outcome.REGISTERED, fd_number=1)
    memory.faults[Step.LOOK] = no_link

    assert look(job)
    assert (JobStatus.DONE, None, "olga", 1) == (
        job.status,
        job.result["document"],
        job.result["decided_by"],
        job.result["told_fd"],
    )
    assert not FiscalDocument.objects.filter(job=job).exists()


@pytest.mark.parametrize("answers", [True, False], ids=["device answers", "device is silent"])
def test_no_receipt_and_none_needed_fails_the_job_and_frees_the_device(
    unsure: Callable[..., Job], memory: MemoryDevice, answers: bool
) -> None:
    job = unsure()
    say(job, Outcome.NOT_REGISTERED)
    if not answers:
        memory.faults[Step.LOOK] = no_link

    assert look(job)
    assert (JobStatus.FAILED, ErrorCode.DECIDED_BY_PERSON) == (job.status, job.error_code)
    assert job.device.hold_code != ErrorCode.OUTCOME_UNKNOWN


def test_no_receipt_and_one_needed_is_registered_once_the_device_answers(
    unsure: Callable[..., Job], memory: MemoryDevice
) -> None:
    job = unsure()
    Job.objects.filter(pk=job.pk).update(deadline=timezone.now())
    say(job, Outcome.REGISTER_NOW)
    memory.faults[Step.LOOK] = no_link

    assert not look(job)
    assert JobStatus.UNKNOWN == job.status

    memory.faults.clear()
    assert look(job)
    assert (JobStatus.QUEUED, {}, {}) == (job.status, job.decision, job.baseline)
    Device.objects.update(hold_code="")
    line.run_line("shop")
    job.refresh_from_db()
    assert JobStatus.DONE == job.status
    assert 3 == len(memory.archive)


@pytest.mark.parametrize("outcome", Outcome)
def test_what_the_archive_proves_overrules_a_person(
    unsure: Callable[..., Job], memory: MemoryDevice, outcome: Outcome
) -> None:
    job = unsure(alone=True)
    memory.faults[Step.LOOK] = no_link
    look(job)
    job.events.update(at=timezone.now() - 2 * PATIENCE)
    say(job, outcome)
    memory.faults.clear()

    assert look(job)
    assert JobStatus.DONE == job.status
    assert memory.archive[0].fpd == FiscalDocument.objects.get(job=job).fpd


def test_an_absent_receipt_that_nobody_wants_any_more_is_not_registered(unsure: Callable[..., Job]) -> None:
    job = unsure(step=Step.SENT, alone=True)
    job.events.update(at=timezone.now() - 2 * PATIENCE)
    say(job, Outcome.NOT_REGISTERED)

    assert look(job)
    assert JobStatus.FAILED == job.status


def test_cash_is_done_on_the_word_of_a_person(unsure: Callable[..., Job], memory: MemoryDevice) -> None:
    job = unsure(CashIn(sum=700), alone=True)
    memory.cash_ins.append(300)
    assert not look(job)
    say(job, Outcome.REGISTERED)

    assert look(job)
    assert (JobStatus.DONE, "olga") == (job.status, job.result["decided_by"])


def test_nobody_decides_while_the_program_can_find_out_itself(unsure: Callable[..., Job], device: Device) -> None:
    job = unsure(alone=True)
    waiting = queued(device)

    for each in (job, waiting):
        with pytest.raises(CannotDecide):
            say(each, Outcome.NOT_REGISTERED)
    assert not JournalEntry.objects.filter(kind="job.decided").exists()


def test_a_job_whose_time_has_passed_is_registered_when_a_person_wants_it(device: Device, memory: MemoryDevice) -> None:
    job = queued(device, key="order-1", deadline=timezone.now())
    services.expire(site=device.site)
    job.refresh_from_db()
    assert needs_person(job)
    say(job, Outcome.REGISTER_NOW)

    assert (JobStatus.QUEUED, None) == (job.status, job.finished_at)
    line.run_line("shop")
    again = queued(device, key="order-1")
    assert (job.pk, JobStatus.DONE, 1) == (again.pk, again.status, memory.archive[-1].receipt_number)


def test_a_job_whose_time_has_passed_is_cancelled_when_nobody_wants_it(device: Device) -> None:
    job = queued(device, deadline=timezone.now())
    services.expire(site=device.site)
    say(job, Outcome.NOT_REGISTERED)

    assert (JobStatus.CANCELLED, "olga") == (job.status, job.events.order_by("-id")[0].actor)


def test_a_job_whose_time_has_passed_was_never_sent(device: Device) -> None:
    job = queued(device, deadline=timezone.now())
    services.expire(site=device.site)

    with pytest.raises(CannotDecide):
        say(job, Outcome.REGISTERED, fd_number=1)
