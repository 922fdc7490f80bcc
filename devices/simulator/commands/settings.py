"""Tables: 46 reads, 50 writes (source: atol-protocol.md 5.10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulator import tables
from devices.simulator.commands.registry import OK, command, need, ok

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice


def _place(parameters: bytes) -> tuple[int, int, int]:
    need(parameters, 4)
    return parameters[0], int.from_bytes(parameters[1:3], "big"), parameters[3]


@command(0x46, writes=False)
def read_table(device: VirtualDevice, parameters: bytes) -> bytes:
    return ok(tables.read(device.options, device.state, *_place(parameters)))


@command(0x50)
def write_table(device: VirtualDevice, parameters: bytes) -> bytes:
    """In any mode: S18 sends it in modes 0 and 1, others in 4."""
    tables.write(device.options, device.state, _place(parameters), parameters[4:])
    return OK
