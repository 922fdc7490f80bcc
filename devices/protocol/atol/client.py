"""
The message layer on a session: a row of wire.py and its values go out, a typed answer or an error of ours comes back.
"""

from __future__ import annotations

import logging
import time
from typing import Any, TypeVar

from devices.errors import ErrorCode, LinkError, OutcomeUnknown
from devices.protocol.atol import wire
from devices.protocol.atol.errors import ABSENT, NOT_FINISHED, SEE_EXTENDED, DeviceRefused
from devices.protocol.atol.fields import Answer, BadAnswer
from devices.protocol.atol.masking import Mask
from devices.protocol.atol.numbers import bcd
from devices.protocol.atol.session import Session
from devices.protocol.atol.wire import Wire
from devices.protocol.exchange import Exchange, Observer

log = logging.getLogger(__name__)

A = TypeVar("A", bound=Answer)

BUSY_PAUSE = 1.0  # after 76h the same command again; source: atol-protocol.md 6.1 [A S18]
PASSWORD_SIZE = 2


class Client:
    """One device that answers commands."""

    def __init__(self, session: Session, *, access_password: str = "0000") -> None:  # noqa: S107 the factory setting
        """Raises ValueError: the password is not up to four decimal digits."""
        self.session = session
        self._password = bcd(int(access_password or "0"), PASSWORD_SIZE)
        self._observer: Observer | None = None
        self._mask = Mask()

    def observe(self, observer: Observer | None) -> None:
        """Tell *observer* of each exchange from now on, failed ones included; None: nobody."""
        self._observer, self._mask = observer, Mask()

    def ask(self, row: Wire[A], /, **values: Any) -> A:
        """
        Do something that leaves fiscal storage and cash counters alone.

        Raises:
            LinkError: no answer, or one that makes no sense.
            DeviceRefused: the device said no.
            ValueError: a value that its field cannot hold; nothing was sent.
        """
        return self._exchange(row, values, fiscal=False)

    def commit(self, row: Wire[A], /, **values: Any) -> A:
        """
        Do something that can change the fiscal storage or the cash counters; it is handed over once.

        Raises:
            LinkError: the device has not taken it.
            DeviceRefused: the device said no. What that proves is for the caller to find out.
            OutcomeUnknown: it may have been done.
            ValueError: a value that its field cannot hold; nothing was sent.
        """
        return self._exchange(row, values, fiscal=True)

    def ask_if_there(self, row: Wire[A], /, **values: Any) -> A | None:
        """A read that this device may not know: None then. Raises LinkError; DeviceRefused: any other error."""
        try:
            return self.ask(row, **values)
        except DeviceRefused as error:
            if error.device_code in ABSENT:
                return None
            raise

    def _exchange(self, row: Wire[A], values: dict[str, Any], *, fiscal: bool) -> A:
        message = row.message(values)
        patience = time.monotonic() + row.timeout
        while True:
            started = time.monotonic()
            try:
                reply = self.session.exchange(
                    self._password + message, timeout=row.timeout, fiscal=fiscal, repeatable=row.repeatable
                )
            except (LinkError, OutcomeUnknown) as error:
                self._tell(row, message, started, failure=str(error))
                error.detail = f"command {row.name}: {error.detail}"
                raise
            self._tell(row, message, started, answer=reply.answer)
            try:
                return row.read(reply)
            except DeviceRefused as error:
                if error.device_code == NOT_FINISHED and time.monotonic() < patience:
                    time.sleep(BUSY_PAUSE)
                    continue
                if error.device_code == SEE_EXTENDED and row is not wire.EXTENDED_ERROR:
                    raise self._extended(error) from error
                raise
            except BadAnswer as error:
                if fiscal:
                    raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"command {row.name}: {error}") from error
                raise LinkError(ErrorCode.LINK_LOST, f"command {row.name}: {error}") from error

    def _tell(self, row: Wire[Any], message: bytes, at: float, *, answer: bytes = b"", failure: str = "") -> None:
        """One line of the log and one call of the observer, with the same bytes hidden."""
        is_logged = log.isEnabledFor(logging.DEBUG)
        if self._observer is None and not is_logged:
            return
        sent, received = self._mask.sent(row, message), self._mask.received(row, answer)
        spent = time.monotonic() - at
        if is_logged:
            shown = sent[PASSWORD_SIZE:].hex(" ")
            log.debug("atol %s -> %s, %.1f ms", shown, failure or received.hex(" "), spent * 1000)
        if self._observer is not None:
            self._observer(Exchange(sent=sent, received=received, failure=failure, at=at, seconds=spent))

    def _extended(self, error: DeviceRefused) -> DeviceRefused:
        """The same refusal with the code of register 37h, when the device has it."""
        try:
            more = self.ask(wire.EXTENDED_ERROR)
        except (LinkError, DeviceRefused):
            return error
        return DeviceRefused(error.device_code, command=error.command, extended=more.error, data=more.data)
