"""
Where the two character sets of a device differ from CP866.

«External» is the page of everything a host sends and of all requisites; «internal» comes back when a table string is
read with 46h.
Constants only. Source: atol-protocol.md 3.3.
"""

from __future__ import annotations

EXTERNAL: dict[int, str] = {0x24: "№", 0xF2: "€", 0xFA: "—", 0xFC: "$", 0xFF: "■"}
"""Codes of the external page that are not CP866's. Codes 00..1F are not characters."""

EXTERNAL_UNDEFINED = frozenset({0x7F, *range(0xF3, 0xFA), 0xFB, 0xFD, 0xFE})
"""Codes that print nothing known."""

REPLACEMENTS: dict[str, str] = {
    "«": '"',
    "»": '"',
    "“": '"',
    "”": '"',
    "„": '"',
    "’": "'",
    "‘": "'",
    "–": "-",
    "‑": "-",
    "−": "-",
    "…": "...",
    "₽": "руб.",
    "\u00a0": " ",
    "×": "x",
    "²": "2",
    "³": "3",
    "\t": " ",
    "\n": " ",
    "\r": " ",
}
"""What a host writes instead of a character that the page has not. « and » → 22h [A S18]; the others are ours [C]."""

INTERNAL: dict[int, str] = {
    **{code: chr(0x0410 + code) for code in range(0x20)},  # А..Я
    **{code: chr(code) for code in range(0x20, 0x7F) if code != 0x24},
    0x24: "№",
    **{0x80 + code: chr(0x0430 + code) for code in range(0x20)},  # а..я
    0xA0: "$",
    0xA1: "€",
    0xA2: "—",
    0xF0: "Ё",
    0xF1: "ё",
}
"""The whole internal page. FE marks double width, FD a picture; the rest is undefined."""
