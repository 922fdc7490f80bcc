"""What the marking system and the storage's own check make of marking codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from devices.simulator.marking import meets
from devices.simulator.trouble.fault import Fault, Rig

Saying = Literal["valid", "invalid", "refused", "stopped", "timeout", "offline", "busy", "blocked"]


@dataclass(kw_only=True)
class Marks(Fault):
    """Codes with `code` in them are what `says` says, after `seconds`; `times` 0: until it is cleared."""

    kind: ClassVar[str] = "marking"

    times: int = 0
    says: Saying = "refused"
    code: str = ""
    seconds: float = 0.0

    def begin(self, rig: Rig) -> None:
        with rig.device.lock:
            rig.device.marking.rules.insert(0, self)

    def end(self, rig: Rig) -> None:
        with rig.device.lock:
            rig.device.marking.rules.remove(self)

    def meets(self, code: bytes) -> bool:
        return meets(self, code)
