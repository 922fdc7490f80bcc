"""What every fault is: a spec that became an object, counts its hits and is asked like faults.Faults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from devices.simulator.faults import Faults
from devices.simulator.trouble.spec import ANY, Code

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice
    from devices.simulator.lines import Line


@dataclass(slots=True)
class Rig:
    """What a fault can get hold of: the device and, once it is up, its line."""

    device: VirtualDevice
    line: Line | None = None

    @property
    def its_line(self) -> Line:
        """Raises ValueError: there is none yet, or it is not served here."""
        if self.line is None:
            raise ValueError("the device has no line")
        return self.line


@dataclass(kw_only=True)
class Fault(Faults):
    """
    *times* is how often it strikes, 0: until it is cleared. *hits* counts how often it did.

    `begin` and `end` are called by whoever sets and clears it, with no lock held; `end` makes good what can be made
    good: paper, cover, the right device on the line. Hooks: devices/simulator/faults.py.
    """

    kind: ClassVar[str] = ""

    times: int = 1
    hits: int = field(default=0, init=False)

    @property
    def spent(self) -> bool:
        return 0 < self.times <= self.hits

    def begin(self, rig: Rig) -> None:
        """Take hold of what it needs. Raises ValueError: it cannot happen here."""

    def end(self, rig: Rig) -> None:
        """Undo it; called once, also when it never struck."""


@dataclass(kw_only=True)
class AtCommand(Fault):
    """Strikes at the *nth* command of this code from now on, and at those that follow while *times* lasts."""

    command: Code = ANY
    nth: int = 1
    seen: int = field(default=0, init=False)

    def meets(self, code: int) -> bool:
        """A command has come; is it one to strike at?"""
        if self.spent or not self.command.fits(code):
            return False
        self.seen += 1
        return self.seen >= self.nth
