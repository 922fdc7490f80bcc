"""
How the ФН is: its term, its room, and what the ОФД has not taken; and what it refuses then.

A ФН that is full, over its term or has waited more than 30 days for the ОФД still closes a shift (failure-modes.md 5).
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from devices.ffd import DocumentType
from devices.simulator.documents import KEY_DAYS
from devices.simulator.errors import Code, Refusal

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

REFUSED = (DocumentType.RECEIPT, DocumentType.CORRECTION, DocumentType.SHIFT_OPEN)
OFD_BLOCKS, OFD_WARNS = datetime.timedelta(days=30), datetime.timedelta(days=5)
_REPLACE_DAYS, _ENDS_DAYS = 3, 30


def valid_until(device: VirtualDevice) -> datetime.date:
    """The last day of the ФН's term, counted from its registration."""
    if device.state.fn_until:
        return datetime.date.fromisoformat(device.state.fn_until)
    first = device.archive.get(1)
    start = datetime.datetime.fromisoformat(first.meta.at) if first else device.now
    return (start + datetime.timedelta(days=KEY_DAYS)).date()


def unsent_since(device: VirtualDevice) -> datetime.datetime | None:
    """Since when a document waits for the ОФД; None: none does."""
    first = device.first_unsent
    if first is None:
        return None
    return datetime.datetime.fromisoformat(device.state.unsent_since or first.meta.at)


def warnings(device: VirtualDevice) -> int:
    """Bit 0: replace within 3 days; 1: the term ends within 30; 2: almost full; 3: the ОФД is overdue."""
    left = (valid_until(device) - device.now.date()).days
    since = unsent_since(device)
    overdue = since is not None and device.now - since >= OFD_WARNS
    bits = (left <= _REPLACE_DAYS, left <= _ENDS_DAYS, device.state.fn_room >= 0, overdue)
    return sum(bit << place for place, bit in enumerate(bits))


def check(device: VirtualDevice, kind: DocumentType) -> None:
    """Raises Refusal: the ФН takes no document of this *kind* now."""
    if kind not in REFUSED:
        return
    since = unsent_since(device)
    if device.state.fn_room == 0:
        raise Refusal(Code.FN_FULL)
    if device.now.date() > valid_until(device):
        raise Refusal(Code.FN_TERM)
    if since is not None and device.now - since > OFD_BLOCKS:
        raise Refusal(Code.FN_WAITED_TOO_LONG)
