"""One row per command byte: who executes it, in which modes, and whether it can change anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devices.simulator.errors import Code, Refusal

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

OK = b"\x55\x00\x00"
Handler = Callable[["VirtualDevice", bytes], bytes]


@dataclass(frozen=True, slots=True)
class Row:
    """*modes* None: any mode (atol-protocol.md 4.4). *writes*: it may change the state, which is saved after it."""

    code: int
    handler: Handler
    modes: frozenset[int] | None
    writes: bool


COMMANDS: dict[int, Row] = {}


def command(code: int, *, modes: set[int] | None = None, writes: bool = True) -> Callable[[Handler], Handler]:
    def enter(handler: Handler) -> Handler:
        COMMANDS[code] = Row(code, handler, frozenset(modes) if modes is not None else None, writes)
        return handler

    return enter


def ok(data: bytes) -> bytes:
    """`55 00` and data: there is no third status byte then (3.1)."""
    return b"\x55\x00" + data


def need(parameters: bytes, size: int) -> None:
    """Raises Refusal(BAD_LENGTH): fewer parameter bytes than the command has."""
    if len(parameters) < size:
        raise Refusal(Code.BAD_LENGTH)
