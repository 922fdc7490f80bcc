"""
Adding to the journal: in the transaction of what is noted, and last in it.

The end of the chain is one for all processes, so it is locked: on PostgreSQL by an advisory lock that ends with the
transaction, on SQLite by the transaction itself (IMMEDIATE, decision 0004). Notes are therefore kept until `atomic`
ends and written together: the lock is held for two statements and the commit, and nobody who has it waits for a row of
somebody else, which would be a deadlock.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from devices import lease
from devices.journal import chain, clean, origin, wire
from devices.models import JournalEntry
from devices.protocol.exchange import Exchange

LOCK = 0x6B6B746A  # pg_advisory_xact_lock: a number of our own
PATIENCE = "20s"  # as long as SQLite's; a process that hangs with the lock stops nobody for ever
# In SQL, since every sale passes here four times: half the time of the same by the ORM.
_TABLE = JournalEntry._meta.db_table
_FIELDS = [field for field in JournalEntry._meta.concrete_fields if field.column]
_LAST = f"SELECT seq, hash FROM {_TABLE} ORDER BY seq DESC LIMIT 1"  # noqa: S608 our own names
_INSERT = f"INSERT INTO {_TABLE} ({', '.join(str(field.column) for field in _FIELDS)}) VALUES "  # noqa: S608
_ROW = f"({', '.join(['%s'] * len(_FIELDS))})"


class _Notes(threading.local):
    """What the transaction of this thread has noted so far; None outside `atomic`."""

    kept: list[JournalEntry] | None = None


_notes = _Notes()


@contextmanager
def atomic(*, savepoint: bool = True) -> Iterator[None]:
    """
    A database transaction whose notes are written at its end; nested it is a savepoint that may be rolled back with
    its notes. Also a decorator. Without a *savepoint* a nested one that fails takes the whole transaction with it.

    Inside a transaction that is not ours (the admin's) they are written when this block ends, and the lock stays until
    that one does: let it be short.
    """
    kept = _notes.kept
    with transaction.atomic(savepoint=savepoint):
        if kept is not None:
            before = len(kept)
            try:
                yield
            except BaseException:
                del kept[before:]
                raise
            return
        notes: list[JournalEntry] = []
        _notes.kept = notes
        try:
            yield
        finally:
            _notes.kept = None
        if notes:
            _write(notes)


def add(
    kind: str,
    subject: str,
    *,
    actor: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    exchanges: Sequence[Exchange] = (),
) -> None:
    """
    Note that *kind* happened to *subject* ("job:7"): *actor* did it, by default this process. It is kept if and only if
    the transaction around it is. What a request caused also says in *after* where the request came from.
    """
    asked_from = origin.known()
    if asked_from:
        after = {**(after or {}), **asked_from}
    entry = JournalEntry(
        kind=kind,
        actor=clean.text(actor or lease.owner(), 150),
        subject=clean.text(subject, 80),
        before=clean.dump(before),
        after=clean.dump(after),
        wire=wire.dump(exchanges),
    )
    if _notes.kept is not None:
        _notes.kept.append(entry)
        return
    with transaction.atomic():
        _write([entry])


def _write(notes: list[JournalEntry]) -> None:
    """Chain *notes* to the last row. Whoever else writes waits here until our transaction ends."""
    connection = transaction.get_connection()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s)", [PATIENCE, LOCK])
        cursor.execute(_LAST)
        seq, last = cursor.fetchone() or (0, chain.GENESIS)
        key_id, key = chain.signing_key()
        at = timezone.now()  # the order of rows is the order of times
        for entry in notes:
            seq += 1
            entry.seq, entry.at, entry.key_id, entry.prev_hash = seq, at, key_id, last
            entry.hash = last = chain.digest(entry, key)
        for some in _batches(notes):
            values = [
                field.get_db_prep_save(getattr(entry, field.attname), connection) for entry in some for field in _FIELDS
            ]
            cursor.execute(_INSERT + ", ".join([_ROW] * len(some)), values)


def _batches(notes: list[JournalEntry]) -> Iterator[list[JournalEntry]]:
    """As many rows as one statement takes on every database: SQLite's oldest limit is 999 values."""
    size = 999 // len(_FIELDS)
    for start in range(0, len(notes), size):
        yield notes[start : start + size]
