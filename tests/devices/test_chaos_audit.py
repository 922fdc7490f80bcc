"""The audit of a chaos run finds what is wrong: each kind of difference is made by hand and must be told."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from devices import alarms, jobs, watch
from devices.commands import CashIn, CloseShift, XReport
from devices.errors import ErrorCode
from devices.models import Device, FiscalDocument, Job, JobEvent, JournalEntry, Shift
from devices.services import enqueue
from devices.simulator.archive import Archive
from devices.states import JobStatus
from kktoffice.chaos.asks import Ask, draw
from kktoffice.chaos.audit import Audit
from kktoffice.chaos.blows import OF_DEVICES, of_device, of_processes
from kktoffice.chaos.clients import Answer, Book
from kktoffice.chaos.directors import ProcessDirector
from kktoffice.chaos.town import Till
from kktoffice.chaos.town import Town as ChaosTown
from kktoffice.processes import Family
from tests.devices.asking import sale
from tests.devices.virtual import Shop, open_shop, shop

__all__ = ["open_shop", "shop"]
Town = tuple[Till, list[Ask], Book]


@pytest.fixture
def sold(shop: Shop) -> Town:
    """Two sales and a cash in, done on a virtual device, and what the clients were told."""
    asks, book = [], Book()
    for number, command in enumerate((sale(14000), sale(25000), CashIn(sum=500))):
        enqueue(device=shop.row, command=command, source="api:1", key=f"c{number}")
        total = getattr(command, "total", 0)
        kind, cash = ("sell", total) if total else ("cash_in", 500)
        asks.append(Ask(tr_id=f"c{number}", till=0, kind=kind, body={}, total=total, cash=cash))
    shop.run(CashIn(sum=1))
    asks.append(Ask(tr_id="", till=0, kind="cash_in", body={}, cash=1))
    for job in Job.objects.exclude(key=""):
        row = job.documents.filter(document_type=3).first()
        fiscal = row and {"fn_number": row.fn_number, "fd_number": row.fd_number, "fpd": str(row.fpd)}
        book.note(job.key, answer(job, fiscal=fiscal))
    folder = shop.device.directory
    till = Till(
        number=0,
        site="shop",
        folder=folder,
        fn=shop.device.options.fn,
        url=shop.row.url,
        transport=3,
        control=("", 0),
        pk=shop.row.pk,
    )
    return till, asks, book


@pytest.fixture
def closed(sold: Town, shop: Shop) -> Town:
    """The same, and the shift was closed."""
    enqueue(device=shop.row, command=CloseShift(), source="system", key="z")
    watch.look(shop.row.site.code)
    return sold


def answer(job: Job, **told: Any) -> Answer:
    body = {"id": str(job.public_id), "status": job.status, "fiscal": None, **told}
    return Answer(method="POST", status=201, body=body)


def kinds(town: Town) -> set[str]:
    till, asks, book = town
    return {difference.kind for difference in Audit([till], asks, book, "api:1").differences()}


def first() -> Job:
    job = Job.objects.filter(kind="receipt").order_by("pk").first()
    assert job is not None
    return job


def copied(town: Town, *, mark: bytes | None = None) -> None:
    """The last receipt stands in the archive once more."""
    archive = Archive(town[0].folder / "archive.fn")
    document = archive.get(archive.last_fd)
    assert document is not None
    body = document.tlv
    if mark is not None:
        own = str(Job.objects.get(key="c1").payload["mark"]).encode()
        body = body.replace(own, mark)
    meta = dataclasses.replace(document.meta, fd=archive.last_fd + 1)
    archive.append(dataclasses.replace(document, meta=meta, tlv=body))
    archive.close()


def cut_off(town: Town) -> None:
    """The archive ends before the last receipt."""
    path = town[0].folder / "archive.fn"
    data = path.read_bytes()
    path.write_bytes(data[: data.rindex(b"FDOC")])


def swapped(town: Town) -> None:
    one, two = Job.objects.filter(kind="receipt").order_by("pk")
    one.payload["mark"], two.payload["mark"] = two.payload["mark"], one.payload["mark"]
    for job in (one, two):
        job.save(update_fields=["payload"])


def drawer_opened(town: Town) -> None:
    path = town[0].folder / "state.json"
    state = json.loads(path.read_text())
    path.write_text(json.dumps(state | {"cash": state["cash"] + 100}))


def other_sum(town: Town) -> None:
    job = first()
    Job.objects.filter(pk=job.pk).update(payload=job.payload | {"total": 14100})


def told_otherwise(town: Town) -> None:
    told = town[2].answers["c0"][0]
    town[2].note("c0", dataclasses.replace(told, body={**told.body, "fiscal": {"fd_number": 77}}))


def told_two_jobs(town: Town) -> None:
    told = town[2].answers["c0"][0]
    town[2].note("c0", dataclasses.replace(told, body={**told.body, "id": "another"}))


def taken_back(town: Town) -> None:
    town[2].note("c0", answer(first(), status="cancelled"))


def forgotten(town: Town) -> None:
    town[2].note("c9", Answer(method="POST", status=202, body={"id": "x", "status": "queued"}))
    town[1].append(Ask(tr_id="c9", till=0, kind="sell", body={}))


def status(value: JobStatus) -> Callable[[Town], None]:
    def change(town: Town) -> None:
        Job.objects.filter(pk=first().pk).update(status=value)

    return change


def given_up(town: Town, value: JobStatus, **wish: Any) -> None:
    """A sale that never reached the device, and was asked for with *wish*."""
    town[1].append(Ask(tr_id="c8", till=0, kind="sell", body={}, **wish))
    device = Device.objects.get()
    job = enqueue(device=device, command=sale(), source="api:1", key="c8", deadline=timezone.now())[0]
    assert jobs.move(job, value)


def test_what_was_taken_back_is_no_difference(sold: Town) -> None:
    given_up(sold, JobStatus.CANCELLED, cancels=True)
    assert set() == kinds(sold)


def test_what_waited_too_long_is_no_difference(sold: Town) -> None:
    given_up(sold, JobStatus.EXPIRED, ttl=1.0)
    assert set() == kinds(sold)


def test_a_quiet_day_has_no_difference(sold: Town) -> None:
    assert set() == kinds(sold)


@pytest.mark.parametrize(
    ("harm", "kind"),
    [
        (cut_off, "lost"),
        (forgotten, "lost"),
        (copied, "doubled"),
        (lambda town: copied(town, mark=b"AAAABBBBCCCCDDDD"), "doubled"),
        (told_two_jobs, "doubled"),
        (other_sum, "wrong total"),
        (status(JobStatus.FAILED), "wrong state"),
        (status(JobStatus.CANCELLED), "wrong state"),
        (lambda town: given_up(town, JobStatus.CANCELLED), "wrong state"),
        (lambda town: given_up(town, JobStatus.EXPIRED), "wrong state"),
        (taken_back, "wrong state"),
        (status(JobStatus.UNKNOWN), "unknown"),
        (status(JobStatus.QUEUED), "stuck"),
        (status(JobStatus.RUNNING), "stuck"),
        (swapped, "order"),
        (drawer_opened, "cash"),
        (told_otherwise, "answer"),
        (lambda town: FiscalDocument.objects.filter(total=25000).delete(), "not kept"),
    ],
)
def test_what_is_wrong_is_told(sold: Town, harm: Callable[[Town], None], kind: str) -> None:
    harm(sold)

    assert kind in kinds(sold)


def counted_wrong(_: Shop) -> None:
    shift = Shift.objects.get()
    shift.totals["sell"]["sum"] += 100
    shift.save()


def still_open(_: Shop) -> None:
    Shift.objects.update(closed_at=None)


def alarmed(shop: Shop) -> None:
    shift = Shift.objects.get()
    alarms.rise(shop.row, ErrorCode.SHIFT_TOTALS_DIFFER, f"shift:{shift.fn_number}/{shift.number}", diff=1)


def never_seen(shop: Shop) -> None:
    FiscalDocument.objects.filter(fn_number=shop.row.fn_number, total=25000).delete()


def test_a_closed_shift_that_agrees_is_no_difference(closed: Town) -> None:
    assert Shift.objects.get().closed_at
    assert set() == kinds(closed)


@pytest.mark.parametrize(
    ("harm", "kind"),
    [(counted_wrong, "sums"), (still_open, "sums"), (never_seen, "sums"), (alarmed, "alarm"), (never_seen, "alarm")],
)
def test_what_is_wrong_with_a_shift_is_told(closed: Town, shop: Shop, harm: Callable[[Shop], None], kind: str) -> None:
    harm(shop)

    assert kind in kinds(closed)


def unchained() -> None:
    """As somebody would do it who owns the database."""
    triggers = import_module("devices.migrations.0002_journal")
    triggers.run(connection, triggers.REMOVE)
    JournalEntry.objects.filter(seq=2).update(actor="nobody")
    triggers.run(connection, triggers.INSTALL)


def unnoted() -> None:
    """An ending that was written past the journal."""
    job = enqueue(device=Device.objects.get(), command=XReport(), source="test", key="x")[0]
    Job.objects.filter(pk=job.pk).update(status=JobStatus.DONE)


def stepped_over() -> None:
    """A job whose course lacks a step."""
    JobEvent.objects.filter(job=first(), to_status=JobStatus.RUNNING).delete()


@pytest.mark.parametrize("harm", [unchained, unnoted, stepped_over])
def test_a_journal_that_was_changed_or_passed_by_is_told(sold: Town, harm: Callable[[], None]) -> None:
    harm()

    assert {"journal"} == kinds(sold)


def test_a_seed_draws_the_same_wishes_and_blows() -> None:
    def drawn(seed: int) -> list[object]:
        asks: list[object] = [*draw(seed, client=1, till=0, receipts=50)]
        device, processes = of_device(seed, 0), of_processes(seed, database=True, is_long=True)
        return asks + [next(device) for _ in range(60)] + [next(processes) for _ in range(30)]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)


def test_every_drawn_fault_is_one_that_a_device_knows() -> None:
    from devices.simulator.trouble.troubles import KINDS, parse

    blows = [next(of) for of in (of_device(3, 0), of_device(3, 1, web=True)) for _ in range(len(OF_DEVICES) * 20)]

    nobody_sells = {"marking"}
    assert set(KINDS) - nobody_sells == {parse(fault).kind for blow in blows for fault in blow.faults}


def test_every_drawn_misfortune_of_a_process_can_happen() -> None:
    processes = of_processes(3, database=True, is_long=True)
    drawn = {next(processes)[0].kind for _ in range(30)}

    assert {"worker_killed", "redis_emptied", "database_killed", "worker_zombie"} < drawn
    assert all(callable(getattr(ProcessDirector, kind)) for kind in drawn)


def test_a_device_that_is_killed_leaves_no_name_behind(tmp_path: Path) -> None:
    with Family() as family:
        town = ChaosTown(family, tmp_path, sites=1)
        till = town.tills[0]
        town.start_till(till)
        assert Path(till.url).is_symlink()

        town.kill_till(till)

        assert not Path(till.url).is_symlink()
        town.start_till(till)
        assert till.ask(do="status")["url"] == till.url


def test_a_folder_of_a_town_tells_each_fn_apart(sold: Town, shop: Shop) -> None:
    from devices.simulator.storages import replace_fn
    from kktoffice.chaos.archives import read

    replace_fn(shop.device, "9999078900007777")
    found: dict[str, list[int]] = {}
    for kept in read(Path(sold[0].folder)):
        found.setdefault(kept.fn, []).append(kept.fd)

    assert {"9999078900007777": [1], shop.row.fn_number: [1, 2, 3, 4]} == found
