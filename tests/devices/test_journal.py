"""Writing the journal: what is noted when, in which transaction, and what the database refuses afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from devices import jobs, journal, line, monitor
from devices.commands import Command, XReport
from devices.errors import ErrorCode, LinkError, OutcomeUnknown
from devices.journal import chain, writing
from devices.journal.verifying import Reading
from devices.models import Device, Job, JournalEntry
from devices.services import cancel, enqueue
from devices.states import JobStatus
from devices.watch import look_at_devices
from tests.devices.asking import queued
from tests.devices.memory_device import MemoryDevice, Step

TABLE = JournalEntry._meta.db_table


def kinds(subject: str = "") -> list[str]:
    rows = JournalEntry.objects.order_by("seq")
    return list((rows.filter(subject=subject) if subject else rows).values_list("kind", flat=True))


@pytest.mark.usefixtures("db")
def test_rows_are_numbered_without_a_gap_and_each_holds_the_hash_of_the_one_before() -> None:
    for number in range(3):
        journal.add("test", f"thing:{number}")
    first, second, third = JournalEntry.objects.all()

    assert [1, 2, 3] == [first.seq, second.seq, third.seq]
    assert [chain.GENESIS, first.hash, second.hash] == [first.prev_hash, second.prev_hash, third.prev_hash]
    assert [] == list(Reading())


@pytest.mark.usefixtures("db")
def test_notes_of_a_transaction_are_written_together_at_its_end(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with journal.atomic():
        journal.add("first", "")
        with journal.atomic():
            journal.add("second", "")

        assert [] == kinds()
    with django_assert_num_queries(5 if connection.vendor == "postgresql" else 4), journal.atomic():  # two: savepoint
        journal.add("third", "")
        journal.add("fourth", "")

    assert ["first", "second", "third", "fourth"] == kinds()


def note_and_fail() -> None:
    with journal.atomic():
        journal.add("lost", "")
        raise ZeroDivisionError


@pytest.mark.usefixtures("db")
def test_what_was_rolled_back_was_not_noted() -> None:
    with journal.atomic():
        journal.add("kept", "")
        with pytest.raises(ZeroDivisionError):
            note_and_fail()
    with pytest.raises(ZeroDivisionError):
        note_and_fail()
    journal.add("after", "")

    assert ["kept", "after"] == kinds()


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    "statement",
    [
        f"UPDATE {TABLE} SET actor = 'nobody' WHERE seq = 2",
        f"UPDATE {TABLE} SET seq = 9 WHERE seq = 3",
        f"DELETE FROM {TABLE}",
        f"DELETE FROM {TABLE} WHERE seq = 3",
        # a row that is there, a gap, and one that does not follow
        f"INSERT INTO {TABLE} SELECT * FROM {TABLE} WHERE seq = 2",
        f"INSERT INTO {TABLE} SELECT 5, at, kind, actor, subject, before, after, wire, key_id, prev_hash, hash"
        f" FROM {TABLE} WHERE seq = 3",
        f"INSERT INTO {TABLE} SELECT 4, at, kind, actor, subject, before, after, wire, key_id, prev_hash, hash"
        f" FROM {TABLE} WHERE seq = 3",
    ],
)
def test_the_database_refuses_to_change_the_journal(statement: str) -> None:
    for _ in range(3):
        journal.add("test", "")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert [] == list(Reading())
    assert 3 == JournalEntry.objects.count()


@pytest.mark.usefixtures("db")
def test_each_database_refuses_its_own_way_round() -> None:
    journal.add("test", "")
    ways = {
        "postgresql": [f"TRUNCATE {TABLE}", f"SET LOCAL session_replication_role = replica; DELETE FROM {TABLE}"],
        "sqlite": [
            f"INSERT OR REPLACE INTO {TABLE} SELECT * FROM {TABLE}",
            f"REPLACE INTO {TABLE} SELECT * FROM {TABLE}",
        ],
    }[connection.vendor]
    for statement in ways:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    assert 1 == JournalEntry.objects.count()


@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="the test's own transaction has SQLite's only write lock")
def test_a_process_that_hangs_with_the_lock_stops_nobody_for_ever(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PATIENCE", "100ms")
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [writing.LOCK])
    with pytest.raises(DatabaseError, match="lock timeout"):
        journal.add("test", "")
    other.close()
    journal.add("test", "")

    assert ["test"] == kinds()


def test_a_sale_leaves_its_course_its_documents_and_its_asker(device: Device, memory: MemoryDevice) -> None:
    job = queued(device, actor="petrova")
    line.run_line("shop")
    rows = JournalEntry.objects.in_bulk(field_name="seq")
    stored = [row.subject for row in rows.values() if row.kind == "document.stored"]
    done = JournalEntry.objects.get(kind="job.done")

    assert ["job.queued", "job.running", "job.baseline", "job.baseline", "job.done"] == kinds(f"job:{job.pk}")
    assert [f"document:{memory.fn_number}/1", f"document:{memory.fn_number}/2"] == stored
    assert "petrova" == JournalEntry.objects.get(kind="job.queued").actor
    assert '"attempts":1,"status":"running"' in done.before
    assert f'"document":"{memory.fn_number}/2"' in done.after
    assert [] == list(Reading())


def test_a_move_that_another_process_made_first_is_not_noted(device: Device) -> None:
    job = queued(device)
    Job.objects.update(attempts=7)

    assert not jobs.move(job, JobStatus.CANCELLED)
    assert ["job.queued"] == kinds()


def test_taking_a_job_back_is_noted_with_the_person(device: Device) -> None:
    cancel(job=queued(device), actor="petrova")
    row = JournalEntry.objects.get(kind="job.cancelled")

    assert "petrova" == row.actor
    assert '"error_code":"cancelled_by_person"' in row.after


def test_an_unknown_outcome_and_the_hold_are_noted(device: Device, memory: MemoryDevice) -> None:
    def vanish(command: Command | None) -> None:
        raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, "no answer")

    memory.faults[Step.WRITTEN] = vanish
    job = queued(device)
    line.run_line("shop")

    assert "job.unknown" == kinds(f"job:{job.pk}")[-1]
    assert "device.hold" == kinds(f"device:{device.pk}")[-1]


def test_a_worker_that_dies_leaves_the_row_of_its_baseline(device: Device, memory: MemoryDevice) -> None:
    def die(command: Command | None) -> None:
        raise SystemExit

    memory.faults[Step.WRITTEN] = die
    job = queued(device)
    with pytest.raises(SystemExit):
        line.run_line("shop")
    died_after = kinds(f"job:{job.pk}")
    memory.faults.clear()
    line.run_line("shop")

    assert ["job.queued", "job.running", "job.baseline"] == died_after
    assert "job.unknown" == kinds(f"job:{job.pk}")[-1]
    assert memory.fn_number in JournalEntry.objects.get(kind="job.baseline").after
    assert [] == list(Reading())


def test_a_devices_link_identity_and_holds_are_noted_when_they_change(
    device: Device, memory: MemoryDevice, add_device: Callable[..., Device]
) -> None:
    enqueue(device=device, command=XReport(), source="test")
    line.run_line("shop")
    monitor.lost(device, LinkError(ErrorCode.LINK_LOST, "gone"))
    monitor.lost(device, LinkError(ErrorCode.LINK_LOST, "gone"))
    device.refresh_from_db()
    monitor.adopt(device, actor="petrova")
    rows = JournalEntry.objects.filter(subject=f"device:{device.pk}")

    assert ["device.identity", "device.link", "device.hold", "device.identity", "device.hold"] == [r.kind for r in rows]
    assert memory.serial_number in rows[0].after
    assert ["petrova", "petrova"] == [rows[3].actor, rows[4].actor]


@pytest.mark.usefixtures("db")
def test_a_poll_that_finds_nothing_new_writes_no_row(device: Device, memory: MemoryDevice) -> None:
    look_at_devices("shop")
    before = JournalEntry.objects.count()
    look_at_devices("shop")

    assert before == JournalEntry.objects.count()


def test_every_kind_of_row_is_explained() -> None:
    project = Path(__file__).resolve().parents[2]
    calls = re.compile(r"journal\.add\(\s*\"([a-z._]+)\"")
    sources = [path for app in ("devices", "receipts", "kktoffice") for path in (project / app).rglob("*.py")]
    known = {kind for path in sources for kind in calls.findall(path.read_text())}
    known |= {f"job.{status}" for status in JobStatus}
    explained = set(re.findall(r"`([a-z]+\.[a-z_]+)`", (project / "docs" / "journal.md").read_text()))

    assert {"job.baseline", "document.stored", "api.key"} <= known
    assert set() == known - explained
