"""
Bytes of the pipe protocol and what they say: a JSON object each way.

The old service read the code page of Windows and wrote what its source file held; here UTF-8 is read, and what is none
is Windows-1251 and is answered in it. Numbers keep the digits that were sent: no float ever stands between. Source:
seed-pipe-protocol.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from django.utils.translation import gettext as _

READY = "готово"
"""What clients are known to compare: the answer of a command that was carried out."""

LARGEST = 1024 * 1024
"""Bytes of one message; the old service took 65 535 and had SEGMENT for more."""

ANSI = "cp1251"
_DEEPEST = 32
_DIGITS = 40
"""Of one number: more is no sum, and a number of a megabyte costs minutes."""


class Refusal(Exception):
    """
    An answer that is not a success: *text* for people, *code* is driver 8's or our own (pipe/errors.py), never 0.
    """

    def __init__(self, text: str, code: int = -1) -> None:
        super().__init__(text)
        self.text = text
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a message looks, so that its answer looks the same: its code page, and whether it has lines or is one."""

    encoding: str = "utf-8"
    indented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """*response* is «готово», an object (Decimal for money), or "" with an error."""

    response: str | dict[str, Any] = READY
    error: str = ""
    error_code: int = 0

    @classmethod
    def refused(cls, refusal: Refusal) -> Answer:
        return cls(response="", error=refusal.text, error_code=refusal.code)

    def dump(self, layout: Layout) -> bytes:
        """In the order of the old service's keys; a character that the code page lacks is escaped."""
        said = {"response": self.response, "error": self.error, "error_code": self.error_code}
        indent = "  " if layout.indented else ""
        try:
            return _written(said, indent, plain=True).encode(layout.encoding)
        except UnicodeEncodeError:
            return _written(said, indent, plain=False).encode("ascii")


def layout_of(raw: bytes) -> Layout:
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Layout(encoding=ANSI, indented=b"\n" in raw.strip(b"\0\r\n\t "))
    return Layout(indented=b"\n" in raw.strip(b"\0\r\n\t "))


def read(raw: bytes) -> dict[str, Any]:
    """
    The object that *raw* holds, with Decimal for every number. The zeros at the end of a client's buffer are dropped.

    Raises Refusal: it is too long, no JSON, no object, names a key twice, or holds a number that is none.
    """
    if len(raw) > LARGEST:
        raise Refusal(_("The message is longer than %(limit)s bytes.") % {"limit": LARGEST})
    encoding = "utf-8-sig" if layout_of(raw).encoding == "utf-8" else ANSI
    text = raw.strip(b"\0\r\n\t ").decode(encoding, "replace").strip("\0\r\n\t ")
    if text.upper() == "SHUTDOWN":
        raise Refusal(_("SHUTDOWN is not taken here: the service is stopped by its administrator."))
    try:
        said = json.loads(
            text, parse_float=_number, parse_int=_number, parse_constant=_no_number, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise Refusal(_("The message is not JSON: line %(line)s, column %(column)s.") % where) from error
    except RecursionError as error:
        raise Refusal(_("The message is nested too deeply.")) from error
    if not isinstance(said, dict):
        raise Refusal(_("The message is not a JSON object."))
    if _depth(said) > _DEEPEST:
        raise Refusal(_("The message is nested too deeply."))
    return said


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level:
        depth += 1
        level = [part for each in level if isinstance(each, dict | list) for part in _parts(each)]
    return depth


def _parts(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _number(text: str) -> Decimal:
    if len(text) > _DIGITS or abs((number := Decimal(text)).adjusted()) > _DIGITS:
        _no_number(text)
    return number


def _no_number(text: str) -> NoReturn:
    raise Refusal(_("“%(text)s” in the message is not a number that can be taken.") % {"text": text[:20]})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise Refusal(_("A key stands twice in one object of the message."))
    return result


def _written(value: Any, indent: str, *, plain: bool, level: int = 0) -> str:
    """JSON of an answer. Written here, since the library has no way for a Decimal that is not a float."""
    if isinstance(value, Decimal):
        return format(value.normalize() if value else Decimal(0), "f")
    if not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=not plain)
    before = f"\n{indent * (level + 1)}" if indent else ""
    after = f"\n{indent * level}" if indent else ""
    parts = [f'"{key}": {_written(part, indent, plain=plain, level=level + 1)}' for key, part in value.items()]
    return "{" + before + f",{before or ' '}".join(parts) + after + "}"
