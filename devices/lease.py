"""
Who executes a site's line. One worker holds the lease for as long as it lives, renews it from a thread of its own and
gives it up when it stops; another takes over when it has run out, or at once when the holder is known to be dead on
this machine.

The lease is the fence of the rows (devices.jobs.commit_baseline asks for it); the exclusive port is the fence of the
device.
"""

from __future__ import annotations

import datetime
import functools
import os
import socket
from pathlib import Path

from django.db.models import F, Q
from django.utils import timezone

from devices.models import Site

TTL = datetime.timedelta(seconds=15)
RENEWAL = datetime.timedelta(seconds=3)
SILENCE = datetime.timedelta(seconds=60)  # without a sign of life for so long a worker is down (Q05)


def owner() -> str:
    """This process: host, process id, and when it started, so that a reused id is not taken for the living."""
    return _owner(os.getpid())


@functools.lru_cache(maxsize=4)
def _owner(pid: int) -> str:
    return f"{socket.gethostname()[:48]}:{pid}:{_started(pid) or 'unknown'}"


def _started(pid: int) -> str:
    """Start time of a living process in clock ticks since boot; "" when there is none, or no /proc. Source: proc(5)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]


def _is_dead(holder: str) -> bool:
    """Certainly dead: it ran on this host and there is no such process any more. Unsure means alive."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    started = holder.rpartition(":")[2]
    if not Path("/proc/self/stat").exists() or host != socket.gethostname()[:48] or not rest.isdigit():
        return False
    return started != "unknown" and _started(int(rest)) != started


def booted_at() -> datetime.datetime | None:
    """When this computer was switched on; None where nobody tells. Source: proc(5), uptime."""
    try:
        seconds = float(Path("/proc/uptime").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return timezone.now() - datetime.timedelta(seconds=seconds)


def hold(site: Site) -> bool:
    """
    Take or renew the lease of *site* for this process; False: another living worker has it. By its row renewed a
    moment ago it is not written again.
    """
    me, now = owner(), timezone.now()
    if site.lease_owner == me and site.lease_until and site.lease_until - now > TTL - RENEWAL:
        return True
    free = Q(lease_owner="") | Q(lease_owner=me) | Q(lease_until__lt=now) | Q(lease_until__isnull=True)
    fresh = {"lease_owner": me, "lease_until": now + TTL, "heartbeat_at": now}
    if not Site.objects.filter(free, pk=site.pk).update(**fresh):
        holder = Site.objects.values_list("lease_owner", flat=True).get(pk=site.pk)
        if not _is_dead(holder) or not Site.objects.filter(pk=site.pk, lease_owner=holder).update(**fresh):
            return False
    site.lease_owner, site.lease_until, site.heartbeat_at = me, now + TTL, now
    return True


def is_silent(heartbeat_at: datetime.datetime | None) -> bool:
    """Is nobody there who executes the line? *heartbeat_at* is the site's."""
    return heartbeat_at is None or timezone.now() - heartbeat_at > SILENCE


def host_of(holder: str) -> str:
    """The computer of a worker, "" when it is not known (it stopped in good order)."""
    return holder.rpartition(":")[0].rpartition(":")[0]


def give_up(site: Site) -> None:
    """Let another worker take the site at once; for one that stops."""
    Site.objects.filter(pk=site.pk, lease_owner=owner()).update(lease_owner="", lease_until=F("heartbeat_at"))
