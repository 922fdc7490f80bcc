"""
Transport 2: ENQ, ACK, frame, ACK, EOT in each direction. A lost answer cannot be asked for again.

One exchange is two sessions: the host sends the request, then the device sends the answer by the same rules.
Source: atol-protocol.md 1.3 to 1.6.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from devices.errors import ErrorCode, LinkError, OutcomeUnknown
from devices.protocol.atol.framing2 import BadFrame, take, wrap
from devices.protocol.atol.session import NotTaken, Reply
from devices.protocol.atol.tables import Control
from devices.protocol.link import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """
    Seconds and tries. T5, the device's time to execute, comes with each message.

    A device that prints is deaf to ENQ for many seconds, so ENQ is tried longer than the five times of the manual.
    """

    enq: float = 0.5  # T1: answer to ENQ
    stx: float = 2.0  # T2: STX after our ACK of the device's ENQ
    ack: float = 0.5  # T3: ACK or NAK after our frame
    eot: float = 0.5  # T4: EOT after our ACK of the device's frame
    byte: float = 0.5  # T6: next byte inside a frame
    collision: float = 0.5  # T7: pause after both sent ENQ
    enq_tries: int = 20
    frame_tries: int = 10
    restarts: int = 100
    stray: int = 100
    repeats: int = 3  # of a whole repeatable exchange


class _AnswerLost(Exception):
    """The frame was handed over, wholly or not; nothing usable came back."""


class Session2:
    """Transport 2 on a link. `exchange` is described in session.Session."""

    transport = 2

    def __init__(self, link: Link, *, timers: Timers | None = None) -> None:
        self.link = link
        self.timers = timers or Timers()
        self._buffer = bytearray()
        self._dirty = False

    def close(self) -> None:
        self.link.close()

    def probe(self, tries: int = 5) -> bool:
        """Is anybody there who speaks this transport? Leaves the device idle. Raises LinkError: the link broke."""
        for _ in range(tries):
            self._put(Control.ENQ)
            answer = self._byte(self.timers.enq)
            if answer == Control.ACK:
                self._put(Control.EOT)
                return True
            if answer in (Control.NAK, Control.ENQ):
                self._dirty = True
                return True
        return False

    def exchange(self, message: bytes, *, timeout: float, fiscal: bool = False, repeatable: bool = False) -> Reply:
        frame = wrap(message)
        lost = ""
        for _ in range(self.timers.repeats if repeatable else 1):
            if self._dirty:
                self._clear()
            self._call()
            self._dirty = True  # until the answer is whole
            try:
                enq_seen = self._hand_over(frame)
                answer = self._collect(timeout, enq_seen=enq_seen)
            except _AnswerLost as error:
                lost = str(error)
                continue
            except NotTaken:
                raise
            except LinkError as error:
                if fiscal:
                    raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, str(error)) from error
                raise
            self._dirty = False
            return Reply(answer)
        if fiscal:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, lost)
        raise LinkError(ErrorCode.DEVICE_SLOW, lost)

    def _call(self) -> None:
        """ENQ until the device is ready to listen. Raises LinkError: nothing was handed over."""
        busy = False
        tries = 0
        for _ in range(self.timers.restarts):
            if tries == self.timers.enq_tries:
                break
            self._put(Control.ENQ)
            answer = self._byte(self.timers.enq)
            if answer == Control.ACK:
                return
            tries += answer in (None, Control.NAK)
            if answer == Control.NAK:
                busy = True
                time.sleep(self.timers.enq)
            elif answer == Control.ENQ:
                time.sleep(self.timers.collision)
                self._forget()
        self._put(Control.EOT)
        raise LinkError(ErrorCode.DEVICE_BUSY if busy else ErrorCode.DEVICE_OFFLINE, "no ACK to ENQ")

    def _hand_over(self, frame: bytes) -> bool:
        """
        Send the frame until it is acknowledged; say whether the device's ENQ came already.

        Raises NotTaken: it answered NAK each time. Raises _AnswerLost: it was silent, so it may have the frame.
        """
        refused = 0
        for attempt in range(1, self.timers.frame_tries + 1):
            self.link.write(frame)
            answer = self._byte(self.timers.ack)
            if answer == Control.ACK:
                self._put(Control.EOT)
                return False
            if answer == Control.ENQ and attempt > 1:
                return True  # our ACK was lost and it starts to answer
            refused += answer == Control.NAK
        self._put(Control.EOT)
        if refused == self.timers.frame_tries:
            raise NotTaken(ErrorCode.LINK_LOST, "NAK to every frame")
        raise _AnswerLost("no ACK to the frame")

    def _collect(self, timeout: float, *, enq_seen: bool) -> bytes:
        """The device's answer, by the receiver's rules. Raises _AnswerLost."""
        if not enq_seen and not self._wait_for(Control.ENQ, timeout):
            raise _AnswerLost(f"no answer in {timeout:g} s")
        answer: bytes | None = None
        acknowledge = True
        for _ in range(self.timers.frame_tries):
            if acknowledge:
                self._put(Control.ACK)
            began = self._wait_for(Control.STX, self.timers.stx, again=Control.ENQ)
            acknowledge = began is None  # an ENQ once more: it did not see our ACK
            if not began:
                continue
            try:
                answer = self._frame()
            except BadFrame:
                self._put(Control.NAK)
                continue
            if answer is None:
                continue
            self._put(Control.ACK)
            closing = self._byte(self.timers.eot)
            if closing in (Control.EOT, None):
                return answer
            if closing == Control.STX:  # it repeats the frame: it did not see our ACK
                self._buffer.insert(0, Control.STX)
        if answer is None:
            raise _AnswerLost("no whole frame in the answer")
        return answer

    def _frame(self) -> bytes | None:
        """The frame whose STX was just read; None when it stops half-way. Raises BadFrame."""
        self._buffer.insert(0, Control.STX)
        while (data := take(self._buffer)) is None:
            if not self._more(self.timers.byte):
                self._forget()
                return None
        return data

    def _clear(self) -> None:
        """Bring both sides back to silence after a failure; a late answer is taken and thrown away."""
        self._put(Control.EOT)
        while (byte := self._byte(self.timers.enq)) is not None:
            if byte == Control.ENQ:
                try:
                    self._collect(0.0, enq_seen=True)
                except _AnswerLost:
                    break
        self._forget()
        self._dirty = False

    def _wait_for(self, wanted: Control, timeout: float, again: Control | None = None) -> bool | None:
        """Skip bytes until *wanted*: True; False when time or patience ends; None when *again* comes instead."""
        deadline = time.monotonic() + timeout
        for _ in range(self.timers.stray):
            byte = self._byte(deadline - time.monotonic())
            if byte == wanted:
                return True
            if byte is None:
                return False
            if byte == again:
                return None
        return False

    def _byte(self, timeout: float) -> int | None:
        if not self._buffer and not self._more(timeout):
            return None
        return self._buffer.pop(0)

    def _more(self, timeout: float) -> bool:
        chunk = self.link.read(time.monotonic() + timeout)
        self._buffer += chunk
        return bool(chunk)

    def _forget(self) -> None:
        self._buffer.clear()
        self.link.drain()

    def _put(self, control: Control) -> None:
        self.link.write(bytes([control]))
