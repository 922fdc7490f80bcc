"""
The device's two code pages, the simulator's own copy (source: atol-protocol.md 3.3).

External: what commands and TLV carry, CP866 with a few signs of its own. Internal: what reading a table returns.
"""

from __future__ import annotations

_OWN = {0x24: "№", 0x27: "'", 0xF2: "€", 0xFA: "—", 0xFC: "$", 0xFF: "■"}
_UNDEFINED = {*range(0x20), 0x7F, *range(0xF3, 0xFA), 0xFB, 0xFD, 0xFE}
_EXTERNAL = "".join(
    " " if code in _UNDEFINED else _OWN.get(code, bytes((code,)).decode("cp866")) for code in range(256)
)
_TO_EXTERNAL = {char: code for code, char in reversed(list(enumerate(_EXTERNAL))) if code not in _UNDEFINED}
_ALIKE = {"«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "’": "'", "–": "-", "\u00a0": " "}


def decode(data: bytes) -> str:
    """Bytes of the external page to text; what is no character becomes a space."""
    return "".join(_EXTERNAL[code] for code in data)


def encode(text: str) -> bytes:
    """Text to the external page; signs it lacks become their likeness or a space."""
    return bytes(_TO_EXTERNAL.get(_ALIKE.get(char, char), 0x20) for char in text)


def _internal(code: int) -> int:
    if 0x80 <= code <= 0x9F:  # А..Я
        return code - 0x80
    if 0xA0 <= code <= 0xAF:  # а..п
        return code - 0x20
    if 0xE0 <= code <= 0xEF:  # р..я
        return code - 0x50
    return {0xFC: 0xA0, 0xF2: 0xA1, 0xFA: 0xA2, 0x09: 0xFE}.get(code, code)


def to_internal(data: bytes) -> bytes:
    """A table string as it was written, the way it is read back."""
    return bytes(_internal(code) for code in data)
