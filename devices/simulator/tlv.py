"""Requisites as the fiscal storage writes them: tag and length little endian, shortest numbers (source: ffd.md 4)."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from decimal import Decimal

from devices.simulator.charset import encode


def element(tag: int, value: bytes) -> bytes:
    return tag.to_bytes(2, "little") + len(value).to_bytes(2, "little") + value


def vln_bytes(number: int) -> bytes:
    """Unsigned, little endian, shortest form; zero is one byte."""
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "little")


def vln(tag: int, number: int) -> bytes:
    return element(tag, vln_bytes(number))


def fvln(tag: int, number: Decimal) -> bytes:
    """First byte: digits after the point; then the shortest mantissa. 1 is `00 01`, 0.345 is `03 59 01`."""
    plain = number.normalize()
    exponent = plain.as_tuple().exponent
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    return element(tag, bytes((places,)) + vln_bytes(int(number.scaleb(places))))


def byte(tag: int, number: int) -> bytes:
    return element(tag, bytes((number,)))


def u16(tag: int, number: int) -> bytes:
    return element(tag, number.to_bytes(2, "little"))


def u32(tag: int, number: int) -> bytes:
    return element(tag, number.to_bytes(4, "little"))


def moment(tag: int, at: datetime.datetime) -> bytes:
    """Seconds between 1970 and the local clock reading, both without a zone (ffd.md 4.6)."""
    return u32(tag, calendar.timegm(at.timetuple()))


def text(tag: int, value: str, size: int = 0) -> bytes:
    """A string of the external page, padded with spaces to *size* when it is a fixed one."""
    return element(tag, encode(value).ljust(size))


def group(tag: int, *parts: bytes) -> bytes:
    return element(tag, b"".join(parts))


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(tag, value) one after another; a broken tail ends it. Raises ValueError: a length that runs over the end."""
    at = 0
    while at + 4 <= len(data):
        tag = int.from_bytes(data[at : at + 2], "little")
        size = int.from_bytes(data[at + 2 : at + 4], "little")
        if at + 4 + size > len(data):
            raise ValueError(f"tag {tag} runs over the end")
        yield tag, data[at + 4 : at + 4 + size]
        at += 4 + size
    if at != len(data):
        raise ValueError("a piece of a tag is left")
