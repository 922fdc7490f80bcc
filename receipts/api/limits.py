"""
How much one key may ask, and how many requests may wait for a device, per web process.

Both are kept in memory: they protect this process, and a second process has room of its own.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from devices.lease import is_silent
from devices.models import Job
from devices.states import FINAL


class KeyThrottle(BaseThrottle):
    """A bucket per key: KKT_API_BURST requests at once, refilled by KKT_API_RATE a second."""

    _lock = threading.Lock()
    _buckets: dict[int, tuple[float, float]] = {}  # client: (tokens, monotonic seconds)
    clock: Callable[[], float] = staticmethod(time.monotonic)

    def allow_request(self, request: Request, view: APIView) -> bool:
        rate: float = settings.KKT_API_RATE
        burst: int = settings.KKT_API_BURST
        self._wait = 0.0
        now = self.clock()
        with self._lock:
            tokens, since = self._buckets.get(request.auth.pk, (float(burst), now))
            tokens = min(float(burst), tokens + (now - since) * rate)
            allowed = tokens >= 1
            self._buckets[request.auth.pk] = (tokens - allowed, now)
        if not allowed:
            self._wait = (1 - tokens) / rate
        return allowed

    def wait(self) -> float:
        return self._wait


_waiters = threading.BoundedSemaphore(settings.KKT_MAX_WAITERS)
# Seconds between looks at the row: a twelfth of the time waited so far, so that nobody waits much longer than the
# device takes and the database is left alone while it takes long.
_FIRST_LOOK, _LAST_LOOK, _SHARE = 0.003, 0.05, 1 / 12
pause = time.sleep


def wait_until_settled(job: Job, seconds: float) -> None:
    """
    Look at *job*'s row until it is settled or *seconds* are over. Past the bound of waiters come back at once, and
    where no service is there that could settle it (Q05).

    No transaction is held: each look is a query of its own. Nothing is returned: read the row again.
    """
    if seconds <= 0 or job.is_settled or (job.site.heartbeat_at and is_silent(job.site.heartbeat_at)):
        return
    since = time.monotonic()
    look = Job.objects.filter(pk=job.pk, status__in=[status.value for status in FINAL])
    with waiting_place() as free:
        while free and not look.exists() and (waited := time.monotonic() - since) < seconds:
            pause(next_look(waited, seconds))


def next_look(waited: float, seconds: float) -> float:
    """How long to rest before the next look at a row, *waited* of *seconds* after the first."""
    return min(max(_FIRST_LOOK, waited * _SHARE), _LAST_LOOK, seconds - waited)


@contextmanager
def waiting_place(patience: float = 0.0) -> Iterator[bool]:
    """A place among those who may wait in this process, whether there was one within *patience* seconds."""
    free = _waiters.acquire(timeout=patience) if patience else _waiters.acquire(blocking=False)
    try:
        yield free
    finally:
        if free:
            _waiters.release()
