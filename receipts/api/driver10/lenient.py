"""
Bodies as the first web server read them: JSON, and what its parser let pass.

A BOM, commas and colons left out or too many, leading zeros, raw line ends inside strings, an unknown escape, one
unterminated string after the end: real tills send such things. Anything else is refused. Numbers keep their decimal
text: no float on the way. Source: atol-driver10-json.md 1.1 (json-simple 1.1, tested).
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

MAX_DEPTH = 40
_LONGEST_NUMBER = 40
_TOKEN = re.compile(
    r"""[ \t\r\n\f]*+(?:
        (?P<sign>[{}\[\],:])
        | "(?P<string>(?:[^"\\]|\\.)*+)"
        | (?P<number>-?[0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?)
        | (?P<word>true|false|null)
    )""",
    re.VERBOSE | re.DOTALL,
)
_AFTER = re.compile(r'[ \t\r\n\f]*(?:"[^"]*)?')
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SURROGATES = re.compile("[\ud800-\udfff]")
_WORDS = {"true": True, "false": False, "null": None}
_NO_KEY = object()


class BadJson(ValueError):
    """The body is no JSON, not even leniently; *line* and *column* from 1, 0 where there is no such place."""

    def __init__(self, line: int = 0, column: int = 0) -> None:
        super().__init__(f"line {line}, column {column}")
        self.line = line
        self.column = column


def parse(raw: bytes) -> Any:
    """The value of *raw*, numbers as int or Decimal. Raises BadJson."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadJson from error
    try:
        value = json.loads(text, parse_int=_whole, parse_float=_decimal, parse_constant=_no_constant, strict=False)
    except json.JSONDecodeError:
        value = _lenient(text)
    except RecursionError as error:
        raise BadJson from error
    return _sound(value, MAX_DEPTH)


def _whole(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise BadJson
    return int(text)


def _decimal(text: str) -> Decimal:
    mantissa, _, exponent = text.lower().partition("e")
    if len(mantissa) > _LONGEST_NUMBER or len(exponent) > 3:
        raise BadJson
    return Decimal(text)


def _no_constant(name: str) -> NoReturn:
    raise BadJson


def _lenient(text: str) -> Any:
    """The grammar of json-simple: commas and colons say nothing that the places of values do not say."""
    stack: list[dict[str, Any] | list[Any]] = []
    keys: list[Any] = []  # of each open object the key that waits for its value
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        if match is None:
            _fail(text, position + 1)
        position = match.end()
        sign = match["sign"]
        if sign in ("{", "["):
            if len(stack) >= MAX_DEPTH or not _takes_value(stack, keys):
                _fail(text, position)
            stack.append({} if sign == "{" else [])
            keys.append(_NO_KEY)
            continue
        if sign in (",", ":"):
            pending = bool(stack) and keys[-1] is not _NO_KEY
            if not stack or (sign == ":") is not pending:
                _fail(text, position)
            continue
        if sign is None:
            value = _value(match)
        elif stack and isinstance(stack[-1], dict) is (sign == "}") and keys[-1] is _NO_KEY:
            value = stack.pop()
            keys.pop()
        else:
            _fail(text, position)
        if not stack:
            if not _AFTER.fullmatch(text, position):
                _fail(text, position + 1)
            return value
        _put(stack[-1], keys, value, text, position)


def _takes_value(stack: list[Any], keys: list[Any]) -> bool:
    return not stack or isinstance(stack[-1], list) or keys[-1] is not _NO_KEY


def _put(into: dict[str, Any] | list[Any], keys: list[Any], value: Any, text: str, position: int) -> None:
    if isinstance(into, list):
        into.append(value)
    elif keys[-1] is not _NO_KEY:
        into[keys[-1]] = value
        keys[-1] = _NO_KEY
    elif isinstance(value, str):
        keys[-1] = value
    else:
        _fail(text, position)


def _value(match: re.Match[str]) -> Any:
    if (string := match["string"]) is not None:
        plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _unescaped(found[2]), string)
        return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if (number := match["number"]) is not None:
        return _whole(number) if number.lstrip("-").isdecimal() else _decimal(number)
    return _WORDS[match["word"]]


def _unescaped(character: str) -> str:
    return _ESCAPED.get(character, character)


def _sound(value: Any, depth: int) -> Any:
    """*value* without halves of surrogate pairs, which no database keeps. Raises BadJson: nested too deeply."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", value)
    if isinstance(value, dict | list) and not depth:
        raise BadJson
    if isinstance(value, dict):
        return {_SURROGATES.sub("\ufffd", name): _sound(part, depth - 1) for name, part in value.items()}
    if isinstance(value, list):
        return [_sound(part, depth - 1) for part in value]
    return value


def _fail(text: str, position: int) -> NoReturn:
    before = text[: max(0, position - 1)]
    raise BadJson(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
