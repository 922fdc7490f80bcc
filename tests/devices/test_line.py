"""
The line of a site: order, holds, endings, shifts on the way. The device is in memory; the wire has tests of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NoReturn

import pytest
from django.utils import timezone

from devices import jobs, lease, line, ports
from devices.commands import CashIn, CloseShift, Command, OpenShift, RegisterReceipt, ShiftState, XReport
from devices.errors import DeviceError, ErrorCode, LinkError, OutcomeUnknown, Refused
from devices.models import Device, FiscalDocument, Job, Link, Shift, ShiftPolicy, Site
from devices.reactions import PAUSES, WAITING
from devices.services import enqueue
from devices.states import JobStatus
from tests.devices.asking import queued, sale
from tests.devices.memory_device import DEVICES, MOSCOW, MemoryDevice, Step


def strikes(error: BaseException, *, kind: str = "") -> Callable[[Command | None], None]:
    """A fault that raises *error*, at commands of one *kind* only if given."""

    def strike(command: Command | None) -> None:
        if not kind or (command is not None and command.kind == kind):
            raise error

    return strike


def ask(device: Device, command: Command) -> Job:
    return enqueue(device=device, command=command, source="test")[0]


def run(*expected: Job) -> None:
    """Run the line once, whatever pauses are left, and look at the rows again."""
    Job.objects.update(not_before=None)
    line.run_line("shop")
    for job in expected:
        job.refresh_from_db()


def test_a_sale_ends_with_its_document_and_everything_the_storage_answered(
    device: Device, memory: MemoryDevice
) -> None:
    job = queued(device, 14000)

    assert 1 == line.run_line("shop")
    job.refresh_from_db()
    document = FiscalDocument.objects.get(job=job, operation=1)
    written = memory.archive[-1]

    assert (JobStatus.DONE, True, "") == (job.status, job.printed, job.error_code)
    assert (14000, written.fpd, 2, 1) == (document.total, document.fpd, document.fd_number, document.shift_number)
    assert (written.qr, written.tlv, written.rnm) == (document.qr, bytes(document.tlv), document.rnm)
    assert memory.archive[1].at.isoformat() == document.local_time
    assert memory.archive[1].at.replace(tzinfo=MOSCOW) == document.at
    assert ["queued", "running", "done"] == [event.to_status for event in job.events.all()]


def test_jobs_run_in_the_order_of_acceptance_over_all_devices(
    device: Device, add_device: Callable[..., Device]
) -> None:
    other = add_device("other")
    asked = [queued(device), queued(other), queued(device), queued(other)]

    assert 4 == line.run_line("shop")
    started = sorted(Job.objects.all(), key=lambda job: job.started_at or timezone.now())
    assert asked == started


def test_a_job_is_executed_once_however_often_it_rings(device: Device, memory: MemoryDevice) -> None:
    queued(device)

    assert [1, 0, 0] == [line.run_line("shop") for _ in range(3)]
    assert ["open_shift", "receipt"] == memory.commands


def test_the_connection_is_kept_between_jobs(device: Device, memory: MemoryDevice) -> None:
    for _ in range(3):
        queued(device)
        line.run_line("shop")

    assert 1 == memory.connects


def test_the_baseline_is_committed_before_the_first_fiscal_byte(device: Device, memory: MemoryDevice) -> None:
    seen: list[tuple[str, int]] = []
    job = queued(device)

    def look(command: Command | None) -> None:
        baseline = Job.objects.get(pk=job.pk).baseline
        seen.append((command.kind if command else "", baseline["last_fd"]))

    memory.faults[Step.SENT] = look
    line.run_line("shop")

    assert [("open_shift", 0), ("receipt", 1)] == seen


# Endings


@pytest.mark.parametrize("step", [Step.CONNECT, Step.START])
def test_no_link_puts_the_job_back_and_holds_its_device_only(
    device: Device, memory: MemoryDevice, add_device: Callable[..., Device], step: Step
) -> None:
    other = add_device("other")
    memory.faults[step] = strikes(LinkError(ErrorCode.DEVICE_OFFLINE, "no ENQ answer"))
    job, behind, elsewhere = queued(device), queued(device), queued(other)

    line.run_line("shop")
    for each in (job, behind, elsewhere, device):
        each.refresh_from_db()

    assert (JobStatus.QUEUED, "device_offline", {}) == (job.status, job.error_code, job.baseline)
    assert job.not_before is not None
    assert (JobStatus.QUEUED, 0) == (behind.status, behind.attempts)
    assert JobStatus.DONE == elsewhere.status
    assert (Link.OFFLINE, "device_offline", "no ENQ answer") == (device.link, device.hold_code, device.hold_detail)


def test_pauses_between_tries_grow_to_half_a_minute(device: Device, memory: MemoryDevice) -> None:
    memory.faults[Step.CONNECT] = strikes(LinkError(ErrorCode.DEVICE_OFFLINE))
    job = queued(device)
    pauses = []
    for _ in range(7):
        Device.objects.update(hold_code="")
        before = timezone.now()
        run(job)
        assert job.not_before is not None
        pauses.append(round((job.not_before - before).total_seconds()))

    assert [*PAUSES, 30, 30] == pauses


def test_a_job_waits_for_the_end_of_its_pause_and_nobody_overtakes_it(device: Device) -> None:
    first, second = queued(device), queued(device)
    Job.objects.filter(pk=first.pk).update(not_before=timezone.now() + timedelta(seconds=30))

    assert 0 == line.run_line("shop")
    second.refresh_from_db()
    assert JobStatus.QUEUED == second.status


@pytest.mark.parametrize("code", sorted(set(WAITING) - {ErrorCode.OUTCOME_UNKNOWN}))
def test_a_temporary_refusal_puts_the_job_back_and_holds_the_device(
    device: Device, memory: MemoryDevice, code: ErrorCode
) -> None:
    device.shift_policy = ShiftPolicy.STAFFED
    device.save()
    memory.faults[Step.START] = strikes(Refused(code, "atol"))
    job = queued(device)

    line.run_line("shop")
    job.refresh_from_db()
    device.refresh_from_db()

    assert (JobStatus.QUEUED, code) == (job.status, job.error_code)
    assert (code, "atol") == (device.hold_code, device.hold_detail)


@pytest.mark.parametrize("code", [ErrorCode.BAD_REQUISITE, ErrorCode.NOT_ENOUGH_CASH, ErrorCode.OTHER])
def test_a_final_refusal_fails_the_job_and_the_line_goes_on(
    device: Device, memory: MemoryDevice, code: ErrorCode
) -> None:
    job, behind = ask(device, CashIn(sum=100)), queued(device)
    memory.faults[Step.SENT] = strikes(Refused(code, "atol 0x66"), kind="cash_in")

    run(job, behind)

    assert (JobStatus.FAILED, code, "atol 0x66") == (job.status, job.error_code, job.error_detail)
    assert JobStatus.DONE == behind.status


def test_an_unknown_outcome_holds_the_device_and_nothing_is_sent_again(device: Device, memory: MemoryDevice) -> None:
    memory.faults[Step.WRITTEN] = strikes(OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, "silence"), kind="receipt")
    job, behind = queued(device), queued(device)

    line.run_line("shop")
    run(job, behind)
    device.refresh_from_db()

    assert (JobStatus.UNKNOWN, JobStatus.QUEUED) == (job.status, behind.status)
    assert "outcome_unknown" == device.hold_code
    assert ["open_shift", "receipt"] == memory.commands
    assert not memory.is_open


@pytest.mark.parametrize(
    ("step", "expected"),
    [(Step.START, JobStatus.FAILED), (Step.SENT, JobStatus.UNKNOWN), (Step.WRITTEN, JobStatus.UNKNOWN)],
)
def test_a_bug_fails_the_job_before_the_fence_and_leaves_it_unknown_after(
    device: Device, memory: MemoryDevice, step: Step, expected: JobStatus
) -> None:
    memory.shift = ShiftState.OPEN
    memory.faults[step] = strikes(ZeroDivisionError("oops"))
    job = queued(device)

    run(job)

    assert (expected, "internal") == (job.status, job.error_code)


def test_a_lost_answer_of_a_report_is_no_doubt(device: Device, memory: MemoryDevice) -> None:
    memory.faults[Step.WRITTEN] = strikes(OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN))
    job = ask(device, XReport())
    run(job)
    assert JobStatus.QUEUED == job.status

    memory.faults.clear()
    run(job)
    assert JobStatus.DONE == job.status


def test_a_job_past_its_deadline_is_not_started(device: Device, memory: MemoryDevice) -> None:
    job = queued(device, deadline=timezone.now() - timedelta(seconds=1))

    run(job)

    assert JobStatus.EXPIRED == job.status
    assert [] == memory.commands


def test_a_disabled_device_keeps_its_jobs_in_line(device: Device, memory: MemoryDevice) -> None:
    device.is_enabled = False
    device.save()
    job = queued(device)

    run(job)

    assert JobStatus.QUEUED == job.status
    assert 0 == memory.connects


def test_a_receipt_whose_paper_ran_out_is_done_and_the_next_waits(device: Device, memory: MemoryDevice) -> None:
    memory.shift = ShiftState.OPEN
    memory.is_unprinted = True
    job, behind = queued(device), queued(device)

    run(job, behind)
    device.refresh_from_db()

    assert (JobStatus.DONE, False) == (job.status, job.printed)
    assert JobStatus.QUEUED == behind.status
    assert "paper_out_mid_receipt" == device.hold_code


def test_a_total_that_the_storage_registered_otherwise_is_noted(device: Device, memory: MemoryDevice) -> None:
    memory.shift = ShiftState.OPEN
    job = queued(device, 100)

    def other_total(command: Command | None) -> None:
        object.__setattr__(command, "total", 300)

    memory.faults[Step.SENT] = other_total
    run(job)

    assert JobStatus.DONE == job.status
    assert ("total_differs", "300") == job.events.values_list("code", "detail").last()


# Whose job it is


def test_another_workers_site_is_left_alone(device: Device, site: Site) -> None:
    Site.objects.update(lease_owner="elsewhere:1:1", lease_until=timezone.now() + timedelta(seconds=9))
    job = queued(device)

    run(job)

    assert JobStatus.QUEUED == job.status


def test_a_lease_that_ran_out_is_taken_over(device: Device, site: Site) -> None:
    Site.objects.update(lease_owner="elsewhere:1:1", lease_until=timezone.now() - timedelta(seconds=1))
    job = queued(device)

    run(job)

    assert JobStatus.DONE == job.status
    assert lease.owner() == job.worker


def test_nothing_is_sent_when_the_lease_is_lost_on_the_way(device: Device, memory: MemoryDevice) -> None:
    def steal(_: Command | None) -> None:
        Site.objects.update(lease_owner="elsewhere:1:1", lease_until=timezone.now() + timedelta(seconds=9))

    memory.faults[Step.START] = steal
    job = queued(device)

    run(job)

    assert [] == memory.commands
    assert (JobStatus.QUEUED, {}) == (job.status, job.baseline)


def test_a_job_left_running_before_anything_was_sent_goes_back_and_is_done(
    device: Device, memory: MemoryDevice
) -> None:
    job = queued(device)
    jobs.claim(job, worker="dead")

    run(job)

    assert (JobStatus.DONE, 2) == (job.status, job.attempts)


def test_a_job_left_running_after_its_baseline_is_unknown(device: Device, memory: MemoryDevice) -> None:
    job = queued(device)
    jobs.claim(job, worker="dead")
    Job.objects.filter(pk=job.pk).update(baseline={"last_fd": 0})

    run(job)
    device.refresh_from_db()

    assert JobStatus.UNKNOWN == job.status
    assert "outcome_unknown" == device.hold_code
    assert [] == memory.commands


# Who is on the line


def test_the_first_device_that_answers_is_adopted(device: Device, memory: MemoryDevice) -> None:
    queued(device)
    line.run_line("shop")
    device.refresh_from_db()

    assert (memory.serial_number, memory.fn_number, Link.ONLINE) == (
        device.serial_number,
        device.fn_number,
        device.link,
    )
    assert "ATOL 30F" == device.identity["model"]


@pytest.mark.parametrize("field", ["serial_number", "fn_number"])
def test_another_device_or_storage_on_the_port_gets_no_receipt(
    device: Device, memory: MemoryDevice, field: str
) -> None:
    queued(device)
    line.run_line("shop")
    ports.close()
    right = getattr(memory, field)
    setattr(memory, field, "1" * 16)
    job, sent = queued(device), list(memory.commands)

    run(job)
    device.refresh_from_db()
    assert (JobStatus.QUEUED, "wrong_device", "wrong_device") == (job.status, job.error_code, device.hold_code)
    assert sent == memory.commands

    setattr(memory, field, right)
    ports.take(device).__enter__()
    device.refresh_from_db()
    assert "" == device.hold_code


def test_a_device_swapped_under_an_open_connection_gets_no_receipt(device: Device, memory: MemoryDevice) -> None:
    queued(device)
    line.run_line("shop")
    memory.serial_number = "00106900009999"
    job, sent = queued(device), list(memory.commands)

    run(job)

    assert (JobStatus.QUEUED, "wrong_device") == (job.status, job.error_code)
    assert sent == memory.commands


# Shifts


def test_the_first_receipt_opens_the_shift_and_its_document_is_kept(device: Device, memory: MemoryDevice) -> None:
    job = queued(device)
    run(job)
    shift = Shift.objects.get()

    assert ["open_shift", "receipt"] == memory.commands
    assert [2, 3] == sorted(job.documents.values_list("document_type", flat=True))
    assert (1, ShiftState.OPEN) == (shift.number, shift.state)
    assert {shift.pk} == set(job.documents.values_list("shift", flat=True))
    assert 1 == len(job.result["before"])


def test_an_expired_shift_is_closed_and_opened_before_the_receipt(device: Device, memory: MemoryDevice) -> None:
    queued(device, 100)
    line.run_line("shop")
    memory.shift = ShiftState.EXPIRED
    job = queued(device, 200)

    run(job)

    assert ["close_shift", "open_shift", "receipt"] == memory.commands[2:]
    assert (JobStatus.DONE, 3) == (job.status, job.documents.count())
    assert [(1, ShiftState.CLOSED), (2, ShiftState.OPEN)] == [
        (shift.number, shift.state) for shift in Shift.objects.order_by("number")
    ]


def test_a_staffed_expired_shift_waits_for_people_and_their_close_passes_the_receipt(
    device: Device, memory: MemoryDevice
) -> None:
    device.shift_policy = ShiftPolicy.STAFFED
    device.save()
    memory.shift = ShiftState.EXPIRED
    receipt = queued(device)
    run(receipt)
    assert (JobStatus.QUEUED, "shift_expired") == (receipt.status, receipt.error_code)

    close = ask(device, CloseShift())
    run(close, receipt)

    assert (JobStatus.DONE, JobStatus.QUEUED) == (close.status, receipt.status)


@pytest.mark.parametrize(("shift", "command"), [(ShiftState.OPEN, OpenShift()), (ShiftState.CLOSED, CloseShift())])
def test_a_shift_that_is_as_asked_for_already_is_no_error(
    device: Device, memory: MemoryDevice, shift: ShiftState, command: Command
) -> None:
    memory.shift = shift
    job = ask(device, command)

    run(job)

    assert (JobStatus.DONE, "", []) == (job.status, job.error_code, memory.commands)


def test_a_foreign_open_receipt_is_cancelled_and_ours_goes_on(device: Device, memory: MemoryDevice) -> None:
    memory.shift = ShiftState.OPEN
    memory.is_receipt_open = True

    def refuse_while_open(_: Command | None) -> None:
        if memory.is_receipt_open:
            raise Refused(ErrorCode.DOCUMENT_OPEN)

    memory.faults[Step.START] = refuse_while_open
    job = queued(device)

    run(job)

    assert (JobStatus.DONE, ["receipt"]) == (job.status, memory.commands)


def test_sums_of_a_shift_are_ours_and_the_devices_at_close(device: Device, memory: MemoryDevice) -> None:
    for command in (sale(10000, paid=15000), sale(2050), CashIn(sum=500), CloseShift()):
        ask(device, command)
    line.run_line("shop")
    shift = Shift.objects.get()

    assert (2, 12050, 12050) == tuple(shift.totals["sell"][name] for name in ("count", "sum", "cash"))
    assert (1, 500, 12550) == (shift.totals["cash_ins"], shift.totals["cash_in_sum"], shift.totals["cash"])
    assert (2, 12050) == (shift.device_totals["sell"]["count"], shift.device_totals["sell"]["sum"])
    assert shift.closed_at is not None


def test_a_crash_between_opening_the_shift_and_the_receipt_keeps_the_shift(
    device: Device, memory: MemoryDevice
) -> None:
    memory.faults[Step.SENT] = strikes(OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN), kind="receipt")
    job = queued(device)

    run(job)

    assert JobStatus.UNKNOWN == job.status
    assert [2] == list(job.documents.values_list("document_type", flat=True))
    assert 1 == job.baseline["last_fd"]


def test_endings_are_three_and_every_other_error_is_ours() -> None:
    assert {LinkError, Refused, OutcomeUnknown} == set(DeviceError.__subclasses__())
    assert RegisterReceipt.fiscal


def never(_: Command | None) -> NoReturn:
    raise AssertionError("the device was touched")


def test_a_line_without_jobs_touches_no_device(device: Device) -> None:
    DEVICES[device.url].faults[Step.CONNECT] = never

    assert 0 == line.run_line("shop")
