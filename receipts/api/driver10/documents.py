"""
getFnDocument: a document of the fiscal storage as `documentTLV`, tag by tag.

Which tags a real server tells and in what JSON types is not known (C): sums are roubles, times ISO 8601, masks and
counters numbers, nested tags objects, repeated ones arrays, the rest text. Source: atol-driver10-json.md 2.7, 3.10;
types of tags: ffd.md 2.2, 4.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from devices.commands import FiscalData
from devices.drivers.driver10.words import DOCUMENTS
from devices.protocol.atol import charset, numbers, tlv

_NAMES: dict[int, str] = {code: word for word, code in DOCUMENTS.items()}

_SUMS = {
    *(1020, 1031, 1043, 1079, 1081, 1082, 1102, 1103, 1104, 1105, 1106, 1107, 1120, 1136, 1138, 1139, 1140, 1141, 1142),
    *(1143, 1183, 1198, 1200, 1201, 1215, 1216, 1217, 1218, 1219, 1220, 1229),
}
_NUMBERS = {
    *(1001, 1002, 1038, 1040, 1042, 1050, 1051, 1052, 1053, 1054, 1055, 1056, 1057, 1062, 1097, 1098, 1101, 1104, 1108),
    *(1109, 1110, 1111, 1116, 1118, 1125, 1126, 1134, 1135, 1144, 1173, 1189, 1190, 1193, 1199, 1205, 1206, 1207, 1209),
    *(1212, 1213, 1214, 1221, 1222, 1236, 1290, 2003, 2102, 2106, 2107, 2108, 2110, 2112),
} - _SUMS
_TIMES = {1012, 1098, 1178}
_GROUPS = {
    *(1059, 1084, 1115, 1119, 1129, 1130, 1131, 1132, 1133, 1145, 1146, 1157, 1158, 1163, 1174, 1194, 1223, 1224, 1232),
    *(1233, 1234, 1235, 1256, 1260, 1261, 1270, 1291),
}
_QUANTITIES = {1023}
_BYTES = {1077, 1162}
_FPD = 1077


def document_tlv(document: FiscalData, *, zone: ZoneInfo, raw: bool) -> dict[str, Any]:
    """`documentTLV`, and with *raw* also `rawData` in base64. What cannot be read is left out."""
    told: dict[str, Any] = {
        "fiscalDocumentType": _NAMES.get(document.document_type, str(document.document_type)),
        "short": not document.tlv,
        "qr": document.qr,
    }
    answer: dict[str, Any] = {"documentTLV": told | _known(document, zone) | _level(document.tlv, zone)}
    if raw:
        answer["rawData"] = base64.b64encode(document.tlv).decode("ascii")
    return answer


def _known(document: FiscalData, zone: ZoneInfo) -> dict[str, Any]:
    """What the storage tells of a document beside its requisites."""
    return {
        "1012": document.at.replace(tzinfo=zone).isoformat(),
        "1038": document.shift_number,
        "1040": document.fd_number,
        "1041": document.fn_number,
        "1077": f"{document.fpd:010d}",
    }


def _level(data: bytes, zone: ZoneInfo) -> dict[str, Any]:
    found: dict[str, Any] = {}
    try:
        for tag, value in tlv.elements(data):
            name = str(tag)
            if tag == _FPD:
                continue
            plain = _value(tag, value, zone)
            if name in found and tag in _GROUPS | {1171, 1192, 1044, 1073, 1074, 1075, 1005, 1016, 1026}:
                earlier = found[name]
                found[name] = [*(earlier if isinstance(earlier, list) else [earlier]), plain]
            else:
                found[name] = [plain] if tag == 1059 else plain
    except tlv.BadTlv:
        pass  # what came whole is told
    return found


def _value(tag: int, value: bytes, zone: ZoneInfo) -> Any:
    for tags, read in _READERS:
        if tag in tags:
            try:
                return read(value, zone)
            except (ValueError, OverflowError):
                return value.hex()
    return charset.decode(value).strip()


_READERS: tuple[tuple[set[int], Callable[[bytes, ZoneInfo], Any]], ...] = (
    (_TIMES, lambda value, zone: numbers.from_unixtime(value).replace(tzinfo=zone).isoformat()),
    (_SUMS, lambda value, zone: numbers.from_vln(value) / 100),
    (_NUMBERS, lambda value, zone: numbers.from_vln(value)),
    (_QUANTITIES, lambda value, zone: float(numbers.from_fvln(value))),
    (_GROUPS, _level),
    (_BYTES, lambda value, zone: base64.b64encode(value).decode("ascii")),
)
