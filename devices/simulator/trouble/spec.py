"""
How a fault is written: `kind:name=value,name=value`, for example `cut:command=4A,after=3,direction=out`.

Names and values are the fields of the kind's class and their types; what is not given has its default there.
"""

from __future__ import annotations

import dataclasses
import typing
from typing import Any, Literal


class BadSpec(ValueError):
    """The text is no fault; the message is for a person."""


class Code(int):
    """A command byte as two hexadecimal digits; `*` is any command, `-` none: the fault begins at once."""

    def __str__(self) -> str:
        return {ANY: "*", AT_ONCE: "-"}.get(self, f"{int(self):02X}")

    @property
    def at_once(self) -> bool:
        return self == AT_ONCE

    def fits(self, code: int) -> bool:
        return self in (ANY, code)


ANY, AT_ONCE = Code(-1), Code(-2)


def parse(text: str) -> tuple[str, dict[str, str]]:
    """Kind and fields as they were written. Raises BadSpec."""
    kind, _, rest = text.strip().partition(":")
    given: dict[str, str] = {}
    for part in rest.split(",") if rest else ():
        name, found, value = part.partition("=")
        if not found or not name.strip():
            raise BadSpec(f"{text!r}: {part!r} is not name=value")
        given[name.strip()] = value.strip()
    return kind.strip(), given


def read(kind: type[Any], given: dict[str, str]) -> Any:
    """An object of the dataclass *kind* with the fields *given*. Raises BadSpec."""
    hints = typing.get_type_hints(kind)
    known = {field.name for field in dataclasses.fields(kind) if field.init}
    if strangers := sorted(set(given) - known):
        raise BadSpec(f"{kind.kind} has no {', '.join(strangers)}; it has {', '.join(sorted(known))}")
    try:
        return kind(**{name: _value(hints[name], value) for name, value in given.items()})
    except (ValueError, TypeError) as error:
        raise BadSpec(f"{kind.kind}: {error}") from error


def _value(wanted: Any, text: str) -> Any:
    if wanted is Code:
        return {"*": ANY, "-": AT_ONCE}.get(text) or Code(int(text, 16))
    if typing.get_origin(wanted) is Literal:
        options = typing.get_args(wanted)
        if text not in options:
            raise ValueError(f"{text!r} is none of {', '.join(options)}")
        return text
    return wanted(text)


def write(fault: Any) -> str:
    """*fault* as text again: its kind and the fields that are not the default."""
    parts = [
        f"{field.name}={getattr(fault, field.name)}"
        for field in dataclasses.fields(fault)
        if field.init and getattr(fault, field.name) != field.default
    ]
    return f"{fault.kind}:{','.join(parts)}" if parts else str(fault.kind)
