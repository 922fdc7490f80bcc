"""
Alarms: what is wrong and must not be forgotten when the page is closed (failure-modes.md: R11, R20, S01, S06,
C01).

`rise` opens one, once per subject however often it is seen; `end` closes it when it is over; `acknowledge` is a person
who takes note of it and says why. Each is kept in the journal.
"""

from __future__ import annotations

import logging
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from devices import journal
from devices.errors import ErrorCode
from devices.models import Alarm, Device

log = logging.getLogger(__name__)

# While one of these is open its device registers nothing: a person has to look first.
HOLDING = frozenset({ErrorCode.TOTAL_DIFFERS})


def hold_detail(detail: dict[str, Any]) -> str:
    """What a device's row says of the alarm that holds it (devices/messages_context.py reads it)."""
    return f"FD {detail['fd']}: {detail['actual']} instead of {detail['expected']}"


def standing(device: Device, kind: ErrorCode | None = None) -> QuerySet[Alarm]:
    """The open alarms of *device*."""
    found = Alarm.objects.filter(device=device, closed_at__isnull=True)
    return found.filter(kind=kind) if kind else found


def rise(device: Device, kind: ErrorCode, subject: str = "", **detail: Any) -> bool:
    """
    Open an alarm, or bring the details of an open one up to date; say whether it is new.

    A warning that has been given is not given again: an alarm that is over is opened anew only for another *subject*,
    or for none.
    """
    open_one = standing(device, kind).filter(subject=subject)
    if (known := open_one.first()) is not None:
        if known.detail != detail:
            open_one.update(detail=detail)
        return False
    if subject and Alarm.objects.filter(device=device, kind=kind, subject=subject).exists():
        return False
    return _open(device, kind, subject, detail)


@journal.atomic()
def _open(device: Device, kind: ErrorCode, subject: str, detail: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(device=device, kind=kind.value, subject=subject, detail=detail)
    except IntegrityError:  # another thread saw the same
        return False
    log.warning("device %s: alarm %s %s %s", device.pk, kind, subject, detail)
    after = {"kind": kind.value, "subject": subject, "detail": detail}
    journal.add("alarm.opened", f"alarm:{alarm.pk}", after={"device": device.pk, **after})
    return True


def end(device: Device, kind: ErrorCode, *, subject: str | None = None) -> int:
    """It is over by itself: all of *kind*, or that of *subject*. Says how many ended; if none, nothing is written."""
    over = standing(device, kind)
    return sum(_close(alarm) for alarm in (over if subject is None else over.filter(subject=subject)))


def acknowledge(alarm: Alarm, *, actor: str, reason: str) -> bool:
    """
    *actor* took note and says what was done about it; False: it was over already.

    Raises ValueError: without a reason nobody takes note of anything.
    """
    if not reason.strip():
        raise ValueError("an alarm is acknowledged with a reason")
    return _close(alarm, actor=actor, reason=reason.strip()[:500])


@journal.atomic()
def _close(alarm: Alarm, *, actor: str = "", reason: str = "") -> bool:
    now = timezone.now()
    row = Alarm.objects.filter(pk=alarm.pk, closed_at__isnull=True)
    if not row.update(closed_at=now, acknowledged_by=actor, reason=reason):
        return False
    alarm.closed_at, alarm.acknowledged_by, alarm.reason = now, actor, reason
    before = {"device": alarm.device_id, "kind": alarm.kind, "subject": alarm.subject, "detail": alarm.detail}
    kind = "alarm.acknowledged" if actor else "alarm.ended"
    journal.add(kind, f"alarm:{alarm.pk}", actor=actor, before=before, after={"reason": reason} if reason else None)
    return True
