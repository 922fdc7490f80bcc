"""Real neighbours for tests: a Redis server, a virtual device, a site worker. Each is started when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from kktoffice.processes import Child, Family, free_port, listens, manage, spawn, start_redis
from kktoffice.processes import virtual_device as virtual_device_command


@contextmanager
def broker(url: str) -> Iterator[None]:
    """Let this process ring at *url*; connections to another broker, which Celery keeps, are forgotten."""
    from kktoffice.celery import app

    def point_at(address: str) -> None:
        app.conf.broker_url = address
        app._pool = app.amqp._producer_pool = None

    before = app.conf.broker_url
    point_at(url)
    yield
    point_at(before)


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis-protocol server for the whole run; our own Celery app rings there as well."""
    folder = tmp_path_factory.mktemp("redis")
    child, url = start_redis(folder, log=folder / "redis.log")
    with broker(url):
        yield url
    child.stop()


@pytest.fixture
def family() -> Iterator[Family]:
    """Child processes of one test, stopped after it in reverse order."""
    with Family() as children:
        yield children


@pytest.fixture
def child_environment(database_url: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    """Environment variables with which our commands see the tests' own database and Redis."""
    return {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "KKT_VAR_DIR": str(tmp_path / "var"),
        "KKT_SECRET_KEY": "only-for-this-test",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningDevice:
    """A virtual device in a process of its own: *url* for the driver, *state* is its folder."""

    url: str
    state: Path
    child: Child


@pytest.fixture
def virtual_device(family: Family, tmp_path: Path) -> Callable[..., RunningDevice]:
    """`virtual_device()` starts one on a pseudo-terminal, with tcp=True on TCP; words go to the command."""
    count = 0

    def start(*arguments: str, tcp: bool = False) -> RunningDevice:
        nonlocal count
        count += 1
        state = tmp_path / f"device{count}"
        port = free_port()
        path = tmp_path / f"kkt{count}"
        where = ["--tcp", f"127.0.0.1:{port}"] if tcp else ["--pty", str(path)]
        where += ["--transport", "3"]  # as the factory sets a real one; a later --transport among *arguments* wins
        child = family.add(
            spawn(
                f"virtual device {count}",
                virtual_device_command(*where, "--state", str(state), *arguments),
                log=tmp_path / f"device{count}.log",
            )
        )
        child.wait_until((lambda: listens(port)) if tcp else path.exists, timeout=20)
        return RunningDevice(url=f"socket://127.0.0.1:{port}" if tcp else str(path), state=state, child=child)

    return start


@pytest.fixture
def site_worker(family: Family, child_environment: dict[str, str], tmp_path: Path) -> Callable[..., Child]:
    """`site_worker("shop")` starts the worker of a site and returns once it has taken the site over."""
    from devices.models import Site

    def start(code: str, *arguments: str) -> Child:
        before = Site.objects.get(code=code).heartbeat_at
        child = family.add(
            spawn(
                f"worker of {code}",
                manage("site_worker", code, *arguments),
                log=tmp_path / f"worker-{code}.log",
                environment=child_environment,
            )
        )
        child.wait_until(lambda: Site.objects.get(code=code).heartbeat_at != before, timeout=30)
        return child

    return start
