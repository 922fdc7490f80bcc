"""
Numbers of printing, sound and knife: codes, rasters, the looks of a line.

Constants only. Source: atol-protocol.md 5.2, 5.3; what is a guess carries its mark.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag


class CodeType(IntEnum):
    """First parameter of C1h; every other symbology is drawn by the host. Source: atol-protocol.md 5.3."""

    QR = 0x00
    PDF417 = 0x01


CODE_GOES_ON = 0x80
"""Added to the type of C1h, or the first parameter of C2h: more data follows."""

CODE_DATA = 100
"""Bytes of data in C1h and in each C2h, padded with zeros; the text is in CP1251."""

CODE_LIMIT = 2000
"""Bytes of one code. How many a device takes is not known [C]; a QR of the highest density holds 2953."""

CODE_OPTIONS: dict[CodeType, bytes] = {CodeType.QR: b"\x01\x01", CodeType.PDF417: b"\x02\x00"}
"""Bytes 6 and 7 of C1h. Source: atol-protocol.md 5.3 [A S18]."""


class CodeAlign(IntEnum):
    """Second parameter of C1h."""

    LEFT = 1
    CENTER = 2
    RIGHT = 3


class Format(IntFlag):
    """
    The ninth parameter of 87h, «format».

    [C]: every host that was seen sends 00; which bits stand for which looks is a guess, so they are sent only outside
    of receipts, and a line that is refused with them is printed without.
    """

    PLAIN = 0x00
    BOLD = 0x01
    ITALIC = 0x02
    UNDERLINE = 0x04
    NEGATIVE = 0x08


class Height(IntEnum):
    """The fourth parameter of 87h. Source: atol-protocol.md 5.3."""

    DEFAULT = 0
    DOUBLE = 1
    NORMAL = 3


class Cut(IntEnum):
    """The parameter of 75h."""

    FULL = 0
    PARTIAL = 1


SOUND_CLOCK = 921_600
"""88h: the divider is 65536 − 921600 / hertz; 2000 Hz are FE34h. Source: atol-protocol.md 5.2 [A S1, S18]."""

SOUND_STEP = 10
"""Milliseconds of one unit of the duration in 88h; 255 units at most."""

DOTS_PER_COLUMN = 12
"""Of a raster line where register 18h tells no dots: 384 for 32 characters, 576 for 48."""
