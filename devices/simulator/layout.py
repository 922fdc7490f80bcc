"""Lines of text at a device's width: wrapping that loses nothing, two columns, centring."""

from __future__ import annotations

import textwrap


def wrap(text: str, columns: int) -> list[str]:
    """
    Lines no wider than *columns* that together are *text* unchanged: broken after a space in their second half, else
    hard. An empty text is one empty line.
    """
    lines = []
    while len(text) > columns:
        cut = text.rfind(" ", columns // 2, columns) + 1 or columns
        lines.append(text[:cut])
        text = text[cut:]
    return [*lines, text]


def centre(text: str, columns: int) -> list[str]:
    """The device's own words in the middle, broken between words; spaces at the ends do not matter here."""
    return [line.center(columns).rstrip() for line in textwrap.wrap(text, columns) or [""]]


def sides(left: str, right: str, columns: int) -> list[str]:
    """*left* at the left, *right* at the right; on two lines when they do not fit into one."""
    if len(left) + 1 + len(right) <= columns:
        return [left + right.rjust(columns - len(left))]
    return [*wrap(left, columns), *(line.rjust(columns) for line in wrap(right, columns))]


def money(amount: int) -> str:
    """Kopecks as the device prints them: =12.50."""
    sign = "-" if amount < 0 else ""
    return f"={sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"
