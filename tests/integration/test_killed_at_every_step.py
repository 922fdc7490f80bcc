"""
kill -9 of the worker at every single step of every fiscal command: the next start settles it, once, from the archive.

Its recovery is killed too, at every fifth step; so is everything on PostgreSQL, where a death costs four times as much.
KKT_KILL_BYTES=1 leaves no step out, also kills the commands after every byte that is sent, and takes half an hour.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from django.db import connection, transaction

from devices import line, ports, resolve
from devices.commands import Baseline, CashIn, CashOut, CloseShift, Command, FiscalData, OpenShift, RegisterReceipt
from devices.ffd import DocumentType, ReceiptType
from devices.models import Device, FiscalDocument, Job, JobEvent, Site
from devices.protocol.atol import wire
from devices.states import OCCUPYING, JobStatus
from tests.devices.asking import sale
from tests.integration.killing import killed_at
from tests.integration.settling import ask, settle
from tests.plugins.services import RunningDevice

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

BY_BYTE = bool(os.environ.get("KKT_KILL_BYTES"))
SOME = 1 if BY_BYTE else 5


@pytest.fixture
def device(
    transactional_db: None, virtual_device: Callable[..., RunningDevice], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Device]:
    monkeypatch.setattr(resolve, "SECOND_LOOK_SECONDS", 0.02)
    site = Site.objects.create(code="shop", name="Магазин")
    yield Device.objects.create(site=site, name="till", url=virtual_device().url, transport=3)
    ports.close()
    ports.forget()


def seen(device: Device, after: int) -> tuple[Baseline, list[FiscalData]]:
    """What the device itself says: its counters, and every document after number *after*."""
    with ports.take(device) as driver:
        now = driver.baseline()
        return now, [driver.read_document(number) for number in range(after + 1, now.last_fd + 1)]


def check_receipt(before: Baseline, now: Baseline, found: list[FiscalData], job: Job) -> None:
    command = job.command
    assert isinstance(command, RegisterReceipt)
    (document,) = found
    assert (command.mark, command.total, command.type.operation) == (document.mark, document.total, document.operation)
    back = command.type is ReceiptType.SELL_RETURN
    assert before.cash + (-command.total if back else command.total) == now.cash


def check_shift(before: Baseline, now: Baseline, found: list[FiscalData], job: Job) -> None:
    kinds = {"open_shift": DocumentType.SHIFT_OPEN, "close_shift": DocumentType.SHIFT_CLOSE}
    assert [kinds[job.kind]] == [data.document_type for data in found]
    assert before.shift_number + (job.kind == "open_shift") == now.shift_number


def check_cash(before: Baseline, now: Baseline, found: list[FiscalData], job: Job) -> None:
    moved = (
        now.cash_ins - before.cash_ins,
        now.cash_in_sum - before.cash_in_sum,
        now.cash_outs - before.cash_outs,
        now.cash_out_sum - before.cash_out_sum,
    )
    assert [] == found
    assert ((1, 700, 0, 0) if job.kind == "cash_in" else (0, 0, 1, 700)) == moved


def opened(device: Device) -> None:
    assert JobStatus.DONE == settle(ask(device, OpenShift()))


def closed(device: Device) -> None:
    assert JobStatus.DONE == settle(ask(device, CloseShift()))


CASES: dict[str, tuple[Command, Callable[[Device], None], Callable[..., None]]] = {
    "sale": (sale(), lambda device: None, check_receipt),
    "return": (dataclasses.replace(sale(), type=ReceiptType.SELL_RETURN), lambda device: None, check_receipt),
    "cash in": (CashIn(sum=700), lambda device: None, check_cash),
    "cash out": (CashOut(sum=700), lambda device: None, check_cash),
    "shift open": (OpenShift(), closed, check_shift),
    "shift close": (CloseShift(), opened, check_shift),
}


@pytest.mark.parametrize("name", CASES)
def test_a_worker_killed_at_any_step_does_it_once(device: Device, name: str) -> None:
    command, prepare, check = CASES[name]
    opened(device)
    assert JobStatus.DONE == settle(ask(device, CashIn(sum=100_000_000)))
    known = {data.fd_number for data in seen(device, 0)[1]} - set(
        FiscalDocument.objects.values_list("fd_number", flat=True)
    )
    for number in itertools.count(step=SOME if connection.vendor == "postgresql" else 1):
        prepare(device)
        before, _ = seen(device, 2**31)
        job = ask(device, command)
        was_killed = killed_at(number, lambda: line.run_line("shop"), by_byte=BY_BYTE)

        assert JobStatus.DONE == settle(job), (number, job.error_code, job.error_detail)
        now, found = seen(device, before.last_fd)
        check(before, now, found, job)
        assert [data.fpd for data in found] == list(
            FiscalDocument.objects.filter(job=job).values_list("fpd", flat=True)
        )
        assert not Job.objects.filter(status__in=[*OCCUPYING, JobStatus.QUEUED]).exists()
        assert not Device.objects.exclude(hold_code="").exists()
        if not was_killed:
            break
    kept = set(FiscalDocument.objects.values_list("fd_number", flat=True))
    assert {data.fd_number for data in seen(device, 0)[1]} == kept | known
    in_doubt = JobEvent.objects.filter(from_status=JobStatus.RUNNING, to_status=JobStatus.UNKNOWN).count()
    print(f"{name}: killed at steps up to {number}, {in_doubt} outcomes in doubt")
    assert 0 < in_doubt < number


@pytest.mark.parametrize("code", [wire.OPEN_RECEIPT.code, wire.CLOSE_RECEIPT.code], ids=["absent", "registered"])
def test_a_recovery_killed_at_any_step_is_taken_up_again(device: Device, code: int) -> None:
    opened(device)
    for number in itertools.count(step=SOME):
        before, _ = seen(device, 2**31)
        job = ask(device, sale())
        assert killed_at(-1, lambda: line.run_line("shop"), code=code)

        was_killed = killed_at(number, partial(settle, job))

        assert JobStatus.DONE == settle(job), (number, job.error_code, job.error_detail)
        now, found = seen(device, before.last_fd)
        check_receipt(before, now, found, job)
        if not was_killed:
            break
    print(f"killed at steps up to {number} of the recovery")
    assert 20 < number


def test_a_clients_own_mark_is_known_again_in_the_devices_letters(device: Device) -> None:
    opened(device)
    before, _ = seen(device, 2**31)
    job = ask(device, sale(mark="№ 7 «да» — 🙂 ок"))
    assert killed_at(-1, lambda: line.run_line("shop"), code=wire.CLOSE_RECEIPT.code)

    assert JobStatus.DONE == settle(job), (job.error_code, job.error_detail)
    _, (document,) = seen(device, before.last_fd)
    assert '№ 7 "да" —   ок' == document.mark
    assert 1 == job.attempts


def test_a_dead_fork_leaves_no_transaction_in_the_process_that_it_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event loop, as a browser's tests leave it in their thread, hides a connection that the fork sees again."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    Site.objects.create(code="shop", name="Магазин")

    @transaction.atomic
    def rename() -> None:
        Site.objects.update(name="Склад")

    async def kill() -> bool:
        return killed_at(0, rename)

    def name_after_kill() -> str:
        connection.ensure_connection()
        try:
            assert asyncio.run(kill())
            return Site.objects.get().name
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as thread:  # where no other loop runs
        name = thread.submit(name_after_kill).result()

    assert "Магазин" == name
