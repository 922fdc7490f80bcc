"""One message to a device and what came back, for those who keep a record of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """
    *sent* and *received* are whole messages, without the frames that carry them; passwords and buyers' data in them
    are replaced by 2Ah, byte for byte. *failure* says why there is no answer; *at* is a monotonic reading, in seconds,
    of when the message was handed over, *seconds* how long it took.
    """

    sent: bytes
    received: bytes = b""
    failure: str = ""
    at: float = 0.0
    seconds: float = 0.0


Observer = Callable[[Exchange], None]
