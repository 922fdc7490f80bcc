"""What is seen of a device is written to its row here: who answers, how it is, whether it is on hold and why."""

from __future__ import annotations

import logging
from typing import Any

from django.utils import timezone

from devices import alarms, journal
from devices.commands import DeviceState, Identity
from devices.errors import ErrorCode, LinkError, Refused
from devices.models import Alarm, Device, Link
from devices.reactions import LINK, reaction

log = logging.getLogger(__name__)

# Holds that say more than a missing link; the link has a field of its own.
_STRONG = frozenset({ErrorCode.OUTCOME_UNKNOWN, ErrorCode.WRONG_DEVICE})


# What goes to the journal when it changes, and under which name; a poll's state is none of it.
_JOURNALED = {
    "serial_number": "device.identity",
    "fn_number": "device.identity",
    "hold_code": "device.hold",
    "link": "device.link",
}


def _write(device: Device, *, actor: str = "", **fields: Any) -> None:
    """Only these fields: people may be changing others."""
    before = {name: getattr(device, name) for name in fields if name in _JOURNALED}
    changed = [name for name in before if before[name] != fields[name]]
    row = Device.objects.filter(pk=device.pk)
    if not changed:
        row.update(**fields)
    else:
        with journal.atomic():
            row.update(**fields)
            _note(device, changed[0], before, fields, actor)
    for name, value in fields.items():
        setattr(device, name, value)


def _note(device: Device, changed: str, before: dict[str, Any], fields: dict[str, Any], actor: str = "") -> None:
    told = (*_JOURNALED, "hold_detail")
    after = {name: fields[name] for name in told if name in fields}
    journal.add(_JOURNALED[changed], f"device:{device.pk}", actor=actor, before=before, after=after)


def check_identity(device: Device, serial_number: str, fn_number: str) -> None:
    """
    Make sure that this is the device, with the storage, that the row knows; the first one to answer is adopted by
    `connected`.

    Raises:
        Refused(WRONG_DEVICE): nothing may be registered until somebody decides (L07).
    """
    if device.serial_number and (device.serial_number, device.fn_number) != (serial_number, fn_number):
        expected = f"{device.serial_number}/{device.fn_number}"
        raise Refused(ErrorCode.WRONG_DEVICE, f"expected {expected}, found {serial_number}/{fn_number}")


def connected(device: Device, identity: Identity) -> None:
    """A device answered at the row's address. Raises Refused(WRONG_DEVICE)."""
    check_identity(device, identity.serial_number, identity.fn_number)
    _write(
        device,
        serial_number=identity.serial_number,
        fn_number=identity.fn_number,
        identity=identity.dump(),
        **_link(device, Link.ONLINE),
    )
    if device.hold_code == ErrorCode.WRONG_DEVICE:
        release(device)


def seen(device: Device, state: DeviceState) -> None:
    """A poll came back: keep it, and end the hold if this is its end."""
    _write(device, state=state.dump(), state_at=timezone.now(), **_link(device, Link.ONLINE))
    follows = reaction(device.hold_code)
    if follows is None:  # a poll was refused for something that stops no jobs; this one came through
        release(device)
        return
    if device.hold_code == ErrorCode.PAPER_OUT and state.cover_open:
        # Told by its flag alone: the refusal was that of missing paper (R04).
        hold(device, ErrorCode.COVER_OPEN)
        return
    held = timezone.now() - (device.hold_since or timezone.now())
    if follows.ends(state) or held.total_seconds() >= follows.retry_after:
        release(device)


def lost(device: Device, error: LinkError) -> None:
    """The device does not answer; one that slept is being woken up, and is not offline (L05)."""
    if error.code is not ErrorCode.LINK_SLEPT:
        _write(device, **_link(device, Link.OFFLINE))
    hold(device, error.code, error.detail)


def _link(device: Device, link: Link) -> dict[str, Any]:
    return {} if device.link == link else {"link": link.value, "link_changed_at": timezone.now()}


def hold(device: Device, code: ErrorCode, detail: str = "") -> None:
    """Stop the device's jobs, for *code*; the jobs of others go on."""
    if device.hold_code == code or (device.hold_code in _STRONG and reaction(code) is LINK):
        return
    if device.hold_code in alarms.HOLDING and code not in _STRONG:
        return  # whatever else is wrong is over sooner
    log.warning("device %s on hold: %s %s", device.pk, code, detail)
    _write(device, hold_code=code.value, hold_detail=detail[:255], hold_since=timezone.now())


def release(device: Device, *, actor: str = "") -> None:
    """End the hold that this object knows of; a newer one stays, and so does one that an open alarm keeps."""
    if not device.hold_code:
        return
    ended: dict[str, Any] = {"hold_code": "", "hold_detail": "", "hold_since": None}
    kept = Alarm.objects.filter(device=device, kind__in=alarms.HOLDING, closed_at__isnull=True).first()
    if kept is not None:
        if device.hold_code == kept.kind:
            return
        ended = {"hold_code": kept.kind, "hold_detail": alarms.hold_detail(kept.detail), "hold_since": kept.opened_at}
    with journal.atomic():
        if not Device.objects.filter(pk=device.pk, hold_code=device.hold_code).update(**ended):
            return
        _note(device, "hold_code", {"hold_code": device.hold_code, "hold_detail": device.hold_detail}, ended, actor)
    log.info("device %s no longer on hold: %s", device.pk, device.hold_code)
    for name, value in ended.items():
        setattr(device, name, value)


def adopt(device: Device, *, actor: str = "") -> None:
    """A person confirms that the device or its storage was replaced: the next one to answer is the right one."""
    _write(device, actor=actor, serial_number="", fn_number="", identity={})
    release(device, actor=actor)
