"""A request to the web front and its answer, as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request: *path* without doubled and trailing slashes, *device* the deviceID of the query, *body* as it came."""

    method: str
    path: str
    device: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An answer; *data* None is an empty body, text is HTML."""

    status: int
    data: Any = None
