"""
The paper: what was printed, kept as text, one file per document and one endless tape.

A line of text is never wider than the device's columns. A QR code is one element, written as a line `[QR text]`, so
that a viewer can draw it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

_QR = ("[QR ", "]")


@dataclass(frozen=True, slots=True)
class Text:
    """A printed line; may be empty."""

    text: str


@dataclass(frozen=True, slots=True)
class Qr:
    """A two-dimensional code with *text* in it."""

    text: str


def qr_line(text: str) -> str:
    """How a code is written into the text of a paper."""
    return _QR[0] + text + _QR[1]


def read_line(line: str) -> Text | Qr:
    """A line of a paper file as an element to render."""
    if line.startswith(_QR[0]) and line.endswith(_QR[1]):
        return Qr(line[len(_QR[0]) : -len(_QR[1])])
    return Text(line)


def read_paper(path: Path) -> list[Text | Qr]:
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

    def read(self, number: int) -> list[Text | Qr]:
        """Paper *number* as elements. Raises FileNotFoundError."""
        return read_paper(self.path(number))

    def last(self) -> list[Text | Qr]:
        """The newest paper, or nothing when none was printed yet."""
        return self.read(self.number) if self.number else []
