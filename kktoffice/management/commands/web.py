"""`manage.py web`: the web server (granian, WSGI) with so many threads that waiting requests starve nobody."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from kktoffice.processes import PortBusy, hold_port

# Threads beside those that ?wait may hold: pages and requests that do not wait.
FREE_THREADS = 8


def server_command(*, host: str, port: int, workers: int = 1) -> list[str]:
    """The command line of the server; *workers* is a number of processes."""
    return [
        *(sys.executable, "-m", "granian", "kktoffice.wsgi:application", "--interface", "wsgi"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", str(settings.KKT_MAX_WAITERS + FREE_THREADS)),
        *("--http", "1", "--no-ws", "--respawn-failed-workers", "--log-level", "error"),
    ]


class Command(BaseCommand):
    help = "Serve pages and API."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=1, help="number of processes")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        try:
            claim = hold_port(host, port)
        except PortBusy as error:
            raise CommandError(f"cannot listen on {host}:{port} ({error}): choose another --port") from error
        os.chdir(settings.BASE_DIR)
        self.stdout.write(f"kktoffice serves http://{host}:{port}/")
        self.stdout.flush()
        with claim:  # inherited by the server
            os.execv(sys.executable, server_command(host=host, port=port, workers=options["workers"]))  # noqa: S606
