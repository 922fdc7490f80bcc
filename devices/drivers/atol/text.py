"""
Free text on the device's paper: wrapped by words, aligned with spaces, doubled by a mark before each character.

The host does all of it, as the vendor's does; the device only prints. Source: atol-wire-observed.md 2.5,
atol-protocol.md 5.3.
"""

from __future__ import annotations

import textwrap
from typing import Any

from devices.commands import Align, Barcode, Printed, TextLine
from devices.drivers.atol.codes import lay_out_code
from devices.protocol.atol import charset, wire
from devices.protocol.atol.tables import DOUBLE_WIDTH
from devices.protocol.atol.tables_print import DOTS_PER_COLUMN, Format, Height
from devices.protocol.atol.wire import Wire

Step = tuple[Wire[Any], dict[str, Any]]


def lay_out(line: Printed, columns: int, *, dots: int = 0, looks: bool = False) -> list[Step]:
    """
    The commands that print *line* on paper of *columns* characters and *dots* dots, one per printed row.

    *looks*: bold, italic, underline and negative too, whose bytes are a guess (tables_print.Format): not inside a
    receipt, which a refused line would cancel. Raises Refused(BAD_REQUISITE): no such barcode.
    """
    if isinstance(line, Barcode):
        code, below = lay_out_code(line, dots or columns * DOTS_PER_COLUMN)
        return [*code, *(lay_out(TextLine(text=below, align=line.align), columns) if below else ())]
    width = max(1, columns // 2 if line.double_width else columns)
    return [_command(line, _align(row, line.align, width), looks) for row in wrap(line.text, width)]


def wrap(text: str, width: int) -> list[str]:
    """Rows of at most *width* characters of the device's own page; words are broken only when longer than a row."""
    rows: list[str] = []
    for part in text.splitlines() or [""]:
        printable = charset.decode(charset.encode(part)).rstrip()
        if len(printable) <= width:
            rows.append(printable)
        else:
            rows += textwrap.wrap(printable, width, break_on_hyphens=False, replace_whitespace=False)
    return rows


def plain(step: Step) -> Step:
    """The same row without the looks that a device may not know."""
    row, values = step
    if "format" not in values:
        return step
    rest = {name: value for name, value in values.items() if name != "format"}
    if (rest["font"], rest["height"]) == (0, Height.DEFAULT):
        return wire.PRINT_LINE, {"text": rest["text"]}
    return row, rest


def _align(row: str, align: Align, width: int) -> str:
    if align is Align.CENTER:
        return " " * ((width - len(row)) // 2) + row
    return row.rjust(width) if align is Align.RIGHT else row


def _command(line: TextLine, row: str, looks: bool) -> Step:
    data = charset.encode(row) or b" "
    if line.double_width:
        data = b"".join(bytes([DOUBLE_WIDTH, code]) for code in data)
    known = Format.PLAIN
    if looks:
        for name in ("bold", "italic", "underline", "negative"):
            known |= Format[name.upper()] if getattr(line, name) else Format.PLAIN
    if line.font == 0 and not line.double_height and not known:
        return wire.PRINT_LINE, {"text": data}
    usual = Height.NORMAL if line.font else Height.DEFAULT
    values = {"font": line.font, "height": Height.DOUBLE if line.double_height else usual, "text": data}
    return wire.PRINT_FIELD, values | ({"format": known} if known else {})
