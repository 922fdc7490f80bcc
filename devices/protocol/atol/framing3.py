"""
Packets of transport 3: FE, length (7 + 8 bits), packet number, data, CRC-8. Pure bytes, no port.

The length counts data before stuffing, without number and CRC. In data and CRC an FE travels as FD EE and an FD as FD
ED; a bare FE there means that a new packet begins. The CRC is over the number and the plain data. Source:
atol-protocol.md 2.1, 2.2.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.protocol.atol.tables import V3_CRC_INIT, V3_CRC_POLY, V3_ESC, V3_MAX_DATA, V3_STX, V3_TESC, V3_TSTX

_HEAD = 4  # STX, two of length, number


def _crc_row(byte: int) -> int:
    for _ in range(8):
        byte = (byte << 1) ^ V3_CRC_POLY if byte & 0x80 else byte << 1
    return byte & 0xFF


_CRC = bytes(_crc_row(byte) for byte in range(256))
_STUFFED = {V3_STX: bytes([V3_ESC, V3_TSTX]), V3_ESC: bytes([V3_ESC, V3_TESC])}
_PLAIN = {V3_TSTX: V3_STX, V3_TESC: V3_ESC}


class BadPacket(Exception):
    """Bytes that began like a packet and are not one; they are gone from the buffer."""


def crc8(data: bytes) -> int:
    """Polynomial 31h, initial FFh, most significant bit first, nothing reflected."""
    crc = V3_CRC_INIT
    for byte in data:
        crc = _CRC[crc ^ byte]
    return crc


@dataclass(frozen=True, slots=True)
class Packet:
    """
    A packet number (00..DF, F0 for what a device sends by itself) and its data; no data asks to send that packet again.
    """

    number: int
    data: bytes

    def to_bytes(self) -> bytes:
        """The packet as it travels. Raises ValueError: more data than a length can tell."""
        size = len(self.data)
        if size > V3_MAX_DATA:
            raise ValueError(f"{size} bytes of data in a packet")
        numbered = bytes([self.number]) + self.data
        body = self.data + bytes([crc8(numbered)])
        stuffed = b"".join(_STUFFED.get(byte) or bytes([byte]) for byte in body)
        return bytes([V3_STX, size & 0x7F, size >> 7, self.number]) + stuffed


def take(buffer: bytearray) -> Packet | None:
    """
    Cut one packet off *buffer*, skipping what comes before an FE; None until it is whole.

    Raises BadPacket: wrong CRC, wrong stuffing, or a new packet began too early (which stays in the buffer).
    """
    start = buffer.find(V3_STX)
    del buffer[: len(buffer) if start < 0 else start]
    if len(buffer) < _HEAD:
        _no_start_inside(buffer, len(buffer))
        return None
    _no_start_inside(buffer, _HEAD)
    if buffer[1] > 0x7F:
        raise _bad(buffer, 2, "length")
    size = buffer[1] | buffer[2] << 7
    plain = bytearray()
    position = _HEAD
    while len(plain) <= size:
        if position >= len(buffer):
            return None
        byte = buffer[position]
        if byte == V3_STX:
            raise _bad(buffer, position, "a packet inside a packet")
        if byte == V3_ESC:
            position += 1
            if position >= len(buffer):
                return None
            if buffer[position] not in _PLAIN:
                raise _bad(buffer, position + (buffer[position] != V3_STX), "stuffing")
            byte = _PLAIN[buffer[position]]
        plain.append(byte)
        position += 1
    number = buffer[3]
    crc = plain.pop()
    if crc != crc8(bytes([number]) + plain):
        raise _bad(buffer, position, "CRC")
    del buffer[:position]
    return Packet(number, bytes(plain))


def _no_start_inside(buffer: bytearray, end: int) -> None:
    second = buffer.find(V3_STX, 1, end)
    if second > 0:
        raise _bad(buffer, second, "a packet inside a head")


def _bad(buffer: bytearray, size: int, why: str) -> BadPacket:
    raw = bytes(buffer[:size])
    del buffer[:size]
    return BadPacket(f"{why}: {raw.hex(' ')}")
