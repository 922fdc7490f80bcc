"""Free printing: 4C 87 6C C1 C2 8E 8D 90 (source: atol-protocol.md 5.3). Between 92 and 4A it lands on the receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.protocol.atol.tables_print import Format
from devices.simulator import tables
from devices.simulator.charset import decode
from devices.simulator.commands.registry import OK, command, need
from devices.simulator.errors import Code, Refusal
from devices.simulator.paper import Dots, Look, Pdf417, Qr, Text, write_line

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

_DOUBLE = 0x09
_DOUBLE_HEIGHT = 1
_FORMATS = {Format.BOLD: Look.BOLD, Format.ITALIC: Look.ITALIC, Format.UNDERLINE: Look.UNDERLINE}
_FORMATS |= {Format.NEGATIVE: Look.NEGATIVE}


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
    """
    Eleven bytes of looks, then the text: byte 3 is the font, 4 the height (01 double), 9 the format, whose bits are a
    guess. Brightness and line spacing do not show.
    """
    need(parameters, 11)
    look = Look(sum(look for bit, look in _FORMATS.items() if parameters[8] & bit))
    if parameters[3] == _DOUBLE_HEIGHT:
        look |= Look.DOUBLE_HEIGHT
    text = _line(parameters[11:])[: device.options.profile.columns]
    return _print(device, [write_line(Text(text, look, parameters[2]))])


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
    return _print(device, [write_line(Qr(text) if kind == "QR" else Pdf417(text))])


@command(0x8E)
def print_raster(device: VirtualDevice, parameters: bytes) -> bytes:
    """One line of dots, repeated; what lies beyond the edge of the paper is not there."""
    need(parameters, 5)
    lines, offset, dots = int.from_bytes(parameters[1:3], "big"), int.from_bytes(parameters[3:5], "big"), parameters[5:]
    width = device.options.profile.dots
    row = ("0" * offset + "".join(f"{each:08b}" for each in dots)).ljust(width, "0")[:width]
    return _print(device, [write_line(Dots(lines, int(row, 2).to_bytes(width // 8, "big")))] if lines else [])


@command(0x8D)
@command(0x90, writes=False)
def picture(device: VirtualDevice, parameters: bytes) -> bytes:
    """The picture memory is empty."""
    raise Refusal(Code.WRONG_PICTURE)
