"""
Linear barcodes as bars and spaces, for devices that want them as dots.

A host of driver 10 draws every symbology but QR and PDF417 itself (atol-protocol.md 5.3). The constants are in
patterns.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from devices.commands import BarcodeType
from devices.drivers.bars import patterns as p

WIDE = 2
"""A wide element of Code 39 and Codabar in narrow ones, as the vendor's host draws it; the standards allow 2 to 3."""

WIDE_OF_ITF = 3
"""The same of interleaved 2 of 5."""

_GS = "\x1d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """*modules* from left to right without quiet zones, 1 a bar; *text* is what stands below, check digit included."""

    modules: str
    text: str


def draw(kind: BarcodeType, text: str) -> Bars:
    """Raises ValueError: *text* cannot stand in such a code, or *kind* is two-dimensional."""
    if kind not in _DRAW:
        raise ValueError(f"{kind} is not made of bars")
    if not text:
        raise ValueError("an empty barcode")
    return _DRAW[kind](text)


def check_digit(digits: str) -> str:
    """Of EAN, UPC and ITF-14: weights 3 and 1 from the right."""
    weighted = (int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-sum(weighted) % 10)


def _checked(text: str, size: int) -> str:
    """*size* digits with the check digit, which may be left out. Raises ValueError: other digits, or a wrong one."""
    if not re.fullmatch(rf"[0-9]{{{size - 1},{size}}}", text):
        raise ValueError(f"{size} digits, or {size - 1} without the check digit")
    whole = text[: size - 1] + check_digit(text[: size - 1])
    if len(text) == size and text != whole:
        raise ValueError(f"the check digit is {whole[-1]}")
    return whole


def _digit(digit: str, parity: str) -> str:
    left = p.EAN_LEFT[int(digit)]
    if parity == "L":
        return left
    right = left.translate(str.maketrans("01", "10"))
    return right if parity == "R" else right[::-1]


def _digits(digits: str, parity: str) -> str:
    return "".join(_digit(digit, each) for digit, each in zip(digits, parity, strict=True))


def _ean13(text: str) -> Bars:
    whole = _checked(text, 13)
    left, right = _digits(whole[1:7], p.EAN_PARITY[int(whole[0])]), _digits(whole[7:], "R" * 6)
    return Bars(modules=f"101{left}01010{right}101", text=whole)


def _ean8(text: str) -> Bars:
    whole = _checked(text, 8)
    return Bars(modules=f"101{_digits(whole[:4], 'LLLL')}01010{_digits(whole[4:], 'RRRR')}101", text=whole)


def _upca(text: str) -> Bars:
    whole = _checked(text, 12)
    return Bars(modules=_ean13("0" + whole).modules, text=whole)


def _upce(text: str) -> Bars:
    """Six digits, or seven with the number system (0 or 1), or eight with the check digit too."""
    if not re.fullmatch(r"[0-9]{6}|[01][0-9]{6,7}", text):
        raise ValueError("6 to 8 digits, of 7 and 8 the first is 0 or 1")
    system, six = ("0", text) if len(text) == 6 else (text[0], text[1:7])
    check = check_digit(system + _long_upc(six))
    if len(text) == 8 and text[7] != check:
        raise ValueError(f"the check digit is {check}")
    parity = p.UPCE_PARITY[int(check)]
    if system == "1":
        parity = parity.translate(str.maketrans("LG", "GL"))
    return Bars(modules=f"101{_digits(six, parity)}010101", text=system + six + check)


def _long_upc(six: str) -> str:
    """The ten digits of UPC-A that six of UPC-E stand for."""
    last = six[5]
    if last in "012":
        return six[:2] + last + "0000" + six[2:5]
    if last == "3":
        return six[:3] + "00000" + six[3:5]
    return six[:4] + "00000" + six[4] if last == "4" else six[:5] + "0000" + last


def _elements(widths: Iterable[str | int]) -> str:
    """Bars and spaces in turn, by their widths in modules."""
    return "".join(("1" if place % 2 == 0 else "0") * int(width) for place, width in enumerate(widths))


def _wide(pattern: str, wide: int = WIDE) -> str:
    return _elements(wide if each == "1" else 1 for each in pattern)


def _code39(text: str) -> Bars:
    if set(text) - (p.CODE39.keys() - {"*"}):
        raise ValueError("digits, capital letters and -. $/+%")
    return Bars(modules="0".join(_wide(p.CODE39[each]) for each in f"*{text}*"), text=text)


def _code39_extended(text: str) -> Bars:
    return Bars(modules=_code39("".join("".join(_shifted(each)) for each in text)).modules, text=_readable(text))


def _shifted(character: str) -> tuple[str, str]:
    """ASCII as a shift ($, %, /, + or nothing) and a character of Code 39."""
    code = ord(character)
    if code > 127:
        raise ValueError("ASCII only")
    if character in "-. " or (character.isascii() and (character.isdigit() or character.isupper())):
        return "", character
    for first, shift, start in _SHIFTS:
        if code >= first:
            return shift, chr(ord(start) + code - first)
    return "%", "U"


# The first ASCII code of a run, its shift, and the letter that the run begins with.
_SHIFTS = (
    (123, "%", "P"), (97, "+", "A"), (96, "%", "W"), (91, "%", "K"), (64, "%", "V"), (59, "%", "F"), (58, "/", "Z"),
    (33, "/", "A"), (27, "%", "A"), (1, "$", "A"),
)  # fmt: skip


def _code93(text: str) -> Bars:
    values: list[int] = []
    for character in text:
        if character in p.CODE93_CHARACTERS:
            values.append(p.CODE93_CHARACTERS.index(character))
        else:
            shift, letter = _shifted(character)
            values += [43 + "$%/+".index(shift), p.CODE93_CHARACTERS.index(letter)]
    for longest in (20, 15):
        values.append(sum(value * (place % longest + 1) for place, value in enumerate(reversed(values))) % 47)
    body = "".join(p.CODE93[value] for value in values)
    return Bars(modules=f"{p.CODE93_EDGE}{body}{p.CODE93_EDGE}1", text=_readable(text))


def _codabar(text: str) -> Bars:
    """Between A and A, where the text names no start and stop of its own."""
    whole = text.upper() if re.fullmatch(r"[A-Da-d].*[A-Da-d]", text, re.DOTALL) else f"A{text}A"
    if set(whole[1:-1]) - (p.CODABAR.keys() - set("ABCD")):
        raise ValueError("digits and -$:/.+, A to D at the ends")
    return Bars(modules="0".join(_wide(p.CODABAR[each]) for each in whole), text=text)


def _itf(text: str) -> Bars:
    if not re.fullmatch(r"[0-9]+", text):
        raise ValueError("digits only")
    even = text if len(text) % 2 == 0 else "0" + text
    body = ""
    for first, second in zip(even[::2], even[1::2], strict=True):
        body += "".join(bar + space for bar, space in zip(p.ITF[int(first)], p.ITF[int(second)], strict=True))
    return Bars(modules=_wide(f"0000{body}100", WIDE_OF_ITF), text=even)


def _itf14(text: str) -> Bars:
    return _itf(_checked(text, 14))


def _code128(text: str) -> Bars:
    if re.search(r"[^ -~]", text):
        raise ValueError("printable ASCII only")
    return Bars(modules=_of_values(_values128(text)), text=text)


def _gs1_128(text: str) -> Bars:
    """With application identifiers in parentheses, or as data in which GS separates what has no fixed length."""
    data = _joined(text) if text.startswith("(") else text.strip(_GS)
    if re.search(r"[^ -~\x1d]", data) or not data:
        raise ValueError("printable ASCII and GS only")
    start, *rest = _values128(data)
    return Bars(modules=_of_values([start, p.CODE128_FNC1, *rest]), text=_readable(text))


def _joined(text: str) -> str:
    parts = re.findall(r"\(([0-9]{2,4})\)([^(]+)", text)
    if "".join(f"({identifier}){value}" for identifier, value in parts) != text:
        raise ValueError("application identifiers stand in parentheses: (01)04600000000015(10)A1")
    ended = (identifier + value + ("" if identifier[:2] in p.GS1_FIXED else _GS) for identifier, value in parts)
    return "".join(ended).removesuffix(_GS)


def _values128(text: str) -> list[int]:
    """Start and data: runs of four digits and more in pairs (set C), the rest in set B; GS is FNC1."""
    values: list[int] = []
    in_pairs = False
    at = 0
    while at < len(text):
        run = len(re.match(r"[0-9]*", text[at:])[0])  # type: ignore[index]  # it matches nothing, too
        pairs = run >= 4 or (run >= 2 and (in_pairs or run == len(text)))
        if text[at] == _GS:
            values.append(p.CODE128_FNC1)
            at += 1
            continue
        if pairs and not in_pairs and run % 2 and values:
            values.append(ord(text[at]) - 32)  # an odd digit before the pairs stays in set B
            at += 1
            run -= 1
        if pairs != in_pairs or not values:
            in_pairs = pairs
            values.append(_switch(pairs, first=not values))
        if pairs:
            values += [int(text[place : place + 2]) for place in range(at, at + run - 1, 2)]
            at += run - run % 2
        else:
            values.append(ord(text[at]) - 32)
            at += 1
    return values


def _switch(pairs: bool, *, first: bool) -> int:
    if first:
        return p.CODE128_START_C if pairs else p.CODE128_START_B
    return p.CODE128_TO_C if pairs else p.CODE128_TO_B


def _of_values(values: list[int]) -> str:
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return "".join(_elements(p.CODE128[value]) for value in (*values, check, p.CODE128_STOP))


def _readable(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)


_DRAW: dict[BarcodeType, Callable[[str], Bars]] = {
    BarcodeType.EAN13: _ean13,
    BarcodeType.EAN8: _ean8,
    BarcodeType.UPCA: _upca,
    BarcodeType.UPCE: _upce,
    BarcodeType.CODE39: _code39,
    BarcodeType.CODE39_EXTENDED: _code39_extended,
    BarcodeType.CODE93: _code93,
    BarcodeType.CODE128: _code128,
    BarcodeType.GS1_128: _gs1_128,
    BarcodeType.CODABAR: _codabar,
    BarcodeType.ITF: _itf,
    BarcodeType.ITF14: _itf14,
}
