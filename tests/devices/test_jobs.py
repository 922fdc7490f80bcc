"""The job's moves: by table only, once only, each with its event."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from devices import jobs
from devices.errors import ErrorCode
from devices.models import Device, Job
from devices.signals import job_finished
from devices.states import FINAL, MOVES, JobStatus
from tests.devices.asking import queued

ILLEGAL = [(a, b) for a in JobStatus for b in JobStatus if b not in MOVES.get(a, ())]
LEGAL = [(a, b) for a in JobStatus for b in JobStatus if b in MOVES.get(a, ())]


def put(device: Device, status: JobStatus) -> Job:
    job = queued(device)
    Job.objects.filter(pk=job.pk).update(status=status)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(("before", "after"), ILLEGAL, ids=lambda status: status.value)
def test_a_move_outside_the_table_is_refused_and_changes_nothing(
    device: Device, before: JobStatus, after: JobStatus
) -> None:
    job = put(device, before)
    events = job.events.count()

    with pytest.raises(jobs.IllegalMove):
        jobs.move(job, after)
    job.refresh_from_db()

    assert before == job.status
    assert events == job.events.count()


@pytest.mark.parametrize(("before", "after"), LEGAL, ids=lambda status: status.value)
def test_a_move_of_the_table_leaves_one_event(device: Device, before: JobStatus, after: JobStatus) -> None:
    job = put(device, before)

    moved = jobs.move(job, after, code=ErrorCode.OTHER, detail="why", actor="Анна")
    job.refresh_from_db()
    event = job.events.last()

    assert moved
    assert (after, "other", "why") == (job.status, job.error_code, job.error_detail)
    assert event is not None
    assert (before, after, "other", "why", "Анна") == (
        event.from_status,
        event.to_status,
        event.code,
        event.detail,
        event.actor,
    )
    assert (after in FINAL) == (job.finished_at is not None)


def test_of_two_who_move_the_same_job_one_does(device: Device) -> None:
    first = queued(device)
    second = Job.objects.get(pk=first.pk)

    assert jobs.move(first, JobStatus.CANCELLED)
    assert not jobs.claim(second, worker="late")
    assert 2 == first.events.count()


def test_a_worker_that_lost_its_claim_cannot_settle_the_next_claim(device: Device) -> None:
    slow = queued(device)
    jobs.claim(slow, worker="a")
    taken = Job.objects.get(pk=slow.pk)
    jobs.move(taken, JobStatus.QUEUED)
    jobs.claim(taken, worker="b")

    assert not jobs.move(slow, JobStatus.DONE)
    taken.refresh_from_db()
    assert (JobStatus.RUNNING, "b") == (taken.status, taken.worker)


@pytest.mark.parametrize("occupied", [JobStatus.RUNNING, JobStatus.UNKNOWN])
def test_a_device_with_a_running_or_unknown_job_takes_no_second_one(device: Device, occupied: JobStatus) -> None:
    put(device, occupied)
    second = queued(device)

    assert not jobs.claim(second, worker="b")
    second.refresh_from_db()
    assert (JobStatus.QUEUED, 0) == (second.status, second.attempts)


def test_the_database_itself_refuses_a_second_running_job(device: Device) -> None:
    put(device, JobStatus.UNKNOWN)
    second = queued(device)

    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=second.pk).update(status=JobStatus.RUNNING)


def test_a_settled_job_is_announced_once_after_the_commit(
    device: Device, django_capture_on_commit_callbacks: pytest.FixtureRequest
) -> None:
    heard = []

    def hear(job: Job, **_: object) -> None:
        heard.append((job.pk, job.status))

    job_finished.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        job = queued(device)
        jobs.claim(job, worker="a")
        jobs.move(job, JobStatus.DONE)

        assert [] == heard

    job_finished.disconnect(hear)
    assert [(job.pk, JobStatus.DONE)] == heard
