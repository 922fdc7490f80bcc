"""Transport 3 on the byte level: FE frames with stuffing and CRC-8 (source: atol-protocol.md 2.1)."""

from __future__ import annotations

from dataclasses import dataclass

_START, _ESCAPE, _ESCAPED_START, _ESCAPED_ESCAPE = 0xFE, 0xFD, 0xEE, 0xED
_HEAD = 4  # start, two bytes of length, id


def _table() -> bytes:
    rows = []
    for index in range(256):
        crc = index
        for _ in range(8):
            crc = (crc << 1) ^ 0x31 if crc & 0x80 else crc << 1
        rows.append(crc & 0xFF)
    return bytes(rows)


_CRC = _table()


def crc8(data: bytes) -> int:
    """Polynomial 31, initial FF, over id and unstuffed data."""
    value = 0xFF
    for each in data:
        value = _CRC[value ^ each]
    return value


@dataclass(frozen=True, slots=True)
class Frame:
    """*whole* False: it came damaged; *id* is what was read of it."""

    id: int
    data: bytes = b""
    whole: bool = True


def pack(frame_id: int, data: bytes) -> bytes:
    """The frame as it travels."""
    stuffed = bytearray((_START, len(data) & 0x7F, len(data) >> 7, frame_id))
    for each in data + bytes((crc8(bytes((frame_id,)) + data),)):
        if each == _START:
            stuffed += bytes((_ESCAPE, _ESCAPED_START))
        elif each == _ESCAPE:
            stuffed += bytes((_ESCAPE, _ESCAPED_ESCAPE))
        else:
            stuffed.append(each)
    return bytes(stuffed)


class Unpacker:
    """Bytes in any pieces to frames; what is no frame is skipped, a start byte in the middle begins anew."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def inside(self) -> bool:
        """A frame has begun and is not whole."""
        return bool(self._buffer)

    def reset(self) -> None:
        self._buffer.clear()

    def feed(self, data: bytes) -> list[Frame]:
        self._buffer += data
        frames = []
        while (frame := self._take()) is not None:
            frames.append(frame)
        return frames

    def _take(self) -> Frame | None:
        while True:
            start = self._buffer.find(_START)
            del self._buffer[: start if start >= 0 else len(self._buffer)]
            again = self._buffer.find(_START, 1)
            if again < 0:
                return self._cut()
            known = self._cut(end=again)
            if known is not None:
                return known
            del self._buffer[:again]

    def _cut(self, end: int | None = None) -> Frame | None:
        """The frame at the beginning, if its bytes are all there before *end*."""
        raw = self._buffer[:end]
        if len(raw) <= _HEAD:
            return None
        wanted = raw[1] + (raw[2] << 7) + 1  # data and CRC
        content, at = bytearray(), _HEAD
        while len(content) < wanted:
            if at >= len(raw):
                return None
            if raw[at] == _ESCAPE:
                if at + 1 >= len(raw):
                    return None
                value = {_ESCAPED_START: _START, _ESCAPED_ESCAPE: _ESCAPE}.get(raw[at + 1])
                if value is None:
                    return self._damaged(raw[3], at + 2)
                content.append(value)
                at += 2
            else:
                content.append(raw[at])
                at += 1
        frame_id, data, crc = raw[3], bytes(content[:-1]), content[-1]
        if crc != crc8(bytes((frame_id,)) + data):
            return self._damaged(frame_id, at)
        del self._buffer[:at]
        return Frame(frame_id, data)

    def _damaged(self, frame_id: int, size: int) -> Frame:
        del self._buffer[:size]
        return Frame(frame_id, whole=False)
