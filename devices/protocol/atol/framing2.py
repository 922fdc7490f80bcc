"""
Frames of transport 2: STX, masked data, ETX, and a check byte. Pure bytes, no port.

A data byte 10h (DLE) or 03h (ETX) travels with a DLE before it. The check byte is the XOR of everything after STX up
to and including ETX, masks included; it is never masked and may be any byte. Source: atol-protocol.md 1.2.
"""

from __future__ import annotations

from functools import reduce
from operator import xor

from devices.protocol.atol.tables import Control

_MASKED = frozenset({Control.DLE, Control.ETX})


class BadFrame(Exception):
    """A frame came whole and its check byte is wrong."""


def wrap(data: bytes) -> bytes:
    """The frame that carries *data*."""
    body = bytearray()
    for byte in data:
        if byte in _MASKED:
            body.append(Control.DLE)
        body.append(byte)
    body.append(Control.ETX)
    return bytes([Control.STX]) + bytes(body) + bytes([reduce(xor, body)])


def take(buffer: bytearray) -> bytes | None:
    """
    Cut one frame off *buffer*, which begins with STX, and return its data; None until it is whole.

    Raises BadFrame: the check byte is wrong, or there is no STX; the frame (or the byte) is gone from the buffer.
    """
    if not buffer:
        return None
    if buffer[0] != Control.STX:
        raise BadFrame(f"not STX: {buffer.pop(0):02X}")
    data = bytearray()
    position = 1
    while position < len(buffer):
        byte = buffer[position]
        if byte == Control.ETX:
            break
        if byte == Control.DLE:
            position += 1
            if position == len(buffer):
                return None
        data.append(buffer[position])
        position += 1
    if position + 2 > len(buffer):
        return None
    raw = bytes(buffer[: position + 2])
    del buffer[: len(raw)]
    if reduce(xor, raw[1:]) != 0:
        raise BadFrame(f"check byte of {raw.hex(' ')}")
    return bytes(data)
