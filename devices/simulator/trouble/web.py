"""Trouble of the web front: requests that are cut, late or answered with an error; a server without its device."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from devices.simulator.trouble.fault import AtCommand, Fault, Rig
from devices.simulator.trouble.spec import ANY, Code

CUT = -1


@dataclass(kw_only=True)
class Web(Fault):
    """
    The *nth* request by *method* whose path holds *path* meets trouble, `before` the server acts on it or
    `after` it did.

    The connection is cut without a word, or with *status* another answer is given; with *seconds* it is only late.
    """

    kind: ClassVar[str] = "web"

    method: Literal["*", "GET", "POST", "PUT", "DELETE"] = "*"
    path: str = ""
    when: Literal["before", "after"] = "before"
    status: int = CUT
    seconds: float = 0.0
    nth: int = 1
    seen: int = field(default=0, init=False)
    _ended: threading.Event = field(default_factory=threading.Event, init=False, repr=False)

    def end(self, rig: Rig) -> None:
        self._ended.set()

    def web_request(self, method: str, path: str, *, acted_on: bool) -> int:
        is_ours = self.method in ("*", method) and self.path in path and acted_on == (self.when == "after")
        if not is_ours or self.spent:
            return 0
        self.seen += 1
        if self.seen < self.nth:
            return 0
        self.hits += 1
        if self.seconds:
            self._ended.wait(self.seconds)
            return max(self.status, 0)
        return self.status


@dataclass(kw_only=True)
class WebLink(AtCommand):
    """
    The server loses its device at a command, `before` it is executed or `after`, for *seconds* (0: until cleared). A
    fiscal task is `blocked` then.
    """

    kind: ClassVar[str] = "web_link"

    command: Code = ANY
    when: Literal["before", "after"] = "before"
    seconds: float = 0.0
    _until: float = field(default=0.0, init=False)

    def begin(self, rig: Rig) -> None:
        if self.command.at_once:
            self._lose()

    def end(self, rig: Rig) -> None:
        self._until = 0.0

    def _lose(self) -> None:
        self.hits += 1
        self._until = time.monotonic() + (self.seconds or float("inf"))

    def web_link(self, code: int | None, *, executed: bool) -> bool:
        if time.monotonic() < self._until:
            return False
        if code is not None and executed == (self.when == "after") and self.meets(code):
            self._lose()
            return False
        return True
