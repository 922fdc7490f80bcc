"""
How many receipts an hour: jobs in line, executed by the site's worker, against the driver alone on a device of the
same kind, in turns.

Both do the same work at the device: the driver reads its baseline too. What the worker adds is the safety: the
baseline and the end of each job committed, the journal with every byte, the documents kept.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db import transaction
from django.db.models import Max, Min

from devices import drivers
from devices.commands import Command, OpenShift, RegisterReceipt
from devices.drivers.base import Driver, Endpoint
from devices.models import Device, Job, Site
from devices.services import enqueue
from devices.states import JobStatus
from kktoffice.processes import virtual_device

SERIALS = {"worker": "0010690000005", "bare": "0010690000006"}


@dataclass(slots=True, kw_only=True)
class Figures:
    """Milliseconds per receipt, one figure per round."""

    speed: str
    bare: list[float] = field(default_factory=list)
    worker: list[float] = field(default_factory=list)

    @property
    def loss(self) -> float:
        """Percent of the bare driver's throughput that the worker does not reach: the median of the rounds."""
        return statistics.median(100 * (1 - bare / worker) for bare, worker in zip(self.bare, self.worker, strict=True))

    def lines(self) -> list[str]:
        bare, worker = statistics.median(self.bare), statistics.median(self.worker)
        return [
            f"  --speed {self.speed:<5} bare driver {bare:8.1f} ms each, {3_600_000 / bare:8.0f} an hour",
            f"  {'':<13} site worker {worker:8.1f} ms each, {3_600_000 / worker:8.0f} an hour",
            f"  {'':<13} the safety costs {worker - bare:.1f} ms each, {self.loss:.1f} % of the throughput",
        ]


def measure(
    start: Callable[[str, str, list[str]], object],
    folder: Path,
    site_code: str,
    command: Command,
    *,
    speed: str,
    count: int,
    rounds: int,
) -> Figures:
    """
    *start* runs a named child process with its log. Rounds of *count* receipts each, in turns on two new devices; a
    round is timed from the end of its first receipt to the end of its last.
    """
    figures = Figures(speed=speed)
    urls = {}
    for number, name in enumerate(SERIALS, start=1 if speed == "fast" else 5):
        urls[name] = str(folder / f"kkt-{speed}-{name}")
        Path(urls[name]).unlink(missing_ok=True)
        known = ("--serial", f"{SERIALS[name]}{number}", "--fn", f"999907890000440{number}", "--speed", speed)
        where = ("--pty", urls[name], "--state", str(folder / f"device-{speed}-{name}"))
        start(f"{speed} device, {name}", f"device-{speed}-{name}", virtual_device(*where, *known))
    _wait(lambda: all(Path(url).exists() for url in urls.values()), 20)
    device, _ = Device.objects.update_or_create(
        site=Site.objects.get(code=site_code), name=f"{speed} throughput", defaults={"url": urls["worker"]}
    )
    _run_all(device, OpenShift(), 1)
    with drivers.connect(Endpoint(driver="atol", url=urls["bare"])) as driver:
        driver.run(OpenShift(), fence=lambda _: None)
        for _ in range(rounds):
            figures.bare.append(_bare(driver, command, count))
            figures.worker.append(_run_all(device, command, count))
    Device.objects.filter(pk=device.pk).update(is_enabled=False)
    return figures


def _bare(driver: Driver, command: Command, count: int) -> float:
    driver.run(command, fence=lambda _: None)
    started = time.perf_counter()
    for _ in range(count - 1):
        driver.run(command, fence=lambda _: None)
    return (time.perf_counter() - started) * 1000 / (count - 1)


def _run_all(device: Device, command: Command, count: int) -> float:
    """Put *count* jobs in line at once and wait until all are done; milliseconds from one end to the next."""
    if isinstance(command, RegisterReceipt):
        command = replace(command, mark="")  # each gets its own, as in life
    with transaction.atomic():
        jobs = [enqueue(device=device, command=command, source="system", actor="bench")[0].pk for _ in range(count)]
    left = Job.objects.filter(pk__in=jobs).exclude(status=JobStatus.DONE)
    _wait(lambda: not left.exists(), 60 + 10 * count)
    first, last = Job.objects.filter(pk__in=jobs).aggregate(first=Min("finished_at"), last=Max("finished_at")).values()
    seconds: float = (last - first).total_seconds()
    return seconds * 1000 / max(1, count - 1)


def _wait(ready: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not done within {seconds:.0f} s")
        time.sleep(0.2)
