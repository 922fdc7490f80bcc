"""
The vendor's library as a channel: one task after another, at once.

A call cannot be broken off: the library's own time-outs end it. After a task whose end it does not know it is closed
and opened again until the device answers, and the number of the last document decides. Source:
atol-driver10-json.md 5.3.
"""

from __future__ import annotations

import time

from devices.drivers.base import Endpoint
from devices.drivers.driver10 import masking, tasks
from devices.drivers.driver10.channel import READ, Attempt, IsAbsent, Json, unproved
from devices.drivers.driver10.errors import LINK, TaskFailed, error_code, of_reading
from devices.drivers.fptr10.library import Failed, Handle, load
from devices.drivers.fptr10.settings import settings_of
from devices.errors import ErrorCode, LinkError, Refused
from devices.protocol.exchange import Exchange, Observer

NOT_OPENED = 1


class LibraryChannel:
    """
    One device behind one handle of the library.

    *patience* is for how many seconds a lost device is looked for, *pause* stands between two looks.
    """

    patience, pause = 9.0, 3.0

    def __init__(self, endpoint: Endpoint) -> None:
        """Raises Refused(NOT_SUPPORTED): no library, no address; LinkError: nobody answers there."""
        self._observer: Observer | None = None
        try:
            self._handle = Handle(load(endpoint.library), settings_of(endpoint))
        except Failed as error:
            raise Refused(ErrorCode.NOT_SUPPORTED, f"libfptr10, settings: {error}") from error
        try:
            self._open()
        except LinkError:
            self._handle.destroy()
            raise

    def _open(self) -> None:
        """Raises LinkError."""
        try:
            self._handle.open()
        except Failed as error:
            code = error_code(error.number) if error.number in LINK else ErrorCode.DEVICE_OFFLINE
            raise LinkError(code, f"libfptr10, open: {error}") from error

    def ask(self, *asked: Json, timeout: float = READ, optional: int = 0) -> list[Json]:
        told = []
        for at, task in enumerate(asked):
            try:
                told.append(self.process(task))
            except TaskFailed as error:
                if at < len(asked) - optional:
                    raise of_reading(error) from error
                told.append({})
        return told

    def look(self, *asked: Json, optional: int = 0) -> list[Json]:
        return self.ask(*asked, optional=optional)

    def begin(self, task: Json, name: str) -> Attempt:
        return LibraryAttempt(self, task)

    def quiet(self) -> None:
        """The library does one thing at a time."""

    def recover(self) -> None:
        """
        Close, open, and ask for the last document's number until it is told: an open line alone proves nothing (1.9).

        Raises LinkError: the device does not come back in time.
        """
        end = time.monotonic() + self.patience
        while True:
            self._handle.close()
            try:
                self._open()
                self.ask(tasks.FN_STATUS)
                return
            except LinkError:
                if time.monotonic() >= end:
                    raise
            time.sleep(self.pause)

    def observe(self, observer: Observer | None) -> None:
        self._observer = observer

    def close(self) -> None:
        self._handle.close()
        self._handle.destroy()

    def process(self, task: Json) -> Json:
        """Raises TaskFailed."""
        begun = time.monotonic()
        try:
            result = self._handle.process(task)
        except Failed as error:
            self._tell(task, begun, failure=str(error))
            raise TaskFailed(error.number, error.words, task=str(task.get("type"))) from error
        self._tell(task, begun, received=masking.message(result))
        return result

    def _tell(self, task: Json, begun: float, *, received: bytes = b"", failure: str = "") -> None:
        if self._observer is not None:
            sent, seconds = masking.message(task), time.monotonic() - begun
            self._observer(Exchange(sent=sent, received=received, failure=failure, at=begun, seconds=seconds))


class LibraryAttempt:
    """A task for the library; it has no names to know a repetition by, so it is handed over once and never again."""

    def __init__(self, channel: LibraryChannel, task: Json) -> None:
        self.earlier: Json = {}
        self._channel = channel
        self._task = task

    def run(self, timeout: float, *, is_absent: IsAbsent = unproved) -> Json:
        """As Attempt.run."""
        try:
            return self._channel.process(self._task)
        except TaskFailed as error:
            if error.number == NOT_OPENED:  # the library says so before it speaks
                raise LinkError(ErrorCode.DEVICE_OFFLINE, error.detail) from error
            raise
