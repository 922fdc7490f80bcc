"""Commands as hex and requisites as values, written by hand from atol-protocol.md for these tests alone."""

from __future__ import annotations

import calendar
import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

STRINGS = {1008, 1009, 1018, 1021, 1030, 1036, 1037, 1041, 1048, 1060, 1117, 1171, 1187, 1191, 1192, 1197, 1203, 1225}
STRINGS |= {1226, 1227, 1228, 1230, 1231, 1179, 1085, 1086, 1305, 1013, 1017, 1046, 1188}
GROUPS = {1059, 1115, 1119, 1163, 1174, 1224, 1084, 1256, 1157, 1158, 1194}
GROUPS |= {1129, 1130, 1131, 1132, 1133, 1145, 1146, 1232, 1233}
REPEATED = {1059, 1119}
TIMES = {1012, 1098, 1178}


def text(value: str) -> bytes:
    """CP866 with the device's own places for № and $."""
    return value.replace("№", "\x24").encode("cp866")


def bcd(value: int | str, size: int) -> str:
    return str(value).rjust(size * 2, "0")


def kop(amount: str | int) -> int:
    return int(Decimal(amount) * 100)


def e8(tag: int, value: bytes, *, printed: bool = True) -> list[str]:
    """One E8 per block of 100 bytes."""
    whole = tag.to_bytes(2, "little") + len(value).to_bytes(2, "little") + value
    blocks = [whole[at : at + 100] for at in range(0, len(whole), 100)]
    return [f"E8 {printed:02X} {len(blocks):02X} {at:02X} {part.hex()}" for at, part in enumerate(blocks)]


def eb(
    name: str,
    *,
    price: str,
    quantity: str = "1",
    amount: str,
    vat: int = 2,
    method: int = 4,
    subject: int = 1,
    flags: int = 0x0A,
    section: int = 0,
) -> str:
    """EB with the sums in roubles."""
    return " ".join(
        (
            f"EB {flags:02X}",
            bcd(kop(price), 7),
            bcd(int(Decimal(quantity) * 1000), 5),
            bcd(kop(amount), 7),
            f"{vat:02X}",
            bcd(0, 7),
            bcd(section, 1),
            bcd(subject, 1),
            f"{method:02X} 00",
            bcd(0, 7),
            "0000",
            text(name).hex(),
        )
    )


def pay(kind: int, amount: str) -> str:
    return f"99 00 {bcd(kind, 1)} {bcd(kop(amount), 5)}"


def close(kind: int = 1, amount: str = "0") -> str:
    return f"4A 00 {bcd(kind, 1)} {bcd(kop(amount), 5)}"


MODE = {mode: f"56 0{mode} 00 00 00 30" for mode in range(1, 7)}
BEGIN = "EA 00 01 00"


@dataclass
class Wall:
    """A clock that the test turns."""

    at: datetime.datetime

    def __call__(self) -> datetime.datetime:
        return self.at

    def pass_(self, **parts: float) -> None:
        self.at += datetime.timedelta(**parts)


def pairs(data: bytes) -> list[tuple[int, bytes]]:
    found = []
    while data:
        tag, size = int.from_bytes(data[:2], "little"), int.from_bytes(data[2:4], "little")
        assert len(data) >= 4 + size
        found.append((tag, data[4 : 4 + size]))
        data = data[4 + size :]
    return found


def value(tag: int, data: bytes) -> Any:
    if tag in GROUPS:
        return decoded(data)
    if tag in STRINGS:
        return data.replace(b"\x24", b"\xfc").decode("cp866").rstrip()
    if tag in TIMES:
        return datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int.from_bytes(data, "little"))
    if tag == 1023:
        return Decimal(int.from_bytes(data[1:], "little")).scaleb(-data[0])
    if tag == 1077:
        return int.from_bytes(data[2:], "big")
    assert (
        len(data) <= 1
        or data[-1]
        or tag in (1038, 1040, 1042, 1097, 1111, 1116, 1118, 1134, 1135, 1144, 1205, 1213, 1290, 2104)
    )
    return int.from_bytes(data, "little")


def decoded(data: bytes) -> dict[int, Any]:
    """Requisites by tag; those that may repeat as lists. Checks that numbers have their shortest form."""
    found: dict[int, Any] = {}
    for tag, raw in pairs(data):
        if tag in REPEATED:
            found.setdefault(tag, []).append(value(tag, raw))
        else:
            assert tag not in found
            found[tag] = value(tag, raw)
    return found


def moment(at: datetime.datetime) -> bytes:
    return calendar.timegm(at.timetuple()).to_bytes(4, "little")
