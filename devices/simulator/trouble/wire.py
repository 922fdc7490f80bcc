"""Trouble on the wire: cut, damage, lost_ack, silence, slow. Bytes are counted as they travel, stuffing included."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import ClassVar, Literal, NoReturn

from devices.simulator.faults import LinkCut
from devices.simulator.trouble.fault import AtCommand, Rig
from devices.simulator.trouble.frames import Byte, Reader

Direction = Literal["in", "out"]
_T2_ACK, _T2_STX, _T3_ACK = 0x06, 0x02, 0xC2


@dataclass(kw_only=True)
class OnWire(AtCommand):
    """
    At byte *after* of a command: `in` counts its frame's bytes on their way to the device, `out` everything that the
    device says once it has the command. A frame that is shorter is hit at its end.
    """

    direction: Direction = "in"
    after: int = 0
    reader: Reader = field(default_factory=Reader, init=False, repr=False)
    _counted: int = field(default=-1, init=False)  # bytes said since the command; -1: not counting
    _is_ours: bool = field(default=False, init=False)

    def connected(self) -> None:
        self.reader.reset()
        self._counted, self._is_ours = -1, False

    def received(self, data: bytes) -> bytes:
        passed = bytearray()
        for byte in self.reader.feed(data):
            if byte.frame is not None and byte.at == 0 and byte.frame.code is not None:
                self._counted = -1  # the next command: what the device says from now on is not about the last one
                self._is_ours = self.meets(byte.frame.code)
            ours = self._is_ours and byte.frame is not None
            if ours and self.direction == "in" and byte.at == self.after:
                self._is_ours = False
                self.strike(passed, byte)
                continue
            passed.append(byte.value)
            if ours and byte.is_last:
                self._is_ours = False
                if self.direction == "in":
                    self.strike(passed, None)
                else:
                    self._counted = 0
        return bytes(passed)

    def sent(self, data: bytes) -> bytes:
        if self._counted < 0 or self.spent:
            return data
        left = self.after - self._counted
        self._counted += len(data)
        if len(data) <= left:
            return data
        self._counted = -1
        passed = bytearray(data[:left])
        self.strike(passed, Byte(data[left]))
        return bytes(passed) + data[left + 1 :]

    def strike(self, passed: bytearray, byte: Byte | None) -> None:
        """
        Do it: *passed* are the bytes before, *byte* the one that it is about (None: the frame ended before). What is
        wanted of it has to be put into *passed*.
        """
        raise NotImplementedError


@dataclass(kw_only=True)
class Cut(OnWire):
    """The cable comes out after *after* bytes; a pseudo-terminal hangs up and comes back under another name."""

    kind: ClassVar[str] = "cut"

    def strike(self, passed: bytearray, byte: Byte | None) -> NoReturn:
        self.hits += 1
        self.reader.reset()
        raise LinkCut(bytes(passed))


@dataclass(kw_only=True)
class Damage(OnWire):
    """Byte *after* arrives changed by *xor* (decimal)."""

    kind: ClassVar[str] = "damage"

    xor: int = 0x11

    def strike(self, passed: bytearray, byte: Byte | None) -> None:
        self.hits += 1
        if byte is not None:
            passed.append(byte.value ^ self.xor)
        else:
            passed[-1] ^= self.xor


@dataclass(kw_only=True)
class LostAck(AtCommand):
    """
    `out`: what the device says first to a command never arrives (ACK of transport 2, the reply to Add of transport 3).
    `in`: the host's word that it has the answer does not (ACK, Ack).
    """

    kind: ClassVar[str] = "lost_ack"

    direction: Direction = "out"
    reader: Reader = field(default_factory=Reader, init=False, repr=False)
    _waits: bool = field(default=False, init=False)
    _answered: bool = field(default=False, init=False)

    def connected(self) -> None:
        self.reader.reset()
        self._waits = self._answered = False

    def received(self, data: bytes) -> bytes:
        passed, acks = bytearray(), bytearray()
        for byte in self.reader.feed(data):
            if self.direction == "in" and self._waits and self._is_ack(byte):
                acks.append(byte.value)
                if byte.frame is None or byte.is_last:
                    self._waits = False
                    self.hits += 1
                continue
            passed.append(byte.value)
            if byte.is_last and byte.frame is not None and byte.frame.code is not None:
                self._waits, self._answered = self.meets(byte.frame.code), False
        return bytes(passed)

    def _is_ack(self, byte: Byte) -> bool:
        if byte.frame is None:
            return byte.value == _T2_ACK and self._answered
        return byte.frame.is_3 and byte.frame.ask == _T3_ACK

    def sent(self, data: bytes) -> bytes:
        self._answered = self._answered or data[0] == _T2_STX
        if self.direction == "out" and self._waits:
            self._waits = False
            self.hits += 1
            return b""
        return data


@dataclass(kw_only=True)
class Silence(AtCommand):
    """
    From a command on nothing passes for *seconds* (0: until cleared): both ways, only `in`, or only `out`. `before`:
    the command itself is not heard; `after`: it is heard and executed. A command `-` begins at once.
    """

    kind: ClassVar[str] = "silence"

    direction: Literal["both", "in", "out"] = "both"
    when: Literal["before", "after"] = "before"
    seconds: float = 0.0
    reader: Reader = field(default_factory=Reader, init=False, repr=False)
    _until: float = field(default=0.0, init=False)

    def begin(self, rig: Rig) -> None:
        if self.command.at_once:
            self._fall_silent()

    def end(self, rig: Rig) -> None:
        self._until = 0.0

    def _fall_silent(self) -> None:
        self.hits += 1
        self._until = time.monotonic() + (self.seconds or float("inf"))

    @property
    def is_on(self) -> bool:
        return time.monotonic() < self._until

    def connected(self) -> None:
        self.reader.reset()

    def received(self, data: bytes) -> bytes:
        passed = bytearray()
        for byte in self.reader.feed(data):
            mute = self.is_on and self.direction != "out"
            starts = byte.at == 0 if self.when == "before" else byte.is_last
            if byte.frame is not None and byte.frame.code is not None and starts and self.meets(byte.frame.code):
                self._fall_silent()
                mute = self.when == "before" and self.direction != "out"
            if not mute:
                passed.append(byte.value)
        return bytes(passed)

    def sent(self, data: bytes) -> bytes:
        return b"" if self.is_on and self.direction != "in" else data


@dataclass(kw_only=True)
class Slow(AtCommand):
    """A command takes *seconds* more: `before`: nothing has happened until then; `after`: only the answer is late."""

    kind: ClassVar[str] = "slow"

    seconds: float = 3.0
    when: Literal["before", "after"] = "after"
    _ended: threading.Event = field(default_factory=threading.Event, init=False, repr=False)

    def end(self, rig: Rig) -> None:
        self._ended.set()

    def _wait(self) -> None:
        self.hits += 1
        self._ended.wait(self.seconds)

    def before_command(self, message: bytes) -> bytes | None:
        if self.when == "before" and self.meets(message[2]):
            self._wait()
        return None

    def after_command(self, message: bytes, answer: bytes) -> bytes:
        if self.when == "after" and self.meets(message[2]):
            self._wait()
        return answer
