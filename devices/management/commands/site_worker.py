"""python manage.py site_worker CODE… | --all"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from devices import worker
from devices.models import Site


class Command(BaseCommand):
    help = "Execute the line of one or more sites. One site: this process. Several: one forked process each."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("codes", nargs="*", metavar="CODE", help="codes of sites")
        parser.add_argument("--all", action="store_true", help="every site, those added later too")

    def handle(self, *args: Any, codes: list[str], all: bool, **options: Any) -> None:
        if all == bool(codes):
            raise CommandError("Name sites, or say --all.")
        known = set(Site.objects.values_list("code", flat=True))
        if unknown := [code for code in codes if code not in known]:
            raise CommandError(f"No such site: {', '.join(unknown)}. There are: {', '.join(sorted(known)) or 'none'}.")
        if len(codes) == 1:
            worker.preload()
            sys.exit(worker.serve(codes[0]))
        sys.exit(worker.Parent(lambda: codes or Site.objects.values_list("code", flat=True)).run())
