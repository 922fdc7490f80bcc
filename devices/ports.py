"""
The open connections of this process: one per device, kept between jobs, used by one thread at a time.

A connection that failed in any way is closed; the next use connects anew and checks who answers (devices/monitor.py).
The lock is the device's own, so that a poll of one device never holds up another.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from devices import drivers, monitor
from devices.drivers.base import Driver, Endpoint
from devices.errors import ErrorCode, LinkError, Refused
from devices.models import Device
from devices.plugged import Plugged
from devices.protocol import ports_of_host
from devices.protocol.exchange import Exchange, Observer

log = logging.getLogger(__name__)

SLEEPS_AFTER = 2.0  # seconds of rest after which Linux suspends a USB device; source: kernel, usbcore.autosuspend


class MadeWay(Exception):
    """A poll stopped between two exchanges, because a job wants the device. The connection is as good as before."""


class Port:
    """
    *wanted* counts the threads that wait for the lock with a job. *used_at* is a monotonic reading: when the connection
    was last given back. *tries* counts the vain polls since it was last well, *due_at* (monotonic) is when the next
    poll may be; *stale* says that a job ran since the last poll.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.wanted = 0
        self._counting = threading.Lock()
        self.driver: Driver | None = None
        self.endpoint: Endpoint | None = None
        self.used_at = 0.0
        self.due_at = 0.0
        self.tries = 0
        self.stale = False
        self.plugged = Plugged()

    def open(self, device: Device) -> Driver:
        if self.endpoint != device.endpoint:  # somebody changed the row
            self.close()
        if self.driver is None:
            self.plugged.check(device.url)
            try:
                driver = drivers.connect(device.endpoint)
            except LinkError as error:
                self.plugged.failed(error)
                raise
            try:
                monitor.connected(device, driver.identify())
            except BaseException:
                driver.close()
                raise
            self.driver, self.endpoint = driver, device.endpoint
        return self.driver

    @contextmanager
    def held(self) -> Iterator[None]:
        """The lock, for a job: a poll that has it gives way at its next exchange."""
        with self._counting:
            self.wanted += 1
        try:
            self.lock.acquire()
        finally:
            with self._counting:
                self.wanted -= 1
        try:
            yield
        finally:
            self.lock.release()

    def make_way(self, _: Exchange | None = None) -> None:
        """What a poll observes its exchanges with. Raises MadeWay: a job waits."""
        if self.wanted:
            raise MadeWay

    def close(self) -> None:
        driver, self.driver = self.driver, None
        if driver is not None:
            try:
                driver.close()
            except Exception:  # it is gone anyway, and the reason was told before
                log.debug("closing a port failed", exc_info=True)


_ports: dict[int, Port] = {}
_registry = threading.Lock()


def port_of(device: Device) -> Port:
    with _registry:
        return _ports.setdefault(device.pk, Port())


@contextmanager
def take(device: Device, observer: Observer | None = None) -> Iterator[Driver]:
    """
    The connected device, for this thread alone; waits while another thread has it. *observer* is told what is said.

    Raises what connecting raises (LinkError), and Refused(WRONG_DEVICE). Any exception in the block but other refusals
    closes the connection: nobody knows what still comes out of it.
    """
    port = port_of(device)
    with port.held(), _use(port, device, observer) as driver:
        yield driver


@contextmanager
def spare(device: Device) -> Iterator[Driver | None]:
    """
    As `take`, for what may wait: None when another thread has the device.

    The block is left by MadeWay, between two exchanges, as soon as somebody wants to `take` the device.
    """
    port = port_of(device)
    if not port.lock.acquire(blocking=False):
        yield None
        return
    try:
        with _use(port, device, port.make_way) as driver:
            yield driver
    finally:
        port.lock.release()


@contextmanager
def _use(port: Port, device: Device, observer: Observer | None) -> Iterator[Driver]:
    rested = time.monotonic() - port.used_at if port.driver is not None else 0.0
    try:
        driver = port.open(device)
        driver.observe(observer)
        yield driver
    except LinkError as error:
        port.close()
        # Silence without a failure of the port, right after a rest: USB had put the device to sleep, and it wakes up by
        # being asked (L05). The next failure is one of a fresh connection, and is what it says.
        if rested >= SLEEPS_AFTER and error.__cause__ is None and ports_of_host.is_usb(device.url):
            raise LinkError(ErrorCode.LINK_SLEPT, error.detail) from error
        raise
    except (Refused, MadeWay) as error:
        if isinstance(error, Refused) and error.code is ErrorCode.WRONG_DEVICE:
            port.close()  # whoever it is now is greeted anew, and so is the right one once it is back
        raise
    except BaseException:
        port.close()
        raise
    finally:
        port.used_at = time.monotonic()


def stale(used_before: float) -> list[int]:
    """Devices that ran a job since their last poll and are at rest since *used_before* (monotonic)."""
    with _registry:
        return [pk for pk, port in _ports.items() if port.stale and port.used_at <= used_before and port.tries == 0]


def close() -> None:
    """Close all connections; waits for those in use."""
    keep_only([])


def keep_only(devices: Iterable[int]) -> None:
    """Close the connections of all devices but these (their ids); waits for those in use."""
    kept = set(devices)
    with _registry:
        others = [port for pk, port in _ports.items() if pk not in kept]
    for port in others:
        with port.lock:
            port.close()


def forget() -> None:
    """Drop what is known of closed ports: a forked child and a test begin with nothing."""
    with _registry:
        _ports.clear()
