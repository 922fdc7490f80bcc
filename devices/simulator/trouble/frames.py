"""
Which command the bytes of a host belong to, in both transports: for faults that strike at a byte of a command.

It reads along and never changes anything. Bytes are held back until the command is known (at most ten), which a
device cannot tell from a host that stops for a moment. Source: atol-protocol.md 1.3, 2.1, 2.3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_FE, _ESCAPE, _STX, _ETX, _DLE = 0xFE, 0xFD, 0x02, 0x03, 0x10
_ADD, _ACK_ADD = 0xC1, 0xC5
_HEAD3 = 4


@dataclass(slots=True)
class Frame:
    """A frame of the host that grows: *raw* as it travels, *content* without stuffing."""

    raw: bytearray = field(default_factory=bytearray)
    content: bytearray = field(default_factory=bytearray)
    whole: bool = False
    _escaped: bool = False
    _ends: bool = False

    @property
    def is_3(self) -> bool:
        return self.raw[0] == _FE

    @property
    def ask(self) -> int:
        """Transport 3: C1 Add, C2 Ack…; a frame of transport 2 is always a command, C1."""
        return self.content[0] if self.is_3 and self.content else _ADD

    @property
    def code(self) -> int | None:
        """The command byte; None: no command, or not known yet."""
        at = {_ADD: 5, _ACK_ADD: 6}.get(self.ask, 0) if self.is_3 else 2
        return self.content[at] if at and len(self.content) > at + (self.whole and self.is_3) else None

    @property
    def known(self) -> bool:
        if self.whole or self.code is not None:
            return True
        return self.is_3 and bool(self.content) and self.ask not in (_ADD, _ACK_ADD)

    def push(self, each: int) -> None:
        self.raw.append(each)
        if self.is_3:
            self._push3(each)
        else:
            self._push2(each)

    def _push3(self, each: int) -> None:
        if len(self.raw) <= _HEAD3:
            return
        if self._escaped:
            self.content.append(_FE if each == 0xEE else _ESCAPE)
            self._escaped = False
        elif each == _ESCAPE:
            self._escaped = True
        else:
            self.content.append(each)
        self.whole = len(self.content) > self.raw[1] + (self.raw[2] << 7)

    def _push2(self, each: int) -> None:
        if len(self.raw) == 1:
            return
        if self._ends:
            self.whole = True
        elif self._escaped:
            self.content.append(each)
            self._escaped = False
        elif each == _DLE:
            self._escaped = True
        elif each == _ETX:
            self._ends = True
        else:
            self.content.append(each)


@dataclass(slots=True)
class Byte:
    """One byte, the frame that it belongs to (None: between frames), and its place there from 0."""

    value: int
    frame: Frame | None = None
    at: int = 0

    @property
    def is_last(self) -> bool:
        return self.frame is not None and self.frame.whole and self.at == len(self.frame.raw) - 1


class Reader:
    """Bytes in, the same bytes out, each with what it belongs to."""

    def __init__(self) -> None:
        self._frame: Frame | None = None
        self._held: list[Byte] = []

    def reset(self) -> None:
        self._frame = None
        self._held.clear()

    def feed(self, data: bytes) -> Iterator[Byte]:
        for value in data:
            yield from self._feed(value)

    def _feed(self, value: int) -> Iterator[Byte]:
        starts = value == _FE or (self._frame is None and value == _STX)
        if starts and (self._frame is None or self._frame.is_3):
            yield from self._release()
            self._frame = Frame()
        frame = self._frame
        if frame is None:
            yield Byte(value)
            return
        frame.push(value)
        self._held.append(Byte(value, frame, len(frame.raw) - 1))
        if frame.known:
            yield from self._release()
        if frame.whole:
            self._frame = None

    def _release(self) -> Iterator[Byte]:
        held, self._held = self._held, []
        yield from held
