"""
How numbers look to people: «1 250,50 ₽», the same in both languages, with spaces that do not break.

Source: look of the house, principle 7: groups of three, a comma before the kopecks, a real minus, a dash for zero where
a list asks for it.
"""

from __future__ import annotations

import re

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EM DASH}"
ROUBLE = "\N{RUBLE SIGN}"

_SHORT_WORD = re.compile(r"(?<![^\s«„(\u00a0])([A-Za-zА-Яа-яЁё]{1,2}) (?=\S)")
_AFTER_NUMBER_SIGN = re.compile(r"№ (?=\S)")
_BEFORE_UNIT = re.compile(r" (?=(₽|%(?!\()|шт\.|дн\.))")
_BEFORE_TIME = re.compile(r"((?<=\d)|(?<=\)[ds])) (?=(ч|мин|с|h|min|s)(?!\w))")


def grouped(number: int) -> str:
    """A whole number in groups of three: 1250 is «1 250»; minus is a minus, not a hyphen."""
    sign = MINUS if number < 0 else ""
    return sign + f"{abs(number):,}".replace(",", NBSP)


def amount(kopecks: int) -> str:
    """Kopecks (125050) as «1 250,50», without a currency sign."""
    sign = MINUS if kopecks < 0 else ""
    whole, rest = divmod(abs(kopecks), 100)
    return f"{sign}{grouped(whole)},{rest:02d}"


def money(kopecks: int) -> str:
    """Kopecks (125050) as «1 250,50 ₽»."""
    return f"{amount(kopecks)}{NBSP}{ROUBLE}"


def headline(kopecks: int) -> tuple[str, str]:
    """The two parts of a headline sum: («163 910», «,50 ₽»); the second one is printed grey."""
    whole, rest = amount(kopecks).split(",")
    return whole, f",{rest}{NBSP}{ROUBLE}"


def unbroken(text: str) -> str:
    """*text* with spaces that do not break after short words, after «№» and before units."""
    text = _AFTER_NUMBER_SIGN.sub("№" + NBSP, text)
    text = _BEFORE_TIME.sub(NBSP, _BEFORE_UNIT.sub(NBSP, text))
    while (bound := _SHORT_WORD.sub(lambda match: match[1] + NBSP, text)) != text:
        text = bound
    return text
