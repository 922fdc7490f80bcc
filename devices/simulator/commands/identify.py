"""Who is there and how it is: 3F 45 A5 9D 4D 58 B3 8C 7D 74 (source: atol-protocol.md 5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulator.charset import encode
from devices.simulator.commands.registry import command, need, ok
from devices.simulator.numbers import bcd

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice


@command(0x3F, writes=False)
def state(device: VirtualDevice, _: bytes) -> bytes:
    held, now, receipt = device.state, device.now, device.state.receipt
    flags = 0x40 | 0x01 if held.phase == 3 else 0
    flags |= 0x02 if held.shift_open else 0
    flags |= 0 if held.drawer_open else 0x04  # 1 = closed
    flags |= 0x08 if held.paper else 0
    flags |= 0x20 if held.cover_open else 0
    return b"".join(
        (
            b"\x44",
            bcd(held.operator or 30, 1),
            b"\x01",
            bytes.fromhex(f"{now:%y%m%d%H%M%S}"),
            bytes((flags,)),
            bcd(int(device.options.serial) % 10**8, 4),
            bytes((device.options.profile.code,)),
            b"31",
            bytes((device.mode_byte,)),
            bcd(held.receipt_number + 1, 2),
            bcd(held.closed_shift, 2),
            bytes((receipt.type if receipt else 0,)),
            bcd(receipt.total if receipt else 0, 5),
            b"\x02",
            bytes((device.interface,)),
        )
    )


@command(0x45, writes=False)
def state_code(device: VirtualDevice, _: bytes) -> bytes:
    flags = 0 if device.state.paper and not device.state.cover_open else 0x01
    flags |= 0x04 if device.state.printer_fault else 0
    return bytes((0x55, device.mode_byte, flags))


@command(0xA5, writes=False)
def device_type(device: VirtualDevice, _: bytes) -> bytes:
    profile = device.options.profile
    return b"\x00\x01\x01" + bytes((profile.code, 0, 0)) + profile.version + encode(profile.name)


@command(0x9D, writes=False)
def version(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 1)
    return ok(device.options.profile.version)


@command(0x4D, writes=False)
def cash(device: VirtualDevice, _: bytes) -> bytes:
    return b"\x4d" + bcd(device.state.cash, 7)


@command(0x58, writes=False)
def revenue(device: VirtualDevice, _: bytes) -> bytes:
    sums = {kind: counters.sum for kind, counters in device.state.shift.types.items()}
    income = sum(sums.get(kind, 0) for kind in ("1", "5", "7", "10"))
    outcome = sum(sums.get(kind, 0) for kind in ("2", "4", "8", "9"))
    return ok(bcd(income, 7) + bcd(outcome, 7))


@command(0xB3, writes=False)
def last_error(device: VirtualDevice, _: bytes) -> bytes:
    return ok(b"\x00")


@command(0x8C, writes=False)
def picture_array(device: VirtualDevice, _: bytes) -> bytes:
    """No pictures: 16 kB free, none stored, closed."""
    return ok((16384).to_bytes(2, "big") + b"\x00\x00")


@command(0x7D, writes=False)
def picture_memory(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 1)
    return ok((16384).to_bytes(4, "big") + b"\x00")


@command(0x74, writes=False)
def protection_code(device: VirtualDevice, parameters: bytes) -> bytes:
    """Every protection code counts as entered (the values of the state byte are unknown [C])."""
    need(parameters, 1)
    return b"\x4c\x01"
