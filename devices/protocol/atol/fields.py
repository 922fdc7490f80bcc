"""
How one field of a message is packed: a codec knows its bytes, a Field gives it a name in a request, an Answer in a
reply.

Answers are frozen dataclasses whose hints carry the codec: `sum: Annotated[int, Bcd(5)]`. A field with a default may
be missing at the end of an answer: older firmware tells less. Bytes after the last field are passed over: newer
firmware tells more.
"""

from __future__ import annotations

import dataclasses
import datetime
import typing
from dataclasses import dataclass
from typing import Any, Protocol, Self

from devices.protocol.atol import charset, numbers


class BadAnswer(Exception):
    """The bytes are not what this command answers."""


class Codec(Protocol):
    """*size* in bytes; None takes all that is left."""

    @property
    def size(self) -> int | None: ...

    def encode(self, value: Any) -> bytes: ...

    def decode(self, data: bytes) -> Any: ...


@dataclass(frozen=True, slots=True)
class Bcd:
    """Packed decimal, most significant pair first."""

    size: int

    def encode(self, value: int) -> bytes:
        return numbers.bcd(value, self.size)

    def decode(self, data: bytes) -> int:
        return numbers.from_bcd(data)


@dataclass(frozen=True, slots=True)
class Binary:
    """An unsigned number; the command layer is big endian, the fiscal storage little."""

    size: int
    little: bool = False

    def encode(self, value: int) -> bytes:
        return int(value).to_bytes(self.size, "little" if self.little else "big")

    def decode(self, data: bytes) -> int:
        return int.from_bytes(data, "little" if self.little else "big")


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are."""

    size: int | None = None

    def encode(self, value: bytes) -> bytes:
        if self.size is not None and len(value) != self.size:
            raise ValueError(f"{len(value)} bytes where {self.size} belong")
        return value

    def decode(self, data: bytes) -> bytes:
        return data


@dataclass(frozen=True, slots=True)
class Text:
    """A string in the device's page, trimmed when it is read."""

    size: int | None = None

    def encode(self, value: str) -> bytes:
        data = charset.encode(value)
        return data if self.size is None else data[: self.size].ljust(self.size)

    def decode(self, data: bytes) -> str:
        return charset.decode(data.rstrip(b"\x00")).strip()


@dataclass(frozen=True, slots=True)
class BcdTime:
    """A clock reading of the command layer; None where the device has none."""

    order: str

    @property
    def size(self) -> int:
        return len(self.order)

    def encode(self, value: datetime.datetime) -> bytes:
        return bytes.fromhex(value.strftime("".join(f"%{_STRFTIME[part]}" for part in self.order)))

    def decode(self, data: bytes) -> datetime.datetime | None:
        return numbers.bcd_time(data, self.order)


@dataclass(frozen=True, slots=True)
class FnTime:
    """A clock reading of the fiscal storage, binary; None where it has none."""

    order: str = "YMDhm"

    @property
    def size(self) -> int:
        return len(self.order)

    def encode(self, value: datetime.datetime) -> bytes:
        parts = {"Y": value.year - 2000, "M": value.month, "D": value.day, "h": value.hour, "m": value.minute}
        return bytes(parts[part] for part in self.order)

    def decode(self, data: bytes) -> datetime.datetime | None:
        return numbers.binary_time(data, self.order)


_STRFTIME = {"Y": "y", "M": "m", "D": "d", "h": "H", "m": "M", "s": "S"}

BYTE = Binary(1)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a request. Without a *default* the caller has to give it."""

    name: str
    codec: Codec
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The data of an answer, after its head. This one has none: a plain OK."""

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Raises BadAnswer: too short, or half bytes that are no digits."""
        values: dict[str, Any] = {}
        position = 0
        for name, codec, optional in layout(cls):
            size = len(data) - position if codec.size is None else codec.size
            part = data[position : position + size]
            if len(part) < size or (optional and not part):
                if optional:
                    break
                raise BadAnswer(f"{cls.__name__}: {name} is missing in {data.hex(' ')}")
            try:
                values[name] = codec.decode(part)
            except ValueError as error:
                raise BadAnswer(f"{cls.__name__}: {name}: {error}") from error
            position += size
        return cls(**values)


_layouts: dict[type[Answer], tuple[tuple[str, Codec, bool], ...]] = {}


def layout(kind: type[Answer]) -> tuple[tuple[str, Codec, bool], ...]:
    """
    The fields of an answer: name, codec, whether it may be missing. Reading the hints is slow, so it is done once.
    """
    if kind not in _layouts:
        hints = typing.get_type_hints(kind, include_extras=True)
        _layouts[kind] = tuple(
            (field.name, hints[field.name].__metadata__[0], field.default is not dataclasses.MISSING)
            for field in dataclasses.fields(kind)
        )
    return _layouts[kind]
