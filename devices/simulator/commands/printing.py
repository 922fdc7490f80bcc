"""Free printing: 4C 87 6C C1 C2 8E 8D 90 (source: atol-protocol.md 5.3). Between 92 and 4A it lands on the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulator import tables
from devices.simulator.charset import decode
from devices.simulator.commands.registry import OK, command, need
from devices.simulator.errors import Code, Refusal
from devices.simulator.paper import qr_line

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

_DOUBLE = 0x09
_RASTER = "░"


def _line(data: bytes) -> str:
    """A double-width character takes two columns: it is followed by a space here."""
    text, at = "", 0
    while at < len(data):
        double = data[at] == _DOUBLE and at + 1 < len(data)
        at += double
        text += decode(data[at : at + 1]) + (" " if double else "")
        at += 1
    return text.rstrip() if text.strip() else ""


def _print(device: VirtualDevice, lines: list[str]) -> bytes:
    receipt = device.state.receipt
    if receipt is not None and receipt.electronic:
        return OK
    device.printer.need_paper()
    if receipt is None:
        device.printer.print_pending()
    device.printer.print_lines(lines)
    return OK


@command(0x4C)
def print_string(device: VirtualDevice, parameters: bytes) -> bytes:
    """Longer than the width is cut (real devices cut or answer 14). Table 2 field 51 = 0 suppresses it."""
    if tables.setting(device.options, device.state, tables.PRINT_TEXT)[0] == 0:
        return OK
    return _print(device, [_line(parameters)[: device.options.profile.columns]])


@command(0x87)
def print_field(device: VirtualDevice, parameters: bytes) -> bytes:
    """Eleven bytes of looks, which text cannot show, then the text."""
    need(parameters, 11)
    return _print(device, [_line(parameters[11:])[: device.options.profile.columns]])


@command(0x6C)
def print_cliche(device: VirtualDevice, _: bytes) -> bytes:
    return _print(device, device.printer.cliche(range(3, 21)))


@command(0xC1)
def print_code(device: VirtualDevice, parameters: bytes) -> bytes:
    """`type align scale …` and up to 100 bytes of CP1251; bit 80h of the type: C2 brings the rest."""
    need(parameters, 15)
    kind = "QR" if parameters[0] & 0x7F == 0 else "PDF417"
    device.code_parts = (kind, parameters[14:114])
    return OK if parameters[0] & 0x80 else _print_code(device)


@command(0xC2)
def continue_code(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 2)
    kind, data = device.code_parts
    if not data:
        raise Refusal(Code.BAD_FORMAT)
    device.code_parts = (kind, data + parameters[1:101])
    return OK if parameters[0] & 0x80 else _print_code(device)


def _print_code(device: VirtualDevice) -> bytes:
    (kind, data), device.code_parts = device.code_parts, ("", b"")
    text = data.rstrip(b"\0").decode("cp1251", "replace").replace("\n", " ")
    return _print(device, [qr_line(text) if kind == "QR" else f"[{kind} {text}]"])


@command(0x8E)
def print_raster(device: VirtualDevice, parameters: bytes) -> bytes:
    """
    One line of dots, repeated: text shows a bar for every picture line that is black somewhere and high enough to see.
    """
    need(parameters, 5)
    height, dots = int.from_bytes(parameters[1:3], "big"), parameters[5:]
    bar = _RASTER * min(device.options.profile.columns, len(dots) * 8 * device.options.profile.columns // 384)
    return _print(device, [bar] if any(dots) and height >= 24 else [])


@command(0x8D)
@command(0x90, writes=False)
def picture(device: VirtualDevice, parameters: bytes) -> bytes:
    """The picture memory is empty."""
    raise Refusal(Code.WRONG_PICTURE)
