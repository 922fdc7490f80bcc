"""Lines of a paper of a given width: sums, wrapping by words, the middle, two columns, free text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from devices.commands import Align, Barcode, Printed
from devices.typography import NBSP

_HOUSE = re.compile(r"((?<!\w)(?:г|ул|д|стр|корп|кв|оф|пом)\.) (?=\S)")


def amount(kopecks: int) -> str:
    sign = "-" if kopecks < 0 else ""
    whole, rest = divmod(abs(kopecks), 100)
    return f"{sign}{whole:,}".replace(",", " ") + f",{rest:02d}"


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """*text* cut by words, words longer than the tape by letters; spaces inside a line stay as they are."""
    found = [
        line
        for part in text.splitlines() or [""]
        for line in textwrap.wrap(
            part,
            width,
            subsequent_indent=indent,
            replace_whitespace=False,
            drop_whitespace=True,
            break_on_hyphens=False,
        )
        or [""]
    ]
    return found or [""]


def centred(text: str, width: int) -> list[str]:
    """Lines in the middle; a house keeps its number («д. 50») while the line can hold both."""
    held = _HOUSE.sub(lambda match: match[1] + NBSP, text)
    return [line.replace(NBSP, " ").strip().center(width).rstrip() for line in wrapped(held, width) if line.strip()]


def pair(left: str, right: str, width: int) -> list[str]:
    """Left and right on one line, or the right part under the left one."""
    if not right:
        return wrapped(left, width)
    if len(left) + 1 + len(right) <= width:
        return [left + right.rjust(width - len(left))]
    return [*wrapped(left, width), *(line.rjust(width) for line in wrapped(right, width))]


def free(lines: Iterable[Printed], width: int) -> list[str]:
    """Free text, aligned as asked; double width is drawn in ordinary letters, a code as what it holds."""
    drawn: list[str] = []
    for line in lines:
        text = f"[{line.type.value}] {line.barcode}" if isinstance(line, Barcode) else line.text
        parts = [part.rstrip() for part in wrapped(text, width)]
        if line.align is Align.CENTER:
            parts = [part.strip().center(width).rstrip() for part in parts]
        elif line.align is Align.RIGHT:
            parts = [part.strip().rjust(width) for part in parts]
        drawn += parts
    return drawn
