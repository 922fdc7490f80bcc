"""
Numbers on the wire: packed decimals of the command layer, little endian ones of the fiscal storage, and its clock
readings.

Source: atol-protocol.md 3.2, 5.9; ffd.md 4.2, 4.6. Times are naive: the device's own clock, without a zone.
"""

from __future__ import annotations

import calendar
import datetime
from decimal import Decimal

EPOCH = datetime.datetime(1970, 1, 1)


def bcd(value: int, size: int) -> bytes:
    """
    *value* as *size* bytes of packed decimal, most significant pair first. Raises ValueError: negative, or more digits.
    """
    if value < 0:
        raise ValueError(f"negative: {value}")
    digits = f"{value:0{size * 2}d}"
    if len(digits) > size * 2:
        raise ValueError(f"{value} does not fit {size} bytes of BCD")
    return bytes.fromhex(digits)


def from_bcd(data: bytes) -> int:
    """Packed decimal to a number; 0 for no bytes. Raises ValueError: a half byte above 9."""
    digits = data.hex()
    if digits and not digits.isdecimal():
        raise ValueError(f"not BCD: {data.hex(' ')}")
    return int(digits or "0")


def vln(value: int) -> bytes:
    """Little endian, the shortest form; zero is one byte. Raises OverflowError: negative."""
    return value.to_bytes(max(1, (value.bit_length() + 7) // 8), "little")


def from_vln(data: bytes) -> int:
    """Any length, padded or not; 0 for no bytes."""
    return int.from_bytes(data, "little")


def fvln(value: Decimal) -> bytes:
    """
    Number of digits after the point, then the mantissa as VLN.

    Raises ValueError: negative, not a number, or more than 255 digits after the point.
    """
    if not value.is_finite() or value < 0:
        raise ValueError(f"not a quantity: {value}")
    exponent = value.as_tuple().exponent
    places = max(0, -int(exponent))
    if places > 0xFF:
        raise ValueError(f"too many places: {value}")
    return bytes([places]) + vln(int(value.scaleb(places)))


def from_fvln(data: bytes) -> Decimal:
    """A quantity. Raises ValueError: no bytes."""
    if not data:
        raise ValueError("a quantity has at least one byte")
    return Decimal(from_vln(data[1:])).scaleb(-data[0])


def unixtime(at: datetime.datetime) -> bytes:
    """
    The local clock reading as seconds since 1970, both without a zone; 4 bytes LE. Raises OverflowError: out of range.
    """
    return calendar.timegm(at.timetuple()).to_bytes(4, "little")


def from_unixtime(data: bytes) -> datetime.datetime:
    """Seconds of the local clock, 4 bytes LE."""
    return EPOCH + datetime.timedelta(seconds=int.from_bytes(data, "little"))


def bcd_time(data: bytes, order: str) -> datetime.datetime | None:
    """
    A packed-decimal date and time by a string of parts, one byte each: «YMDhms», «DMYhm» and so on.

    None for what is no time: zeros, FF, 31.02. Years are of this century.
    """
    try:
        parts = {part: from_bcd(data[i : i + 1]) for i, part in enumerate(order)}
        return _time(parts)
    except ValueError:
        return None


def binary_time(data: bytes, order: str = "YMDhm") -> datetime.datetime | None:
    """The same with binary bytes, as the fiscal storage tells it."""
    try:
        return _time(dict(zip(order, data, strict=True)))
    except ValueError:
        return None


def _time(parts: dict[str, int]) -> datetime.datetime:
    return datetime.datetime(
        2000 + parts["Y"], parts["M"], parts["D"], parts.get("h", 0), parts.get("m", 0), parts.get("s", 0)
    )
