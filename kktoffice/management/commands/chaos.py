"""
`manage.py chaos --sales N --seed S`: real processes, random faults at random bytes, and an audit of every archive.

Exit code 1 on any difference between the archives of the virtual devices, the database, the clients' answers and the
journal. The same seed draws the same wishes and the same blows.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError

from kktoffice.chaos.run import Run, Settings
from kktoffice.postgres import Postgres
from kktoffice.processes import ProcessFailed, free_port, manage

PREPARED = "KKT_CHAOS"
FOREIGN = ("DATABASE_URL", "REDIS_URL", "KKT_ALLOWED_HOSTS", "KKT_CSRF_TRUSTED_ORIGINS", "KKT_STATIC_ROOT")


class Command(BaseCommand):
    help = "Sell under random faults of everything, then compare every archive with what was told."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sales", type=int, default=200, help="receipts of all kinds")
        parser.add_argument("--seed", type=int, help="draws wishes and blows; one is chosen and printed by default")
        parser.add_argument("--sites", type=int, default=1, help="sites of two devices each")
        parser.add_argument("--web", action="store_true", help="a third device per site, behind driver 10's web server")
        parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
        parser.add_argument("--patience", type=float, default=180.0, help="seconds to settle in, once all is healed")
        parser.add_argument("--dir", help="folder of all state; by default one that is removed if all is well")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sales"] < 1 or not 1 <= options["sites"] <= 20:
            raise CommandError("--sales is 1 or more, --sites 1 to 20")
        if PREPARED not in os.environ:
            self.start_over(options)
        folder = Path(os.environ[PREPARED])
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        started = time.monotonic()
        try:
            differences = self.run_in(folder, options)
        except ProcessFailed as error:
            raise CommandError(f"{error}\nEverything is kept in {folder}") from error
        seed, seconds = options["seed"], time.monotonic() - started
        if differences:
            self.say(f"seed {seed}: {len(differences)} differences in {seconds:.0f} s; everything is kept in {folder}")
            sys.exit(1)
        self.say(f"seed {seed}: no difference in {seconds:.0f} s")
        if options["dir"] is None:
            shutil.rmtree(folder, ignore_errors=True)

    def start_over(self, options: dict[str, Any]) -> None:
        """Settings are read before arguments, so the command becomes itself again with those of its own folder."""
        folder = Path(options["dir"]).resolve() if options["dir"] else Path(tempfile.mkdtemp(prefix="kktoffice-chaos-"))
        if (folder / "kktoffice.sqlite3").exists():
            raise CommandError(f"there was a run in {folder} already: choose another --dir")
        (folder / "static").mkdir(parents=True, exist_ok=True)
        seed = options["seed"] if options["seed"] is not None else random.randrange(10**6)  # noqa: S311
        words = ["chaos", f"--sales={options['sales']}", f"--seed={seed}", f"--sites={options['sites']}"]
        words += [f"--db={options['db']}", f"--patience={options['patience']}"]
        words += [f"--dir={folder}"] if options["dir"] else []
        words += ["--web"] if options["web"] else []
        environment = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        environment |= {
            PREPARED: str(folder),
            "KKT_VAR_DIR": str(folder),
            "KKT_SECRET_KEY": "only-for-this-run",
            "KKT_TLS": "0",
            "KKT_DEBUG": "0",
            "KKT_API_RATE": "1000",
            "KKT_API_BURST": "1000",
            "KKT_MAX_WAITERS": "16",
        }
        if options["db"] == "postgres":
            where = f"127.0.0.1:{free_port()}/postgres"
            environment["DATABASE_URL"] = f"postgresql://postgres:{secrets.token_urlsafe(16)}@{where}"
        sys.stdout.flush()
        os.execve(sys.executable, manage(*words), environment)  # noqa: S606

    def run_in(self, folder: Path, options: dict[str, Any]) -> list[Any]:
        self.say(
            f"chaos: seed {options['seed']}, {options['sales']} sales, {options['sites']} sites, {options['db']}; "
            f"in {folder}"
        )
        with contextlib.ExitStack() as stack:
            database = None
            if options["db"] == "postgres":
                at = urlsplit(os.environ["DATABASE_URL"])
                database = Postgres(durable=True, port=at.port or 0, password=at.password or "")
                stack.callback(database.stop)
            settings = Settings(
                seed=options["seed"],
                sales=options["sales"],
                sites=options["sites"],
                with_web=options["web"],
                patience=options["patience"],
                database=database,
            )
            return Run(settings, folder, self.say).go()

    _saying = threading.Lock()

    def say(self, text: str) -> None:
        with self._saying:
            self.stdout.write(text)
            self.stdout.flush()
