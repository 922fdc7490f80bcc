"""
The device's characters: CP866 with a few codes of its own («№» is 24h), and the internal page of table strings.

Source: atol-protocol.md 3.3.
"""

from __future__ import annotations

from devices.protocol.atol.tables_charset import EXTERNAL, EXTERNAL_UNDEFINED, INTERNAL, REPLACEMENTS

UNKNOWN = "\ufffd"

_DECODE: dict[int, str] = {
    code: EXTERNAL.get(code, bytes([code]).decode("cp866"))
    for code in range(0x20, 0x100)
    if code not in EXTERNAL_UNDEFINED
}
_ENCODE: dict[str, int] = {char: code for code, char in _DECODE.items()}


def encode(text: str) -> bytes:
    """
    *text* for the device. Quotes and dashes that the page has not become their plain kin, other unknown characters a
    space.
    """
    out = bytearray()
    for char in text:
        for known in char if char in _ENCODE else REPLACEMENTS.get(char, " "):
            out.append(_ENCODE.get(known, 0x20))
    return bytes(out)


def decode(data: bytes) -> str:
    """Text of the external page: answers, requisites, documents. Codes without a character become U+FFFD."""
    return "".join(_DECODE.get(code, UNKNOWN) for code in data)


def decode_internal(data: bytes) -> str:
    """Text as table fields come back from 46h, in the internal page."""
    return "".join(INTERNAL.get(code, UNKNOWN) for code in data)
