"""The ФН itself: A4 with its subcommands, everything little endian (source: atol-protocol.md 5.8, 5.9)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from devices.ffd import DocumentType
from devices.simulator import condition, tlv
from devices.simulator.archive import Document
from devices.simulator.commands import marking
from devices.simulator.commands.registry import command, need, ok
from devices.simulator.errors import Code, Refusal
from devices.simulator.numbers import fn_minute, le

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

_RECEIPTS = (DocumentType.RECEIPT, DocumentType.CORRECTION)
_SHIFTS = (DocumentType.SHIFT_OPEN, DocumentType.SHIFT_CLOSE)
_VERSION = b"fn_v_1_2        "
REGISTRATIONS_ALLOWED = 30  # ffd.md 7.2


@command(0xA4, writes=False)
def fiscal_storage(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 1)
    handler = _SUBCOMMANDS.get(parameters[0])
    if handler is None:
        raise Refusal(Code.FN_BAD_PARAMETERS)
    return ok(handler(device, parameters[1:]))


def _moment(text: str) -> bytes:
    return fn_minute(datetime.datetime.fromisoformat(text)) if text else bytes(5)


def _shift(device: VirtualDevice, _: bytes) -> bytes:
    state = device.state
    return bytes((state.shift_open,)) + le(state.shift_number, 2) + le(state.shift_receipts, 2)


def _exchange(device: VirtualDevice, _: bytes) -> bytes:
    """Flags: bit 0 link to the ОФД, bit 1 something to send (ffd.md 7.6)."""
    first, count = device.first_unsent, device.unsent_count
    flags = (1 if device.ofd_online else 0) | (2 if count else 0)
    since = condition.unsent_since(device)
    return (
        bytes((flags, 0))
        + le(count, 2)
        + le(first.meta.fd if first else 0, 4)
        + _moment(since.isoformat() if since else "")
    )


def _state(device: VirtualDevice, _: bytes) -> bytes:
    state = device.state
    document = 0 if state.receipt is None else (0x14 if state.receipt.is_correction else 0x04)
    return (
        bytes((state.phase, document, document != 0, state.shift_open, condition.warnings(device)))
        + _moment(state.last_document_at)
        + device.options.fn.encode()
        + le(device.archive.last_fd, 4)
    )


def _number(device: VirtualDevice, _: bytes) -> bytes:
    return device.options.fn.encode()


def _term(device: VirtualDevice, _: bytes) -> bytes:
    until, made = condition.valid_until(device), device.state.registrations
    return bytes((until.year % 100, until.month, until.day, max(0, REGISTRATIONS_ALLOWED - made), made))


def _version(device: VirtualDevice, _: bytes) -> bytes:
    """A debug ФН (type 0): nobody shall take the virtual one for real."""
    return _VERSION + b"\x00"


def _error_detail(device: VirtualDevice, _: bytes) -> bytes:
    return b"\x01\x00"


def _asked(device: VirtualDevice, parameters: bytes) -> Document:
    need(parameters, 4)
    document = device.archive.get(int.from_bytes(parameters[:4], "little"))
    if document is None:
        raise Refusal(Code.FN_NO_DATA)
    return document


def _find(device: VirtualDevice, parameters: bytes) -> bytes:
    meta = _asked(device, parameters).meta
    ticket = meta.fd <= device.state.acknowledged
    head = bytes((meta.type, ticket)) + _moment(meta.at) + le(meta.fd, 4) + le(meta.fpd, 4)
    if meta.type in _RECEIPTS:
        return head + bytes((meta.operation,)) + le(meta.total, 5)
    return head + le(meta.shift, 2) if meta.type in _SHIFTS else head


def _ticket(device: VirtualDevice, parameters: bytes) -> bytes:
    """The layout that S18 reads; the sign of the virtual ОФД is nobody's."""
    meta = _asked(device, parameters).meta
    if meta.fd > device.state.acknowledged:
        raise Refusal(Code.FN_NO_DATA)
    return _moment(meta.at) + (b"VIRTUAL OFD SIGN  ")[:18] + le(meta.fd, 4)


def _unsent(device: VirtualDevice, _: bytes) -> bytes:
    return le(device.unsent_count, 2)


def _registration(device: VirtualDevice, _: bytes) -> bytes:
    first = device.archive.get(1)
    options = device.options
    assert first is not None
    texts = options.inn.ljust(12).encode() + options.rnm.ljust(20).encode()
    return _moment(first.meta.at) + texts + bytes((options.taxations, 0))


def _start_reading(device: VirtualDevice, parameters: bytes) -> bytes:
    document = _asked(device, parameters)
    device.reading = [tlv.element(tag, value) for tag, value in tlv.elements(document.tlv)]
    return le(document.meta.type, 2) + le(len(document.tlv), 2)


def _next_element(device: VirtualDevice, _: bytes) -> bytes:
    if not device.reading:
        raise Refusal(Code.FN_NO_DATA)
    return device.reading.pop(0)


_SUBCOMMANDS: dict[int, Callable[[VirtualDevice, bytes], bytes]] = {
    0x10: _shift,
    0x20: _exchange,
    0x30: _state,
    0x31: _number,
    0x32: _term,
    0x33: _version,
    0x35: _error_detail,
    0x40: _find,
    0x41: _ticket,
    0x42: _unsent,
    0x43: _registration,
    0x45: _start_reading,
    0x46: _next_element,
    **marking.SUBCOMMANDS,
}
