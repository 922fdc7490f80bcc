"""Putting jobs in line and taking them back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from devices import jobs, services
from devices.commands import CloseShift, OpenShift, PrintText, RegisterReceipt, TextLine, XReport
from devices.doorbell import REST_SECONDS, doorbell
from devices.models import Device, Job, Site
from devices.services import KeyConflict, NoDevice, cancel, choose_device, enqueue
from devices.states import JobStatus
from tests.devices.asking import queued, sale
from tests.factories import make_device


def test_a_command_comes_back_from_its_row_as_it_was_asked(device: Device) -> None:
    command = PrintText(lines=(TextLine(text="Акция"),))

    job, created = enqueue(device=device, command=command, source="user:2", actor="Анна")

    assert created
    assert command == Job.objects.get(pk=job.pk).command
    assert (JobStatus.QUEUED, "user:2", "Анна", device.site) == (job.status, job.source, job.actor, job.site)
    assert ["queued"] == [event.to_status for event in job.events.all()]


def test_a_job_waits_for_none_of_another_device(device: Device) -> None:
    first = queued(device)
    other = make_device(site=device.site)

    with pytest.raises(ValueError, match="not on"):
        enqueue(device=other, command=sale(), source="api:1", after=first)


def test_the_same_key_and_request_give_the_first_job(device: Device) -> None:
    first, created = enqueue(device=device, command=sale(), source="api:1", key="order-1")
    second, created_again = enqueue(device=device, command=sale(), source="api:1", key="order-1")

    assert (True, False) == (created, created_again)
    assert first == second
    assert 1 == Job.objects.count()


def test_the_same_key_is_remembered_after_the_end(device: Device) -> None:
    first = queued(device, key="order-1")
    cancel(job=first, actor="Анна")

    again, created = enqueue(device=device, command=sale(), source="test", key="order-1")

    assert (first, False) == (again, created)


def test_the_same_key_with_another_request_is_a_conflict(device: Device) -> None:
    first = queued(device, 100, key="order-1")

    with pytest.raises(KeyConflict) as conflict:
        queued(device, 200, key="order-1")

    assert first == conflict.value.job
    assert 1 == Job.objects.count()


def test_the_same_request_for_another_device_is_a_conflict(device: Device, add_device: Callable[..., Device]) -> None:
    queued(device, key="order-1")

    with pytest.raises(KeyConflict):
        queued(add_device("other"), key="order-1")


def test_a_request_hash_of_the_asker_decides_instead_of_ours(device: Device) -> None:
    first = queued(device, 100, key="order-1", request_hash="a" * 64)

    assert first == queued(device, 200, key="order-1", request_hash="a" * 64)
    with pytest.raises(KeyConflict):
        queued(device, 100, key="order-1", request_hash="b" * 64)


def test_clients_do_not_see_each_others_keys(device: Device) -> None:
    one, _ = enqueue(device=device, command=sale(), source="api:1", key="order-1")
    other, created = enqueue(device=device, command=sale(), source="api:2", key="order-1")

    assert created
    assert one != other


def test_without_a_key_every_request_is_a_new_job(device: Device) -> None:
    assert queued(device) != queued(device)


def test_the_loser_of_a_race_for_a_key_gets_the_winners_job(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    winner = queued(device, key="order-1")
    real = Job.objects.filter
    blind = iter([Job.objects.none()])
    monkeypatch.setattr(Job.objects, "filter", lambda **wanted: next(blind, None) or real(**wanted))

    loser, created = enqueue(device=device, command=sale(), source="test", key="order-1")

    assert (winner, False) == (loser, created)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_key_make_one_job(device: Device) -> None:
    start, got = threading.Barrier(20), []

    def ask() -> None:
        start.wait()
        try:
            got.append(enqueue(device=device, command=sale(), source="api:1", key="order-1"))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 20 == len(got)
    assert 1 == len({job.pk for job, _ in got})
    assert 1 == sum(created for _, created in got)
    assert 1 == Job.objects.count()


def test_a_receipt_carries_the_mark_of_its_job(device: Device) -> None:
    job = queued(device)
    command = job.command

    assert isinstance(command, RegisterReceipt)
    assert services.mark_of(job.public_id) == command.mark
    assert 16 == len(command.mark)


@pytest.mark.parametrize(("is_on", "own", "expected"), [(True, "order 7", "order 7"), (False, "", "")])
def test_a_clients_own_mark_or_a_device_without_marks_stays(
    device: Device, is_on: bool, own: str, expected: str
) -> None:
    device.mark_receipts = is_on
    command = enqueue(device=device, command=sale(mark=own), source="test")[0].command

    assert isinstance(command, RegisterReceipt)
    assert expected == command.mark


def test_a_queued_job_can_be_taken_back_and_a_running_one_cannot(device: Device) -> None:
    job, other = queued(device), queued(device)
    jobs.claim(other, worker="a")

    assert cancel(job=job, actor="Анна")
    assert not cancel(job=job, actor="Анна")
    assert not cancel(job=other, actor="Анна")
    assert (JobStatus.CANCELLED, "cancelled_by_person") == (job.status, job.error_code)
    assert "Анна" == job.events.last().actor  # type: ignore[union-attr]


def test_jobs_past_their_deadline_are_given_up_and_others_stay(device: Device, site: Site) -> None:
    past, future = timezone.now() - timedelta(seconds=1), timezone.now() + timedelta(hours=1)
    late, fine = queued(device, deadline=past), queued(device, deadline=future)

    assert 1 == services.expire(site=site)
    late.refresh_from_db()
    fine.refresh_from_db()
    assert (JobStatus.EXPIRED, "deadline_passed") == (late.status, late.error_code)
    assert JobStatus.QUEUED == fine.status


@pytest.mark.parametrize(
    ("source", "command", "minutes"),
    [("api:1", XReport(), 24 * 60), ("user:1", XReport(), 5), ("user:1", CloseShift(), 30), ("system", OpenShift(), 5)],
)
def test_programs_may_wait_a_day_and_people_minutes(source: str, command: XReport, minutes: int) -> None:
    now = timezone.now()

    assert timedelta(minutes=minutes) == services.default_deadline(source=source, command=command, now=now) - now


def test_the_device_with_the_shortest_line_is_chosen_and_not_one_on_hold(
    device: Device, add_device: Callable[..., Device], site: Site
) -> None:
    busy, held, off, free = device, add_device("held"), add_device("off"), add_device("free")
    queued(busy)
    Device.objects.filter(pk=held.pk).update(hold_code="paper_out")
    Device.objects.filter(pk=off.pk).update(is_enabled=False)

    assert free == choose_device(site)
    Device.objects.filter(pk=free.pk).update(is_enabled=False)
    assert busy == choose_device(site)
    Device.objects.filter(pk=busy.pk).update(is_enabled=False)
    assert held == choose_device(site)


def test_a_site_without_devices_has_none_to_choose(site: Site) -> None:
    with pytest.raises(NoDevice):
        choose_device(site)


@pytest.mark.django_db(transaction=True)
def test_a_sale_is_accepted_at_once_while_no_broker_lives(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    from kktoffice.celery import app

    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(doorbell, "resting_until", 0.0)

    first, second = queued(device), queued(device)

    assert [JobStatus.QUEUED, JobStatus.QUEUED] == [first.status, second.status]
    assert 0 < doorbell.resting_until
    assert not doorbell.ring(device.site)
    monkeypatch.setattr(doorbell, "resting_until", doorbell.resting_until - REST_SECONDS)
