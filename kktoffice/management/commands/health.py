"""`manage.py health web|workers|database`: exit code 0 when that part is well, otherwise one line and 1."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kktoffice.health import database_trouble, disk_trouble, silent_sites, web_trouble


class Command(BaseCommand):
    help = "Say whether a part is alive: the web server, the workers of all sites, or the database and its disk."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("part", choices=["web", "workers", "database"])
        parser.add_argument("--url", default="http://127.0.0.1:8000/", help="where the web server listens")

    def handle(self, *args: Any, **options: Any) -> None:
        trouble = web_trouble(options["url"]) if options["part"] == "web" else database_trouble()
        if not trouble and options["part"] == "database":
            trouble = disk_trouble()
        if not trouble and options["part"] == "workers" and (silent := silent_sites()):
            trouble = f"no worker is heard of these sites: {', '.join(silent)}"
        if trouble:
            raise CommandError(trouble)
        self.stdout.write("ok")
