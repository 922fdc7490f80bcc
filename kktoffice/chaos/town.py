"""The processes of a run, each a child of ours: what can be killed, frozen, doubled, and started again."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone

from kktoffice.health import web_trouble
from kktoffice.management.commands.web import server_command
from kktoffice.processes import Child, Family, ProcessFailed, free_port, manage, spawn, start_redis, virtual_device

CONTROL_SECONDS = 15.0


class Refused(Exception):
    """A virtual device says no to a request; the message is its reason."""


@dataclass(slots=True, kw_only=True)
class Till:
    """
    A device: *folder* is its state, *control* the address of its control socket, *pk* its row; *driver* and *url* are
    what the row says. Beside a web server in front of it there is a line that nobody uses.
    """

    number: int
    site: str
    folder: Path
    fn: str
    url: str
    transport: int
    control: tuple[str, int]
    driver: str = "atol"
    pk: int = 0
    child: Child | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, **asked: Any) -> dict[str, Any]:
        """One request to the control socket. Raises Refused; OSError: nobody answers there."""
        with socket.create_connection(self.control, timeout=CONTROL_SECONDS) as link, link.makefile("rwb") as file:
            file.write(json.dumps(asked).encode() + b"\n")
            file.flush()
            line = file.readline()
        if not line:
            raise ConnectionResetError("the virtual device hung up")
        answer: dict[str, Any] = json.loads(line)
        if not answer.pop("ok"):
            raise Refused(answer["error"])
        return answer

    def repair(self) -> None:
        """Its own ФН is in, and everything that lasts longer than a process is well again."""
        if self.ask(do="status")["fn"] != self.fn:
            self.ask(do="press", button="new_fn", fn=self.fn)
        self.ask(do="press", button="repair")


class Town:
    """
    Everything in *folder*. *environment* is what our own commands are started with. Methods raise ProcessFailed.

    A process that was killed stays dead until it is started again here; `guard` says what died by itself.
    """

    def __init__(self, family: Family, folder: Path, *, sites: int, with_web: bool = False) -> None:
        self.family = family
        self.folder = folder
        self.environment = {"TZ": timezone.get_default_timezone_name()}  # the devices' clocks are those of the shop
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/"
        makers = [self._on_terminal, self._on_socket, *([self._on_web] if with_web else [])]
        numbers = itertools.count()
        self.tills = [make(next(numbers), f"site{site}") for site in range(sites) for make in makers]
        self.sites = sorted({till.site for till in self.tills})
        self.workers: dict[str, Child] = {}
        self.web: Child | None = None
        self.redis: Child | None = None
        self.redis_url = ""
        self.redis_command: list[str] = []
        # The kernel ends a child together with the thread that started it: this one lives as long as the town.
        self.spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")

    def _on_terminal(self, number: int, site: str) -> Till:
        return self._till(number, site, url=str(self.folder / f"tty{number}"))

    def _on_socket(self, number: int, site: str) -> Till:
        return self._till(number, site, url=f"socket://127.0.0.1:{free_port()}")

    def _on_web(self, number: int, site: str) -> Till:
        return self._till(number, site, url=f"http://127.0.0.1:{free_port()}", driver="atol_web")

    def _till(self, number: int, site: str, *, url: str, driver: str = "atol") -> Till:
        """Transports 3 and 2, in turns."""
        return Till(
            number=number,
            site=site,
            folder=self.folder / f"till{number}",
            fn=f"99990789{number:08d}",
            url=url,
            driver=driver,
            transport=2 if number % 4 in (1, 2) else 3,
            control=("127.0.0.1", free_port()),
        )

    # Starting

    def start_redis(self) -> None:
        log = self.folder / "logs" / "redis.log"
        child, self.redis_url = self.spawner.submit(start_redis, self.folder / "redis", log=log).result()
        self.redis = self.family.add(child)
        self.redis_command = [str(part) for part in child.process.args]  # type: ignore[union-attr]
        self.environment["REDIS_URL"] = self.redis_url

    def restart_redis(self) -> None:
        """On the same port, empty."""
        self.redis = self._spawn("redis", "redis", self.redis_command)

    def start_till(self, till: Till) -> None:
        words = ["--state", str(till.folder), "--transport", str(till.transport)]
        words += ["--control", f"{till.control[0]}:{till.control[1]}"]
        scheme, _, rest = till.url.rpartition("://")
        words += ["--tcp", rest] if scheme == "socket" else ["--pty", str(self.folder / f"tty{till.number}")]
        words += ["--web", rest] if scheme == "http" else []
        if not (till.folder / "device.json").exists():
            words += ["--serial", f"001069{till.number:08d}", "--fn", till.fn]
        till.child = self._spawn(f"till {till.number}", f"till{till.number}", virtual_device(*words))
        till.child.wait_until(lambda: _hears(till), timeout=30)

    def start_web(self) -> None:
        self.web = self._spawn("web server", "web", server_command(host="127.0.0.1", port=self.port))
        self.web.wait_until(lambda: not web_trouble(self.url), timeout=40)

    def start_worker(self, site: str) -> Child:
        """Started, and maybe not yet at work: another one may have the site."""
        self.workers[site] = self.another_worker(site)
        return self.workers[site]

    def another_worker(self, site: str) -> Child:
        return self._spawn(f"worker of {site}", f"worker-{site}", manage("site_worker", site))

    def _spawn(self, name: str, log: str, command: list[str]) -> Child:
        self.family.children = [child for child in self.family.children if child.is_alive]
        path = self.folder / "logs" / f"{log}.log"
        started = self.spawner.submit(spawn, name, command, log=path, environment=self.environment)
        return self.family.add(started.result())

    # What happens to them

    @staticmethod
    def kill(child: Child | None) -> None:
        """kill -9, for the child and what it started."""
        if child is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.process.wait()

    def kill_till(self, till: Till) -> None:
        """
        Its pseudo-terminal's name goes with it, as a real port's does: left behind it would lead to whoever is given
        the same number next, on this machine perhaps another's device.
        """
        self.kill(till.child)
        if "://" not in till.url:
            Path(till.url).unlink(missing_ok=True)

    @staticmethod
    @contextlib.contextmanager
    def frozen(child: Child | None) -> Iterator[None]:
        if child is None:
            yield
            return
        os.killpg(child.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGCONT)

    def heal(self) -> list[str]:
        """Everything runs again and no device has a fault; what had died by itself is told."""
        told = []
        for child in [self.web, *self.workers.values(), *(till.child for till in self.tills), self.redis]:
            if child is not None and not child.is_alive:
                told.append(f"{child.name} is dead, exit code {child.process.returncode}")
        if self.redis is not None and not self.redis.is_alive:
            self.restart_redis()
        for till in self.tills:
            if till.child is None or not till.child.is_alive:
                self.start_till(till)
            till.ask(do="clear")
            till.repair()
        if self.web is None or not self.web.is_alive:
            self.start_web()
        for site, worker in list(self.workers.items()):
            if not worker.is_alive:
                self.start_worker(site)
        return told


def _hears(till: Till) -> bool:
    try:
        return bool(till.ask(do="status")["url"])
    except (OSError, Refused):
        return False


def wait_for(true: Any, *, seconds: float, stop: threading.Event | None = None) -> bool:
    """Look until it is so; False: *seconds* are over, or *stop* was set."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline or (stop is not None and stop.is_set()):
            return False
        time.sleep(0.02)
    return True


__all__ = ["ProcessFailed", "Refused", "Till", "Town", "wait_for"]
