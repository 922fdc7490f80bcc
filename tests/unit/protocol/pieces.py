"""Feed bytes to a `take(buffer)` in every way that a line may deliver them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def whole(take: Callable[[bytearray], T | None], raw: bytes) -> tuple[T | None, bytes]:
    """All at once: what came out, and what is left."""
    buffer = bytearray(raw)
    return take(buffer), bytes(buffer)


def byte_by_byte(take: Callable[[bytearray], T | None], raw: bytes) -> list[T]:
    """One byte at a time: everything that came out."""
    buffer = bytearray()
    out = []
    for byte in raw:
        buffer.append(byte)
        if (item := take(buffer)) is not None:
            out.append(item)
    return out
