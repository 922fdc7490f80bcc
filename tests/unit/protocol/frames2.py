"""Frames of transport 2: (name, frame, data, source)."""

from __future__ import annotations

FRAMES: list[tuple[str, str, str, str]] = [
    ("data #0", "02 1F 00 FF 10 10 02 10 03 1A 03 E8", "1F 00 FF 10 02 03 1A", "atol-protocol.md 1.2"),
    ("state, password 0000 #1", "02 00 00 3F 03 3C", "00 00 3F", "atol-protocol.md 1.2"),
    ("data #2", "02 00 00 45 03 46", "00 00 45", "atol-protocol.md 1.2"),
    ("mode 1, password 30 #3", "02 00 00 56 01 00 00 00 30 03 64", "00 00 56 01 00 00 00 30", "atol-protocol.md 1.2"),
    ("mode 3, masked 03 #4", "02 00 00 56 10 03 00 00 00 30 03 76", "00 00 56 03 00 00 00 30", "atol-protocol.md 1.2"),
    ("masked 10 #5", "02 00 00 A4 10 10 03 A7", "00 00 A4 10", "atol-protocol.md 1.2"),
    ("password 0310 is masked too #6", "02 10 03 10 10 3F 03 2F", "03 10 3F", "atol-protocol.md 1.2"),
    ("data #7", "02 00 00 5A 03 59", "00 00 5A", "atol-protocol.md 1.2"),
    ("data #8", "02 00 00 59 03 5A", "00 00 59", "atol-protocol.md 1.2"),
    ("data #9", "02 00 00 4A 00 01 00 00 00 00 00 03 48", "00 00 4A 00 01 00 00 00 00 00", "atol-protocol.md 1.2"),
    ("data #10", "02 00 00 4A 00 01 00 00 10 03 00 00 03 5B", "00 00 4A 00 01 00 00 03 00 00", "atol-protocol.md 1.2"),
    (
        "CRC happens to be 03 #11",
        "02 00 00 52 00 00 00 01 40 52 00 00 00 12 52 01 03 03",
        "00 00 52 00 00 00 01 40 52 00 00 00 12 52 01",
        "atol-protocol.md 1.2",
    ),
    ("answer OK #12", "02 55 00 00 03 56", "55 00 00", "atol-protocol.md 1.2"),
    ("answer: receipt is open #13", "02 55 9B 00 03 CD", "55 9B 00", "atol-protocol.md 1.2"),
    ("45h answer, mode 3.0 #14", "02 55 10 03 00 03 45", "55 03 00", "atol-protocol.md 1.2"),
    ("9A 00 of section 7 #15", "02 00 00 9A 00 03 99", "00 00 9A 00", "atol-protocol.md 7"),
    ("92 00 01 of section 7 #16", "02 00 00 92 00 01 03 90", "00 00 92 00 01", "atol-protocol.md 7"),
    ("state code #17", "02 00 00 45 03 46", "00 00 45", "atol-protocol.md 1.6"),
]
