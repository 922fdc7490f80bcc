"""
A real worker process, a real Redis, a real virtual device on a pseudo-terminal, and what happens when one of them
goes away.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection

from devices.commands import CashIn
from devices.doorbell import doorbell
from devices.drivers import connect
from devices.models import Device, FiscalDocument, Job, JobEvent, Site
from devices.services import enqueue
from devices.states import FINAL, JobStatus
from kktoffice.celery import app
from kktoffice.processes import Child, Family, free_port, manage, spawn, start_redis
from tests.devices.asking import queued
from tests.plugins.services import RunningDevice

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

StartWorker = Callable[..., Child]
StartDevice = Callable[..., RunningDevice]


@pytest.fixture
def site(transactional_db: None) -> Site:
    return Site.objects.create(code="shop", name="Магазин")


@pytest.fixture
def device(site: Site, virtual_device: StartDevice) -> Device:
    return Device.objects.create(site=site, name="till", url=virtual_device().url)


def settled(*jobs: Job, timeout: float = 15.0) -> list[str]:
    """The states of *jobs* once all are final, or when the patience ends."""
    deadline = time.monotonic() + timeout
    while True:
        states = dict(Job.objects.filter(pk__in=[job.pk for job in jobs]).values_list("pk", "status"))
        if all(JobStatus(state) in FINAL for state in states.values()) or time.monotonic() > deadline:
            return [states[job.pk] for job in jobs]
        time.sleep(0.02)


def wait_until(ready: Callable[[], bool], *, timeout: float = 15.0) -> None:
    deadline = time.monotonic() + timeout
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def start_worker(family: Family, child_environment: dict[str, str], tmp_path: Path) -> StartWorker:
    """`start_worker("shop", REDIS_URL=…)` starts a worker that may have to wait for the site's lease."""
    count = 0

    def start(code: str, **environment: str) -> Child:
        nonlocal count
        count += 1
        log = tmp_path / f"started-{count}.log"
        child = spawn(
            f"worker {count}", manage("site_worker", code), log=log, environment=child_environment | environment
        )
        family.add(child)
        child.wait_until(lambda: "watching" in log.read_text(), timeout=30)
        return child

    return start


def memory_of(pid: int) -> float:
    """Resident memory in MiB."""
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def test_a_sale_rings_and_is_registered(device: Device, redis_url: str, site_worker: StartWorker) -> None:
    worker = site_worker("shop")
    time.sleep(1)  # the worker's own look, two seconds apart, must not be what finds the job
    started = time.monotonic()
    job = queued(device)

    assert [JobStatus.DONE] == settled(job)
    print(f"accepted to settled {time.monotonic() - started:.3f} s, worker {memory_of(worker.pid):.0f} MiB")
    assert 14000 == FiscalDocument.objects.get(job=job, document_type=3).total
    assert memory_of(worker.pid) < 120


def test_a_doubled_ring_executes_nothing_twice(device: Device, redis_url: str, site_worker: StartWorker) -> None:
    site_worker("shop")
    job = queued(device)
    for _ in range(20):
        app.send_task("devices.run_line", args=("shop",), queue="site.shop")

    assert [JobStatus.DONE] == settled(job)
    time.sleep(0.5)
    assert 1 == FiscalDocument.objects.filter(document_type=3).count()
    job.refresh_from_db()
    assert 1 == job.attempts


def test_with_redis_away_a_sale_is_accepted_and_executed(
    device: Device,
    family: Family,
    child_environment: dict[str, str],
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nobody = f"redis://127.0.0.1:{free_port()}/0"
    monkeypatch.setattr(app.conf, "broker_url", nobody)
    monkeypatch.setattr(doorbell, "resting_until", 0.0)
    started = time.monotonic()
    job = queued(device)
    accepted = time.monotonic() - started

    start_worker("shop", REDIS_URL=nobody)

    assert accepted < 1
    assert [JobStatus.DONE] == settled(job, timeout=10)


def test_redis_may_die_and_be_empty_when_it_comes_back(
    device: Device, family: Family, tmp_path: Path, start_worker: StartWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis, url = start_redis(tmp_path / "redis", log=tmp_path / "redis.log")
    family.add(redis)
    monkeypatch.setattr(app.conf, "broker_url", url)
    monkeypatch.setattr(doorbell, "resting_until", 0.0)
    worker = start_worker("shop", REDIS_URL=url)
    first = queued(device)
    assert [JobStatus.DONE] == settled(first)

    redis.process.kill()
    redis.process.wait()
    started = time.monotonic()
    second = queued(device)

    assert [JobStatus.DONE] == settled(second, timeout=10)
    assert time.monotonic() - started < 10
    assert worker.is_alive


def test_a_second_worker_of_a_site_touches_nothing_and_takes_over_when_the_first_dies(
    device: Device, site_worker: StartWorker, start_worker: StartWorker
) -> None:
    first = site_worker("shop")
    second = start_worker("shop")
    jobs = [queued(device) for _ in range(10)]

    assert [JobStatus.DONE] * 10 == settled(*jobs)
    assert 1 == len(set(Job.objects.values_list("worker", flat=True)))

    (owner,) = set(Job.objects.values_list("worker", flat=True))
    holder, other = (first, second) if f":{first.pid}:" in owner else (second, first)
    holder.process.kill()
    holder.process.wait()
    job = queued(device)

    assert [JobStatus.DONE] == settled(job)
    job.refresh_from_db()
    assert f":{other.pid}:" in job.worker
    assert 11 == FiscalDocument.objects.filter(document_type=3).count()


def test_sigterm_lets_the_job_at_hand_finish_leaves_the_rest_in_line_and_frees_the_site(
    device: Device, site_worker: StartWorker
) -> None:
    worker = site_worker("shop")
    jobs = [queued(device) for _ in range(100)]
    assert [JobStatus.DONE] == settled(jobs[0])

    worker.process.terminate()
    code = worker.process.wait(15)

    assert 0 == code
    assert not Job.objects.filter(status__in=[JobStatus.RUNNING, JobStatus.UNKNOWN]).exists()
    assert "" == Site.objects.get().lease_owner
    done = Job.objects.filter(status=JobStatus.DONE).count()
    assert 1 <= done < 100
    assert done == FiscalDocument.objects.filter(document_type=3).count()


@pytest.mark.parametrize("after", [0.0, 1.0])
def test_a_worker_killed_past_the_fence_loses_and_doubles_nothing(
    site: Site, virtual_device: StartDevice, start_worker: StartWorker, after: float
) -> None:
    device = Device.objects.create(site=site, name="till", url=virtual_device("--speed", "real").url)
    worker = start_worker("shop")
    asked = [queued(device), queued(device, 300), enqueue(device=device, command=CashIn(sum=700), source="test")[0]]
    wait_until(lambda: Job.objects.filter(status=JobStatus.RUNNING).exclude(baseline={}).exists())
    time.sleep(after)
    os.kill(worker.pid, signal.SIGKILL)
    worker.process.wait()

    second = start_worker("shop")
    assert [JobStatus.DONE] * 3 == settled(*asked, timeout=60)
    second.stop()
    assert JobEvent.objects.filter(to_status=JobStatus.UNKNOWN).exists()

    with connect(device.endpoint) as driver:
        archive = [driver.read_document(number + 1) for number in range(driver.last_document_number())]
        counters = driver.baseline()
    assert [14000, 300] == [data.total for data in archive if data.operation is not None]
    assert (1, 700) == (counters.cash_ins, counters.cash_in_sum)
    kept = FiscalDocument.objects.order_by("fd_number").values_list("fd_number", "fpd")
    assert [(data.fd_number, data.fpd) for data in archive[1:]] == list(kept)  # the first is the registration


def test_one_parent_serves_all_sites_and_restarts_a_dead_child(
    device: Device, virtual_device: StartDevice, start_worker: StartWorker
) -> None:
    parent = start_worker("--all")
    first = queued(device)
    assert [JobStatus.DONE] == settled(first)
    first.refresh_from_db()

    os.kill(int(first.worker.split(":")[1]), signal.SIGKILL)
    late = Site.objects.create(code="late", name="Позже")
    other = Device.objects.create(site=late, name="till", url=virtual_device("--serial", "00106900000043").url)
    second, third = queued(device), queued(other)

    assert [JobStatus.DONE] * 2 == settled(second, third, timeout=20)
    parent.process.terminate()
    assert 0 == parent.process.wait(15)
    assert {""} == set(Site.objects.values_list("lease_owner", flat=True))


@pytest.mark.skipif("not config.getoption('pg')", reason="SQLite has no connections to lose")
def test_a_worker_that_loses_its_database_connections_goes_on(device: Device, start_worker: StartWorker) -> None:
    worker = start_worker("shop")
    jobs = [queued(device, 100 + number) for number in range(40)]
    for _ in range(5):
        time.sleep(0.3)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    assert [JobStatus.DONE] * 40 == settled(*jobs, timeout=60)
    assert worker.is_alive
    worker.stop()
    with connect(device.endpoint) as driver:
        archive = [driver.read_document(number + 1) for number in range(driver.last_document_number())]
    assert [job.payload["total"] for job in jobs] == [data.total for data in archive if data.operation is not None]
