"""The chain tells what was done to it once the triggers are gone: by somebody who owns the database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation
from pytest_django import Settings

from devices import journal
from devices.journal import chain
from devices.models import JournalEntry

TABLE = JournalEntry._meta.db_table
COLUMNS = "at, kind, actor, subject, before, after, wire, key_id, prev_hash, hash"
triggers = import_module("devices.migrations.0002_journal")


@pytest.fixture
def rows(db: None) -> Iterator[None]:
    """Ten rows, and a database whose owner has dropped the triggers."""
    for number in range(1, 11):
        journal.add("test", f"thing:{number}", actor="petrova", before={"n": number - 1}, after={"n": number})
    triggers.run(connection, triggers.REMOVE)
    with translation.override("en"):
        yield


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def verify(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_journal", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def faults(*arguments: str) -> list[str]:
    told = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_journal", *arguments, stdout=StringIO(), stderr=told)
    return told.getvalue().splitlines()


def sign_anew(first: int, key: bytes = b"") -> None:
    """What a forger does: every hash from row *first* on computed again."""
    previous = JournalEntry.objects.get(seq=first - 1).hash if first > 1 else chain.GENESIS
    for entry in JournalEntry.objects.filter(seq__gte=first):
        entry.prev_hash = previous
        entry.hash = previous = chain.digest(entry, key)
        entry.save()


def test_an_untouched_journal_is_whole(rows: None) -> None:
    last = JournalEntry.objects.get(seq=10)

    assert f"The journal is whole: 10 rows, 0 of them signed. Head: 10 {last.hash}" == verify().strip()


@pytest.mark.usefixtures("db")
def test_an_empty_journal_is_whole() -> None:
    assert {"seq": 0, "hash": chain.GENESIS, "at": "", "count": 0} == json.loads(verify("--head"))


@pytest.mark.parametrize(
    "change",
    [
        "at = '2026-01-01 00:00:00+00:00'",
        "kind = 'other'",
        "actor = 'nobody'",
        "subject = 'thing:55'",
        "before = ''",
        "after = '{\"n\": 5}'",
        "wire = '0.000 > 2a 2a 3f'",
        "hash = repeat('0', 64)",
    ],
)
def test_a_change_of_any_column_is_found(rows: None, change: str) -> None:
    if connection.vendor == "sqlite":
        change = change.replace("repeat('0', 64)", "printf('%064d', 0)").replace("+00:00", "")
    execute(f"UPDATE {TABLE} SET {change} WHERE seq = 5")

    assert "row 5 was changed" in faults()[0]


@pytest.mark.parametrize("seq", [1, 5, 9])
def test_a_removed_row_is_found(rows: None, seq: int) -> None:
    execute(f"DELETE FROM {TABLE} WHERE seq = {seq}")

    assert [f"rows {seq} to {seq} are missing"] == faults()


def test_rows_that_moved_up_into_a_gap_are_found(rows: None) -> None:
    execute(f"DELETE FROM {TABLE} WHERE seq = 5")
    for seq in range(6, 11):
        execute(f"UPDATE {TABLE} SET seq = {seq - 1} WHERE seq = {seq}")

    assert "row 5 does not follow row 4: one of them was replaced or inserted" == faults()[0]


def test_an_inserted_row_is_found(rows: None) -> None:
    for seq in range(10, 4, -1):
        execute(f"UPDATE {TABLE} SET seq = {seq + 1} WHERE seq = {seq}")
    execute(f"INSERT INTO {TABLE} (seq, {COLUMNS}) SELECT 5, {COLUMNS} FROM {TABLE} WHERE seq = 4")

    assert "row 5 does not follow row 4: one of them was replaced or inserted" == faults()[0]


def test_rows_that_changed_places_are_found(rows: None) -> None:
    execute(
        f"UPDATE {TABLE} SET seq = 99 WHERE seq = 5",
        f"UPDATE {TABLE} SET seq = 5 WHERE seq = 6",
        f"UPDATE {TABLE} SET seq = 6 WHERE seq = 99",
    )
    found = faults()

    assert "row 5 does not follow row 4: one of them was replaced or inserted" == found[0]
    assert {"5", "6", "7"} == {fault.split()[1] for fault in found}


def test_a_row_that_was_changed_and_given_a_fitting_hash_breaks_at_the_next_one(rows: None) -> None:
    entry = JournalEntry.objects.get(seq=5)
    entry.actor = "nobody"
    entry.hash = chain.digest(entry, b"")
    entry.save()

    assert ["row 6 does not follow row 5: one of them was replaced or inserted"] == faults()


@pytest.mark.skipif("connection.vendor == 'postgresql'", reason="PostgreSQL keeps the type of a column")
@pytest.mark.parametrize("change", ["at = 'yesterday'", "at = 'x' || at", "kind = x'00ff'"])
def test_a_row_that_cannot_be_read_is_found(rows: None, change: str) -> None:
    execute(f"UPDATE {TABLE} SET {change} WHERE seq = 5")

    assert "5" in faults()[0] or "after row 4" in faults()[0]


def test_a_kept_head_finds_a_removed_end(rows: None, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(verify("--head"))

    assert "whole" in verify("--against", str(kept))
    journal.add("more", "")
    assert "whole" in verify("--against", str(kept))

    execute(f"DELETE FROM {TABLE} WHERE seq > 8")

    assert "whole" in verify()
    assert "the kept head is row 10, and there is no such row" in faults("--against", str(kept))[0]


def test_a_kept_head_finds_a_journal_that_was_written_anew(rows: None, tmp_path: Path) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(verify("--head"))
    execute(f"UPDATE {TABLE} SET actor = 'nobody' WHERE seq = 5")
    sign_anew(5)

    assert "whole" in verify()
    assert "another hash for row 10" in faults("--against", str(kept))[0]


def test_the_head_of_a_broken_chain_is_not_exported(rows: None) -> None:
    execute(f"UPDATE {TABLE} SET actor = 'nobody' WHERE seq = 5")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_journal", "--head", stdout=out, stderr=StringIO())

    assert "" == out.getvalue()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"seq": "x", "hash": ""}'])
def test_a_file_that_is_no_head_is_said_to_be_none(rows: None, tmp_path: Path, text: str) -> None:
    kept = tmp_path / "head.json"
    kept.write_text(text)
    with pytest.raises(CommandError, match=r"head\.json"):
        verify("--against", str(kept))


def test_with_a_key_nobody_without_it_can_write_the_chain_anew(rows: None, settings: Settings) -> None:
    settings.KKT_JOURNAL_KEYS = ["long and random"]
    journal.add("signed", "")

    assert "11 rows, 1 of them signed" in verify()
    execute(f"UPDATE {TABLE} SET actor = 'nobody' WHERE seq = 5")
    sign_anew(5)

    assert ["row 11 was changed (signed )"] == faults()
    execute(f"UPDATE {TABLE} SET key_id = '' WHERE seq = 11")
    sign_anew(5)
    journal.add("signed", "")
    journal.add("signed", "")
    execute(f"UPDATE {TABLE} SET key_id = '' WHERE seq = 13")

    assert ["row 13 is not signed, though earlier ones are"] == faults()


def test_older_keys_check_older_rows(rows: None, settings: Settings) -> None:
    settings.KKT_JOURNAL_KEYS = ["first"]
    journal.add("signed", "")
    settings.KKT_JOURNAL_KEYS = ["second", "first"]
    journal.add("signed", "")

    assert "12 rows, 2 of them signed" in verify()
    settings.KKT_JOURNAL_KEYS = ["second"]

    assert ["row 11 is signed with a key that KKT_JOURNAL_KEY does not hold"] == faults()


def test_the_hash_is_what_the_documentation_says(db: None) -> None:
    import hashlib

    journal.add("test", "thing:1", actor="Петрова", after={"sum": 14000})
    entry = JournalEntry.objects.get()
    documented = json.dumps(
        [
            "kktoffice journal 1",
            1,
            f"{entry.at:%Y-%m-%dT%H:%M:%S.%f}+00:00",
            "test",
            "Петрова",
            "thing:1",
            "",
            '{"sum":14000}',
            "",
            "",
            "0" * 64,
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )

    assert hashlib.sha256(documented.encode()).hexdigest() == entry.hash


def test_a_long_journal_is_read_in_constant_memory_and_says_how_far_it_is(
    rows: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tracemalloc

    from devices.journal import verifying
    from devices.management.commands import verify_journal

    with journal.atomic():
        for number in range(1000):
            journal.add("test", f"thing:{number}", after={"text": "x" * 1000})
    monkeypatch.setattr(verifying, "CHUNK", 50)
    monkeypatch.setattr(verify_journal, "PROGRESS_SECONDS", 0.0)
    told = StringIO()
    tracemalloc.start()
    call_command("verify_journal", stdout=StringIO(), stderr=told)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert "50 of 1010 rows" == told.getvalue().splitlines()[0]
    assert peak < 700_000
