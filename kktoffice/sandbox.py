"""
All of kktoffice on this machine, in one folder and without touching anything else: what the demo and the bench run in.

SQLite, a Redis server, two virtual devices, the web server, the site's worker and the callbacks, each a child of ours.
"""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from kktoffice.demo import CLIENT, SITE, Card, furnish, secret_key
from kktoffice.health import is_heard, web_trouble
from kktoffice.management.commands.web import server_command
from kktoffice.processes import Child, Family, free_port, listens, manage, spawn, start_redis, virtual_device

# The folder that this process was prepared for: settings are read before arguments, so a command starts itself twice.
PREPARED = "KKT_SANDBOX"
# Bytes of the path of a Unix socket, its closing zero among them (Linux: unix(7)).
LONGEST_SOCKET = 108


class FolderBusy(Exception):
    """Another demo runs in this folder; the message says where it is."""


def prepare(folder: Path, words: list[str]) -> None:
    """
    Return when this process runs with the settings of *folder*; otherwise become `manage.py *words*` with them.

    A database, secret key or host list of the caller's environment never gets in; REDIS_URL does. Raises OSError.
    """
    if os.environ.get(PREPARED) == str(folder):
        return
    os.umask(0o077)  # database, archive and paper name buyers: all that this demo writes is its owner's alone
    (folder / "static").mkdir(parents=True, exist_ok=True)
    foreign = ("DATABASE_URL", "KKT_ALLOWED_HOSTS", "KKT_CSRF_TRUSTED_ORIGINS", "KKT_STATIC_ROOT")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in foreign},
        PREPARED: str(folder),
        "KKT_VAR_DIR": str(folder),
        "KKT_SECRET_KEY": secret_key(folder),
        "KKT_TLS": "0",
        "KKT_DEBUG": "0",
        "KKT_CALLBACKS_ALLOW_PRIVATE": "1",  # a developer's own server on this machine
    }
    sys.stdout.flush()
    os.execve(sys.executable, manage(*words), environment)  # noqa: S606


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. Raises FolderBusy."""
    with (folder / "demo.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            url = Card.read(folder).url
            raise FolderBusy(f"a demo runs in {folder} already ({url}): stop it or choose another --dir") from error
        yield


class Sandbox:
    """
    The parts in the order of their start; *step* is told what begins, as a context around it.

    *card* is filled in on the way and written when somebody could need it. Every method raises ProcessFailed.
    """

    def __init__(
        self, family: Family, folder: Path, card: Card, step: Callable[[str], AbstractContextManager[None]]
    ) -> None:
        self.family = family
        self.folder = folder
        self.card = card
        self.step = step
        self.environment: dict[str, str] = {}

    def start(self, port: int) -> None:
        """Start everything; the web server on *port* of 127.0.0.1, which is ours (processes.hold_port)."""
        self.card.url = f"http://127.0.0.1:{port}/"
        self.card.api = f"{self.card.url}api/v1/"
        self.card.pipe = {"http": f"{self.card.url}atol/"}
        self.card.driver10 = {"requests": f"{self.card.url}requests", "api": f"{self.card.url}api/v2"}
        self.card.logs = str(self.folder / "logs")
        self.card.write(self.folder)
        with self.step("database (SQLite)"):
            call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
            furnish(self.card, device_url=str(self.folder / "kkt0"))
            self.card.write(self.folder)
            connections.close_all()
        if not os.environ.get("REDIS_URL"):
            with self.step("Redis server"):
                self.start_redis()
        with self.step("virtual devices: a pseudo-terminal for the site, TCP for experiments"):
            self.start_devices()
        with self.step("web server"):
            web = self.spawn("web server", "web", server_command(host="127.0.0.1", port=port))
            web.wait_until(lambda: not web_trouble(self.card.url, reverse("login")), timeout=30)
        with self.step("site worker"):
            started = timezone.now()
            worker = self.spawn("site worker", "worker", manage("site_worker", SITE))
            worker.wait_until(lambda: is_heard(SITE, since=started), timeout=30)
            connections.close_all()
        self.spawn("callbacks", "callbacks", manage("deliver_callbacks"))
        self.card.pids = {child.name: child.pid for child in self.family.children}

    def start_gateway(self) -> None:
        """The doors of the old pipe service, in the name of the demo's client; without a key, for this machine only."""
        port = free_port()
        words = ["--client", CLIENT, "--tcp", f"127.0.0.1:{port}"]
        self.card.pipe["tcp"] = f"127.0.0.1:{port}"
        if path := self.socket("pipe"):
            words += ["--unix", path, "--mode", "600"]
            self.card.pipe["unix"] = path
        with self.step("gateway of the old pipe service"):
            gateway = self.spawn("pipe gateway", "gateway", manage("pipe_gateway", *words))
            gateway.wait_until(lambda: listens(port), timeout=30)
        self.card.pids = {child.name: child.pid for child in self.family.children}

    def socket(self, name: str) -> str:
        """The path of a Unix socket of ours; empty where the folder's own path is too long for one."""
        path = self.folder / name
        return str(path) if len(os.fsencode(path)) < LONGEST_SOCKET else ""

    def spawn(self, name: str, log: str, command: list[str]) -> Child:
        path = self.folder / "logs" / f"{log}.log"
        return self.family.add(spawn(name, command, log=path, environment=self.environment))

    def start_redis(self) -> None:
        child, url = start_redis(self.folder / "redis", log=self.folder / "logs" / "redis.log")
        self.family.add(child)
        self.environment["REDIS_URL"] = url

    def start_devices(self) -> None:
        """One device for the site's worker, one for whoever wants to speak the protocol."""
        pty, port, control = self.folder / "kkt0", free_port(), self.socket("control")
        pty.unlink(missing_ok=True)
        ours = virtual_device("--pty", str(pty), "--state", str(self.folder / "device"), "--transport", "3")
        ours += ["--control", control] if control else []
        theirs = virtual_device(
            *("--tcp", f"127.0.0.1:{port}", "--state", str(self.folder / "device-tcp")),
            *("--serial", "00106900000043", "--fn", "9999078900004313"),
        )
        first = self.spawn("virtual device", "device", ours)
        second = self.spawn("virtual device on TCP", "device-tcp", theirs)
        first.wait_until(pty.exists, timeout=20)
        second.wait_until(lambda: listens(port), timeout=20)
        self.card.device = {"pty": str(pty), "tcp": f"socket://127.0.0.1:{port}"}
        if control:
            self.card.device["control"] = control
