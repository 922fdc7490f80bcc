"""People at the tills: where the program does not decide about shifts, they do what it asks them for."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import DatabaseError, connections

from devices.errors import ErrorCode
from devices.models import Device, Job, ShiftPolicy
from devices.states import FINAL

# What is held, and the command that they give then.
ANSWERS = {ErrorCode.SHIFT_CLOSED.value: "open_shift", ErrorCode.SHIFT_EXPIRED.value: "close_shift"}
LOOK_SECONDS = 0.5


class Staff(threading.Thread):
    """*ask* (row of the device, kind of command) asks for a command; *stop* sends them home."""

    def __init__(self, ask: Callable[[int, str], None], stop: threading.Event) -> None:
        super().__init__(name="staff")
        self.ask = ask
        self.stop = stop

    def run(self) -> None:
        while not self.stop.wait(LOOK_SECONDS):
            try:
                waiting = list(Device.objects.filter(shift_policy=ShiftPolicy.STAFFED, hold_code__in=ANSWERS))
                for device in waiting:
                    self._look_at(device)
            except DatabaseError:
                connections.close_all()
        connections.close_all()

    def _look_at(self, device: Device) -> None:
        kind = ANSWERS[device.hold_code]
        if not Job.objects.filter(device=device, kind=kind).exclude(status__in=FINAL).exists():
            self.ask(device.pk, kind)
