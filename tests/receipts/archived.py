"""
A fiscal document's bytes in the words of the worked receipts: a reader of its own, which shares nothing with the
program. Source: ffd.md 2.2, 4.1, 4.2, 4.6.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

MONEY = {1020, 1031, 1043, 1079, 1081, 1102, 1103, 1104, 1105, 1106, 1107, 1120, 1200, 1215, 1216, 1217, 1229}
NUMBERS = {1002, 1038, 1040, 1042, 1054, 1055, 1173, 1199, 1209, 1212, 1214, 1222, 1271, 1293, 1294}
NUMBERS |= {1125, 2001, 2002, 2003, 2040, 2100, 2102, 2106, 2107, 2108, 2110, 2116}
GROUPS = {1059, 1084, 1115, 1119, 1163, 1174, 1223, 1224, 1256, 1260, 1261, 1270, 1291, 2007}
RAW = {1077, 1162}
MOMENTS = {1012, 1273}


def requisites(data: bytes) -> list[tuple[int, bytes]]:
    """Tag and value of each TLV."""
    found = []
    while data:
        tag, length = int.from_bytes(data[:2], "little"), int.from_bytes(data[2:4], "little")
        found.append((tag, data[4 : 4 + length]))
        data = data[4 + length :]
    return found


def told(data: bytes) -> dict[str, Any]:
    """The elements of one level by their tags; one that stands several times is a list."""
    found: dict[str, Any] = {}
    for tag, value in requisites(data):
        key, meaning = str(tag), meaning_of(tag, value)
        if key in found:
            earlier = found[key] if isinstance(found[key], list) else [found[key]]
            found[key] = [*earlier, meaning]
        else:
            found[key] = meaning
    return found


def meaning_of(tag: int, value: bytes) -> Any:
    number = int.from_bytes(value, "little")
    if tag in MONEY:
        return f"{number // 100}.{number % 100:02d}"
    if tag in NUMBERS:
        return number
    if tag in GROUPS:
        return told(value)
    if tag in RAW:
        return value.hex()
    if tag == 1023:
        quantity = Decimal(int.from_bytes(value[1:], "little")).scaleb(-value[0])
        return format(quantity.normalize(), "f")
    if tag == 1178 or tag in MOMENTS:
        at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=number)
        return at.date().isoformat() if tag == 1178 else at.isoformat()
    return text(value)


def text(value: bytes) -> str:
    """The device's page: № and $ stand where it has them (atol-protocol.md 3.3)."""
    return value.decode("cp866").translate(str.maketrans("$№·", "№$—")).strip()
