"""
What no record may show of driver 10's messages: buyers' data become stars, lengths stay.

Passwords travel in a header, which no record holds. Source: failure-modes.md X13; names: atol-driver10-json.md 2.5.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from devices.drivers.driver10.values import written
from devices.protocol import masking

_PRIVATE = frozenset(
    {"emailOrPhone", "clientInfo", "birthDate", "citizenship", "identityDocumentCode", "identityDocumentData"}
    | {str(tag) for tag in masking.PRIVATE_TAGS}
)
_USER_REQUISITE = "userAttribute"


def message(data: Any) -> bytes:
    """*data* as it travels, with private values hidden."""
    return masking.in_bytes(written(_hidden(data)).encode())


def _hidden(data: Any) -> Any:
    if isinstance(data, list):
        return [_hidden(each) for each in data]
    if not isinstance(data, dict):
        return data
    if data.get("type") == _USER_REQUISITE:
        return {name: value if name == "type" else _stars(value) for name, value in data.items()}
    return {name: _value(name, value) for name, value in data.items()}


def _value(name: str, value: Any) -> Any:
    if name in _PRIVATE:
        return _stars(value)
    if name == "rawData" and isinstance(value, str):
        return _raw(value)
    return _hidden(value)


def _stars(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _stars(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_stars(each) for each in value]
    return "*" * len(value) if isinstance(value, str) else value


def _raw(value: str) -> str:
    """The bytes of a document, hidden like those that come over a wire."""
    try:
        return base64.b64encode(masking.requisites(base64.b64decode(value, validate=True))).decode()
    except (binascii.Error, ValueError):
        return "*" * len(value)
