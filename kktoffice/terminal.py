"""A paper on a terminal: the tape in a frame, its QR codes drawn with half blocks."""

from __future__ import annotations

import io
import re
from pathlib import Path

import segno

# How the virtual device writes a code into the text of its paper.
QR_LINE = re.compile(r"\[QR (.+)\]")


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


def framed(paper: str) -> str:
    """The paper in a frame as wide as its widest line; codes are centred."""
    rows: list[tuple[str, bool]] = []  # a line, and whether it is centred
    for line in paper.removesuffix("\n").split("\n"):
        code = QR_LINE.fullmatch(line)
        rows += [(drawn, True) for drawn in qr_lines(code[1])] if code else [(line, False)]
    width = max(len(line) for line, _ in rows)
    tape = max((len(line) for line, centred in rows if not centred), default=0)
    margin = " " * ((width - tape) // 2)
    out = ["┌" + "─" * (width + 2) + "┐"]
    out += [f"│ {line.center(width) if centred else (margin + line).ljust(width)} │" for line, centred in rows]
    out.append("└" + "─" * (width + 2) + "┘")
    return "\n".join(out)
