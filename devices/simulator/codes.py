"""
What a marking code is: its kind (tag 2100), how it is named in a document (child of 1163, 2101), its control code
(2115). Source: ffd.md 2.2, 3.12 [B]; the control code's algorithm is ours.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from devices.ffd import Tag
from devices.protocol.atol.tables_marking import MarkKind

GS = b"\x1d"
_GS1 = re.compile(rb"01(\d{14})21([!-~]{1,20})")
_SHORT = re.compile(rb"\d{14}[!-~]{7}(?:[!-~]{4}|[!-~]{8})")
_TAILS = {(b"92", 44): MarkKind.CHECK_44, (b"92", 88): MarkKind.CHECK_88, (b"93", 4): MarkKind.NOT_HERE_4}
CHECKED_HERE = frozenset({MarkKind.CHECK_44, MarkKind.CHECK_88})
"""Kinds that the fiscal storage can check by itself."""


@dataclass(frozen=True, slots=True)
class Named:
    """*tag* is the child of 1163 that holds *name*."""

    kind: MarkKind
    tag: Tag
    name: bytes

    @property
    def control(self) -> bytes:
        return f"{zlib.crc32(self.name) & 0xFFFF:04X}".encode()


def is_plain_barcode(code: bytes) -> bool:
    return not code or (code.isdigit() and len(code) <= 14)


def named(code: bytes) -> Named:
    """*code* as scanned. What follows the first GS is the check part, which no document holds."""
    head, *tails = code.removeprefix(GS).split(GS)
    if found := _GS1.fullmatch(head):
        kinds = [_TAILS[key] for tail in tails if (key := (tail[:2], len(tail) - 2)) in _TAILS]
        return Named(kinds[0] if kinds else MarkKind.UNKNOWN, Tag.CODE_GS1_MARKED, b"01%s21%s" % found.groups())
    if not tails and _SHORT.fullmatch(head):
        return Named(MarkKind.SHORT, Tag.CODE_SHORT, head[:21])
    return Named(MarkKind.UNKNOWN, Tag.CODE_UNKNOWN, head[:32])
