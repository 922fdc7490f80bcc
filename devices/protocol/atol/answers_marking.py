"""What the commands of the marking check answer; layouts are guesses, see tables_marking.py [C]."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from devices.protocol.atol.fields import BYTE, Answer, Binary

Byte = Annotated[int, BYTE]


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkState(Answer):
    """A4 B0: MarkStage of the running check, codes in the table and how many fit, notices not sent."""

    stage: Byte
    kept: Byte
    room: Byte
    unsent: Annotated[int, Binary(2, little=True)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChecked(Answer):
    """A4 B1: tag 2004 of the fiscal storage's own check, MarkReason, MarkKind."""

    result: Byte
    reason: Byte
    kind: Byte


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkAnswer(Answer):
    """A4 B6: MarkStage; tags 2106, 2105 and 2109 once it is answered."""

    stage: Byte
    result: Byte = 0
    code: Byte = 0
    status: Byte = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkKept(Answer):
    """A4 B2: tag 2106 as it will stand in the receipt."""

    result: Byte
