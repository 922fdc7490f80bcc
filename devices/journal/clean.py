"""What goes into a row: JSON without secrets and buyers' data, cut to fit, the same on every database."""

from __future__ import annotations

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from devices.protocol import masking

# Names of fields, wherever they are in the values.
_SECRET = frozenset({"access_password", "operator_password", "password", "key_hash", "callback_secret"})
_BUYERS = frozenset({"contact", "customer_name", "customer_inn"})
HIDDEN = "***"
_SHORTEST = 2  # a contact has a letter and an @


def text(value: str, limit: int = 0) -> str:
    """*value* as a database can keep it: no NUL, no half of a character; cut to *limit*."""
    value = value.replace("\0", "").encode("utf-8", "replace").decode()
    return value[:limit] if limit else value


def dump(values: dict[str, Any] | None) -> str:
    """Canonical JSON of *values*, cleaned; "" for None."""
    if values is None:
        return ""
    clean = _clean("", values)
    return text(json.dumps(clean, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True, separators=(",", ":")))


def _clean(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _clean(str(key), part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(name, part) for part in value]
    if isinstance(value, bytes | memoryview):
        return masking.requisites(bytes(value)).hex()
    if name in _SECRET:
        return HIDDEN
    if not isinstance(value, str) or len(value) < _SHORTEST:
        return value
    if name in _BUYERS:
        return masking.contact(value)
    if name == "tlv":
        return masking.requisites(bytes.fromhex(value)).hex()
    return masking.words(value)
