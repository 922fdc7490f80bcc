"""`?wait=SECONDS`: the answer as soon as the job is settled, bounded, and without holding a transaction."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection

from devices.models import Device, Job
from devices.states import JobStatus
from receipts.api import limits
from tests.receipts.conftest import Send, sale
from tests.receipts.documents import registered

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def meanwhile(action: Any) -> Iterator[None]:
    """Run *action* in another thread with its own connection to the database."""

    def run() -> None:
        try:
            action()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(10)


def settle_as(status: JobStatus, settled: list[float]) -> None:
    while (job := Job.objects.first()) is None:
        time.sleep(0.005)
    time.sleep(0.2)
    if status is JobStatus.DONE:
        registered(job)
    else:
        Job.objects.update(status=status, error_code="tax_mismatch")
    settled.append(time.monotonic())


def test_a_registered_receipt_is_answered_at_once_with_201(send: Send, device: Device) -> None:
    settled: list[float] = []
    with meanwhile(lambda: settle_as(JobStatus.DONE, settled)):
        answer = send("POST", "receipts/?wait=10", sale(device))
        late = time.monotonic() - settled[0]

    assert (201, "done", 4711) == (answer.status_code, answer.json()["status"], answer.json()["fiscal"]["fd_number"])
    assert late < 0.5


def test_a_failed_receipt_is_answered_at_once_with_202(send: Send, device: Device) -> None:
    settled: list[float] = []
    with meanwhile(lambda: settle_as(JobStatus.FAILED, settled)):
        answer = send("POST", "receipts/?wait=10", sale(device))
        late = time.monotonic() - settled[0]

    assert (202, "failed", "tax_mismatch") == (
        answer.status_code,
        answer.json()["status"],
        answer.json()["error"]["code"],
    )
    assert late < 0.5


def test_the_wait_ends_by_itself(send: Send, device: Device) -> None:
    start = time.monotonic()
    answer = send("POST", "receipts/?wait=0.3", sale(device))

    assert (202, "queued") == (answer.status_code, answer.json()["status"])
    assert 0.3 <= time.monotonic() - start < 2


def test_an_unknown_outcome_is_not_settled(send: Send, device: Device) -> None:
    settled: list[float] = []
    with meanwhile(lambda: settle_as(JobStatus.UNKNOWN, settled)):
        answer = send("POST", "receipts/?wait=0.6", sale(device))

    assert (202, "unknown") == (answer.status_code, answer.json()["status"])


def test_a_repeat_waits_too_and_stays_a_repeat(send: Send, device: Device) -> None:
    send("POST", "receipts/", sale(device))
    with meanwhile(lambda: settle_as(JobStatus.DONE, [])):
        answer = send("POST", "receipts/?wait=10", sale(device))

    assert (200, "done") == (answer.status_code, answer.json()["status"])


def test_a_get_may_wait(send: Send, device: Device) -> None:
    made = send("POST", "receipts/", sale(device)).json()
    with meanwhile(lambda: settle_as(JobStatus.DONE, [])):
        answer = send("GET", f"{made['links']['self']}?wait=10")

    assert "done" == answer.json()["status"]


def test_past_the_bound_of_waiters_the_answer_is_immediate(
    send: Send, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(limits, "_waiters", places)
    with places:
        start = time.monotonic()
        answer = send("POST", "receipts/?wait=30", sale(device))

    assert (202, "queued") == (answer.status_code, answer.json()["status"])
    assert time.monotonic() - start < 2


def test_a_waiter_gives_its_place_back(send: Send, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    places = threading.BoundedSemaphore(1)
    monkeypatch.setattr(limits, "_waiters", places)
    for each in range(3):
        send("POST", "receipts/?wait=0.05", sale(device, tr_id=str(each)))

    assert places.acquire(blocking=False)


def test_no_transaction_is_open_while_it_waits(send: Send, device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bool] = []

    def sleep(seconds: float) -> None:
        seen.append(connection.in_atomic_block)
        time.sleep(seconds)

    monkeypatch.setattr(limits, "pause", sleep)
    send("POST", "receipts/?wait=0.1", sale(device))

    assert seen
    assert not any(seen)


def test_two_requests_with_one_key_at_once_make_one_job(send: Send, device: Device) -> None:
    answers: list[Any] = []
    gate = threading.Barrier(4)

    def ask() -> None:
        gate.wait()
        answers.append(send("POST", "receipts/", sale(device)))

    with meanwhile(ask), meanwhile(ask), meanwhile(ask), meanwhile(ask):
        pass

    assert [200, 200, 200, 202] == sorted(answer.status_code for answer in answers)
    assert 1 == len({answer.json()["id"] for answer in answers})
    assert 1 == Job.objects.count()
