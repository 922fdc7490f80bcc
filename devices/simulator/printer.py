"""The printer: lines to paper while there is paper, and what is left for later when it ends in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulator import tables
from devices.simulator.charset import decode
from devices.simulator.errors import Code, Refusal
from devices.simulator.pace import CUT_MM, LINE_MM, QR_MM
from devices.simulator.paper import Dots, Element, Look, Text, read_line

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice


class Printer:
    """
    The printer of *device*: its paper, cover and faults are in the device's state, what it prints is on `device.roll`.
    """

    def __init__(self, device: VirtualDevice) -> None:
        self._device = device

    @property
    def can_print(self) -> bool:
        return self._device.state.paper and not self._device.state.cover_open and not self._device.state.printer_fault

    def need_paper(self) -> None:
        """Raises Refusal when a line cannot be printed now: NO_PAPER (an open cover too), PRINTER_FAULT."""
        if self._device.state.printer_fault:
            raise Refusal(Code.PRINTER_FAULT)
        if not self.can_print:
            raise Refusal(Code.NO_PAPER)

    def print_lines(self, lines: list[str]) -> None:
        """Print all of *lines* now. Raises Refusal as `need_paper`; lines before the trouble are on paper then."""
        for line in lines:
            self.print_line(line)
        self._device.pace.wait_for_room()

    def print_line(self, line: str) -> None:
        self.need_paper()
        if not self._device.faults.before_line(line):
            self._device.state.paper = False
            raise Refusal(Code.NO_PAPER)
        self.need_paper()
        self._device.roll.line(line)
        self._device.pace.printed(_height(read_line(line)))

    def print_pending(self, *, wait: bool = True) -> None:
        """
        Print what is left of the last document, then its end, and cut. Raises Refusal as `need_paper`; the rest stays
        pending.

        *wait*: until the paper is out, as a host waits for 4Ah; reports print while the host polls.
        """
        if not self._device.state.pending:
            return
        while self._device.state.pending:
            self.print_line(self._device.state.pending[0])
            del self._device.state.pending[0]
        self.end_paper()
        self._device.state.last_paper = self._device.roll.number
        if wait:
            self._device.pace.wait_for_paper()

    def end_paper(self) -> None:
        """
        The closing cliché (rows 1 and 2 of table 6) is part of a document's own lines; here the paper is fed and cut.
        """
        if self._device.roll.begun:
            self._device.roll.cut()
            self._device.pace.printed(CUT_MM)

    def cliche(self, rows: range) -> list[str]:
        """
        Rows of table 6 that hold something: 1..2 close a receipt, 3.. head it (which rows are which is a guess [C]).
        """
        texts = [
            decode(tables.setting(self._device.options, self._device.state, f"6/{row}/1")).rstrip() for row in rows
        ]
        return [text[: self._device.options.profile.columns] for text in texts if text]


def _height(element: Element) -> float:
    """Millimetres of paper; eight lines of dots are one."""
    match element:
        case Dots(lines=lines):
            return lines / 8
        case Text(look=look):
            return LINE_MM * 2 if look & Look.DOUBLE_HEIGHT else LINE_MM
    return QR_MM
