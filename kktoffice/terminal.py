"""A paper on a terminal: the tape in a frame, its QR codes drawn with half blocks."""

from __future__ import annotations

import io
import math
import re
from pathlib import Path

import segno

# How the virtual device writes a code into the text of its paper.
QR_LINE = re.compile(r"\[QR (.+)\]")
DOTS_LINE = re.compile(r"\[DOTS [0-9]+ ([0-9a-f]+)\]")
LOOKS = re.compile("\x1b\\[[0-9;]*m")
BARS_HIGH = 3


def newest_paper(state: Path) -> Path:
    """The last document that the virtual device of this state folder printed. Raises FileNotFoundError: none yet."""
    papers = sorted((state / "paper").glob("[0-9]*.txt"))
    if not papers:
        raise FileNotFoundError(f"nothing was printed in {state}")
    return papers[-1]


def qr_lines(text: str) -> list[str]:
    """*text* as a QR code of half blocks, dark on light, with its quiet zone."""
    out = io.StringIO()
    segno.make(text, error="m", micro=False).terminal(out, border=2, compact=True)
    return out.getvalue().rstrip("\n").split("\n")


def bar_lines(dots: str) -> list[str]:
    """A line of dots (hex) as bars of half blocks, each module as narrow as it can be."""
    bits = bin(int(dots, 16))[2:].rstrip("0")
    module = math.gcd(*(len(run) for run in re.findall("1+|0+", bits))) if bits else 1
    modules = bits[::module]
    pairs = (modules[at : at + 2].ljust(2, "0") for at in range(0, len(modules), 2))
    return ["".join({"11": "█", "10": "▌", "01": "▐", "00": " "}[pair] for pair in pairs)] * BARS_HIGH


def _drawn(line: str) -> list[str]:
    """A code of the tape as lines of blocks; nothing: it is a line of text."""
    if code := QR_LINE.fullmatch(line):
        return qr_lines(code[1])
    if dots := DOTS_LINE.fullmatch(line):
        return bar_lines(dots[1])
    return []


def _width(line: str) -> int:
    return len(LOOKS.sub("", line))


def framed(paper: str) -> str:
    """The paper in a frame as wide as its widest line; codes are centred."""
    rows: list[tuple[str, bool]] = []  # a line, and whether it is centred
    for line in paper.removesuffix("\n").split("\n"):
        rows += [(drawn, True) for drawn in _drawn(line)] or [(line, False)]
    width = max(_width(line) for line, _ in rows)
    tape = max((_width(line) for line, centred in rows if not centred), default=0)
    margin = " " * ((width - tape) // 2)
    out = ["┌" + "─" * (width + 2) + "┐"]
    for line, centred in rows:
        shown = line.center(width) if centred else margin + line
        out.append(f"│ {shown}{' ' * (width - _width(shown))} │")
    out.append("└" + "─" * (width + 2) + "┘")
    return "\n".join(out)
