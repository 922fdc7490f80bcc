"""
Transport 2, the device's side: ENQ/ACK sessions with masked frames (source: atol-protocol.md section 1).

One exchange is two sessions: the host sends the request, then the device the answer, each by the same rules. Nothing
here waits: bytes come in with `receive`, time with `tick`, and `deadline` says when the next tick matters (monotonic
seconds, None: never).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import Enum, IntEnum
from functools import reduce
from operator import xor


class Byte(IntEnum):
    STX = 0x02
    ETX = 0x03
    EOT = 0x04
    ENQ = 0x05
    ACK = 0x06
    DLE = 0x10
    NAK = 0x15


T1, T2, T3, T4, T6, T7 = 0.5, 2.0, 0.5, 0.5, 0.5, 0.5
ENQ_TRIES, FRAME_TRIES, COLLISIONS = 5, 10, 10
_BEEP = 0x47  # no answer session (1.6)


class At(Enum):
    IDLE = "idle"
    WAIT_FRAME = "wait for the host's frame"
    FRAME = "inside the host's frame"
    CRC = "one byte of CRC is left"
    WAIT_END = "the frame is good; EOT or silence ends the session"
    EXECUTING = "the command runs: NAK to ENQ"
    ASKING = "our ENQ is out"
    PAUSE = "before our next ENQ"
    ANSWERING = "our frame is out"


def pack(data: bytes) -> bytes:
    """STX, data with 10 and 03 masked by 10, ETX, XOR of everything after STX."""
    body = bytearray()
    for each in data:
        if each in (Byte.DLE, Byte.ETX):
            body.append(Byte.DLE)
        body.append(each)
    body.append(Byte.ETX)
    return bytes((Byte.STX,)) + bytes(body) + bytes((reduce(xor, body),))


class Session:
    """
    *send* puts bytes on the line, *submit* starts a message and calls back with its answer (not before it returns).
    *takes* says whether it takes a command now: NAK to ENQ if not. Not thread safe.

    A step is entered before its bytes go out: sending may end in `reset`, when power goes with them.
    """

    def __init__(
        self,
        send: Callable[[bytes], None],
        submit: Callable[[bytes, Callable[[bytes], None]], None],
        clock: Callable[[], float] = time.monotonic,
        *,
        takes: Callable[[], bool] = lambda: True,
    ) -> None:
        self._send = send
        self._submit = submit
        self._clock = clock
        self._takes = takes
        self.deadline: float | None = None
        self.at = At.IDLE
        self._raw = bytearray()  # of the frame under way, masked, ETX included
        self._masked = False
        self._pending = b""  # the request that was accepted and not started
        self._repeated = False  # the frame under way is a retransmission
        self._tries = 0
        self._collisions = 0
        self._answer = b""
        self._run = 0  # tells a late answer of a dropped command from the awaited one

    @property
    def idle(self) -> bool:
        return self.at is At.IDLE

    def reset(self) -> None:
        """
        The host is gone or the device restarted: forget the session; a command that runs goes on without an answer.
        """
        self._run += 1
        self._go(At.IDLE)

    def host_gone(self) -> None:
        """As `reset`; a command that was taken whole is executed, since to the device this is the silence after it."""
        if self.at is At.WAIT_END:
            self._execute()
        self.reset()

    def receive(self, data: bytes) -> None:
        for each in data:
            self._byte(each)

    def tick(self) -> None:
        if self.deadline is None or self._clock() < self.deadline:
            return
        if self.at in (At.FRAME, At.CRC):
            self._count_try()
        elif self.at is At.WAIT_FRAME:
            self._go(At.IDLE)
        elif self.at is At.WAIT_END:
            self._execute()
        elif self.at is At.ASKING:
            self._ask_again()
        elif self.at is At.PAUSE:
            self._ask()
        elif self.at is At.ANSWERING:
            self._repeat_frame()
        else:
            self.deadline = None

    def _go(self, at: At, seconds: float | None = None) -> None:
        self.at = at
        self.deadline = None if seconds is None else self._clock() + seconds

    def _control(self, byte: Byte) -> None:
        self._send(bytes((byte,)))

    def _byte(self, each: int) -> None:
        if self.at in (At.FRAME, At.CRC):
            self._frame_byte(each)
        elif self.at in (At.IDLE, At.WAIT_FRAME, At.WAIT_END):
            self._request_byte(each)
        elif self.at is At.EXECUTING:
            if each == Byte.ENQ:
                self._control(Byte.NAK)
        else:
            self._answer_byte(each)

    # The host's request

    def _request_byte(self, each: int) -> None:
        if self.at is At.WAIT_END:
            if each == Byte.EOT:
                self._execute()
            elif each == Byte.STX:  # our ACK was lost: the same frame once more
                self._begin_frame(repeated=True)
            elif each == Byte.ENQ:  # the EOT was lost
                self._execute()
                self._control(Byte.NAK)
        elif each == Byte.ENQ and not self._takes():
            self._control(Byte.NAK)
        elif each == Byte.ENQ:
            self._tries = 0
            self._go(At.WAIT_FRAME, T2)
            self._control(Byte.ACK)
        elif each == Byte.STX and self.at is At.WAIT_FRAME:
            self._begin_frame(repeated=False)
        elif each == Byte.EOT:
            self._go(At.IDLE)

    def _begin_frame(self, *, repeated: bool) -> None:
        self._raw.clear()
        self._masked, self._repeated = False, repeated
        self._go(At.FRAME, T6)

    def _frame_byte(self, each: int) -> None:
        if self.at is At.CRC:
            if reduce(xor, self._raw) == each:
                self._accept()
            else:
                self._count_try()
                self._control(Byte.NAK)
            return
        self._raw.append(each)
        self._go(At.FRAME, T6)
        if self._masked:
            self._masked = False
        elif each == Byte.DLE:
            self._masked = True
        elif each == Byte.ETX:
            self._go(At.CRC, T6)

    def _count_try(self) -> None:
        self._tries += 1
        if self._repeated:
            self._go(At.WAIT_END, T4)
        elif self._tries >= FRAME_TRIES:
            self._go(At.IDLE)
        else:
            self._go(At.WAIT_FRAME, T2)

    def _accept(self) -> None:
        if not self._repeated:
            self._pending = _unmask(self._raw[:-1])
        self._go(At.WAIT_END, T4)
        self._control(Byte.ACK)

    def _execute(self) -> None:
        self._run += 1
        run, message = self._run, self._pending
        self._go(At.EXECUTING)
        self._submit(message, lambda answer: self._executed(run, message, answer))

    # The device's answer

    def _executed(self, run: int, message: bytes, answer: bytes) -> None:
        if run != self._run:
            return
        if message[2:3] == bytes((_BEEP,)):
            self._go(At.IDLE)
            return
        self._answer, self._tries, self._collisions = pack(answer), 0, 0
        self._ask()

    def _ask(self) -> None:
        self._go(At.ASKING, T1)
        self._control(Byte.ENQ)

    def _ask_again(self) -> None:
        self._tries += 1
        if self._tries >= ENQ_TRIES:
            self._control(Byte.EOT)
            self._go(At.IDLE)
        else:
            self._ask()

    def _answer_byte(self, each: int) -> None:
        if self.at is At.ASKING and each == Byte.ACK:
            self._tries = 0
            self._put_frame()
        elif self.at is At.ASKING and each == Byte.NAK:
            self._tries += 1
            self._go(At.PAUSE if self._tries < ENQ_TRIES else At.IDLE, T1)
        elif self.at is At.ASKING and each == Byte.ENQ:  # both speak: both wait, then start over
            self._collisions += 1
            self._go(At.PAUSE if self._collisions < COLLISIONS else At.IDLE, T7)
        elif each == Byte.EOT:  # the host does not want it
            self._go(At.IDLE)
        elif self.at is At.ANSWERING and each == Byte.ACK:
            self._go(At.IDLE)
            self._control(Byte.EOT)
        elif self.at is At.ANSWERING and each == Byte.ENQ:
            if self._tries > 1:  # the ACK was lost, the host already asks the next thing
                self._go(At.IDLE)
                self._request_byte(each)
            else:
                self._put_frame()
        elif self.at is At.ANSWERING and each == Byte.NAK:
            self._repeat_frame()

    def _put_frame(self) -> None:
        self._tries += 1
        self._go(At.ANSWERING, T3)
        self._send(self._answer)

    def _repeat_frame(self) -> None:
        if self._tries >= FRAME_TRIES:
            self._control(Byte.EOT)
            self._go(At.IDLE)
        else:
            self._put_frame()


def _unmask(raw: bytes | bytearray) -> bytes:
    data, masked = bytearray(), False
    for each in raw:
        if each == Byte.DLE and not masked:
            masked = True
        else:
            data.append(each)
            masked = False
    return bytes(data)
