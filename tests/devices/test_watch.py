"""What the worker does by itself: looks at the rows, asks devices how they are, ends holds, settles what is unknown."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from devices import monitor, ports, watch
from devices.commands import Command, ShiftState
from devices.errors import ErrorCode, LinkError, OutcomeUnknown, Refused
from devices.models import Device, Job, Link, Site
from devices.states import JobStatus
from tests.devices.asking import queued
from tests.devices.memory_device import MemoryDevice, Step


def no_link(_: Command | None) -> None:
    raise LinkError(ErrorCode.DEVICE_OFFLINE, "no answer")


def poll(device: Device) -> None:
    watch.poll(device)
    device.refresh_from_db()


def test_a_row_that_nobody_rang_for_is_executed(device: Device) -> None:
    job = queued(device)

    watch.look("shop")
    job.refresh_from_db()

    assert JobStatus.DONE == job.status


def test_a_look_gives_up_what_is_overdue_even_on_a_dead_device(device: Device, memory: MemoryDevice) -> None:
    memory.faults[Step.CONNECT] = no_link
    Device.objects.update(hold_code="device_offline")
    job = queued(device, deadline=timezone.now() - timedelta(seconds=1))

    watch.look("shop")
    job.refresh_from_db()

    assert JobStatus.EXPIRED == job.status


def test_a_look_settles_an_unknown_job_and_runs_the_next(device: Device, memory: MemoryDevice) -> None:
    memory.shift = ShiftState.OPEN

    def silence(_: Command | None) -> None:
        memory.faults.clear()
        raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN)

    memory.faults[Step.WRITTEN] = silence
    job, behind = queued(device, 100), queued(device, 200)

    watch.look("shop")
    job.refresh_from_db()
    behind.refresh_from_db()

    assert [JobStatus.DONE, JobStatus.DONE] == [job.status, behind.status]
    assert [100, 200] == [data.total for data in memory.archive]


def test_another_workers_site_is_not_looked_at_and_no_port_is_kept(device: Device, memory: MemoryDevice) -> None:
    watch.look("shop")
    assert memory.is_open
    Site.objects.update(lease_owner="elsewhere:1:1", lease_until=timezone.now() + timedelta(seconds=9))
    queued(device)

    watch.look("shop")

    assert not memory.is_open
    assert [] == memory.commands


def test_a_poll_writes_who_answers_and_how_it_is(device: Device, memory: MemoryDevice) -> None:
    memory.cash = 4200

    poll(device)

    assert (Link.ONLINE, memory.serial_number, 4200) == (device.link, device.serial_number, device.state["cash"])
    assert device.state_at is not None


def test_a_dead_device_is_looked_for_with_growing_pauses_and_found_again(device: Device, memory: MemoryDevice) -> None:
    memory.faults[Step.CONNECT] = no_link
    port, pauses = ports.port_of(device), []
    for _ in range(6):
        before = time.monotonic()
        poll(device)
        pauses.append(round(port.due_at - before))

    assert [1, 2, 5, 10, 30, 30] == pauses
    assert (Link.OFFLINE, "device_offline") == (device.link, device.hold_code)

    memory.faults.clear()
    poll(device)
    assert (Link.ONLINE, "") == (device.link, device.hold_code)


@pytest.mark.parametrize(
    ("code", "ill", "well"),
    [
        (ErrorCode.PAPER_OUT, {"is_paper_in": False}, {"is_paper_in": True}),
        (ErrorCode.SHIFT_EXPIRED, {"shift": ShiftState.EXPIRED}, {"shift": ShiftState.CLOSED}),
    ],
)
def test_a_hold_ends_when_the_state_says_so(
    device: Device, memory: MemoryDevice, code: ErrorCode, ill: dict[str, Any], well: dict[str, Any]
) -> None:
    monitor.hold(device, code)
    for name, value in ill.items():
        setattr(memory, name, value)
    poll(device)
    assert code == device.hold_code

    for name, value in well.items():
        setattr(memory, name, value)
    poll(device)
    assert "" == device.hold_code


def test_a_hold_without_a_sign_ends_by_itself_after_its_time(device: Device) -> None:
    monitor.hold(device, ErrorCode.LOW_POWER)
    poll(device)
    assert "low_power" == device.hold_code

    Device.objects.update(hold_since=timezone.now() - timedelta(seconds=11))
    device.refresh_from_db()
    poll(device)
    assert "" == device.hold_code


@pytest.mark.parametrize("code", [ErrorCode.OUTCOME_UNKNOWN, ErrorCode.SERVICE_NEEDED])
def test_a_good_poll_does_not_end_what_it_cannot_see(device: Device, code: ErrorCode) -> None:
    monitor.hold(device, code)

    poll(device)

    assert code == device.hold_code


def test_a_lost_link_does_not_hide_that_an_outcome_is_unknown(device: Device, memory: MemoryDevice) -> None:
    monitor.hold(device, ErrorCode.OUTCOME_UNKNOWN, "job 1")
    memory.faults[Step.CONNECT] = no_link

    poll(device)

    assert (Link.OFFLINE, "outcome_unknown") == (device.link, device.hold_code)


def test_a_wrong_device_is_held_until_a_person_confirms_it(device: Device, memory: MemoryDevice) -> None:
    poll(device)
    ports.close()
    memory.fn_number = "9" * 16

    poll(device)
    assert "wrong_device" == device.hold_code
    poll(device)
    assert "wrong_device" == device.hold_code

    monitor.adopt(device)
    poll(device)
    assert ("", "9" * 16) == (device.hold_code, device.fn_number)


def test_the_right_device_is_known_again_whoever_put_it_on_hold(device: Device) -> None:
    poll(device)
    monitor.hold(device, ErrorCode.WRONG_DEVICE, "seen by a worker that slept since")
    ports.port_of(device).due_at = 0.0

    poll(device)

    assert "" == device.hold_code


def test_a_confirmation_is_followed_by_asking_who_is_there(device: Device, memory: MemoryDevice) -> None:
    poll(device)
    monitor.adopt(device)

    poll(device)

    assert memory.serial_number == device.serial_number
    assert 2 == memory.connects


def test_paper_that_came_back_finishes_the_torn_receipt(device: Device, memory: MemoryDevice) -> None:
    memory.shift = ShiftState.OPEN
    memory.is_unprinted, memory.is_paper_in = True, False
    job = queued(device)
    watch.look("shop")
    job.refresh_from_db()
    device.refresh_from_db()
    assert (JobStatus.DONE, False, "paper_out_mid_receipt") == (job.status, job.printed, device.hold_code)

    memory.is_paper_in = True
    poll(device)
    job.refresh_from_db()
    assert (True, "") == (job.printed, device.hold_code)
    assert not memory.is_unprinted


def test_a_changed_address_takes_effect_at_the_next_use(
    device: Device, memory: MemoryDevice, add_device: Callable[..., Device]
) -> None:
    add_device("elsewhere")
    poll(device)
    assert memory.is_open
    Device.objects.filter(pk=device.pk).update(url="elsewhere")
    device.refresh_from_db()

    poll(device)

    assert not memory.is_open
    assert "wrong_device" == device.hold_code


def test_a_device_taken_out_of_use_gets_its_port_back(device: Device, memory: MemoryDevice) -> None:
    watch.look("shop")
    assert memory.is_open
    Device.objects.update(is_enabled=False)

    watch.look("shop")

    assert not memory.is_open


def test_a_refusal_while_polling_holds_the_device(device: Device, memory: MemoryDevice) -> None:
    def refuse(_: Command | None) -> None:
        raise Refused(ErrorCode.FN_FAULT, "atol 0xD5")

    memory.faults[Step.LOOK] = refuse

    poll(device)

    assert ("fn_fault", "atol 0xD5") == (device.hold_code, device.hold_detail)


@pytest.mark.django_db(transaction=True)
def test_a_poll_does_not_wait_for_a_device_at_work(device: Device, memory: MemoryDevice) -> None:
    at_work, go_on = threading.Event(), threading.Event()

    def slow(_: Command | None) -> None:
        at_work.set()
        go_on.wait(10)

    memory.faults[Step.START] = slow
    job = queued(device)

    def work() -> None:
        watch.look("shop")
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert at_work.wait(10)
    started = time.monotonic()
    poll(device)
    watch.look("shop")

    assert time.monotonic() - started < 1
    go_on.set()
    thread.join()
    job.refresh_from_db()
    assert JobStatus.DONE == job.status
    assert 1 == memory.connects


def test_a_device_that_just_worked_is_asked_soon(device: Device, add_device: Callable[..., Device]) -> None:
    add_device("idle")
    job = queued(device)
    watch.look("shop")
    job.refresh_from_db()
    before = Device.objects.get(pk=device.pk).state_at
    ports.port_of(device).stale = True

    assert [] == ports.stale(time.monotonic() - 5)
    assert [device.pk] == ports.stale(time.monotonic())
    ports.port_of(device).used_at -= 1
    watch.freshen("shop")

    after = Device.objects.get(pk=device.pk).state_at
    assert before is not None
    assert after is not None
    assert before < after
    assert [] == ports.stale(time.monotonic())


@pytest.mark.django_db(transaction=True)
def test_the_threads_keep_the_lease_run_the_line_and_stop(device: Device, site: Site) -> None:
    job = queued(device)
    threads = watch.Watch("shop")
    threads.start()
    deadline = time.monotonic() + 10
    while Job.objects.get(pk=job.pk).status != JobStatus.DONE and time.monotonic() < deadline:
        time.sleep(0.02)
    threads.stop()
    site.refresh_from_db()

    assert JobStatus.DONE == Job.objects.get(pk=job.pk).status
    assert site.heartbeat_at is not None
    assert not any(thread.is_alive() for thread in threads.threads)
