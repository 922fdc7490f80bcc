"""
Transport 3 above the frames: the device's task buffer (source: atol-protocol.md 2.3 to 2.6, atol-wire-observed.md 4).

The buffer outlives connections: a result stays until Ack or Abort. Guesses about real hardware [C]: the capacity, that
only Abort starts a stopped queue again, that Ack of a task under way is answered with its state, that AckAdd answers as
Add does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import partial

from devices.simulator.frames3 import Frame, Unpacker, pack

CAPACITY = 128  # tasks in the buffer before B1 [C]
ASYNC_ID = 0xF0
_LAST_TID = 0xDF
_REMEMBERED = 32  # replies kept for «send that packet again»


class Ask(IntEnum):
    ADD = 0xC1
    ACK = 0xC2
    REQ = 0xC3
    ABORT = 0xC4
    ACK_ADD = 0xC5


class Say(IntEnum):
    PENDING = 0xA1
    IN_PROGRESS = 0xA2
    RESULT = 0xA3
    ERROR = 0xA4
    STOPPED = 0xA5
    ASYNC_RESULT = 0xA6
    ASYNC_ERROR = 0xA7
    WAITING = 0xA8
    OVERFLOW = 0xB1
    EXISTS = 0xB2
    NOT_FOUND = 0xB3
    ILLEGAL = 0xB4


class Stage(Enum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    WAITING = "waiting"  # flags bit 2: for an external device that never speaks here


_NEED_RESULT, _IGNORE_ERROR, _WAIT_ASYNC = 1, 2, 4
_ILLEGAL_FLAGS, _ILLEGAL_TID = bytes((Say.ILLEGAL, 0)), bytes((Say.ILLEGAL, 1))


@dataclass
class Task:
    tid: int
    flags: int
    message: bytes
    stage: Stage = Stage.QUEUED
    answer: bytes = b""


def is_error(message: bytes, answer: bytes) -> bool:
    """
    Whether *answer* says that *message* was not executed.

    45h carries a mode byte where others carry the error: low nibbles up to 7 are modes, its possible errors have larger
    ones.
    """
    if answer[:1] != b"\x55" or len(answer) < 2:
        return False
    if message[2:3] == b"\x45":
        return answer[1] & 0x0F > 7
    return answer[1] > 1


class TaskBuffer:
    """
    Frames in, frames out. *send* puts bytes on the line (they may be lost there), *submit* starts a message,
    *takes* says whether there is room for one.

    Not thread safe: the caller serialises `receive`, `finished`, `reset`. `submit` must not call `finished` before it
    returns.
    """

    def __init__(
        self,
        send: Callable[[bytes], None],
        submit: Callable[[bytes, Callable[[bytes], None]], None],
        takes: Callable[[], bool] = lambda: True,
    ) -> None:
        self._send = send
        self._submit = submit
        self._takes = takes
        self._unpacker = Unpacker()
        self._tasks: dict[int, Task] = {}
        self._running: Task | None = None
        self._stopped_by: int | None = None  # TId of the failed task that stopped the queue; Abort starts it again
        self._replies: dict[int, bytes] = {}

    @property
    def inside_frame(self) -> bool:
        return self._unpacker.inside

    @property
    def idle(self) -> bool:
        """Nothing runs and nothing waits to run."""
        return self._running is None

    def new_connection(self) -> None:
        """Half a frame of the old connection is void; tasks and results stay."""
        self._unpacker.reset()
        self._replies.clear()

    def reset(self) -> None:
        """The device was restarted: its buffer is empty."""
        self._unpacker.reset()
        self._tasks.clear()
        self._replies.clear()
        self._running = self._stopped_by = None

    def receive(self, data: bytes) -> None:
        for frame in self._unpacker.feed(data):
            self._frame(frame)

    def _frame(self, frame: Frame) -> None:
        if not frame.whole:
            self._send(pack(frame.id, b""))  # «send that packet again»
        elif not frame.data:
            if frame.id in self._replies:
                self._send(self._replies[frame.id])
        else:
            reply, started = self._reply(frame.data)
            self._replies.pop(frame.id, None)
            self._replies[frame.id] = pack(frame.id, reply)
            if len(self._replies) > _REMEMBERED:
                del self._replies[next(iter(self._replies))]
            self._send(self._replies[frame.id])
            if started:
                self._start_next()

    def _reply(self, data: bytes) -> tuple[bytes, bool]:
        """The synchronous reply, and whether a task was put in."""
        ask = data[0]
        if ask == Ask.ABORT:
            self._tasks.clear()
            self._stopped_by = None
            return bytes((Say.RESULT,)), False
        if len(data) < 2:
            return _ILLEGAL_TID, False
        if ask == Ask.ADD:
            return self._add(data[1:])
        if ask == Ask.ACK:
            return self._ack(data[1]), False
        if ask == Ask.REQ:
            return self._state(data[1]), False
        if ask == Ask.ACK_ADD:
            self._ack(data[1])
            return self._add(data[2:])
        return _ILLEGAL_FLAGS, False

    def _add(self, data: bytes) -> tuple[bytes, bool]:
        if not data or data[0] & ~(_NEED_RESULT | _IGNORE_ERROR | _WAIT_ASYNC):
            return _ILLEGAL_FLAGS, False
        if len(data) < 2 or data[1] > _LAST_TID:
            return _ILLEGAL_TID, False
        flags, tid = data[0], data[1]
        if tid in self._tasks:
            return bytes((Say.EXISTS,)), False
        if self._stopped_by is not None:
            return bytes((Say.STOPPED, self._stopped_by)), False
        if len(self._tasks) >= CAPACITY or not self._takes():
            return bytes((Say.OVERFLOW,)), False
        task = Task(tid, flags, data[2:])
        self._tasks[tid] = task
        if flags & _WAIT_ASYNC:
            task.stage = Stage.WAITING
            return bytes((Say.WAITING,)), False
        return bytes((Say.IN_PROGRESS if self._running is None else Say.PENDING,)), True

    def _ack(self, tid: int) -> bytes:
        task = self._tasks.get(tid)
        if tid > _LAST_TID:
            return _ILLEGAL_TID
        if task is None:
            return bytes((Say.NOT_FOUND,))
        if task.stage not in (Stage.DONE, Stage.FAILED):
            return self._state(tid)
        del self._tasks[tid]
        return bytes((Say.RESULT,))

    def _state(self, tid: int) -> bytes:
        task = self._tasks.get(tid)
        if tid > _LAST_TID:
            return _ILLEGAL_TID
        if task is None:
            return bytes((Say.NOT_FOUND,))
        if task.stage is Stage.QUEUED and self._stopped_by is not None:
            return bytes((Say.STOPPED, self._stopped_by))
        codes = {Stage.QUEUED: Say.PENDING, Stage.RUNNING: Say.IN_PROGRESS, Stage.WAITING: Say.WAITING}
        codes |= {Stage.DONE: Say.RESULT, Stage.FAILED: Say.ERROR}
        return bytes((codes[task.stage],)) + task.answer

    def _start_next(self) -> None:
        if self._running is not None or self._stopped_by is not None:
            return
        for task in self._tasks.values():
            if task.stage is Stage.QUEUED:
                task.stage, self._running = Stage.RUNNING, task
                self._submit(task.message, partial(self._finished, task))
                return

    def _finished(self, task: Task, answer: bytes) -> None:
        """An aborted task's answer reaches nobody."""
        if self._running is task:
            self._running = None
        if self._tasks.get(task.tid) is task:
            task.answer = answer
            failed = is_error(task.message, answer)
            task.stage = Stage.FAILED if failed else Stage.DONE
            if failed and not task.flags & _IGNORE_ERROR:
                self._stopped_by = task.tid
            if not failed and not task.flags & _NEED_RESULT:
                del self._tasks[task.tid]
            else:
                say = Say.ASYNC_ERROR if failed else Say.ASYNC_RESULT
                self._send(pack(ASYNC_ID, bytes((say, task.tid)) + answer))
        self._start_next()
