"""
The paper: what was printed, kept as text, one file per document and one endless tape.

A line of text is never wider than the device's columns. How it looks stands around it as the terminal's own escapes
(SGR), so that `cat` shows bold as bold and a search finds the words. A code and a line of dots are one element each,
written as `[QR text]`, `[PDF417 text]` and `[DOTS lines hex]`, so that a viewer can draw them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntFlag
from pathlib import Path
from typing import TextIO


class Look(IntFlag):
    """How a line looks, besides its font."""

    PLAIN = 0
    BOLD = 1
    ITALIC = 2
    UNDERLINE = 4
    NEGATIVE = 8
    DOUBLE_HEIGHT = 16


_SGR = {Look.BOLD: 1, Look.ITALIC: 3, Look.UNDERLINE: 4, Look.NEGATIVE: 7, Look.DOUBLE_HEIGHT: 66}
_FIRST_FONT, _LAST_FONT = 10, 19  # 66 means nothing to a terminal, fonts mean something to few
_STYLED = re.compile("\x1b\\[([0-9;]+)m(.*)\x1b\\[0m")
_CODE = re.compile(r"\[(QR|PDF417) (.*)\]", re.DOTALL)
_DOTS = re.compile(r"\[DOTS ([0-9]+) ([0-9a-f]+)\]")


@dataclass(frozen=True, slots=True)
class Text:
    """A printed line; may be empty. *font* 0 is the device's default."""

    text: str
    look: Look = Look.PLAIN
    font: int = 0


@dataclass(frozen=True, slots=True)
class Qr:
    """A two-dimensional code with *text* in it."""

    text: str


@dataclass(frozen=True, slots=True)
class Pdf417:
    """Another two-dimensional code with *text* in it."""

    text: str


@dataclass(frozen=True, slots=True)
class Dots:
    """A line of dots from the left edge, the first bit leftmost, 1 black; printed *lines* times."""

    lines: int
    row: bytes


Element = Text | Qr | Pdf417 | Dots


def qr_line(text: str) -> str:
    """How a code is written into the text of a paper."""
    return f"[QR {text}]"


def write_line(element: Element) -> str:
    """An element as a line of a paper file."""
    match element:
        case Qr(text=text):
            return qr_line(text)
        case Pdf417(text=text):
            return f"[PDF417 {text}]"
        case Dots(lines=lines, row=row):
            return f"[DOTS {lines} {row.hex()}]"
    codes = [str(code) for look, code in _SGR.items() if element.look & look]
    if element.font:
        codes.append(str(min(_FIRST_FONT + element.font, _LAST_FONT)))
    return f"\x1b[{';'.join(codes)}m{element.text}\x1b[0m" if codes else element.text


def read_line(line: str) -> Element:
    """A line of a paper file as an element to render."""
    if code := _CODE.fullmatch(line):
        return Qr(code[2]) if code[1] == "QR" else Pdf417(code[2])
    if dots := _DOTS.fullmatch(line):
        return Dots(int(dots[1]), bytes.fromhex(dots[2]))
    if styled := _STYLED.fullmatch(line):
        codes = [int(code) for code in styled[1].split(";")]
        look = Look(sum(look for look, code in _SGR.items() if code in codes))
        font = next((code - _FIRST_FONT for code in codes if _FIRST_FONT < code <= _LAST_FONT), 0)
        return Text(styled[2], look, font)
    return Text(line)


def read_paper(path: Path) -> list[Element]:
    """A paper file (DIR/paper/000001.txt) as elements, from top to bottom."""
    return [read_line(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


class Paper:
    """
    The roll of one device, in *folder*: 000001.txt, 000002.txt, … and paper.txt with everything, cuts as a dashed line.

    Lines are on disk when a method returns; a power cut of this machine may lose the last ones, a killed process does
    not.
    """

    def __init__(self, folder: Path, columns: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.columns = columns
        numbers = [int(path.stem) for path in folder.glob("[0-9]*.txt")]
        self.number = max(numbers, default=0)  # of the newest paper
        self._tape: TextIO = (folder / "paper.txt").open("a", encoding="utf-8")
        self._file: TextIO | None = None

    def close(self) -> None:
        self._tape.close()
        if self._file:
            self._file.close()
            self._file = None

    @property
    def begun(self) -> bool:
        """Something was printed since the last cut."""
        return self._file is not None

    def path(self, number: int) -> Path:
        return self.folder / f"{number:06d}.txt"

    def line(self, text: str) -> None:
        if self._file is None:
            self.number += 1
            self._file = self.path(self.number).open("a", encoding="utf-8")
        for file in (self._file, self._tape):
            file.write(text + "\n")
            file.flush()

    def cut(self) -> None:
        """End this paper; the next line begins another one. Nothing printed, nothing cut."""
        if self._file is None:
            return
        self._file.close()
        self._file = None
        self._tape.write("- " * (self.columns // 2) + "\n")
        self._tape.flush()

    def resume(self) -> None:
        """Go on with the newest paper, as after a restart in the middle of a document."""
        if self._file is None and self.number:
            self._file = self.path(self.number).open("a", encoding="utf-8")

    def read(self, number: int) -> list[Element]:
        """Paper *number* as elements. Raises FileNotFoundError."""
        return read_paper(self.path(number))

    def last(self) -> list[Element]:
        """The newest paper, or nothing when none was printed yet."""
        return self.read(self.number) if self.number else []
