"""How an unknown job ended: by mark, kind and total from the archive, by counters for cash; never by sending again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from devices import documents, line, resolve
from devices.commands import CashIn, CashOut, CloseShift, Command, OpenShift, RegisterReceipt, ShiftState
from devices.errors import ErrorCode, LinkError, OutcomeUnknown
from devices.ffd import DocumentType, ReceiptType
from devices.models import Device, FiscalDocument, Job
from devices.resolve import RETRY, RETRY_LATER
from devices.services import enqueue
from devices.states import JobStatus
from tests.devices.asking import sale
from tests.devices.memory_device import MemoryDevice, Step

SENT, WRITTEN = Step.SENT, Step.WRITTEN


def silence(_: Command | None) -> None:
    raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, "silence")


def no_link(_: Command | None) -> None:
    raise LinkError(ErrorCode.DEVICE_OFFLINE, "no answer")


@pytest.fixture
def doubtful(device: Device, memory: MemoryDevice) -> Callable[..., Job]:
    """`doubtful(command, step)` runs it on an open shift with a lost answer at *step*; the job is unknown then."""

    def make(command: Command, step: Step) -> Job:
        memory.faults[step] = silence
        job, _ = enqueue(device=device, command=command, source="test")
        line.run_line("shop")
        memory.faults.clear()
        job.refresh_from_db()
        assert JobStatus.UNKNOWN == job.status
        return job

    memory.shift, memory.shift_number = ShiftState.OPEN, 1
    return make


def ask(job: Job) -> bool:
    job.refresh_from_db()
    answer = resolve.resolve(job)
    job.refresh_from_db()
    job.device.refresh_from_db()
    return answer


@pytest.mark.parametrize("mark", [True, False], ids=["marked", "unmarked"])
def test_a_receipt_found_in_the_archive_is_done_with_its_document(
    device: Device, memory: MemoryDevice, doubtful: Callable[..., Job], mark: bool
) -> None:
    device.mark_receipts = mark
    device.save()
    job = doubtful(sale(), WRITTEN)

    assert ask(job)
    assert (JobStatus.DONE, "", True, "") == (job.status, job.error_code, job.printed, job.device.hold_code)
    assert memory.archive[0].fpd == FiscalDocument.objects.get(job=job).fpd
    assert ["receipt"] == memory.commands


def test_an_absent_receipt_goes_back_to_its_place_and_is_registered_once(
    memory: MemoryDevice, doubtful: Callable[..., Job]
) -> None:
    job = doubtful(sale(), SENT)
    assert memory.is_receipt_open

    assert ask(job)
    assert (JobStatus.QUEUED, {}, "") == (job.status, job.baseline, job.device.hold_code)
    assert not memory.is_receipt_open

    line.run_line("shop")
    job.refresh_from_db()
    assert JobStatus.DONE == job.status
    assert 1 == len(memory.archive)


@pytest.mark.parametrize(
    ("command", "closed", "kind"),
    [(OpenShift(), True, DocumentType.SHIFT_OPEN), (CloseShift(), False, DocumentType.SHIFT_CLOSE)],
    ids=["open", "close"],
)
def test_a_shift_command_is_found_by_its_kind(
    memory: MemoryDevice, doubtful: Callable[..., Job], command: Command, closed: bool, kind: DocumentType
) -> None:
    memory.shift = ShiftState.CLOSED if closed else ShiftState.OPEN
    job = doubtful(command, WRITTEN)

    assert ask(job)
    assert JobStatus.DONE == job.status
    assert kind == FiscalDocument.objects.get(job=job).document_type


@pytest.mark.parametrize("command", [OpenShift(), CloseShift()], ids=["open", "close"])
def test_an_absent_shift_command_goes_back(
    memory: MemoryDevice, doubtful: Callable[..., Job], command: Command
) -> None:
    memory.shift = ShiftState.CLOSED if command.kind == "open_shift" else ShiftState.OPEN
    job = doubtful(command, SENT)

    assert ask(job)
    assert JobStatus.QUEUED == job.status


@pytest.mark.parametrize("command", [CashIn(sum=700), CashOut(sum=700)], ids=["in", "out"])
@pytest.mark.parametrize(("step", "expected"), [(WRITTEN, JobStatus.DONE), (SENT, JobStatus.QUEUED)])
def test_cash_is_decided_by_the_counters(
    doubtful: Callable[..., Job], command: Command, step: Step, expected: JobStatus
) -> None:
    job = doubtful(command, step)

    assert ask(job)
    assert expected == job.status


def test_cash_counters_that_moved_otherwise_leave_it_to_a_person(
    memory: MemoryDevice, doubtful: Callable[..., Job]
) -> None:
    job = doubtful(CashIn(sum=700), WRITTEN)
    memory.cash_ins.append(5)

    assert not ask(job)
    assert JobStatus.UNKNOWN == job.status
    assert "2 operations" in job.events.last().detail  # type: ignore[union-attr]


@pytest.mark.parametrize("command", [CashIn(sum=5000), CashOut(sum=10), sale()], ids=lambda each: each.kind)
@pytest.mark.parametrize("step", [SENT, WRITTEN])
@pytest.mark.parametrize("shift", [ShiftState.CLOSED, ShiftState.EXPIRED])
def test_a_doubt_about_the_shift_on_the_way_is_none_about_the_command(
    device: Device, memory: MemoryDevice, doubtful: Callable[..., Job], command: Command, step: Step, shift: ShiftState
) -> None:
    """The counters of another shift prove nothing, and need not: the command itself was not sent yet."""
    memory.shift, memory.cash = shift, 100
    job = doubtful(command, step)
    assert shift == job.baseline["shift"]

    assert ask(job)

    assert JobStatus.QUEUED == job.status
    line.run_line("shop")
    job.refresh_from_db()
    assert JobStatus.DONE == job.status
    assert len(memory.archive) == FiscalDocument.objects.count()


def test_a_shift_opened_on_the_way_is_no_receipt(memory: MemoryDevice, doubtful: Callable[..., Job]) -> None:
    memory.shift, memory.shift_number = ShiftState.CLOSED, 0
    job = doubtful(sale(), WRITTEN)  # silent after the opening already

    assert ask(job)
    line.run_line("shop")
    job.refresh_from_db()

    assert JobStatus.DONE == job.status
    assert [2, 3] == [data.document_type for data in memory.archive]
    assert {job.pk} == set(FiscalDocument.objects.filter(document_type=3).values_list("job", flat=True))
    assert 2 == FiscalDocument.objects.count()


@pytest.mark.parametrize(
    ("mark", "documents_after", "expected"),
    [
        ("M", [{"mark": "M"}], "done"),
        ("M", [{"mark": "M"}, {"mark": "X"}], "done"),
        ("M", [{"mark": "M"}, {"mark": ""}], "done"),
        ("M", [], "absent"),
        ("M", [{"mark": "X"}], "absent"),
        ("M", [{"mark": "", "total": 5}], "absent"),
        ("M", [{"mark": ""}], "person"),
        ("M", [{"mark": "M", "total": 5}], "person"),
        ("M", [{"mark": "M", "operation": ReceiptType.SELL_RETURN.operation}], "person"),
        ("M", [{"mark": "M"}, {"mark": "M"}], "person"),
        ("", [{}], "done"),
        ("", [], "absent"),
        ("", [{"document_type": DocumentType.SHIFT_OPEN, "operation": None}], "absent"),
        ("", [{"document_type": DocumentType.SHIFT_OPEN, "operation": None}, {}], "done"),
        ("", [{"total": 5}], "person"),
        ("", [{"document_type": DocumentType.CORRECTION}], "person"),
        ("", [{}, {}], "person"),
        ("", [{}, {"total": 5}], "person"),
    ],
)
def test_what_the_archive_says_about_a_receipt(
    memory: MemoryDevice, mark: str, documents_after: list[dict[str, Any]], expected: str
) -> None:
    command = sale(14000, mark=mark)
    found = [
        memory.write(
            **({"kind": fields.pop("document_type", DocumentType.RECEIPT), "operation": 1, "total": 14000} | fields)
        )
        for fields in [dict(fields) for fields in documents_after]
    ]

    verdict = resolve.judge(command, found)

    assert expected == ("done" if verdict.result else "absent" if verdict.is_absent else "person")
    assert (expected == "person") == bool(verdict.why)


def test_what_only_a_person_can_decide_stays_unknown_and_every_document_is_kept(
    memory: MemoryDevice, doubtful: Callable[..., Job]
) -> None:
    job = doubtful(sale(14000), SENT)
    memory.write(DocumentType.RECEIPT, operation=1, total=14000)  # a foreign one, as much and without a mark

    assert not ask(job)
    assert not ask(job)
    assert (JobStatus.UNKNOWN, "outcome_unknown") == (job.status, job.device.hold_code)
    assert [None] == list(FiscalDocument.objects.values_list("job", flat=True))
    assert 1 == job.events.filter(from_status="unknown").count()
    assert ["receipt"] == memory.commands


def test_a_worker_that_slept_says_nothing_of_a_job_that_another_one_has_settled(
    memory: MemoryDevice, doubtful: Callable[..., Job]
) -> None:
    job = doubtful(sale(), SENT)
    slept = Job.objects.select_related("device").get(pk=job.pk)
    assert ask(job)
    before = job.events.count()
    memory.faults[Step.CONNECT] = no_link

    assert not resolve.resolve(slept)
    job.refresh_from_db()
    assert (JobStatus.QUEUED, None, before) == (job.status, job.not_before, job.events.count())


def test_while_the_device_is_silent_the_job_stays_unknown_and_is_asked_for_again(
    memory: MemoryDevice, doubtful: Callable[..., Job]
) -> None:
    job = doubtful(sale(), WRITTEN)
    memory.faults[Step.CONNECT] = no_link

    assert not ask(job)
    assert (JobStatus.UNKNOWN, "outcome_unknown", "offline") == (job.status, job.device.hold_code, job.device.link)
    assert job.not_before is not None
    assert timedelta(0) < job.not_before - timezone.now() <= RETRY

    Job.objects.update(started_at=timezone.now() - timedelta(minutes=2))
    assert not ask(job)
    assert RETRY < job.not_before - timezone.now() <= RETRY_LATER

    memory.faults.clear()
    assert ask(job)
    assert JobStatus.DONE == job.status


@pytest.mark.parametrize("change", [{"fn_number": "9" * 16}, {"serial_number": "1"}, {"archive": []}])
def test_another_device_or_storage_proves_nothing(
    memory: MemoryDevice, doubtful: Callable[..., Job], change: dict[str, Any]
) -> None:
    memory.write(DocumentType.SHIFT_OPEN)
    job = doubtful(sale(), SENT)
    for name, value in change.items():
        setattr(memory, name, value)

    assert not ask(job)
    assert JobStatus.UNKNOWN == job.status


def test_a_receipt_found_unfinished_on_paper_says_so(memory: MemoryDevice, doubtful: Callable[..., Job]) -> None:
    job = doubtful(sale(), WRITTEN)
    memory.is_unprinted = True

    assert ask(job)
    assert (JobStatus.DONE, False, "paper_out_mid_receipt") == (job.status, job.printed, job.device.hold_code)


def test_an_absent_job_past_its_deadline_expires_in_line(doubtful: Callable[..., Job]) -> None:
    job = doubtful(sale(), SENT)
    Job.objects.update(deadline=timezone.now() - timedelta(seconds=1))

    ask(job)
    line.run_line("shop")
    job.refresh_from_db()

    assert JobStatus.EXPIRED == job.status


def test_an_absent_answer_counts_when_it_is_given_twice(
    memory: MemoryDevice, doubtful: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = doubtful(sale(), SENT)
    command = job.command
    assert isinstance(command, RegisterReceipt)

    def late_close(_: float) -> None:
        memory.write(DocumentType.RECEIPT, operation=1, total=14000, mark=command.mark)

    monkeypatch.setattr("devices.resolve.time.sleep", late_close)

    assert ask(job)
    assert JobStatus.DONE == job.status


def test_kinds_of_receipts_are_the_ones_with_a_sum() -> None:
    assert DocumentType.SHIFT_OPEN not in documents.RECEIPTS
    assert DocumentType.RECEIPT in documents.RECEIPTS
