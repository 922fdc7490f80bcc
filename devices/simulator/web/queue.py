"""
The worker of the server: one request after another, its sub-tasks in order, and what to do when the device is lost.

Before a fiscal sub-task the number of the last document is kept. If its outcome is not known it is `blocked`: nothing
else is executed until the device answers, and then the number decides. Source: atol-driver10-json.md 1.8.
"""

from __future__ import annotations

import json
import logging
import threading
import urllib.request
from typing import Any

from devices.simulator.web import tasks, telling
from devices.simulator.web.document import fiscal_params
from devices.simulator.web.errors import BLOCKING, INTERRUPTED, NO_LINK, UNKNOWN, WORDS, TaskError
from devices.simulator.web.fields import Fields
from devices.simulator.web.host import Host
from devices.simulator.web.store import FINAL, Request, Store, row

log = logging.getLogger(__name__)
_CONNECTION = frozenset({1, 2, 3, 4, 241})


class Queue:
    """
    Executes what is in *store* on *host*. *retry* is how many seconds pass between looks at a device that is lost.

    *is_active* False: requests are taken and not executed, as on a server whose settings say so.
    """

    def __init__(self, host: Host, store: Store, *, retry: float = 0.5) -> None:
        self.host, self.store = host, store
        self.is_active = True
        self.blocked: tuple[str, int] | None = None  # uuid and the code that blocked it
        self._retry = retry
        self._bell = threading.Condition()
        self._stopping = False
        self.busy = threading.Lock()  # one at a time at the device: the worker, or an operation of /api/v2
        self._thread = threading.Thread(target=self._work, name="driver 10 queue", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finish the sub-task that runs; the rest waits on disk."""
        with self._bell:
            self._stopping = True
            self._bell.notify_all()
        self._thread.join(timeout=10)

    def ring(self) -> None:
        with self._bell:
            self._bell.notify_all()

    @property
    def block_reason(self) -> str:
        if self.blocked is None:
            return ""
        return "connectionError" if self.blocked[1] in _CONNECTION else "fnError"

    def operate(self, name: str) -> dict[str, Any]:
        """An operation of /api/v2, at once. Raises TaskError; KeyError: there is none of this name."""
        operation = telling.OPERATIONS[name]
        with self.busy:
            return operation(self.host, Fields({}))

    def _work(self) -> None:
        while not self._stopping:
            request = self.store.oldest() if self.is_active else None
            if request is None:
                with self._bell:
                    if not self._stopping:
                        self._bell.wait(0.1)
            elif not self.host.is_linked and request.before < 0:
                self._rest()  # the device is looked for, and tasks wait (1.2)
            else:
                self._execute(request)

    def _rest(self) -> None:
        with self._bell:
            if not self._stopping:
                self._bell.wait(self._retry)

    def _execute(self, request: Request) -> None:
        for at, task in enumerate(request.tasks):
            status = request.results[at]["status"]
            if status in FINAL:
                continue
            with self.busy:
                if status == "wait" and not self._try(request, at, task):
                    return
            while request.results[at]["status"] not in FINAL:  # blocked, or left by a server that died
                if self._stopping:
                    return
                self._recover(request, at, task)
            self.store.save(request)
            if self._stopping:
                break
        if request.is_over and request.callback:
            threading.Thread(target=call_back, args=(request,), daemon=True).start()

    def _try(self, request: Request, at: int, task: Any) -> bool:
        try:
            before = self.host.last_fd
        except TaskError:
            self._rest()
            return False
        if not self.store.begin(request, at, before):
            return False
        try:
            self._over(request, at, row("ready", result=tasks.run(self.host, task)))
        except TaskError as error:
            if tasks.is_fiscal(task) and error.code in BLOCKING:
                self._block(request, at, error.code, error.words)
            else:
                self._fail(request, at, error.code, error.words)
        except Exception:  # a mistake of this program must not stop the line
            log.exception("task %s of %s", at, request.uuid)
            self._fail(request, at, UNKNOWN, WORDS[UNKNOWN])
        return True

    def _over(self, request: Request, at: int, ended: dict[str, Any]) -> None:
        request.results[at], request.before = ended, -1
        self.store.save(request)

    def _fail(self, request: Request, at: int, code: int, words: str) -> None:
        rest = range(at + 1, len(request.tasks))
        for other in rest:
            request.results[other] = row("interrupted", INTERRUPTED, WORDS[INTERRUPTED])
        self._over(request, at, row("error", code, words))

    def _block(self, request: Request, at: int, code: int, words: str) -> None:
        request.results[at] = row("blocked", code, words)
        self.blocked = request.uuid, code
        self.store.save(request)

    def _recover(self, request: Request, at: int, task: Any) -> None:
        kept = request.results[at]
        code = kept["code"] or NO_LINK
        if not tasks.is_fiscal(task):
            self._fail(request, at, code, WORDS[NO_LINK])
            return
        if kept["status"] != "blocked":
            self._block(request, at, code, WORDS[NO_LINK])
        try:
            last = self.host.last_fd
        except TaskError:
            self._rest()
            return
        self.blocked = None
        if last <= request.before:
            self._fail(request, at, code, kept["words"] or WORDS[NO_LINK])
            return
        try:
            tasks.run(self.host, {"type": "continuePrint"})
        except TaskError:
            log.debug("nothing left to print, or no paper for it")
        document = self.host.device.archive.get(last)
        assert document is not None
        told: dict[str, Any] = {"fiscalParams": fiscal_params(self.host.device, document)}
        told["warnings"] = {"recovered": True, "notPrinted": self.host.unprinted}
        self._over(request, at, row("ready", result=told))


def call_back(request: Request) -> None:
    """Tell the client's address that *request* is over; once, as nobody knows of repeats (1.5)."""
    from devices.simulator.web.v2 import element

    body = json.dumps({"uuid": request.uuid, "results": [element(each) for each in request.results]}).encode()
    asked = urllib.request.Request(request.callback, body, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(asked, timeout=10):  # noqa: S310
            pass
    except (OSError, ValueError) as error:
        log.warning("callback of %s: %s", request.uuid, error)
