"""
Free text on the device's paper: wrapped by words, aligned with spaces, doubled by a mark before each character.

The host does all of it, as the vendor's does; the device only prints. Source: atol-wire-observed.md 2.5,
atol-protocol.md 5.3.
"""

from __future__ import annotations

import textwrap
from typing import Any

from devices.commands import Align, TextLine
from devices.protocol.atol import charset, wire
from devices.protocol.atol.tables import DOUBLE_WIDTH
from devices.protocol.atol.wire import Wire

DOUBLE_HEIGHT, NORMAL_HEIGHT = 1, 3

Step = tuple[Wire[Any], dict[str, Any]]


def lay_out(line: TextLine, columns: int) -> list[Step]:
    """The commands that print *line* on paper of *columns* characters, one per printed row."""
    width = max(1, columns // 2 if line.double_width else columns)
    return [_command(line, _align(row, line.align, width)) for row in wrap(line.text, width)]


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


def _align(row: str, align: Align, width: int) -> str:
    if align is Align.CENTER:
        return " " * ((width - len(row)) // 2) + row
    return row.rjust(width) if align is Align.RIGHT else row


def _command(line: TextLine, row: str) -> Step:
    data = charset.encode(row) or b" "
    if line.double_width:
        data = b"".join(bytes([DOUBLE_WIDTH, code]) for code in data)
    if line.font == 0 and not line.double_height:
        return wire.PRINT_LINE, {"text": data}
    height = DOUBLE_HEIGHT if line.double_height else NORMAL_HEIGHT
    return wire.PRINT_FIELD, {"font": line.font, "height": height, "text": data}
