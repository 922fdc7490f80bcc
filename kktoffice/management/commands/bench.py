"""
`manage.py bench`: what the road of a sale costs over the bare device, measured in turns in one run.

The floor is the driver alone on a virtual device of its own; beside it the same receipt goes through HTTP, the queue,
the site's worker and another virtual device. Then receipts in line, whose throughput is the worker's alone
(kktoffice/throughput.py). Figures are for reading, nothing is asserted: compare ratios of one run.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from devices import drivers
from devices.commands import Command as DeviceCommand
from devices.commands import OpenShift
from devices.drivers.base import Endpoint
from kktoffice.demo import SITE, Card, sale, sell
from kktoffice.processes import Family, ProcessFailed, free_port, hold_port, manage
from kktoffice.sandbox import Sandbox, prepare


class Command(BaseCommand):
    help = "Measure a sale through everything against the bare driver, and the memory of the processes."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--receipts", type=int, default=60, help="how many of each kind")
        parser.add_argument("--queued", type=int, default=60, help="receipts in line, three rounds with --speed fast")
        parser.add_argument("--printed", type=int, default=6, help="receipts in line, one round with --speed real")
        parser.add_argument("--pause", type=float, default=0.05, help="seconds between two receipts: an idle system")
        parser.add_argument("--dir", help="folder of all state; by default one that is removed afterwards")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = [f"--{name}={options[name]}" for name in ("receipts", "queued", "printed", "pause")]
        if options["dir"] is None:
            with tempfile.TemporaryDirectory(prefix="kktoffice-bench-") as name:
                self.run_apart([*asked, f"--dir={name}"])
            return
        folder = Path(options["dir"]).resolve()
        prepare(folder, ["bench", *asked, f"--dir={folder}"])
        port = free_port()
        try:
            with hold_port("127.0.0.1", port), Family() as family:
                card = Card()
                sandbox = Sandbox(family, folder, card, quiet)
                sandbox.start(port)
                self.measure(card, options["receipts"], options["pause"])
                self.throughput(sandbox, {"fast": (options["queued"], 3), "real": (options["printed"], 1)})
        except ProcessFailed as error:
            raise CommandError(str(error)) from error

    def run_apart(self, asked: list[str]) -> None:
        """Settings are read once per process, so the measuring one is a child with the folder's own."""
        if subprocess.run(manage("bench", *asked), check=False).returncode != 0:
            raise CommandError("the measurement failed, see above")

    def measure(self, card: Card, count: int, pause: float) -> None:
        body = sale(tr_id="bench", device=card.device_id)
        sell(card, {**body, "tr_id": "warm-1"})
        sell(card, {**body, "tr_id": "warm-2"})
        command = registered_command("warm-2")
        bare: list[float] = []
        whole: list[float] = []
        with drivers.connect(Endpoint(driver="atol", url=card.device["tcp"])) as driver:
            driver.run(OpenShift(), fence=lambda _: None)
            for number in range(count):
                with stopwatch(bare):
                    driver.run(command, fence=lambda _: None)
                time.sleep(pause)
                with stopwatch(whole):
                    sell(card, {**body, "tr_id": f"bench-{number}"})
                time.sleep(pause)
        self.stdout.write(f"{count} receipts of six positions each, in turns, --speed fast; milliseconds")
        for name, times in (("bare driver", bare), ("POST ?wait to done", whole)):
            self.stdout.write(f"  {name:<20} median {median(times):6.1f}   p95 {percentile(times, 95):6.1f}")
        added = median(whole) - median(bare)
        self.stdout.write(
            f"  the road adds {added:.1f} ms at the median, {median(whole) / median(bare):.1f} times the driver"
        )
        for name in ("site worker", "web server", "virtual device"):
            self.stdout.write(f"  {name:<20} RSS {resident(card.pids[name]):6.1f} MiB")

    def throughput(self, sandbox: Sandbox, sizes: dict[str, tuple[int, int]]) -> None:
        from kktoffice.throughput import measure

        self.stdout.write("Receipts in line, one after another, against the driver alone on a device of the same kind")
        current_app.conf.broker_url = sandbox.environment.get("REDIS_URL", settings.REDIS_URL)
        command = registered_command("warm-2")
        for speed, (count, rounds) in sizes.items():
            if count < 2:
                continue
            figures = measure(sandbox.spawn, sandbox.folder, SITE, command, speed=speed, count=count, rounds=rounds)
            for line in figures.lines():
                self.stdout.write(line)


def registered_command(tr_id: str) -> DeviceCommand:
    """The very command that the worker ran for a receipt, so that both sides do the same."""
    from receipts.models import Receipt

    command: DeviceCommand = Receipt.objects.get(tr_id=tr_id).job.command
    return command


@contextmanager
def quiet(what: str) -> Iterator[None]:
    yield


@contextmanager
def stopwatch(times: list[float]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    times.append((time.perf_counter() - started) * 1000)


def median(times: list[float]) -> float:
    return statistics.median(times)


def percentile(times: list[float], part: int) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[part - 1]


def resident(pid: int) -> float:
    """RSS of a process and of what it started, MiB. Source: proc(5)."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    own = int(found[1]) / 1024 if found else 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(resident(int(child)) for child in children)
