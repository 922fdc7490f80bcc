"""
The watch of a site: what its worker does by itself, whether or not somebody rang and whether or not the broker lives.

Three threads, so that nothing slow stands before anything urgent. The keeper renews the lease and touches no device:
a slow command never costs the lease. The second looks at the rows every two seconds, gives up overdue jobs and runs
the line when rows wait and nobody is at it. The third settles unknown jobs, looks for lost devices and asks idle ones
how they are; each device has a lock of its own, so a dead one holds nobody up.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections, connection
from django.db.models import Q
from django.utils import timezone

from devices import clock, closing, jobs, lease, line, monitor, paid, ports, resolve, services
from devices.commands import COMMANDS
from devices.drivers.base import Driver
from devices.errors import DeviceError, ErrorCode, LinkError, Refused
from devices.models import Device, Job, Site
from devices.reactions import pause, reaction
from devices.states import JobStatus

log = logging.getLogger(__name__)

LOOK_SECONDS = 2.0
# How often an idle device is asked for its state, and one that is on hold; both are our choice, well under USB
# autosuspend (L05).
POLL_SECONDS = 5.0
POLL_HELD_SECONDS = 2.0
# A device that just worked is asked soon, but not in front of the next customer.
QUIET_SECONDS = 0.5
# Orders that are paid and have no receipt are looked for so often.
PAID_SECONDS = 20.0
_looked_for_paid: dict[str, float] = {}
FISCAL = [kind for kind, command in COMMANDS.items() if command.fiscal]


def look(site_code: str) -> None:
    """One round of everything."""
    look_at_rows(site_code)
    look_at_devices(site_code)


def look_at_rows(site_code: str) -> None:
    """Give up what is overdue and run what waits, unless another worker has the site."""
    site = Site.objects.get(code=site_code)
    if not lease.hold(site):
        return
    services.expire(site=site)
    if time.monotonic() - _looked_for_paid.get(site_code, -PAID_SECONDS) >= PAID_SECONDS:
        _looked_for_paid[site_code] = time.monotonic()
        paid.look(site)
    if Job.objects.filter(device__site=site, status__in=[JobStatus.QUEUED, JobStatus.RUNNING]).exists():
        line.run_line(site_code, wait=False)


def look_at_devices(site_code: str) -> None:
    """
    Settle what is unknown and see how the devices are; without the lease, and of devices not in use, keep no
    port.
    """
    site = Site.objects.get(code=site_code)
    devices = Device.objects.filter(site=site, is_enabled=True) if lease.hold(site) else Device.objects.none()
    ports.keep_only(devices.values_list("pk", flat=True))
    due = Q(not_before__isnull=True) | Q(not_before__lte=timezone.now())
    unknown = Job.objects.filter(due, device__in=devices, status=JobStatus.UNKNOWN).select_related("device__site")
    settled = [resolve.resolve(job) for job in unknown]
    if any(settled):
        line.run_line(site_code, wait=False)
    for device in devices.select_related("site"):
        if time.monotonic() >= ports.port_of(device).due_at:
            poll(device)


def poll(device: Device) -> None:
    """Ask a device how it is, unless it is at work; an absent one is looked for with growing pauses."""
    port = ports.port_of(device)
    # A person confirmed a replacement, or another one was seen, perhaps by a worker that slept: who is it now?
    if not device.serial_number or device.hold_code == ErrorCode.WRONG_DEVICE:
        if not port.lock.acquire(blocking=False):
            return
        try:
            port.close()
        finally:
            port.lock.release()
    try:
        with ports.spare(device) as driver:
            if driver is None:
                return
            state = driver.state()
            if state.unprinted and state.paper and not state.cover_open:
                finish_printing(device, driver)
                state = driver.state()
    except ports.MadeWay:
        port.stale = True
        return
    except DeviceError as error:
        port.tries += 1
        soon = error.code in (ErrorCode.LINK_SLEPT, ErrorCode.PORT_PROBED)
        port.due_at = time.monotonic() + pause(1 if soon else port.tries).total_seconds()
        if isinstance(error, Refused):
            monitor.hold(device, error.code, error.detail)
            closing.finish_report(device)
        else:
            monitor.lost(device, error if isinstance(error, LinkError) else LinkError(error.code, error.detail))
        return
    port.tries, port.stale = 0, False
    monitor.seen(device, state)
    if not state.unprinted:
        printed(device)
    clock.look(device, state)
    closing.look(device, state)
    port.due_at = time.monotonic() + (POLL_HELD_SECONDS if device.hold_code else POLL_SECONDS)


def finish_printing(device: Device, driver: Driver) -> None:
    """CONTINUE: the document is registered, only its paper is not complete (R03). Nothing is registered by it."""
    driver.observe(None)  # a print that has begun is not left for a job
    try:
        driver.finish_printing()
        log.info("device %s: print finished", device.pk)
    except Refused as error:
        if reaction(error.code):
            raise
        cannot_finish(device, error)
    driver.observe(ports.port_of(device).make_way)


def cannot_finish(device: Device, error: Refused) -> None:
    """This device does not continue a print: its jobs go on, and a person is offered a copy of the document."""
    log.warning("device %s cannot finish its print: %s", device.pk, error)
    if device.hold_code == ErrorCode.PAPER_OUT_MID_RECEIPT:
        monitor.release(device)
    for job in Job.objects.filter(device=device, status=JobStatus.DONE, printed=False, kind__in=FISCAL):
        if not job.events.filter(detail=jobs.CANNOT_FINISH).exists():
            jobs.note(job, JobStatus.DONE, JobStatus.DONE, detail=jobs.CANNOT_FINISH)


def printed(device: Device) -> None:
    """
    Nothing is left to print: the paper of torn documents is whole now, by us or by the device itself. A slip of cash is
    no document, what is missing of it stays missing.
    """
    for job in Job.objects.filter(device=device, status=JobStatus.DONE, printed=False, kind__in=FISCAL):
        jobs.finish_print(job)


def freshen(site_code: str) -> None:
    """Poll the devices that worked since their last poll and are quiet now."""
    now = time.monotonic()
    for device in Device.objects.filter(site__code=site_code, is_enabled=True, pk__in=ports.stale(now - QUIET_SECONDS)):
        poll(device)


class Watch:
    """The threads of one worker process."""

    def __init__(self, site_code: str) -> None:
        self.site_code = site_code
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self._repeat, args=(work, seconds), name=f"{name} {site_code}")
            for name, work, seconds in (
                ("keeper", self._keep, lease.RENEWAL.total_seconds()),
                ("rows", lambda: look_at_rows(site_code), LOOK_SECONDS),
                ("devices", self._look_at_devices, QUIET_SECONDS),
            )
        ]
        self.looked_at = -LOOK_SECONDS

    def start(self) -> None:
        for thread in self.threads:
            thread.start()
        log.info("site %s: watching", self.site_code)

    def stop(self) -> None:
        """Let them finish what they are at; a command in progress is never cut."""
        self.stopping.set()
        for thread in self.threads:
            if thread.is_alive():
                thread.join()

    def _keep(self) -> None:
        lease.hold(Site.objects.get(code=self.site_code))

    def _look_at_devices(self) -> None:
        if time.monotonic() - self.looked_at >= LOOK_SECONDS:
            look_at_devices(self.site_code)
            self.looked_at = time.monotonic()
        elif ports.stale(time.monotonic() - QUIET_SECONDS):
            freshen(self.site_code)

    def _repeat(self, work: Callable[[], object], seconds: float) -> None:
        """Until told to stop; whatever fails, a database that is away included, is tried again."""
        while True:
            try:
                close_old_connections()
                work()
            except DatabaseError as error:
                log.warning("site %s: no database: %s", self.site_code, error)
            except Exception:  # a mistake of ours must not stop the watch
                log.exception("site %s: the watch stumbled", self.site_code)
            if self.stopping.wait(seconds):
                connection.close()
                return
