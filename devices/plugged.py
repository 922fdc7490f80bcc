"""
A port that was just plugged in, where a program looks for modems: it is left alone until that has given up (L06).

ModemManager opens every new ttyACM and asks it for a modem for some ten seconds; a register that is greeted meanwhile
answers nonsense, or not at all. The remedy is a udev rule (docs/deployment.md); without it, and only where the program
runs, we wait. Source of the period: failure-modes.md L06.
"""

from __future__ import annotations

import math
import os
import time

from devices.errors import ErrorCode, LinkError
from devices.protocol import ports_of_host

WAIT_SECONDS = 15.0


class Plugged:
    """What is known of one port: that it was missing, and since when it is there again (monotonic)."""

    def __init__(self) -> None:
        self.was_missing = False
        self.since: float | None = None

    def failed(self, error: LinkError) -> None:
        """The port could not be opened."""
        if error.code is ErrorCode.PORT_MISSING:
            self.was_missing, self.since = True, None

    def check(self, url: str) -> None:
        """Before opening. Raises LinkError(PORT_PROBED): wait."""
        if not self.was_missing or not _is_there(url):
            return
        self.since = time.monotonic() if self.since is None else self.since
        left = WAIT_SECONDS - (time.monotonic() - self.since)
        if left > 0 and ports_of_host.is_usb(url) and ports_of_host.looks_for_modems():
            raise LinkError(ErrorCode.PORT_PROBED, f"ready in {math.ceil(left)} s")
        self.was_missing, self.since = False, None


def _is_there(url: str) -> bool:
    try:
        return os.path.exists(ports_of_host.resolve(url))
    except OSError:
        return False
