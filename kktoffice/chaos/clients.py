"""Clients as they should be: they insist until they are answered, and remember every answer."""

from __future__ import annotations

import datetime
import http.client
import json
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from kktoffice.chaos.asks import Ask

INSIST_SECONDS = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a client was told: *method*, HTTP status, and the body as it came."""

    method: str
    status: int
    body: dict[str, Any]

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


@dataclass(slots=True)
class Book:
    """Every answer of every client, by tr_id and in their order; *silences* are requests without one."""

    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    silences: int = 0
    deadlines: dict[str, datetime.datetime] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, tr_id: str, answer: Answer | None) -> None:
        with self.lock:
            if answer is None:
                self.silences += 1
            else:
                self.answers[tr_id].append(answer)

    def deadline(self, ask: Ask) -> str:
        """ISO 8601, counted from when it was first asked: a repeat says the same."""
        first = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=ask.ttl)
        return self.deadlines.setdefault(ask.tr_id, first).isoformat()

    def is_over(self, ask: Ask) -> bool:
        """Its deadline has passed."""
        deadline = self.deadlines.get(ask.tr_id)
        return deadline is not None and deadline <= datetime.datetime.now(datetime.UTC)


class Client(threading.Thread):
    """
    Asks for its wishes one after another; *devices* are the ids of the tills. *stop* ends it early, with the wishes
    that are left unasked (`unasked`).
    """

    def __init__(  # noqa: PLR0917 - a thread of seven parts
        self, name: str, url: str, key: str, asks: list[Ask], devices: list[int], book: Book, stop: threading.Event
    ) -> None:
        super().__init__(name=name)
        self.at = urlsplit(url)
        self.key = key
        self.unasked = list(asks)
        self.devices = devices
        self.book = book
        self.stop = stop

    def run(self) -> None:
        while self.unasked and not self.stop.is_set():
            self.stop.wait(self.unasked[0].pause)
            self._ask(self.unasked[0])
            del self.unasked[0]

    def _ask(self, ask: Ask) -> None:
        if ask.hangs_up:
            self.send(ask, wait=ask.wait, patience=0.05)
        answer = self.insist(ask, wait=ask.wait)
        if answer is None or not answer.is_good:
            return
        if ask.cancels:
            self._cancel(ask, answer)
        for _ in range(ask.repeats):
            self.again(ask)

    def insist(self, ask: Ask, *, wait: int) -> Answer | None:
        """Send until there is an answer that says more than «later»; None: told to stop."""
        while not self.stop.is_set():
            answer = self.send(ask, wait=wait)
            if answer is not None and answer.status != 429 and answer.status < 500:
                return answer
            self.stop.wait(INSIST_SECONDS)
        return None

    def send(self, ask: Ask, *, wait: int, patience: float = 30.0) -> Answer | None:
        """One POST; None: no whole answer came."""
        device = self.devices[ask.till]
        path = "receipts/" if ask.is_receipt else f"devices/{device}/commands/"
        body = ask.body | ({"device": device} if ask.is_receipt else {})
        if ask.ttl:
            body["deadline"] = self.book.deadline(ask)
        return self._exchange("POST", f"/api/v1/{path}?wait={wait}", ask.tr_id, body, patience)

    def again(self, ask: Ask) -> None:
        """The same request once more; past its deadline, which no request may name, it is looked up."""
        first = next((each for each in self.book.answers[ask.tr_id] if each.is_good), None)
        if first is not None and self.book.is_over(ask):
            self._exchange("GET", first.body["links"]["self"], ask.tr_id, None, 30.0)
        else:
            self.send(ask, wait=0)

    def _cancel(self, ask: Ask, first: Answer) -> None:
        self._exchange("DELETE", first.body["links"]["self"], ask.tr_id, None, 30.0)

    def _exchange(
        self, method: str, path: str, tr_id: str, body: dict[str, Any] | None, patience: float
    ) -> Answer | None:
        assert self.at.hostname is not None
        link = http.client.HTTPConnection(self.at.hostname, self.at.port, timeout=patience)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            link.request(method, path, None if body is None else json.dumps(body), headers)
            got = link.getresponse()
            answer = Answer(method=method, status=got.status, body=json.loads(got.read() or b"{}"))
        except (OSError, http.client.HTTPException, ValueError):
            self.book.note(tr_id, None)
            time.sleep(0.02)
            return None
        finally:
            link.close()
        self.book.note(tr_id, answer)
        return answer
