"""
The fiscal storage's side of marking codes: one check at a time, and the table of codes that were checked.

It lives in memory, as the storage's own does [C]: a power cut forgets it. What was sold is known from documents.
Behind it stands a marking system that answers as its rules say; without a rule a code is right, and may be sold until
it was. Stages and bits: ffd.md 3.12, atol-driver10-json.md 2.8.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from devices.ffd import MarkStatus
from devices.protocol.atol.tables_marking import MarkError, MarkReason, MarkStage
from devices.simulator.codes import CHECKED_HERE, is_plain_barcode, named
from devices.simulator.errors import extended

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

ROOM = 128
"""Codes of one receipt that the storage remembers."""

CHECKED, POSITIVE, TOLD, FITS = 1, 2, 4, 8
"""Bits of 2106."""

RIGHT, WRONG, STOPPED = 1, 2, 3
"""Tag 2109: the planned status is right, is not, the goods are out of trade."""


class Says(StrEnum):
    """What the marking system makes of a code."""

    VALID = "valid"
    INVALID = "invalid"  # the code's own check part is wrong
    REFUSED = "refused"  # the code is right, its goods may not go this way
    STOPPED = "stopped"  # out of trade
    TIMEOUT = "timeout"
    OFFLINE = "offline"
    BUSY = "busy"  # the storage is still at the previous code
    BLOCKED = "blocked"


class Ruling(Protocol):
    """What is said of some codes, and how often it was."""

    times: int
    hits: int

    @property
    def says(self) -> str: ...

    @property
    def code(self) -> str: ...

    @property
    def seconds(self) -> float: ...

    def meets(self, code: bytes) -> bool: ...


def meets(ruling: Ruling, code: bytes) -> bool:
    return not 0 < ruling.times <= ruling.hits and ruling.code.encode() in code


@dataclass(kw_only=True)
class Rule:
    """
    *says* for codes with *code* in them ("": all), *times* times (0: always), after *seconds* of waiting for it.
    """

    says: Says
    code: str = ""
    times: int = 0
    seconds: float = 0.0
    hits: int = field(default=0, init=False)

    def meets(self, code: bytes) -> bool:
        return meets(self, code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A code and how its check stands; *result* is 2106 so far, *status* 2003, *answer* 2109."""

    code: bytes
    status: int
    mode: int
    result: int
    stage: MarkStage = MarkStage.CHECKED
    ready_at: float = 0.0
    answer: int = 0


class Marking:
    """The marking codes of one device, under its lock."""

    def __init__(self, device: VirtualDevice) -> None:
        self._device = device
        self.rules: list[Ruling] = []
        self.running: Checked | None = None
        self.table: dict[bytes, Checked] = {}
        self.requests = 0
        self.is_online = True

    def rule(self, says: str, *, code: str = "", times: int = 0, seconds: float = 0.0) -> Rule:
        """From now on, before older rules."""
        made = Rule(says=Says(says), code=code, times=times, seconds=seconds)
        self.rules.insert(0, made)
        return made

    def _says(self, code: bytes) -> Ruling:
        return next((rule for rule in self.rules if rule.meets(code)), Rule(says=Says.VALID))

    def check(self, code: bytes, status: int, mode: int) -> tuple[int, MarkReason]:
        """B1: the storage's own check; 2004 and why it could not. Raises Refusal."""
        rule = self._says(code)
        if rule.says in (Says.BUSY, Says.BLOCKED):
            rule.hits += 1
            raise extended(MarkError.BLOCKED if rule.says == Says.BLOCKED else MarkError.CHECK_RUNS)
        if self.running is not None:
            raise extended(MarkError.CHECK_RUNS)
        if is_plain_barcode(code):
            raise extended(MarkError.WRONG_CODE)
        if status not in set(MarkStatus):
            raise extended(MarkError.WRONG_STATUS)
        if len(self.table) >= ROOM:
            raise extended(MarkError.TABLE_FULL)
        known = named(code).kind in CHECKED_HERE
        result = (CHECKED | (0 if rule.says == Says.INVALID else POSITIVE)) if known else 0
        self.running = Checked(code=code, status=status, mode=mode, result=result)
        return result, MarkReason.CHECKED if known else MarkReason.NO_KEYS

    def request(self) -> None:
        """B5: ask the marking system. Raises Refusal: no code was checked."""
        running = self._at(MarkStage.CHECKED)
        rule = self._says(running.code)
        rule.hits += 1
        self.requests += 1
        says = Says(rule.says) if self.is_online else Says.OFFLINE
        result, stage, answer = running.result, MarkStage.ANSWERED, RIGHT
        if says in (Says.TIMEOUT, Says.OFFLINE):
            stage, answer = (MarkStage.SILENT if says is Says.TIMEOUT else MarkStage.OFFLINE), 0
        elif says is Says.INVALID:
            result, answer = CHECKED | TOLD, WRONG
        elif says in (Says.REFUSED, Says.STOPPED) or not self._may_go(running):
            result, answer = CHECKED | POSITIVE | TOLD, STOPPED if says is Says.STOPPED else WRONG
        else:
            result = CHECKED | POSITIVE | TOLD | FITS
        ready_at = time.monotonic() + rule.seconds
        self.running = Checked(
            code=running.code,
            status=running.status,
            mode=running.mode,
            result=result,
            stage=stage,
            ready_at=ready_at,
            answer=answer,
        )

    def _may_go(self, running: Checked) -> bool:
        """A piece is sold once, and again only after its return."""
        last = self._device.state.marks_gone.get(running.code.hex())
        return running.status != MarkStatus.PIECE_SOLD or last != MarkStatus.PIECE_SOLD

    @property
    def stage(self) -> MarkStage:
        if self.running is None:
            return MarkStage.IDLE
        return MarkStage.WAITING if time.monotonic() < self.running.ready_at else self.running.stage

    def answer(self) -> tuple[MarkStage, int, int]:
        """B6: the stage, and 2106 and 2109 once they are known. Raises Refusal: nothing was asked."""
        if self.running is None or self.running.stage is MarkStage.CHECKED:
            raise extended(MarkError.WRONG_STAGE)
        stage = self.stage
        return (stage, self.running.result, self.running.answer) if stage is not MarkStage.WAITING else (stage, 0, 0)

    def keep(self, keep: bool) -> int:
        """B2: into the table of codes to sell, or not; 2106. Raises Refusal: nothing to keep."""
        running = self.running
        if running is None or self.stage is MarkStage.WAITING:
            raise extended(MarkError.WRONG_STAGE)
        self.running = None
        if keep:
            self.table[running.code] = running
        return running.result

    def kept(self, code: bytes) -> Checked:
        """Raises Refusal: it was not checked."""
        if code not in self.table:
            raise extended(MarkError.NOT_CHECKED)
        return self.table[code]

    def clear(self) -> None:
        """B3, a power cut, and the end of a receipt."""
        self.running, self.table = None, {}

    def _at(self, stage: MarkStage) -> Checked:
        if self.running is None or self.running.stage is not stage:
            raise extended(MarkError.WRONG_STAGE)
        return self.running

    def send_notices(self) -> None:
        """The marking system takes what was sold, as long as it is there."""
        if self.is_online:
            self._device.state.notices_sent = self._device.state.notices
