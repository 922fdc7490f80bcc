"""The age and the sums of shifts: closed at a set time, warned of in time, compared when they are closed."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from devices import alarms, closing, documents, line, monitor, ports, watch
from devices.commands import CashIn, CloseShift, Command, FiscalData, OpenShift, ShiftState, ShiftTotals
from devices.errors import ErrorCode
from devices.ffd import DocumentType, Operation
from devices.models import Alarm, Device, Job, JournalEntry, Shift, ShiftPolicy
from devices.services import enqueue
from devices.states import JobStatus
from tests.devices.asking import queued
from tests.devices.memory_device import MOSCOW, MemoryDevice, Step


def poll(device: Device) -> None:
    watch.poll(device)
    device.refresh_from_db()


def run(device: Device, command: Command) -> Job:
    job, _ = enqueue(device=device, command=command, source="test")
    watch.look("shop")
    job.refresh_from_db()
    return job


def age(device: Device, hours: float) -> None:
    """The open shift began so many hours ago."""
    Shift.objects.filter(closed_at__isnull=True).update(opened_at=timezone.now() - datetime.timedelta(hours=hours))


def minutes_ago(minutes: float) -> datetime.time:
    at = datetime.datetime.now(MOSCOW) - datetime.timedelta(minutes=minutes)
    return at.time().replace(second=0, microsecond=0)


def closes(device: Device) -> list[Job]:
    return list(Job.objects.filter(device=device, kind=CloseShift.kind, source=closing.SOURCE))


# The set time


@pytest.fixture
def opened(device: Device, memory: MemoryDevice) -> Device:
    """A device whose shift was opened three hours ago."""
    run(device, OpenShift())
    age(device, 3)
    return device


def test_a_shift_is_closed_at_its_time(opened: Device, memory: MemoryDevice) -> None:
    Device.objects.update(close_shift_at=minutes_ago(10))
    opened.refresh_from_db()

    poll(opened)
    line.run_line("shop")

    assert [JobStatus.DONE] == [job.status for job in closes(opened)]
    assert ShiftState.CLOSED is memory.shift


@pytest.mark.parametrize(
    "at",
    [None, pytest.param(-10, id="not yet"), pytest.param(200, id="before it was opened")],
)
def test_a_shift_stays_open_without_a_time_before_it_and_when_it_began_after_it(
    opened: Device, at: float | None
) -> None:
    if datetime.datetime.now(MOSCOW).hour < 4:
        pytest.skip("three hours ago was yesterday")
    Device.objects.update(close_shift_at=None if at is None else minutes_ago(at))
    opened.refresh_from_db()

    poll(opened)

    assert [] == closes(opened)


def test_it_is_closed_once_a_day_however_often_one_looks_and_restarts(opened: Device, memory: MemoryDevice) -> None:
    Device.objects.update(close_shift_at=minutes_ago(10))
    for _ in range(3):
        ports.close()
        ports.forget()
        opened.refresh_from_db()
        poll(opened)
    line.run_line("shop")
    run(opened, OpenShift())
    age(opened, 3)
    opened.refresh_from_db()

    poll(opened)

    assert 1 == len(closes(opened))
    assert ShiftState.OPEN is memory.shift


def test_receipts_that_wait_go_into_the_old_shift_before_it_is_closed(opened: Device, memory: MemoryDevice) -> None:
    waiting = [queued(opened, 100 * number) for number in (1, 2, 3)]
    Device.objects.update(close_shift_at=minutes_ago(10))
    opened.refresh_from_db()

    poll(opened)
    line.run_line("shop")

    assert ["open_shift", "receipt", "receipt", "receipt", "close_shift"] == memory.commands
    assert {1} == {Job.objects.get(pk=job.pk).result["document"]["shift_number"] for job in waiting}


def test_a_worker_that_was_down_closes_when_it_is_back(device: Device, memory: MemoryDevice) -> None:
    run(device, OpenShift())
    age(device, 20)
    Device.objects.update(close_shift_at=minutes_ago(15 * 60))
    device.refresh_from_db()

    poll(device)

    assert 1 == len(closes(device))


def test_a_later_shift_is_not_closed_in_place_of_the_one_that_was_meant(opened: Device, memory: MemoryDevice) -> None:
    run(opened, CloseShift())
    run(opened, OpenShift())

    job = run(opened, CloseShift(shift_number=1))

    assert JobStatus.DONE == job.status
    assert (ShiftState.OPEN, 2) == (memory.shift, memory.shift_number)


@pytest.mark.parametrize(
    ("at", "now", "due"),
    [
        ("23:50", "2026-11-20 23:49", "2026-11-19 23:50"),
        ("23:50", "2026-11-20 23:50", "2026-11-20 23:50"),
        ("02:30", "2026-03-29 12:00", "2026-03-29 03:30"),  # the clock jumps from 2 to 3
        ("02:30", "2026-10-25 12:00", "2026-10-25 02:30"),  # it shows 2:30 twice
        ("02:30", "2026-03-29 03:10", "2026-03-28 02:30"),
    ],
)
def test_the_time_is_the_sites_own_and_survives_summer_time(at: str, now: str, due: str) -> None:
    zone = ZoneInfo("Europe/Berlin")
    moment = datetime.datetime.fromisoformat(now).replace(tzinfo=zone)

    found = closing.last_due(datetime.time.fromisoformat(at), zone, moment)

    assert due == f"{found.astimezone(zone):%Y-%m-%d %H:%M}"
    assert found <= moment


def test_a_time_that_comes_twice_is_one_moment() -> None:
    zone = ZoneInfo("Europe/Berlin")
    both = [datetime.datetime(2026, 10, 25, 2, 45, fold=fold, tzinfo=zone) for fold in (0, 1)]

    assert 1 == len({closing.last_due(datetime.time(2, 30), zone, moment) for moment in both})


# Warnings


def test_a_shift_is_warned_of_at_22_and_at_23_hours_once_each(device: Device) -> None:
    run(device, OpenShift())
    for hours in (21.9, 22.1, 22.5, 23.1, 23.5):
        age(device, hours)
        for _ in range(2):
            poll(device)

    told = [alarm.detail["hours"] for alarm in Alarm.objects.order_by("id")]
    assert [22, 23] == told
    assert [23] == [alarm.detail["hours"] for alarm in alarms.standing(device)]
    assert 2 == JournalEntry.objects.filter(kind="alarm.opened").count()

    run(device, CloseShift())
    poll(device)
    assert 0 == alarms.standing(device).count()


@pytest.mark.parametrize(("policy", "shifts"), [(ShiftPolicy.AUTO, 2), (ShiftPolicy.STAFFED, 1)])
def test_an_expired_shift_is_renewed_by_policy_or_asked_for(
    device: Device, memory: MemoryDevice, policy: ShiftPolicy, shifts: int
) -> None:
    run(device, OpenShift())
    Device.objects.update(shift_policy=policy)
    device.refresh_from_db()

    def expired(command: Command | None) -> None:
        if command is not None and command.needs_shift and memory.shift_number == 1:
            memory.shift = ShiftState.EXPIRED

    memory.faults[Step.START] = expired
    job = queued(device, 100)
    line.run_line("shop")
    job.refresh_from_db()
    device.refresh_from_db()

    assert shifts == memory.shift_number
    if policy == ShiftPolicy.AUTO:
        assert (JobStatus.DONE, "") == (job.status, device.hold_code)
    else:
        assert (JobStatus.QUEUED, "shift_expired") == (job.status, device.hold_code)
        run(device, CloseShift())
        memory.faults.clear()
        assert ShiftState.CLOSED is memory.shift


# Sums


def test_sums_that_agree_raise_no_alarm(device: Device, memory: MemoryDevice) -> None:
    run(device, CashIn(sum=50000))
    queued(device, 14000)
    run(device, CloseShift())
    queued(device, 700)
    run(device, CloseShift())

    assert [] == list(Alarm.objects.all())
    assert 2 == Shift.objects.filter(closed_at__isnull=False).count()


def test_a_receipt_that_we_do_not_know_is_an_alarm_with_its_number_and_sum(
    device: Device, memory: MemoryDevice
) -> None:
    run(device, OpenShift())
    queued(device, 14000)
    watch.look("shop")
    memory.write(DocumentType.RECEIPT, operation=Operation.SELL, total=2500)
    run(device, CloseShift())

    alarm = Alarm.objects.get()
    shift = Shift.objects.get()
    assert ("shift_totals_differ", f"shift:{shift.fn_number}/1") == (alarm.kind, alarm.subject)
    assert (2500, [3]) == (alarm.detail["diff"], alarm.detail["missing"])
    assert ["sell.count", 1, 2, "device"] in alarm.detail["rows"]
    assert alarm.closed_at is None


def test_cash_that_was_moved_past_us_is_an_alarm(device: Device, memory: MemoryDevice) -> None:
    run(device, OpenShift())
    memory.cash_outs.append(300)
    run(device, CloseShift())

    assert ["cash_out_sum", 0, 300, "device"] in Alarm.objects.get().detail["rows"]


def test_a_shift_that_was_not_seen_from_its_beginning_is_not_compared(device: Device, memory: MemoryDevice) -> None:
    memory.shift, memory.shift_number = ShiftState.OPEN, 7
    memory.write(DocumentType.RECEIPT, operation=Operation.SELL, total=2500)
    run(device, CloseShift())

    assert [] == list(Alarm.objects.all())


def test_the_same_close_kept_twice_is_one_alarm_also_after_it_was_taken_note_of(
    device: Device, memory: MemoryDevice
) -> None:
    run(device, OpenShift())
    memory.cash_outs.append(300)
    job = run(device, CloseShift())
    alarm = Alarm.objects.get()
    assert alarms.acknowledge(alarm, actor="petrova", reason="сдали в банк")

    documents.store(device, [memory.archive[-1]], job=job, totals=ShiftTotals.load(job.result["totals"]))

    alarm.refresh_from_db()
    assert 1 == Alarm.objects.count()
    assert ("petrova", "сдали в банк") == (alarm.acknowledged_by, alarm.reason)
    assert not alarms.acknowledge(alarm, actor="ivanov", reason="и я")
    assert 1 == JournalEntry.objects.filter(kind="alarm.acknowledged", actor="petrova").count()


def test_nobody_takes_note_without_a_reason(device: Device) -> None:
    alarms.rise(device, ErrorCode.SHIFT_TOTALS_DIFFER, "shift:1/1", shift=1, diff=1)

    with pytest.raises(ValueError, match="reason"):
        alarms.acknowledge(Alarm.objects.get(), actor="petrova", reason=" ")


# Another total


@pytest.fixture
def differing(device: Device, memory: MemoryDevice, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A receipt that the device registered with another total than was asked for."""
    run(device, OpenShift())

    def write(kind: DocumentType, **fields: object) -> FiscalData:
        return MemoryDevice.write(
            memory, kind, **{**fields, "total": 13900} if kind == DocumentType.RECEIPT else fields
        )

    monkeypatch.setattr(memory, "write", write)
    job = queued(device, 14000)
    watch.look("shop")
    monkeypatch.undo()
    job.refresh_from_db()
    device.refresh_from_db()
    return job


def test_another_total_holds_the_device_until_a_person_takes_note(
    device: Device, memory: MemoryDevice, differing: Job
) -> None:
    waiting = queued(device, 100)
    line.run_line("shop")
    waiting.refresh_from_db()
    assert (JobStatus.DONE, JobStatus.QUEUED) == (differing.status, waiting.status)
    assert ("total_differs", "FD 2: 13900 instead of 14000") == (device.hold_code, device.hold_detail)
    alarm = Alarm.objects.get()
    assert (13900, 14000, 2) == (alarm.detail["actual"], alarm.detail["expected"], alarm.detail["fd"])

    alarms.acknowledge(alarm, actor="petrova", reason="сделали возврат")
    monitor.release(device, actor="petrova")
    line.run_line("shop")
    waiting.refresh_from_db()
    assert JobStatus.DONE == waiting.status


def test_paper_and_cable_do_not_end_the_hold_of_another_total(
    device: Device, memory: MemoryDevice, differing: Job
) -> None:
    for code in (ErrorCode.PAPER_OUT, ErrorCode.DEVICE_OFFLINE):
        monitor.hold(device, code)
    poll(device)
    assert "total_differs" == device.hold_code

    monitor.hold(device, ErrorCode.WRONG_DEVICE)
    monitor.release(device)
    device.refresh_from_db()
    assert ("total_differs", "FD 2: 13900 instead of 14000") == (device.hold_code, device.hold_detail)


def test_the_shift_can_be_closed_while_another_total_waits_for_a_person(
    device: Device, memory: MemoryDevice, differing: Job
) -> None:
    assert JobStatus.DONE == run(device, CloseShift()).status
