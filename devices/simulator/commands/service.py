"""
Modes, clock, drawer, sound, cutter and resets: 56 48 47 88 80 85 75 4B 64 ED 6B 71 77 CE 82 6D 97 EF (source: 4.2,
5.2).
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from devices.protocol.atol.tables_print import SOUND_CLOCK, SOUND_STEP
from devices.simulator import render, tables
from devices.simulator.commands.registry import OK, command, need, ok
from devices.simulator.counters import GrandTotals
from devices.simulator.errors import Code, Refusal
from devices.simulator.layout import centre
from devices.simulator.numbers import unbcd

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

_MODES = (1, 2, 3, 4, 5, 6)
ADMINISTRATORS = (29, 30)


@command(0x56)
def enter_mode(device: VirtualDevice, parameters: bytes) -> bytes:
    """Only from mode 0; an expired shift shuts mode 1 (88), an interrupted Z report everything but mode 3 (1A)."""
    need(parameters, 5)
    held, mode = device.state, parameters[0]
    if held.mode != 0:
        raise Refusal(Code.WRONG_MODE)
    if held.z_interrupted and mode != 3:
        raise Refusal(Code.Z_INTERRUPTED)
    operator = _operator(device, parameters[1:5])
    if mode not in _MODES:
        raise Refusal(Code.WRONG_MODE)
    if mode != 1 and operator not in ADMINISTRATORS:
        raise Refusal(Code.WRONG_PASSWORD)
    if mode == 1 and device.shift_expired:
        raise Refusal(Code.SHIFT_EXPIRED)
    held.mode, held.operator = mode, operator
    return OK


def _operator(device: VirtualDevice, password: bytes) -> int:
    for row in range(30, 0, -1):
        if tables.setting(device.options, device.state, f"3/{row}/1") == password:
            return row
    raise Refusal(Code.WRONG_PASSWORD)


@command(0x48)
def leave_mode(device: VirtualDevice, _: bytes) -> bytes:
    if device.state.receipt:
        raise Refusal(Code.RECEIPT_OPEN)
    device.state.mode = 0
    return OK


@command(0x47, writes=False)
def beep(device: VirtualDevice, _: bytes) -> bytes:
    """Transport 2 sends no answer to it (1.6)."""
    return OK


@command(0x88, writes=False)
def sound(device: VirtualDevice, parameters: bytes) -> bytes:
    """The divider that makes the tone, 1 to 65535, and how long, in 10 ms."""
    need(parameters, 3)
    divider = int.from_bytes(parameters[:2], "big")
    device.sounds.append((round(SOUND_CLOCK / (0x10000 - divider)), parameters[2] * SOUND_STEP))
    return OK


@command(0x80)
def open_drawer(device: VirtualDevice, _: bytes) -> bytes:
    device.state.drawer_open = True
    return OK


@command(0x85)
def pulse_drawer(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 5)
    device.state.drawer_open = True
    return OK


@command(0x75)
def cut(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 1)
    if device.state.receipt is None:
        device.printer.end_paper()
    return OK


@command(0x64)
def set_date(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 3)
    day, month, year = (unbcd(parameters[at : at + 1]) for at in range(3))
    now = device.now
    return _set(device, lambda: now.replace(year=2000 + year, month=month, day=day), Code.WRONG_DATE)


@command(0x4B)
def set_time(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 3)
    hour, minute, second = (unbcd(parameters[at : at + 1]) for at in range(3))
    now = device.now
    return _set(device, lambda: now.replace(hour=hour, minute=minute, second=second), Code.WRONG_TIME)


@command(0xED)
def set_date_time(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 6)
    day, month, year, hour, minute, second = (unbcd(parameters[at : at + 1]) for at in range(6))
    return _set(device, lambda: datetime.datetime(2000 + year, month, day, hour, minute, second), Code.WRONG_DATE)


def _set(device: VirtualDevice, wanted: object, code: Code) -> bytes:
    assert callable(wanted)
    if device.state.shift_open:
        raise Refusal(Code.SHIFT_OPEN)
    try:
        at: datetime.datetime = wanted()
    except ValueError:
        raise Refusal(code) from None
    if device.state.last_document_at and at.isoformat()[:16] < device.state.last_document_at[:16]:
        raise Refusal(Code.CLOCK_BEHIND)
    device.set_clock(at)
    return OK


@command(0x6B, modes={0})
def technological_reset(device: VirtualDevice, _: bytes) -> bytes:
    return _reset(device)


@command(0x71, modes={0})
def factory_tables(device: VirtualDevice, _: bytes) -> bytes:
    return _reset(device)


def _reset(device: VirtualDevice) -> bytes:
    if device.state.shift_open:
        raise Refusal(Code.SHIFT_OPEN)
    device.state.tables.clear()
    return OK


@command(0x77, modes={3})
def general_clearing(device: VirtualDevice, _: bytes) -> bytes:
    if device.state.shift_open:
        raise Refusal(Code.SHIFT_OPEN)
    """Every counter of the device's own, the ones that no Z report touches too [C]; the ФН's stay."""
    device.state.cash, device.state.grand = 0, GrandTotals()
    return OK


@command(0xCE)
def reboot(device: VirtualDevice, parameters: bytes) -> bytes:
    """41 starts again, 00 switches off; the line does it after this answer is out."""
    need(parameters, 1)
    device.reboot_wanted, device.power_off_wanted = parameters[0] == 0x41, parameters[0] == 0
    return OK


@command(0x82, modes={0})
def demo_print(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 2)
    options = device.options
    lines = centre(options.profile.name, options.profile.columns)
    lines += render.fiscal_lines(options, fd=device.archive.last_fd, fpd=0, at=device.now)
    device.printer.print_lines(lines)
    device.printer.end_paper()
    return OK


@command(0x6D)
def protection_code(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 9)
    return OK


@command(0x97, writes=False)
def clear_buffer(device: VirtualDevice, _: bytes) -> bytes:
    return OK


@command(0xEF, writes=False)
def journal(device: VirtualDevice, parameters: bytes) -> bytes:
    """EF 09 … at every open of the vendor's driver: meaning unknown, a plain OK is accepted (2.7)."""
    need(parameters, 1)
    return OK if parameters[0] == 0x09 else ok(b"\x00")


@command(0xDA, writes=False)
def ofd_over_the_link(device: VirtualDevice, _: bytes) -> bytes:
    """The vendor's driver polls with DA 01 00 when it carries the ОФД's traffic: there is never any (observed 4.1)."""
    return OK


@command(0x8A, modes={4}, writes=False)
@command(0x8F, writes=False)
@command(0xB0, writes=False)
def nothing_to_do(device: VirtualDevice, parameters: bytes) -> bytes:
    """Clearing pictures, data for a port, choosing the station: there are no pictures, no port, one station."""
    need(parameters, 1)
    return OK
