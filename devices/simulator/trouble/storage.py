"""Trouble with the ФН, the ОФД, the shift's age and the clock. Clearing it puts things right, as a technician would."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import ClassVar

from devices.simulator.storages import replace_fn
from devices.simulator.trouble.fault import AtCommand, Rig
from devices.simulator.trouble.spec import AT_ONCE, Code


@dataclass(kw_only=True)
class Happening(AtCommand):
    """Something that happens at once, or right before the *nth* such command."""

    command: Code = AT_ONCE
    _rig: Rig | None = field(default=None, init=False, repr=False)

    def begin(self, rig: Rig) -> None:
        self._rig = rig
        if self.command.at_once:
            with rig.device.lock:
                self._happen(rig)

    def end(self, rig: Rig) -> None:
        if self.hits:
            with rig.device.lock:
                self.undo(rig)
                rig.device.save()

    def before_command(self, message: bytes) -> bytes | None:
        if self._rig is not None and self.meets(message[2]):
            self._happen(self._rig)
        return None

    def _happen(self, rig: Rig) -> None:
        self.happen(rig)
        self.hits += 1
        rig.device.save()

    def happen(self, rig: Rig) -> None:
        """With the device's lock held."""
        raise NotImplementedError

    def undo(self, rig: Rig) -> None:
        """With the device's lock held; only after it happened."""


@dataclass(kw_only=True)
class FnFull(Happening):
    """*left* more documents fit into the ФН."""

    kind: ClassVar[str] = "fn_full"

    left: int = 0

    def happen(self, rig: Rig) -> None:
        rig.device.state.fn_room = self.left

    def undo(self, rig: Rig) -> None:
        rig.device.state.fn_room = -1


@dataclass(kw_only=True)
class FnEnd(Happening):
    """The ФН's term ends in *days*; below zero it is over."""

    kind: ClassVar[str] = "fn_end"

    days: int = 3

    def happen(self, rig: Rig) -> None:
        rig.device.state.fn_until = (rig.device.now.date() + datetime.timedelta(days=self.days)).isoformat()

    def undo(self, rig: Rig) -> None:
        rig.device.state.fn_until = ""


@dataclass(kw_only=True)
class FnReplaced(Happening):
    """Another ФН is in the device; clearing puts the old one back."""

    kind: ClassVar[str] = "fn_replaced"

    fn: str = "9999078900009999"
    _old: str = field(default="", init=False)

    def happen(self, rig: Rig) -> None:
        self._old = rig.device.options.fn
        replace_fn(rig.device, self.fn)

    def undo(self, rig: Rig) -> None:
        if rig.device.options.fn == self.fn:
            replace_fn(rig.device, self._old)


@dataclass(kw_only=True)
class OfdSilent(Happening):
    """The ОФД has taken nothing for *days*: a ФН that waits more than 30 takes no receipts."""

    kind: ClassVar[str] = "ofd_silent"

    days: int = 1

    def happen(self, rig: Rig) -> None:
        device, state = rig.device, rig.device.state
        device.ofd_online = False
        state.acknowledged = min(state.acknowledged, device.archive.last_fd - 1)
        state.unsent_since = (device.now - datetime.timedelta(days=self.days)).isoformat()

    def undo(self, rig: Rig) -> None:
        rig.device.ofd_online = True


@dataclass(kw_only=True)
class ShiftAge(Happening):
    """The shift was opened *hours* ago; if none is open, the next one will have been, once a command finds it."""

    kind: ClassVar[str] = "shift_age"

    hours: float = 25.0
    _waits: bool = field(default=False, init=False)

    def begin(self, rig: Rig) -> None:
        self._rig = rig
        if self.command.at_once:
            with rig.device.lock:
                self._waits = True
                self.before_command(b"\0\0\0")

    def before_command(self, message: bytes) -> bytes | None:
        self._waits = self._waits or self.meets(message[2])
        if self._waits and self._rig is not None and self._rig.device.state.shift_open:
            self._waits = False
            self._happen(self._rig)
        return None

    def happen(self, rig: Rig) -> None:
        opened = rig.device.now - datetime.timedelta(hours=self.hours)
        rig.device.state.shift_opened_at = opened.isoformat()


@dataclass(kw_only=True)
class Clock(Happening):
    """The device's clock moves by *seconds*; clearing sets it right, but never behind the last document."""

    kind: ClassVar[str] = "clock"

    seconds: float = -600.0

    def happen(self, rig: Rig) -> None:
        rig.device.state.clock_offset += self.seconds

    def undo(self, rig: Rig) -> None:
        device = rig.device
        device.state.clock_offset -= self.seconds
        if device.state.last_document_at:
            device.set_clock(max(device.now, datetime.datetime.fromisoformat(device.state.last_document_at)))
