"""
Barcodes on the device's paper: QR and PDF417 the device makes itself (C1h, C2h), bars are drawn here (8Eh).

Source: atol-protocol.md 5.3; atol-wire-observed.md 2.5.
"""

from __future__ import annotations

from typing import Any

from devices.commands import Align, Barcode, BarcodeType
from devices.drivers.bars.drawing import draw
from devices.errors import ErrorCode, Refused
from devices.protocol.atol import wire
from devices.protocol.atol.tables_print import CODE_DATA, CODE_GOES_ON, CODE_LIMIT, CODE_OPTIONS, CodeAlign, CodeType
from devices.protocol.atol.wire import Wire

QR_SCALE, BAR_DOTS, BAR_HEIGHT = 5, 2, 100
"""The choice for «the device's own»: dots of a module of a QR and of bars, and lines of dots."""

QUIET_MODULES = 10
"""White to the left of bars that begin at the edge."""

ALIGN = {Align.LEFT: CodeAlign.LEFT, Align.CENTER: CodeAlign.CENTER, Align.RIGHT: CodeAlign.RIGHT}
_MADE_BY_DEVICE = {BarcodeType.QR: CodeType.QR, BarcodeType.PDF417: CodeType.PDF417}

Step = tuple[Wire[Any], dict[str, Any]]


def lay_out_code(code: Barcode, dots: int) -> tuple[list[Step], str]:
    """
    The commands that print *code* on paper of *dots* dots, and the text for below it, "" for none.

    Raises Refused(BAD_REQUISITE): *code* cannot hold this text, or does not fit the paper.
    """
    if code.type in _MADE_BY_DEVICE:
        return _made_by_device(code, _MADE_BY_DEVICE[code.type]), code.barcode if code.print_text else ""
    try:
        bars = draw(code.type, code.barcode)
    except ValueError as error:
        raise Refused(ErrorCode.BAD_REQUISITE, f"{code.type} {code.barcode!r}: {error}") from error
    return [_drawn(bars.modules, code, dots)], bars.text if code.print_text else ""


def _made_by_device(code: Barcode, kind: CodeType) -> list[Step]:
    try:
        data = code.barcode.encode("cp1251")
    except UnicodeEncodeError as error:
        raise Refused(ErrorCode.BAD_REQUISITE, "a code holds characters of CP1251 only") from error
    if not 0 < len(data) <= CODE_LIMIT:
        raise Refused(ErrorCode.BAD_REQUISITE, f"a code of {len(data)} bytes")
    parts = [data[at : at + CODE_DATA].ljust(CODE_DATA, b"\0") for at in range(0, len(data), CODE_DATA)]
    values: dict[str, Any] = {
        "type": kind | (CODE_GOES_ON if len(parts) > 1 else 0),
        "align": ALIGN[code.align],
        "scale": min(code.scale or QR_SCALE, 0xFF),
        "options": CODE_OPTIONS[kind],
        "columns": 1 if kind is CodeType.PDF417 else 0,  # whatever its length, as the vendor's host [A S18]
        "data": parts[0],
    }
    steps: list[Step] = [(wire.PRINT_BARCODE, values)]
    for number, part in enumerate(parts[1:], start=2):
        flag = CODE_GOES_ON if number < len(parts) else 0
        steps.append((wire.BARCODE_DATA, {"flag": flag, "data": part}))
    return steps


def _drawn(modules: str, code: Barcode, dots: int) -> Step:
    """One line of dots, repeated; drawn narrower than asked for where the paper is."""
    room = dots // len(modules)
    scale = min(code.scale or BAR_DOTS, room)
    if scale == 0:
        raise Refused(ErrorCode.BAD_REQUISITE, f"{len(modules)} modules do not fit {dots} dots")
    free = dots - len(modules) * scale
    offset = {Align.LEFT: min(QUIET_MODULES * scale, free), Align.CENTER: free // 2, Align.RIGHT: free}[code.align]
    line = "".join(module * scale for module in modules)
    packed = int(line.ljust(-(-len(line) // 8) * 8, "0"), 2).to_bytes(-(-len(line) // 8), "big")
    return wire.PRINT_RASTER, {"repeat": min(code.height or BAR_HEIGHT, 0xFFFF), "offset": offset, "dots": packed}
