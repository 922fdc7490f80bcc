"""Trouble with paper: it ends, the cover opens, the mechanics fail, at any line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from devices.simulator.trouble.fault import AtCommand, Rig
from devices.simulator.trouble.spec import AT_ONCE, Code


@dataclass(kw_only=True)
class AtLine(AtCommand):
    """
    After *after* more lines, counted from the *nth* such command on; without a command from now on. Clearing it makes
    it good.
    """

    command: Code = AT_ONCE
    after: int = 0
    _rig: Rig | None = field(default=None, init=False, repr=False)
    _left: int = field(default=-1, init=False)

    def begin(self, rig: Rig) -> None:
        self._rig = rig
        if self.command.at_once:
            self._left = self.after
            if not self.after:
                with rig.device.lock:
                    self._strike(rig)
                    rig.device.save()

    def end(self, rig: Rig) -> None:
        if self.hits:
            with rig.device.lock:
                self.switch(rig, well=True)

    def before_command(self, message: bytes) -> bytes | None:
        if self._left < 0 and self._rig is not None and self.meets(message[2]):
            self._left = self.after
            if not self.after:
                self._strike(self._rig)
        return None

    def before_line(self, text: str) -> bool:
        if self._left == 0 and self._rig is not None:
            self._strike(self._rig)
        self._left = max(self._left - 1, -1)
        return True

    def _strike(self, rig: Rig) -> None:
        self.hits += 1
        self._left = -1
        self.switch(rig, well=False)

    def switch(self, rig: Rig, *, well: bool) -> None:
        """Called with the device's lock held."""
        raise NotImplementedError


@dataclass(kw_only=True)
class PaperOut(AtLine):
    """The roll ends."""

    kind: ClassVar[str] = "paper_out"

    def switch(self, rig: Rig, *, well: bool) -> None:
        rig.device.paper = well


@dataclass(kw_only=True)
class CoverOpen(AtLine):
    """Somebody opens the cover."""

    kind: ClassVar[str] = "cover_open"

    def switch(self, rig: Rig, *, well: bool) -> None:
        rig.device.cover_open = not well


@dataclass(kw_only=True)
class PrinterFault(AtLine):
    """Cutter, head or mechanics."""

    kind: ClassVar[str] = "printer_fault"

    def switch(self, rig: Rig, *, well: bool) -> None:
        rig.device.printer_fault = not well
