"""
What both transports promise: hand one message over, and say what is known when its answer does not come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from devices.errors import LinkError


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the message layer. *failed* is told by transport 3; None: the answer's own bytes have to tell."""

    answer: bytes
    failed: bool | None = None


class NotTaken(LinkError):
    """The device proved that it has not taken the message: even a fiscal one was not executed."""


class Session(Protocol):
    """One device, one message at a time."""

    transport: int

    def exchange(self, message: bytes, *, timeout: float, fiscal: bool = False, repeatable: bool = False) -> Reply:
        """
        Hand *message* over (password, command, fields) and return its answer.

        Args:
            timeout: seconds the device may take to execute it.
            fiscal: it can change the fiscal storage or the cash counters. It is handed over once, whatever happens.
            repeatable: it changes nothing and may be handed over again when its answer is lost.

        Raises:
            LinkError: no answer; of a fiscal message it says that the device has not taken it.
            OutcomeUnknown: a fiscal message may have been taken, and its answer is lost.
        """

    def close(self) -> None: ...
