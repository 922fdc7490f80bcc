"""The way to driver 10: what is asked may be asked again, what is begun happens once or is known not to have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from devices.protocol.exchange import Observer

Json = dict[str, Any]
IsAbsent = Callable[[], bool]
"""Does the device itself prove that nothing was done since the baseline? Raises OutcomeUnknown: nobody tells."""


def unproved() -> bool:
    """For what may not be handed over again at all."""
    return False


READ, PRINT, RECEIPT, REPORT = 20.0, 60.0, 60.0, 180.0
"""Seconds that a task may take, the queue before it included; a Z report of a long day prints for minutes."""


class Attempt(Protocol):
    """
    A task that is about to happen once. *earlier* is the result of another attempt of the same name that went well, {}
    where there is none.
    """

    earlier: Json

    def run(self, timeout: float, *, is_absent: IsAbsent = unproved) -> Json:
        """
        Hand the task over and wait for its end; the result. After a lost answer it is handed over again, under the
        same name, only when *is_absent*: who takes it may have done it and lost its memory since.

        Raises:
            LinkError: it was not taken, and cannot be taken any more.
            TaskFailed: the driver says that it failed; what that means for the paper is errors.py's to say.
            OutcomeUnknown: nobody says how it ended.
        """
        ...


class Channel(Protocol):
    """One device behind driver 10."""

    def ask(self, *tasks: Json, timeout: float = READ, optional: int = 0) -> list[Json]:
        """
        The results of *tasks*, one after another, after everything that was handed over before. The last *optional*
        ones may fail: {} then.

        Raises LinkError; Refused.
        """
        ...

    def look(self, *tasks: Json, optional: int = 0) -> list[Json]:
        """As `ask`, perhaps past what waits in a queue: for what people see, not for what decides."""
        ...

    def begin(self, task: Json, name: str) -> Attempt:
        """
        Make sure that *task* can be handed over; nothing that matters is sent. The same *name* is the same attempt.

        Raises LinkError; Refused.
        """
        ...

    def quiet(self) -> None:
        """Whatever was handed over before is over. Raises LinkError, Refused: it is not, or nobody tells."""
        ...

    def recover(self) -> None:
        """The device was lost in an attempt: find it again, as far as it is in our hands. Raises LinkError."""
        ...

    def observe(self, observer: Observer | None) -> None: ...

    def close(self) -> None: ...
