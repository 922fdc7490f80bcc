"""
Driver 10's JSON values as ours, and ours as its. It writes roubles as numbers and times with a zone.

Nothing here believes that a field is there or of its type: servers of several years differ (1.3, 2.10). Numbers are
read as Decimal, so that no float is ever made of a sum.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from devices.units import roubles

_LARGEST = 18  # digits of any number that a device has, less one
_DEEPEST = 50
_OLDEST = 2000  # a date before it stands for «none»


def parse(text: str | bytes) -> Any:
    """
    Without what no database keeps (`sound`). Raises ValueError, also for what is nested deeper than any answer, or
    holds a number that is none.
    """
    try:
        value = json.loads(text, parse_float=Decimal)
    except (RecursionError, InvalidOperation) as error:
        raise ValueError(type(error).__name__) from error
    level, depth = [value], 0
    while level := [part for each in level if isinstance(each, dict | list) for part in _parts(each)]:
        depth += 1
        if depth > _DEEPEST:
            raise ValueError("nested too deeply")
    escape, nul = ("\\u", "\0") if isinstance(text, str) else (b"\\u", b"\0")
    return _sound(value) if escape in text or nul in text else value  # type: ignore[operator]


def sound(text: str) -> str:
    """*text* without NUL and halves of characters."""
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _sound(value: Any) -> Any:
    if isinstance(value, dict):
        return {sound(name): _sound(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_sound(part) for part in value]
    return sound(value) if isinstance(value, str) else value


def _parts(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def money(amount: int) -> float:
    """Kopecks as a JSON number of roubles. The only float of a sum: its shortest digits are those of the sum itself."""
    return float(roubles(amount))


def quantity(value: Decimal) -> float:
    return float(value)


def written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_number)


def _number(value: Any) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def inner(data: Any, *names: str) -> dict[str, Any]:
    """The object under *names*; {} where there is none."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, dict) else {}


def text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None or isinstance(value, bool) else str(value)


def whole(value: Any) -> int:
    """A number, or digits in a string; 0 for anything else."""
    return int(_decimal(value))


def kopecks(value: Any) -> int:
    """Roubles as a number to kopecks, half up; 0 for anything else."""
    return int((_decimal(value) * 100).to_integral_value(ROUND_HALF_UP))


def _decimal(value: Any) -> Decimal:
    """0 for what is no number, and for one so large that it is none of ours."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() and number.adjusted() <= _LARGEST else Decimal(0)


def local(value: Any) -> datetime.datetime | None:
    """The clock reading of an ISO time; its zone is the driver's guess. None: none, or an impossible one."""
    try:
        at = datetime.datetime.fromisoformat(text(value)).replace(tzinfo=None)
    except ValueError:
        return None
    return at if at.year >= _OLDEST else None
