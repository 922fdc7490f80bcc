"""
The watch of a site: what its worker does by itself, whether or not somebody rang and whether or not the broker lives.

Two threads. The keeper renews the lease and touches no device, so that a slow command never costs the lease. The
watch looks at the rows every two seconds: gives up overdue jobs, settles unknown ones, runs the line when rows wait
and nobody is at it, and asks idle devices how they are.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from devices import lease, line, monitor, ports, resolve, services
from devices.drivers.base import Driver
from devices.errors import DeviceError, LinkError, Refused
from devices.models import Device, Job, Site
from devices.reactions import pause
from devices.states import JobStatus

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
# How often an idle device is asked for its state, and one that is on hold; both are our choice, well under USB
# autosuspend (L05).
POLL_SECONDS = 5.0
POLL_HELD_SECONDS = 2.0
# A device that just worked is asked soon, but not in front of the next customer.
QUIET_SECONDS = 0.5


def look(site_code: str) -> None:
    """One round. Does nothing, and keeps no port, while another worker has the site."""
    site = Site.objects.get(code=site_code)
    if not lease.hold(site):
        ports.close(Device.objects.filter(site=site).values_list("pk", flat=True))
        return
    services.expire(site=site)
    waiting = Job.objects.filter(device__site=site)
    if waiting.filter(status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).exists():
        line.run_line(site_code, wait=False)
    due = Q(not_before__isnull=True) | Q(not_before__lte=timezone.now())
    settled = [
        resolve.resolve(job) for job in waiting.filter(due, status=JobStatus.UNKNOWN).select_related("device__site")
    ]
    if any(settled):
        line.run_line(site_code, wait=False)
    for device in Device.objects.filter(site=site, is_enabled=True).select_related("site"):
        if time.monotonic() >= ports.port_of(device).due_at:
            poll(device)


def poll(device: Device) -> None:
    """Ask a device how it is, unless it is at work; an absent one is looked for with growing pauses."""
    port = ports.port_of(device)
    if port.lock.locked():
        return
    try:
        with ports.take(device) as driver:
            state = driver.state()
            if state.unprinted and state.paper and not state.cover_open:
                finish_printing(device, driver)
                state = driver.state()
    except DeviceError as error:
        port.tries += 1
        port.due_at = time.monotonic() + pause(port.tries).total_seconds()
        if isinstance(error, Refused):
            monitor.hold(device, error.code, error.detail)
        else:
            monitor.lost(device, error if isinstance(error, LinkError) else LinkError(error.code, error.detail))
        return
    port.tries, port.stale = 0, False
    monitor.seen(device, state)
    port.due_at = time.monotonic() + (POLL_HELD_SECONDS if device.hold_code else POLL_SECONDS)


def finish_printing(device: Device, driver: Driver) -> None:
    """CONTINUE: the document is registered, only its paper is not complete (R03)."""
    driver.finish_printing()
    torn = Job.objects.filter(device=device, status=JobStatus.DONE, printed=False)
    log.info("device %s: print finished, %d jobs", device.pk, torn.update(printed=True))


def freshen(site_code: str) -> None:
    """Poll the devices that worked since their last poll and are quiet now."""
    now = time.monotonic()
    for device in Device.objects.filter(site__code=site_code, is_enabled=True, pk__in=ports.stale(now - QUIET_SECONDS)):
        poll(device)


class Watch:
    """The two threads of one worker process."""

    def __init__(self, site_code: str) -> None:
        self.site_code = site_code
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self._keep, name=f"keeper {site_code}"),
            threading.Thread(target=self._watch, name=f"watch {site_code}"),
        ]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()
        log.info("site %s: watching", self.site_code)

    def stop(self) -> None:
        """Let both finish what they are at; a command in progress is never cut."""
        self.stopping.set()
        for thread in self.threads:
            if thread.is_alive():
                thread.join()

    def _keep(self) -> None:
        self._repeat(lambda: lease.hold(Site.objects.get(code=self.site_code)), lease.RENEWAL.total_seconds())

    def _watch(self) -> None:
        looked_at = -LOOK_SECONDS

        def round_() -> None:
            nonlocal looked_at
            if time.monotonic() - looked_at >= LOOK_SECONDS:
                look(self.site_code)
                looked_at = time.monotonic()
            elif ports.stale(time.monotonic() - QUIET_SECONDS):
                freshen(self.site_code)

        self._repeat(round_, QUIET_SECONDS)

    def _repeat(self, work: Callable[[], object], seconds: float) -> None:
        """Until told to stop; whatever fails, a database that is away included, is tried again."""
        while True:
            try:
                close_old_connections()
                work()
            except Exception as error:
                log.warning("site %s: %s: %s", self.site_code, type(error).__name__, error, exc_info=True)
            if self.stopping.wait(seconds):
                connection.close()
                return
