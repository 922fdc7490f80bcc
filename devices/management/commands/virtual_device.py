"""`python manage.py virtual_device`: a device for those who have none (docs/virtual-device.md)."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.management.base import BaseCommand

from devices.simulator import cli


class Command(BaseCommand):
    help = "A virtual ATOL cash register on a pseudo-terminal or a TCP port"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        cli.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(cli.run(argparse.Namespace(**options)))
