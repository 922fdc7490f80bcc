"""
A scanner: dots of a paper to the text of a barcode. It knows the symbologies from the other side, by the widths of
bars and spaces, and shares nothing with what draws them but the table of Code 128.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from devices.commands import BarcodeType
from devices.drivers.bars.patterns import CODE128

# Widths of four elements of a digit, left or right of the middle alike. ISO/IEC 15420, table 1.
_EAN = {"3211": "0", "2221": "1", "2122": "2", "1411": "3", "1132": "4", "1231": "5", "1114": "6", "1312": "7"}
_EAN |= {"1213": "8", "3112": "9"}
_FIRST = {"LLLLLL": 0, "LLGLGG": 1, "LLGGLG": 2, "LLGGGL": 3, "LGLLGG": 4, "LGGLLG": 5, "LGGGLL": 6, "LGLGLG": 7}
_FIRST |= {"LGLGGL": 8, "LGGLGL": 9}
_VALUES = {tuple(map(int, widths)): value for value, widths in enumerate(CODE128)}  # a table has no other side


def scan(row: bytes, kind: BarcodeType) -> str:
    """The text in one line of dots. Raises AssertionError or KeyError: nobody could read it."""
    widths = _widths(row)
    match kind:
        case BarcodeType.EAN13:
            return _ean13(widths)
        case BarcodeType.UPCA:
            return _ean13(widths).removeprefix("0")
        case BarcodeType.EAN8:
            return "".join(_EAN[each] for each in [*_fours(widths[3:19]), *_fours(widths[24:40])])
        case BarcodeType.UPCE:
            return _upce(widths)
        case BarcodeType.CODE39:
            return _code39(widths)
        case BarcodeType.CODE39_EXTENDED:
            return _unshifted(_code39(widths))
        case BarcodeType.CODE93:
            return _code93(widths)
        case BarcodeType.CODABAR:
            return _codabar(widths)
        case BarcodeType.ITF | BarcodeType.ITF14:
            return _itf(widths)
        case BarcodeType.GS1_128:
            return "]C1" + _code128(widths).removeprefix("\x1d")
    return _code128(widths)


def _widths(row: bytes) -> list[int]:
    """Bars and spaces from the first bar to the last, in modules."""
    bits = "".join(f"{each:08b}" for each in row).strip("0")
    runs = [len(list(run)) for _, run in itertools.groupby(bits)]
    return [run // math.gcd(*runs) for run in runs]


def _fours(widths: list[int]) -> list[str]:
    return ["".join(map(str, widths[at : at + 4])) for at in range(0, len(widths), 4)]


def _parity(digits: list[str]) -> tuple[str, str]:
    """Digits and parities of the left half: an even digit is the mirror of an odd one."""
    text, parity = "", ""
    for each in digits:
        odd = each in _EAN and sum(map(int, each[1::2])) % 2 == 1  # an odd number of black modules
        text, parity = text + _EAN[each if odd else each[::-1]], parity + ("L" if odd else "G")
    return text, parity


def _ean13(widths: list[int]) -> str:
    assert 59 == len(widths)
    left, parity = _parity(_fours(widths[3:27]))
    whole = str(_FIRST[parity]) + left + "".join(_EAN[each] for each in _fours(widths[32:56]))
    assert sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(whole)) % 10 == 0
    return whole


def _upce(widths: list[int]) -> str:
    six, parity = _parity(_fours(widths[3:27]))
    patterns = {"GGGLLL": 0, "GGLGLL": 1, "GGLLGL": 2, "GGLLLG": 3, "GLGGLL": 4, "GLLGGL": 5, "GLLLGG": 6, "GLGLGL": 7}
    patterns |= {"GLGLLG": 8, "GLLGLG": 9}
    return f"0{six}{patterns[parity]}"


def _narrow_and_wide(widths: list[int], size: int) -> Iterator[str]:
    """Characters of *size* elements with a narrow gap between them."""
    assert (len(widths) + 1) % (size + 1) == 0
    for at in range(0, len(widths), size + 1):
        yield "".join("1" if width > 1 else "0" for width in widths[at : at + size])


def _code39(widths: list[int]) -> str:
    """By the rule behind the table: two wide bars of five, and which of four spaces is wide."""
    bars = {"10001": 1, "01001": 2, "11000": 3, "00101": 4, "10100": 5, "01100": 6, "00011": 7, "10010": 8, "01010": 9}
    bars["00110"] = 10
    tens = {"0100": "1234567890", "0010": "ABCDEFGHIJ", "0001": "KLMNOPQRST", "1000": "UVWXYZ-. *"}
    special = {"1110": "$", "1101": "/", "1011": "+", "0111": "%"}
    text = ""
    for each in _narrow_and_wide(widths, 9):
        black, white = each[::2], each[1::2]
        text += special[white] if black == "00000" else tens[white][bars[black] - 1]
    assert text[0] == text[-1] == "*"
    return text[1:-1]


def _unshifted(text: str) -> str:
    out, at = "", 0
    while at < len(text):
        if text[at] == "+":
            out, at = out + text[at + 1].lower(), at + 2
        elif text[at] == "/":
            out, at = out + chr(ord("!") + ord(text[at + 1]) - ord("A")), at + 2
        else:
            out, at = out + text[at], at + 1
    return out


def _code93(widths: list[int]) -> str:
    """Digits and letters of the test, by their widths; AIM BC5."""
    known = {"111141": "*", "131112": "0", "111213": "1", "111312": "2", "111411": "3", "121113": "4", "121212": "5"}
    known |= {"121311": "6", "111114": "7", "131211": "8", "141111": "9", "211221": "T", "221211": "E", "211122": "S"}
    known |= {"113121": "+"}
    parts = ["".join(map(str, widths[at : at + 6])) for at in range(0, len(widths) - 1, 6)]
    text = "".join(known[part] for part in parts)
    assert text[0] == text[-1] == "*"
    assert "+6" == text[-3:-1], "the check characters of TEST93"
    return text[1:-3]


def _codabar(widths: list[int]) -> str:
    known = {"0000011": "0", "0000110": "1", "0010010": "4", "1000010": "5", "0100001": "6", "0011010": "A"}
    known["0101001"] = "B"
    return "".join(known[each] for each in _narrow_and_wide(widths, 7))


def _itf(widths: list[int]) -> str:
    assert [1, 1, 1, 1] == widths[:4]
    assert [True, False, False] == [width > 1 for width in widths[-3:]]
    weights, text = (1, 2, 4, 7, 0), ""
    for at in range(4, len(widths) - 3, 10):
        for part in (widths[at : at + 10 : 2], widths[at + 1 : at + 10 : 2]):
            value = sum(weight for weight, width in zip(weights, part, strict=True) if width > 1)
            text += str(value % 11 if value != 11 else 0)
    return text


def _code128(widths: list[int]) -> str:
    """Sets B and C; the check value has to be right."""
    assert [2, 3, 3, 1, 1, 1, 2] == widths[-7:]
    parts = [tuple(widths[at : at + 6]) for at in range(0, len(widths) - 7, 6)]
    assert all(sum(part) == 11 for part in parts)
    values = [_VALUES[part] for part in parts]
    assert values[-1] == (values[0] + sum(place * value for place, value in enumerate(values[:-1]))) % 103
    text, in_pairs = "", values[0] == 105
    for value in values[1:-1]:
        if value == 102:
            text += "\x1d"
        elif value == (100 if in_pairs else 99):
            in_pairs = not in_pairs
        else:
            text += f"{value:02d}" if in_pairs else chr(value + 32)
    return text
