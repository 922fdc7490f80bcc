"""
Buyers' data, hidden the same way wherever a record is kept: in text, in requisites, in bytes.

The fiscal storage has to hold the buyer's contact; no record of ours has to. Source: failure-modes.md X13 (152-ФЗ).
"""

from __future__ import annotations

import re

STAR = b"*"
HEAD = 4  # tag and length, two bytes each, little endian; source: ffd.md 4.1

# 1008 contact, 1227 and 1228 who the buyer is, 1256 the same as a group (FFD 1.2) and its members, 1084 to 1086 what
# the client writes about the buyer. Source: failure-modes.md X13; ffd.md 3.
PRIVATE_TAGS = frozenset({1008, 1084, 1085, 1086, 1227, 1228, 1243, 1244, 1245, 1246, 1254, 1256})

# Loose on purpose: a line of print may end in the middle of an address.
_MAIL = r"[\w.%+-]+@[\w.-]*"
_PHONE = r"\+\d[\d\s()-]{7,16}\d|(?<!\d)[78][\s(-]{0,2}9\d\d[\s)-]{0,2}\d{3}[\s-]?\d\d[\s-]?\d\d(?!\d)"
_TEXT = re.compile(f"{_MAIL}|{_PHONE}")
_BYTES = re.compile(rf"[\w.%+-]+@[\w.-]{{3,}}|{_PHONE}".encode())  # a sum may hold a 40h
# Bytes as errors show them: of a damaged answer the beginning is enough, a requisite's value comes after it.
_DUMP = re.compile(r"\b((?:[0-9a-f]{2} ){5}[0-9a-f]{2})(?: [0-9a-f]{2})+\b")


def contact(text: str) -> str:
    """A buyer's contact for people: a***@d***.ru, +7***1234; of anything else the first letter."""
    if "@" in text:
        name, _, domain = text.partition("@")
        host, dot, top = domain.rpartition(".")
        return f"{name[:1]}***@{(host or top)[:1]}***{dot}{top if dot else ''}"
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 10:
        return f"{'+' if text.lstrip().startswith('+') else ''}{digits[0]}***{digits[-4:]}"
    return f"{text[:1]}***" if text else ""


def words(text: str) -> str:
    """Free text with every contact in it hidden, and all but the first six of bytes that are shown as hex."""
    return _DUMP.sub(r"\1 …", _TEXT.sub(lambda found: contact(found[0]), text))


def in_bytes(data: bytes) -> bytes:
    """The same for bytes of a message: each byte of a contact becomes 2Ah."""
    return _BYTES.sub(lambda found: STAR * len(found[0]), data)


def requisites(data: bytes) -> bytes:
    """Elements of a document, with the values of private ones as 2Ah; what is no whole element is hidden to the end."""
    hidden = bytearray()
    while len(hidden) < len(data):
        at = len(hidden)
        end = at + HEAD + int.from_bytes(data[at + 2 : at + HEAD], "little")
        if len(data) < max(end, at + HEAD):
            return bytes(hidden) + STAR * (len(data) - at)
        piece = data[at:end]
        hidden += value(piece) if is_private(piece) else piece[:HEAD] + in_bytes(piece[HEAD:])
    return bytes(hidden)


def is_private(data: bytes) -> bool:
    """Does an element with a private tag begin here?"""
    return len(data) >= 2 and int.from_bytes(data[:2], "little") in PRIVATE_TAGS


def value(data: bytes) -> bytes:
    """One element, or the beginning of one: its head stays, its value is hidden."""
    return data[:HEAD] + STAR * (len(data) - HEAD)
