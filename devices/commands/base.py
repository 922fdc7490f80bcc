"""What every command is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from devices.commands.value import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(Value):
    """
    Something a device can be asked to do.

    fiscal      it leaves a document in the fiscal storage: baseline, never repeated, resolved from the archive
    cash        it moves the cash counters without a document: baseline of the counters, never repeated
    needs_shift it needs an open shift
    once        it is done once or not at all, and no document shows which: baseline, never repeated, people decide
    reads       it only asks: it may run while the device waits for paper or for people
    """

    kind: ClassVar[str] = ""
    fiscal: ClassVar[bool] = False
    cash: ClassVar[bool] = False
    needs_shift: ClassVar[bool] = False
    once: ClassVar[bool] = False
    reads: ClassVar[bool] = False

    @property
    def repeatable(self) -> bool:
        """Doing it twice harms nobody: it may be sent again when the answer is lost."""
        return not (self.fiscal or self.cash or self.once)
