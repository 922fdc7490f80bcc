"""
Transport 3: packets with a CRC and the device's own task buffer, which keeps a result until it is acknowledged.

A message becomes a task (Add); its result comes at once (A3, A4) or by itself (A6, A7). On damage or silence the host
asks for the same task (Req) and never adds it again, except a message that changes nothing. Source: atol-protocol.md
2.3 to 2.6, atol-wire-observed.md 4, 5.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from devices.errors import ErrorCode, LinkError, OutcomeUnknown
from devices.protocol.atol.framing3 import BadPacket, Packet, take
from devices.protocol.atol.session import NotTaken, Reply
from devices.protocol.atol.tables import V3_ASYNC_ID, V3_HOST_LAST_ID, Buffer, Status, TaskFlag
from devices.protocol.link import Link

_ALIVE = frozenset({Status.PENDING, Status.IN_PROGRESS, Status.WAITING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Timers:
    """Seconds and tries. The time to execute comes with each message."""

    hello: float = 0.5  # answer to the Abort at connect
    reply: float = 2.0  # first sign of life after Add or Req
    poll: float = 5.0  # between questions while the device says that it works
    courtesy: float = 0.5  # answer to Ack and to the Abort after an error
    overflow: float = 0.5  # pause after «buffer full»
    overflows: int = 20
    questions: int = 3  # in a row without any answer
    damages: int = 10  # in one exchange
    extensions: int = 2  # of a message's time while the device says that it works
    adds: int = 3  # of a repeatable message


@dataclass(slots=True)
class _Task:
    number: int
    message: bytes
    repeatable: bool
    adds: int = 0
    overflows: int = 0
    packet: int = 0  # number of the last packet about this task


class Session3:
    """Transport 3 on a link. `exchange` is described in session.Session."""

    transport = 3

    def __init__(self, link: Link, *, timers: Timers | None = None, first_task: int | None = None) -> None:
        """
        *first_task*: tasks are numbered from here; by default anywhere, so that a late result of an earlier host is
        not ours.
        """
        self.link = link
        self.timers = timers or Timers()
        self.next_task = os.urandom(1)[0] % (V3_HOST_LAST_ID + 1) if first_task is None else first_task
        self._number = 0
        self._buffer = bytearray()
        self._dirty = False
        self._acks_are_answered = True  # until one is not: what real devices say to Ack is not known [C]

    def close(self) -> None:
        self.link.close()

    def connect(self, tries: int = 2) -> bool:
        """
        Clear the device's buffer; False: nobody here speaks this transport. Every kept result is lost. Raises
        LinkError.
        """
        return any(self._abort(self.timers.hello) for _ in range(tries))

    def exchange(self, message: bytes, *, timeout: float, fiscal: bool = False, repeatable: bool = False) -> Reply:
        if self._dirty and not self.connect():
            raise LinkError(ErrorCode.DEVICE_OFFLINE, "no answer to Abort")
        task = _Task(self.next_task, message, repeatable)
        self.next_task = (task.number + 1) % (V3_HOST_LAST_ID + 1)
        self._dirty = True  # until the result is settled
        try:
            self._add(task)
            reply = self._result(task, timeout)
        except NotTaken:
            raise
        except LinkError as error:
            if fiscal:
                raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, str(error)) from error
            raise
        self._settle(task.number, reply)
        return reply

    def _result(self, task: _Task, timeout: float) -> Reply:
        """Wait for the result of *task* and ask for it where needed. Raises LinkError; NotTaken."""
        limit = time.monotonic() + timeout
        extensions, unanswered, damaged = self.timers.extensions, 0, 0
        pause = self.timers.reply
        while True:
            try:
                packet = self._packet(time.monotonic() + pause)
            except BadPacket as error:
                damaged += 1
                if damaged > self.timers.damages:
                    raise LinkError(ErrorCode.LINK_LOST, f"damaged packets: {error}") from error
                self._ask(task)
                continue
            if packet is None:
                unanswered += pause == self.timers.reply
                if unanswered > self.timers.questions:
                    raise LinkError(ErrorCode.LINK_LOST, "no answer to Req")
                if time.monotonic() > limit:
                    if extensions == 0 or unanswered:
                        raise LinkError(ErrorCode.DEVICE_SLOW, f"no result in {timeout:g} s")
                    extensions -= 1
                    limit = time.monotonic() + timeout
                pause = self.timers.reply
                self._ask(task)
                continue
            if (reply := _pushed(packet, task.number)) is not None:
                return reply
            if packet.number != task.packet:
                continue
            if not packet.data:  # it wants that packet again: it came damaged
                damaged += 1
                if damaged > self.timers.damages:
                    raise LinkError(ErrorCode.LINK_LOST, "the device cannot read us")
                self._ask(task)
                continue
            unanswered = 0
            if (reply := self._told(task, packet.data)) is not None:
                return reply
            pause = min(self.timers.poll, timeout)

    def _told(self, task: _Task, data: bytes) -> Reply | None:
        """What the device's answer to Add or Req means: a result, or None to wait on. Raises LinkError; NotTaken."""
        status = data[0]
        if status in (Status.RESULT, Status.ERROR) and len(data) > 1:
            return Reply(data[1:], failed=status == Status.ERROR)
        if status in _ALIVE:
            return None
        if status == Status.ALREADY_EXISTS:
            self._ask(task)
            return None
        if status == Status.OVERFLOW:
            task.overflows += 1
            if task.overflows > self.timers.overflows:
                raise NotTaken(ErrorCode.DEVICE_BUSY, "task buffer full")
            time.sleep(self.timers.overflow)
            self._add(task)
            return None
        if status == Status.STOPPED:
            raise NotTaken(ErrorCode.DEVICE_BUSY, "stopped by an earlier task")
        if status == Status.ILLEGAL_VALUE:
            raise NotTaken(ErrorCode.OTHER, f"illegal value {data[1:].hex()}")
        if status == Status.NOT_FOUND:
            if not task.repeatable or task.adds >= self.timers.adds:
                raise LinkError(ErrorCode.LINK_LOST, "the device does not know the task")
            self._add(task)
            return None
        return None

    def _settle(self, number: int, reply: Reply) -> None:
        """
        Take the result out of the device's buffer: Ack, or Abort after an error, which also starts a stopped queue.
        """
        try:
            if reply.failed:
                self._dirty = not self._abort(self.timers.courtesy)
                return
            packet = self._send(bytes([Buffer.ACK, number]))
            if self._acks_are_answered:
                self._acks_are_answered = self._answer_to(packet, self.timers.courtesy) is not None
            self._dirty = False
        except LinkError:
            self._dirty = True  # the result is here; the next exchange will notice the link

    def _abort(self, wait: float) -> bool:
        answer = self._answer_to(self._send(bytes([Buffer.ABORT])), wait)
        self._dirty = self._dirty and answer is None
        return answer is not None

    def _add(self, task: _Task) -> None:
        task.adds += 1
        task.packet = self._send(bytes([Buffer.ADD, TaskFlag.NEED_RESULT, task.number]) + task.message)

    def _ask(self, task: _Task) -> None:
        task.packet = self._send(bytes([Buffer.REQ, task.number]))

    def _send(self, data: bytes) -> int:
        self._number = (self._number + 1) % (V3_HOST_LAST_ID + 1)
        self.link.write(Packet(self._number, data).to_bytes())
        return self._number

    def _answer_to(self, number: int, wait: float) -> bytes | None:
        """The data of the packet *number*; others are passed over."""
        deadline = time.monotonic() + wait
        while True:
            try:
                packet = self._packet(deadline)
            except BadPacket:
                continue
            if packet is None:
                return None
            if packet.number == number:
                return packet.data

    def _packet(self, deadline: float) -> Packet | None:
        """The next packet; None when *deadline* passes first. Raises LinkError; BadPacket."""
        while (packet := take(self._buffer)) is None:
            chunk = self.link.read(deadline)
            if not chunk:
                return None
            self._buffer += chunk
        return packet


def _pushed(packet: Packet, task: int) -> Reply | None:
    """The result that the device sends by itself, if it is of *task*."""
    data = packet.data
    if packet.number != V3_ASYNC_ID or len(data) < 3 or data[1] != task:
        return None
    if data[0] not in (Status.ASYNC_RESULT, Status.ASYNC_ERROR):
        return None
    return Reply(data[2:], failed=data[0] == Status.ASYNC_ERROR)
