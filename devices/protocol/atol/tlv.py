"""
Requisites of documents: tag (2 LE), length (2 LE), value; a value may be made of such elements.

Reading skips what it does not know and keeps the order. Source: ffd.md 4.1, 4.2; atol-protocol.md 3.5, 5.9.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterable, Iterator
from decimal import Decimal

from devices.protocol.atol import charset, numbers

HEAD = struct.Struct("<HH")


class BadTlv(ValueError):
    """The bytes are not whole elements."""


def element(tag: int, value: bytes) -> bytes:
    """One element. Raises struct.error: a tag or a length above 65535."""
    return HEAD.pack(tag, len(value)) + value


def text(tag: int, value: str, *, limit: int = 0, width: int = 0) -> bytes:
    """A string in the device's page: cut to *limit* bytes, padded with spaces to *width*; 0 leaves it alone."""
    data = charset.encode(value)
    return element(tag, (data[:limit] if limit else data).ljust(width))


def byte(tag: int, value: int) -> bytes:
    """A one-byte number or bit mask."""
    return element(tag, bytes([value]))


def number(tag: int, value: int) -> bytes:
    """A VLN: sums in kopecks, counters."""
    return element(tag, numbers.vln(value))


def quantity(tag: int, value: Decimal) -> bytes:
    """An FVLN."""
    return element(tag, numbers.fvln(value))


def date(tag: int, value: datetime.date) -> bytes:
    """Midnight of *value*, or the moment itself, as local unix time."""
    at = value if isinstance(value, datetime.datetime) else datetime.datetime.combine(value, datetime.time())
    return element(tag, numbers.unixtime(at))


def group(tag: int, parts: Iterable[bytes]) -> bytes:
    """An STLV of ready elements."""
    return element(tag, b"".join(parts))


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements of one level, in order. Raises BadTlv: the last one is not whole."""
    position = 0
    while position < len(data):
        if len(data) - position < HEAD.size:
            raise BadTlv(f"a head of {len(data) - position} bytes")
        tag, length = HEAD.unpack_from(data, position)
        position += HEAD.size
        if len(data) - position < length:
            raise BadTlv(f"tag {tag}: {length} bytes announced, {len(data) - position} there")
        yield tag, data[position : position + length]
        position += length


def first(data: bytes, tag: int) -> bytes | None:
    """The value of the first element *tag* of this level. Raises BadTlv."""
    return next((value for found, value in elements(data) if found == tag), None)
