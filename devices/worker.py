"""
The process that executes a site's line: a Celery worker with one slot (pool solo, prefetch 1, queue site.<code>) and
its watch.

Several sites are served by forks of one parent that has imported everything already: they share most of their memory
and start at once. The parent restarts a child that died and hands SIGTERM on. Source of the flags and figures:
reference stack.md 4.3, 4.4, 5.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import logging
import os
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable, Collection
from typing import Any

from celery import Celery, current_app, signals
from celery.platforms import SecurityWarning
from django.db import DatabaseError, connections

from devices import lease, line, ports
from devices.models import Site
from devices.watch import Watch

log = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1  # prctl(2): a child whose parent was killed stops by itself
LATE_IMPORTS = ("celery.apps.worker", "celery.concurrency.solo", "celery.worker.consumer", "kombu.transport.redis")
RESTART_SECONDS = 2.0
SITES_SECONDS = 5.0


def serve(site_code: str) -> int:
    """Be the worker of one site until SIGTERM; the exit code."""
    site = Site.objects.get(code=site_code)
    watch = Watch(site_code)

    def begin(**_: Any) -> None:
        watch.start()  # not at worker_ready: that never comes while Redis is away

    def end(**_: Any) -> None:
        line.stopping.set()
        watch.stopping.set()

    def keep_ours(**_: Any) -> None:
        """Being there is enough: Celery leaves the log to Django's settings."""

    warnings.filterwarnings("ignore", category=SecurityWarning)  # root: we accept JSON only, nobody is served pickles
    signals.setup_logging.connect(keep_ours, weak=False)
    signals.worker_init.connect(begin, weak=False)
    signals.worker_shutting_down.connect(end, weak=False)
    connections.close_all()
    worker = _app().Worker(
        hostname=f"{site.queue}@{socket.gethostname()}",
        queues=[site.queue],
        pool="solo",
        concurrency=1,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    try:
        worker.start()
    finally:
        watch.stop()
        ports.close()
        lease.give_up(site)
        connections.close_all()
    return worker.exitcode or 0


def _app() -> Celery:
    app: Celery = current_app._get_current_object()
    return app


def preload() -> None:
    """Import what every child needs, and let the collector forget it, so that forks share the pages."""
    for module in LATE_IMPORTS:
        importlib.import_module(module)
    _app().loader.import_default_modules()
    _app().finalize()
    connections.close_all()
    gc.collect()
    gc.freeze()


class Parent:
    """Keeps one child per site alive. *codes* says which sites there are now; it is asked again every few seconds."""

    def __init__(self, codes: Callable[[], Collection[str]]) -> None:
        self.codes = codes
        self.children: dict[int, str] = {}
        self.born_at: dict[str, float] = {}
        self.stopping = threading.Event()

    def run(self) -> int:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        preload()
        asked_at, wanted = -SITES_SECONDS, set[str]()
        while not self.stopping.wait(0.2):
            self._bury()
            if time.monotonic() - asked_at >= SITES_SECONDS:
                asked_at, wanted = time.monotonic(), self._ask(wanted)
            for code in wanted - set(self.children.values()):
                self._start(code)
            for pid, code in self.children.items():
                if code not in wanted:
                    os.kill(pid, signal.SIGTERM)
        for pid in self.children:
            os.kill(pid, signal.SIGTERM)
        while self.children:
            self._bury()
            time.sleep(0.05)
        return 0

    def _ask(self, before: set[str]) -> set[str]:
        try:
            return set(self.codes())
        except DatabaseError as error:
            log.warning("cannot read the sites: %s", error)
            return before
        finally:
            connections.close_all()  # a child must not inherit an open one

    def _start(self, code: str) -> None:
        now = time.monotonic()
        if now - self.born_at.get(code, -RESTART_SECONDS) < RESTART_SECONDS:
            return
        self.born_at[code] = now
        parent = os.getpid()
        pid = os.fork()
        if pid:
            self.children[pid] = code
            log.info("site %s: worker %d", code, pid)
            return
        status = 1
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent stops the children
        try:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() == parent:
                status = serve(code)
        except BaseException:
            log.exception("site %s: the worker failed", code)
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _bury(self) -> None:
        for pid in list(self.children):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                log.warning("site %s: worker %d ended, status %d", self.children.pop(pid), pid, status)
