"""
The device's modes: how to get into one, and how to wait while the device is busy with itself.

Source: atol-protocol.md 4.1, 4.2, 5.6, 7.2.
"""

from __future__ import annotations

import time

from devices.errors import ErrorCode, LinkError, Refused
from devices.protocol.atol import wire
from devices.protocol.atol.answers import StateCode
from devices.protocol.atol.client import Client
from devices.protocol.atol.errors import DeviceRefused
from devices.protocol.atol.tables import Mode, ModeByte

BUSY = frozenset({ModeByte.X_PRINTING, ModeByte.Z_PRINTING, ModeByte.Z_CLEARING, ModeByte.CLEARING})
_BLOCKED: dict[int, ErrorCode] = {
    ModeByte.DATE_ENTRY: ErrorCode.CLOCK_RESET,
    ModeByte.TIME_ENTRY: ErrorCode.CLOCK_RESET,
    ModeByte.DATE_CONFIRM: ErrorCode.CLOCK_RESET,
    ModeByte.DATE_ERROR: ErrorCode.CLOCK_BEHIND,
    ModeByte.FN_ERROR: ErrorCode.FN_FAULT,
}

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.5  # between looks at 45h; the vendor's host looks every half second
REPORT_LIMIT = 180.0


class Modes:
    """Moves *client*'s device between modes with one password, decimal digits."""

    def __init__(self, client: Client, password: str) -> None:
        """Raises ValueError: the password is not up to eight decimal digits."""
        self._client = client
        self._password = int(password or "0")
        if not 0 <= self._password < 10**8:
            raise ValueError("a mode password has up to eight digits")

    def enter(self, mode: Mode) -> None:
        """
        Be in *mode*, whatever the device was busy with.

        Raises:
            DeviceRefused: wrong password, an open receipt, a shift over 24 hours, an unfinished Z report.
            Refused: the device waits for its clock or its fiscal storage to be put right, or is busy too long.
        """
        state = self.wait()
        if state.mode == mode:
            return
        if state.mode in _BLOCKED:
            raise Refused(_BLOCKED[state.mode], f"atol mode 0x{state.mode:02X}")
        try:
            self._client.ask(wire.LEAVE_MODE)
        except DeviceRefused as error:
            finishing_z = mode is Mode.Z_REPORTS and error.code is ErrorCode.Z_INTERRUPTED
            if not finishing_z and state.mode != ModeByte.CHOICE:  # 56 goes through all the same
                raise
        self._client.ask(wire.ENTER_MODE, mode=mode, password=self._password)

    def wait(self, limit: float = REPORT_LIMIT, *, deaf: bool = False) -> StateCode:
        """
        Look at 45h until the device has stopped printing a report or clearing.

        *deaf*: silence counts as busy, since a transport 2 device that prints hears nothing; for the time after a
        command that prints. Raises Refused(DEVICE_BUSY): *limit* seconds passed; LinkError: the link broke.
        """
        deadline = time.monotonic() + limit
        pause = FIRST_PAUSE
        while True:
            try:
                state = self._client.ask(wire.STATE_CODE)
            except LinkError as error:
                if not deaf or error.code is ErrorCode.LINK_LOST or time.monotonic() > deadline:
                    raise
                continue
            if state.mode not in BUSY:
                return state
            if time.monotonic() > deadline:
                raise Refused(ErrorCode.DEVICE_BUSY, f"atol mode 0x{state.mode:02X} for {limit:g} s")
            time.sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
