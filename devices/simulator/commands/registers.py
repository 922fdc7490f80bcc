"""
Registers: `91 reg p1 p2` (source: atol-protocol.md 5.7, atol-wire-observed.md 3.1).

Where the two sources differ (11h, 0Ch) the observed one counts: it says how it was probed. Layouts that neither knows
are refused with 6C or marked [C] here.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from devices.ffd import DocumentType
from devices.simulator.archive import Meta
from devices.simulator.commands.registry import command, need, ok
from devices.simulator.commands.storage import REGISTRATIONS_ALLOWED
from devices.simulator.condition import valid_until
from devices.simulator.counters import TypeCounters
from devices.simulator.errors import Code, Refusal
from devices.simulator.numbers import bcd, dmy, hm, hms

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

Register = Callable[["VirtualDevice", int, int], bytes]
_RECEIPTS = (DocumentType.RECEIPT, DocumentType.CORRECTION)
_GRAND_TYPE = {0: 1, 1: 4, 2: 2, 3: 5}  # register 0Ch has type codes of its own: sell, buy, sell return, buy return


@command(0x91, writes=False)
def read_register(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 1)
    register = _REGISTERS.get(parameters[0])
    if register is None:
        raise Refusal(Code.WRONG_REGISTER)
    first, second = (parameters[1:3] + b"\0\0")[:2]
    return ok(register(device, first, second))


def _of(device: VirtualDevice, kind: int) -> TypeCounters:
    return device.state.shift.types.get(str(kind), TypeCounters())


def _pay(code: int) -> str:
    """The payment type in p2 is packed decimal in requests (10 travels as 10h), 0Ah was seen too."""
    return "10" if code in (0x0A, 0x10) else str(code)


def _shift_end(device: VirtualDevice, _: int, second: int) -> bytes:
    """State 0, 1 or, when p2 allows it, 2; with a closed shift the end that one opened now would have [C]."""
    held, now = device.state, device.now
    end = held.shift_ends_at if held.shift_open else now + datetime.timedelta(hours=24)
    state = 0 if not held.shift_open else 2 if device.shift_expired and second == 1 else 1
    return bytes((state,)) + dmy(end) + hms(end)


def _mode(device: VirtualDevice, _: int, __: int) -> bytes:
    receipt = device.state.receipt
    kind = receipt.type if receipt else 0
    number = device.state.receipt_number + 1
    return bytes((device.mode_byte, kind)) + bcd(number, 2) + bcd(device.archive.last_fd, 4)


def _receipt_sums(device: VirtualDevice, _: int, __: int) -> bytes:
    receipt = device.state.receipt
    if receipt is None:
        return bytes(15)
    return bcd(receipt.total, 5) + bcd(receipt.remainder, 5) + bcd(receipt.change, 5)


def _revenue(device: VirtualDevice, _: int, __: int) -> bytes:
    amount = device.state.shift.revenue
    return bytes((amount < 0,)) + bcd(abs(amount), 6)


def _width(device: VirtualDevice, _: int, __: int) -> bytes:
    profile = device.options.profile
    return (bcd(profile.columns, 1) + bcd(profile.dots, 2)) * 3


def _fn_term(device: VirtualDevice, _: int, __: int) -> bytes:
    made = device.state.registrations
    return bcd(made, 1) + bcd(max(0, REGISTRATIONS_ALLOWED - made), 1) + dmy(valid_until(device))


def _registration(device: VirtualDevice, _: int, __: int) -> bytes:
    for fd in range(device.archive.last_fd, 0, -1):
        document = device.archive.get(fd)
        if document and document.meta.type in (DocumentType.REGISTRATION, DocumentType.REREGISTRATION):
            return bcd(fd, 5) + _day_minute(document.meta)
    return bytes(10)


def _day_minute(meta: Meta) -> bytes:
    at = datetime.datetime.fromisoformat(meta.at)
    return dmy(at) + hm(at)


def _last_receipt(device: VirtualDevice, _: int, __: int) -> bytes:
    for fd in range(device.archive.last_fd, 0, -1):
        document = device.archive.get(fd)
        if document and document.meta.type in _RECEIPTS:
            meta = document.meta
            kind, total = bytes((meta.receipt_type,)), bcd(meta.total, 7)
            return bcd(fd, 5) + kind + total + _day_minute(meta) + bcd(meta.fpd, 5)
    return bytes(23)


def _last_document(device: VirtualDevice, _: int, __: int) -> bytes:
    document = device.archive.get(device.archive.last_fd)
    assert document is not None
    return bcd(document.meta.fd, 5) + _day_minute(document.meta) + bcd(document.meta.fpd, 5)


def _ffd(device: VirtualDevice, _: int, __: int) -> bytes:
    """Device, ФН, current; date of the device's version (invented); highest."""
    version = int(device.options.version)
    return bytes((version, version, version)) + bytes.fromhex("010726") + bytes((version,))


def _extended(device: VirtualDevice, _: int, __: int) -> bytes:
    code, error, data = device.extended
    return code.to_bytes(2, "big") + error.to_bytes(2, "big") + data


def _printed(device: VirtualDevice, _: int, __: int) -> bytes:
    """Bit 1: no ЕНВД mode; bit 4 stands for «closed, but not completely printed»."""
    return bytes((0x02 | (0x10 if device.state.pending else 0), 0))


def _open_vat(device: VirtualDevice, row: int, _: int) -> bytes:
    receipt = device.state.receipt
    return bcd(receipt.vat_sums(device.options.vat_mode).get(row, 0) if receipt else 0, 5)


def _sent(device: VirtualDevice, _: int, __: int) -> bytes:
    document = device.archive.get(device.state.acknowledged)
    if document is None:
        return bytes(6)
    at = datetime.datetime.fromisoformat(document.meta.at)
    return dmy(at) + hms(at)


def _counts(device: VirtualDevice, kind: int, _: int) -> bytes:
    counters = _of(device, kind)
    return bcd(counters.receipts, 5) + bcd(counters.annulled, 5)


def _receipt_size(device: VirtualDevice, _: int, __: int) -> bytes:
    """About what the positions take in the buffer [C]."""
    receipt = device.state.receipt
    return bcd(sum(60 + len(each.name) // 2 for each in receipt.positions) if receipt else 0, 5)


def _uptime(device: VirtualDevice, _: int, __: int) -> bytes:
    return bcd(int(time.monotonic() - device.started), 5)


def _registered(device: VirtualDevice, _: int, __: int) -> bytes:
    """ИНН, the first ten digits of the РНМ (five bytes hold no more [C]), shift, date."""
    options, first = device.options, device.archive.get(1)
    assert first is not None
    day = dmy(datetime.datetime.fromisoformat(first.meta.at))
    return bcd(int(options.inn), 6) + bcd(int(options.rnm[:10]), 5) + bcd(device.state.closed_shift, 2) + day


_REGISTERS: dict[int, Register] = {
    0x01: lambda d, kind, _: bcd(_of(d, kind).sum, 6),
    0x02: lambda d, kind, _: bcd(0, 6),
    0x03: lambda d, kind, pay: bcd(_of(d, kind).payments.get(_pay(pay), 0), 6),
    0x04: lambda d, _, __: bcd(d.state.shift.cash_in_sum, 6),
    0x05: lambda d, _, __: bcd(d.state.shift.cash_out_sum, 6),
    0x06: lambda d, kind, _: bcd(_of(d, kind).positions, 2),
    0x07: lambda d, kind, _: bcd(0, 2),
    0x08: lambda d, _, __: bcd(d.state.shift.cash_ins, 2),
    0x09: lambda d, _, __: bcd(d.state.shift.cash_outs, 2),
    0x0A: lambda d, _, __: bcd(d.state.cash, 7),
    0x0B: _revenue,
    0x0C: lambda d, kind, _: bcd(_of(d, _GRAND_TYPE.get(kind, 0)).sum, 7),
    0x0D: lambda d, kind, _: bcd(d.state.grand.sums.get(str(kind or 1), 0), 7),
    0x0E: lambda d, kind, _: bcd(d.state.grand.sums.get(str(kind or 1), 0), 7),
    0x11: lambda d, _, __: dmy(d.now) + hms(d.now),
    0x12: _shift_end,
    0x13: _mode,
    0x14: _receipt_sums,
    0x15: lambda d, _, __: bcd(d.state.closed_shift, 2),
    0x16: lambda d, _, __: bcd(int(d.options.serial), 7),
    0x18: _width,
    0x19: lambda d, _, __: bcd(2030, 2),  # size and form [C]
    0x1A: _fn_term,
    0x1B: _registered,
    0x1D: lambda d, _, __: b"\x01",
    0x21: lambda d, _, __: bytes(4),
    0x22: lambda d, _, __: bytes(4),
    0x23: lambda d, _, __: bytes(4),
    0x24: lambda d, _, __: d.options.profile.version,
    0x26: lambda d, _, __: bytes((0, 24, 0)) + bcd(100, 2),
    0x27: lambda d, _, __: bcd(25, 1),
    0x28: lambda d, kind, _: bcd(d.state.grand.sums.get(str(kind), 0), 7),
    0x2A: lambda d, kind, _: bcd(_of(d, kind).discounts, 6) + bcd(_of(d, kind).charges, 6),
    0x2B: lambda d, _, __: bytes(9),
    0x2C: lambda d, _, __: bcd(d.unsent_count, 3),
    0x2E: lambda d, kind, _: bcd(_of(d, kind).annulled_sum, 7),
    0x2F: lambda d, _, __: d.options.fn.encode() + bytes((d.state.phase,)),
    0x30: _registration,
    0x33: _last_receipt,
    0x34: _last_document,
    0x35: lambda d, _, __: bcd(d.state.shift_receipts, 3) + bcd(d.state.shift_number, 3),
    0x36: _ffd,
    0x37: _extended,
    0x38: lambda d, kind, pay: bcd(d.state.grand.payments.get(str(kind), {}).get(_pay(pay), 0), 7),
    0x39: _sent,
    0x3A: lambda d, _, __: bytes(5) + bcd(d.state.shift_documents, 5),
    0x3B: _printed,
    0x3C: lambda d, kind, row: bcd(_of(d, kind).vat.get(str(row), 0), 6),
    0x3D: _open_vat,
    0x41: _counts,
    0x42: _receipt_size,
    0x43: _uptime,
}
