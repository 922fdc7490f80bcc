"""
Which device is meant: `deviceID` in the query, in the body, or the default one.

A device is known by its code, one without a code by its number. The default is the device with the code «default», or
the only one that the client sees: never a guess between several. Source: atol-driver10-json.md 1.4.
"""

from __future__ import annotations

import re

from django.db.models import Q
from django.utils.translation import gettext as _

from devices.models import Device
from receipts.api.authentication import devices_of
from receipts.api.driver10.access import Refusal
from receipts.api.driver10.codes import NO_DEVICE
from receipts.models import ApiClient

DEFAULT = "default"
_ID = re.compile(r"[A-Za-z0-9_-]{1,16}", re.ASCII)


def id_of(device: Device) -> str:
    return device.code or str(device.pk)


def find(client: ApiClient, name: str) -> Device:
    """The device *name* of *client*, the default one for "". Raises Refusal: 404."""
    if name in ("", DEFAULT):
        return default_of(client)
    devices = devices_of(client)
    found = list(devices.filter(_named(name))[:2]) if _ID.fullmatch(name) else []
    if not found:
        raise Refusal(404, NO_DEVICE.format(id=name[:40]))
    if len(found) > 1:
        raise Refusal(404, _("Several sites have a device with the ID [%(id)s]") % {"id": name})
    return found[0]


def _named(name: str) -> Q:
    by_number = Q(code="", pk=int(name)) if name.isdecimal() else Q()
    return Q(code=name) | by_number if by_number else Q(code=name)


def default_of(client: ApiClient) -> Device:
    """Raises Refusal: 404, there is none, or several could be it."""
    devices = devices_of(client)
    for candidates in (devices.filter(code=DEFAULT), devices.filter(is_enabled=True), devices):
        found = list(candidates[:2])
        if len(found) == 1:
            return found[0]
    raise Refusal(404, _("No default device: give one of them the code “default”, or name it in deviceID"))


def in_use(device: Device) -> Device:
    """Raises Refusal: 403, people took it out of use."""
    if not device.is_enabled:
        raise Refusal(403, _("The device [%(id)s] is not activated") % {"id": id_of(device)})
    return device
