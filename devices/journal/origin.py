"""Where a wish came from: the address and the number of the request at hand, told with every entry that it causes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """*ip* of the client, *request_id* as its answer's X-Request-Id says it."""

    ip: str
    request_id: str


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


@contextmanager
def of(origin: Origin) -> Iterator[None]:
    """Everything that is noted in the block was asked for by *origin*."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def known() -> dict[str, str]:
    """What an entry says of it; nothing outside of a request."""
    origin = _origin.get()
    return {"ip": origin.ip, "request_id": origin.request_id} if origin else {}


def request_id() -> str:
    """Of the request at hand; "" outside of one."""
    origin = _origin.get()
    return origin.request_id if origin else ""
