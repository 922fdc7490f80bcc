"""
Requests on disk, in the order in which they came: a restart of the server forgets none of them.

A request is a row: its sub-tasks, their results so far, and the number of the last document before the sub-task that is
under way. Source: atol-driver10-json.md 1.2.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from devices.simulator.web.errors import CANCELED, OK_WORDS, WORDS

FINAL = frozenset({"ready", "error", "interrupted", "canceled"})
KEEP = 720 * 3600  # seconds


def row(status: str, code: int = 0, words: str | None = None, result: dict[str, Any] | None = None) -> dict[str, Any]:
    """A result as it is kept; each generation shows it in its own words."""
    return {"status": status, "code": code, "words": OK_WORDS if words is None else words, "result": result}


@dataclass
class Request:
    """*results* has a row per sub-task. *before* is the last document's number while a sub-task runs, -1 otherwise."""

    number: int
    uuid: str
    tasks: list[Any]
    callback: str = ""
    results: list[dict[str, Any]] = field(default_factory=list)
    before: int = -1

    @property
    def is_over(self) -> bool:
        return all(each["status"] in FINAL for each in self.results)

    @property
    def is_canceled(self) -> bool:
        return any(each["status"] == "canceled" for each in self.results)


class Known(Exception):
    """There is a request with this uuid."""


class Store:
    """Thread-safe. *path* is a file of SQLite."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "CREATE TABLE IF NOT EXISTS requests (number INTEGER PRIMARY KEY AUTOINCREMENT, uuid TEXT UNIQUE NOT NULL,"
            " at REAL NOT NULL, tasks TEXT NOT NULL, callback TEXT NOT NULL, results TEXT NOT NULL,"
            " before INTEGER NOT NULL, state TEXT NOT NULL);"
            "CREATE INDEX IF NOT EXISTS by_state ON requests (state, number);"
        )

    def close(self) -> None:
        with self._lock:
            self._database.close()

    def add(self, uuid: str, tasks: list[Any], callback: str = "") -> Request:
        """Raises Known."""
        request = Request(0, uuid, tasks, callback, [row("wait", words="") for _ in tasks])
        with self._lock:
            self._database.execute("DELETE FROM requests WHERE at < ? AND state <> 'open'", (time.time() - KEEP,))
            try:
                made = self._database.execute(
                    "INSERT INTO requests (uuid, at, tasks, callback, results, before, state)"
                    " VALUES (?, ?, ?, ?, ?, -1, 'open')",
                    (uuid, time.time(), _dump(tasks), callback, _dump(request.results)),
                )
            except sqlite3.IntegrityError:
                raise Known(uuid) from None
        request.number = made.lastrowid or 0
        return request

    def get(self, uuid: str) -> Request | None:
        return self._one("uuid = ?", uuid)

    def oldest(self) -> Request | None:
        """The first request that is not over."""
        return self._one("state = 'open' ORDER BY number LIMIT 1")

    def _one(self, where: str, *values: Any) -> Request | None:
        query = f"SELECT number, uuid, tasks, callback, results, before FROM requests WHERE {where}"  # noqa: S608
        with self._lock:
            found = self._database.execute(query, values).fetchone()
        if found is None:
            return None
        number, uuid, tasks, callback, results, before = found
        return Request(number, uuid, json.loads(tasks, parse_float=Decimal), callback, json.loads(results), before)

    def save(self, request: Request) -> None:
        state = "open" if not request.is_over else "canceled" if request.is_canceled else "over"
        with self._lock:
            self._database.execute(
                "UPDATE requests SET results = ?, before = ?, state = ? WHERE number = ?",
                (_dump(request.results), request.before, state, request.number),
            )

    def cancel(self, uuid: str) -> bool:
        """Cancel a request of which nothing has begun; False: it is too late."""
        with self._lock:
            found = self._database.execute("SELECT results FROM requests WHERE uuid = ?", (uuid,)).fetchone()
            results = json.loads(found[0]) if found else []
            if not results or any(each["status"] != "wait" for each in results):
                return False
            ended = [row("canceled", CANCELED, WORDS[CANCELED]) for _ in results]
            self._database.execute(
                "UPDATE requests SET results = ?, state = 'canceled' WHERE uuid = ?", (_dump(ended), uuid)
            )
            return True

    def begin(self, request: Request, at: int, before: int) -> bool:
        """Mark sub-task *at* as running, in one step; False: somebody cancelled it."""
        with self._lock:
            found = self._database.execute("SELECT state FROM requests WHERE number = ?", (request.number,)).fetchone()
            if found is None or found[0] != "open":
                return False
            request.results[at], request.before = row("inProgress", words=""), before
            self._database.execute(
                "UPDATE requests SET results = ?, before = ? WHERE number = ?",
                (_dump(request.results), before, request.number),
            )
            return True

    def counts(self) -> dict[str, int]:
        """How many are over, open, canceled."""
        with self._lock:
            found = dict(self._database.execute("SELECT state, COUNT(*) FROM requests GROUP BY state").fetchall())
        return {state: int(found.get(state, 0)) for state in ("over", "open", "canceled")}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)
