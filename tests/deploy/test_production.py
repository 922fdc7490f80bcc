"""
The commands of docker-compose.yml, run as they are written there but without the containers: PostgreSQL, Redis, web,
workers, scheduler and their health checks, and one sale through all of it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from kktoffice.demo import Card, sale, sell
from kktoffice.postgres import Postgres
from kktoffice.processes import PROJECT, Child, Family, free_port, spawn, start_redis, virtual_device

pytestmark = pytest.mark.worker
SERVICES: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]
HOST = "kkt.example.org"
FURNISH = """
from kktoffice.demo import Card, furnish
card = Card()
furnish(card, device_url={url!r})
print(card.api_key, card.device_id)
"""


@dataclass(slots=True)
class Stack:
    """The services by their names in the compose file, with its environment; *port* is the web server's."""

    family: Family
    folder: Path
    environment: dict[str, str]
    port: int

    def words(self, words: list[str]) -> list[str]:
        return [word.replace("0.0.0.0", "127.0.0.1").replace("8000", str(self.port)) for word in words]

    def run(self, words: list[str]) -> subprocess.CompletedProcess[str]:
        program = shutil.which(words[0], path=self.environment["PATH"]) or words[0]
        return subprocess.run(
            self.words([program, *words[1:]]),
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, name: str) -> Child:
        _, *words = self.words(SERVICES[name]["command"])
        command = [sys.executable, *words]
        return self.family.add(spawn(name, command, log=self.folder / f"{name}.log", environment=self.environment))

    def is_healthy(self, name: str) -> bool:
        kind, *words = SERVICES[name]["healthcheck"]["test"]
        assert kind == "CMD"
        return self.run(words).returncode == 0


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    server = Postgres()
    try:
        with Family() as family:
            child, redis_url = start_redis(tmp_path / "redis", log=tmp_path / "redis.log")
            family.add(child)
            environment = {
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # «python» as in the image
                "KKT_SECRET_KEY": secrets.token_urlsafe(50),
                "KKT_ALLOWED_HOSTS": HOST,
                "KKT_CSRF_TRUSTED_ORIGINS": "",
                "KKT_TLS": "1",
                "KKT_VAR_DIR": str(tmp_path / "var"),
                "DATABASE_URL": server.url,
                "REDIS_URL": redis_url,
            }
            yield Stack(family, tmp_path, environment, free_port())
    finally:
        server.stop()


def test_the_services_start_sell_and_stop(stack: Stack) -> None:
    migrated = stack.run(SERVICES["migrate"]["command"])
    assert migrated.returncode == 0, migrated.stderr

    pty = stack.folder / "kkt"
    device = virtual_device("--pty", str(pty), "--state", str(stack.folder / "device"))
    stack.family.add(spawn("device", device, log=stack.folder / "device.log")).wait_until(pty.exists, timeout=20)
    furnished = stack.run(["python", "manage.py", "shell", "-v", "0", "-c", FURNISH.format(url=str(pty))])
    key, device_id = furnished.stdout.split()
    silent = stack.is_healthy("workers")

    children = {name: stack.start(name) for name in ("web", "workers", "scheduler")}
    for name, child in children.items():
        child.wait_until(lambda name=name: stack.is_healthy(name), timeout=90)  # type: ignore[misc]

    card = Card(api=f"http://127.0.0.1:{stack.port}/api/v1/", api_key=key)
    receipt = sell(card, sale(tr_id="first", device=int(device_id)), host=HOST)
    for child in children.values():
        child.stop(timeout=30)

    assert not silent
    assert ("done", "2012.00") == (receipt["status"], receipt["fiscal"]["total"])
    assert {"web": 0, "workers": 0, "scheduler": 0} == {
        name: each.process.returncode for name, each in children.items()
    }


def test_a_missing_secret_key_stops_the_start_before_a_table_is_touched(stack: Stack) -> None:
    del stack.environment["KKT_SECRET_KEY"]
    refused = stack.run(SERVICES["migrate"]["command"])

    assert 1 == refused.returncode
    assert "(kktoffice.E001) KKT_SECRET_KEY is not set" in refused.stderr
    assert "Applying" not in refused.stdout
