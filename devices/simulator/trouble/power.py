"""Power that goes away, at any step: while a command's bytes travel, around its execution, around the ФН's writing."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import ClassVar, Literal, NoReturn

from devices.simulator.faults import PowerLoss
from devices.simulator.trouble.fault import Rig
from devices.simulator.trouble.frames import Byte
from devices.simulator.trouble.wire import OnWire


@dataclass(kw_only=True)
class Power(OnWire):
    """
    Power goes at the *nth* command: `in`, `out`: at byte *after* of it or of the answer; `before`, `after` its
    execution; `record`, `recorded`: right before or after its document enters the ФН; `line`: before the line *after*
    that it prints. It comes back *off* seconds later.
    """

    kind: ClassVar[str] = "power"

    when: Literal["in", "out", "before", "after", "record", "recorded", "line"] = "before"
    off: float = 0.0
    _rig: Rig | None = field(default=None, init=False, repr=False)
    _timer: threading.Timer | None = field(default=None, init=False, repr=False)
    _under_way: bool = field(default=False, init=False)
    _lines: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.when in ("in", "out"):
            self.direction = "in" if self.when == "in" else "out"

    def begin(self, rig: Rig) -> None:
        self._rig = rig
        if self.command.at_once:
            self.hits += 1
            self._off()
            rig.its_line.port.power_lost()

    def end(self, rig: Rig) -> None:
        if self._timer is not None:
            self._timer.cancel()
            rig.device.power_on()

    def received(self, data: bytes) -> bytes:
        return super().received(data) if self.when in ("in", "out") else data

    def sent(self, data: bytes) -> bytes:
        return super().sent(data) if self.when == "out" else data

    def strike(self, passed: bytearray, byte: Byte | None) -> NoReturn:
        self._die()

    def before_command(self, message: bytes) -> bytes | None:
        self._under_way = False
        if self.when not in ("in", "out") and self.meets(message[2]):
            self._under_way, self._lines = True, 0
            if self.when == "before":
                self._die()
        return None

    def after_command(self, message: bytes, answer: bytes) -> bytes:
        if self._under_way and self.when == "after":
            self._die()
        self._under_way = False
        return answer

    def before_record(self, document_type: int, fd_number: int) -> None:
        if self._under_way and self.when == "record":
            self._die()

    def after_record(self, document_type: int, fd_number: int) -> None:
        if self._under_way and self.when == "recorded":
            self._die()

    def before_line(self, text: str) -> bool:
        if self._under_way and self.when == "line":
            if self._lines >= self.after:
                self._die()
            self._lines += 1
        return True

    def _die(self) -> NoReturn:
        self.hits += 1
        self._under_way = False
        self.reader.reset()
        self._off()
        raise PowerLoss

    def _off(self) -> None:
        """Dark for a while: nothing is heard, and nothing said."""
        if self.off and self._rig is not None:
            self._rig.device.power_off_wanted = True
            self._timer = threading.Timer(self.off, self._rig.device.power_on)
            self._timer.daemon = True
            self._timer.start()
