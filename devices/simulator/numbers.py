"""
Packed decimals and little-endian numbers of the wire, written for the simulator alone (source: atol-protocol.md 3.2).
"""

from __future__ import annotations

import datetime

from devices.simulator.errors import Code, Refusal


def bcd(value: int, size: int) -> bytes:
    """*value* as *size* packed bytes, most significant first; counters that ran over show their low digits."""
    digits = f"{max(value, 0):0{size * 2}d}"
    return bytes.fromhex(digits[-size * 2 :])


def unbcd(data: bytes) -> int:
    """A packed decimal. Raises Refusal(BAD_FORMAT): a nibble above 9, or nothing at all."""
    digits = data.hex()
    if not digits.isdecimal():
        raise Refusal(Code.BAD_FORMAT)
    return int(digits)


def le(value: int, size: int) -> bytes:
    """Little endian, as inside the fiscal storage; too large values show their low bytes."""
    return (value & ((1 << size * 8) - 1)).to_bytes(size, "little")


def dmy(day: datetime.date) -> bytes:
    """DD MM YY, packed."""
    return bytes.fromhex(f"{day:%d%m%y}")


def hm(at: datetime.datetime) -> bytes:
    return bytes.fromhex(f"{at:%H%M}")


def hms(at: datetime.datetime) -> bytes:
    return bytes.fromhex(f"{at:%H%M%S}")


def fn_minute(at: datetime.datetime) -> bytes:
    """YY MM DD hh mm in binary, the fiscal storage's way."""
    return bytes((at.year % 100, at.month, at.day, at.hour, at.minute))
