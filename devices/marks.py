"""
What the checks of marking codes came to in a registered receipt: while the marking system is not there, a person is
warned, since the state of the goods and their shelf life are not seen then (failure-modes.md M06).
"""

from __future__ import annotations

from django.utils import timezone

from devices import alarms
from devices.commands import FiscalData, MarkCheck, RegisterReceipt
from devices.errors import ErrorCode
from devices.ffd import Tag
from devices.models import Device
from devices.protocol.atol import tlv


def note(device: Device, command: RegisterReceipt, document: FiscalData) -> None:
    """Raise the alarm, or end it, by the codes of *document*, which is the registered *command*."""
    if not any(position.mark for position in command.positions):
        return
    checks = _checks(document.tlv)
    if checks and all(check.status_told for check in checks):
        alarms.end(device, ErrorCode.MARK_OFFLINE)
    elif checks and not alarms.standing(device, ErrorCode.MARK_OFFLINE).exists():
        alarms.rise(device, ErrorCode.MARK_OFFLINE, until=timezone.now().isoformat())  # «since» in its words


def _checks(raw: bytes) -> list[MarkCheck]:
    """2106 of each position that has one."""
    try:
        positions = [value for tag, value in tlv.elements(raw) if tag == Tag.POSITION]
        found = [tlv.first(position, Tag.MARK_CHECK) for position in positions]
    except tlv.BadTlv:
        return []
    return [MarkCheck.of_bits(bits[0]) for bits in found if bits]
