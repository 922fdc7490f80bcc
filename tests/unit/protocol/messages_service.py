"""
Messages of printing, settings, resets and reports, as messages.py has those of a sale.

WO: atol-wire-observed.md, AP: atol-protocol.md.
"""

from __future__ import annotations

import datetime
from typing import Any

from devices.protocol.atol import wire
from devices.protocol.atol.wire import Wire

REQUESTS: list[tuple[Wire[Any], dict[str, Any], str, str]] = [
    (wire.WRITE_TABLE, {"table": 2, "row": 1, "field": 0x77, "value": b"\0"}, "50 02 00 01 77 00", "WO 2.3 nonFiscal"),
    (wire.GENERAL_CLEAR, {}, "77", "AP 5.2"),
    (wire.TECH_RESET, {}, "6B", "AP 5.2"),
    (wire.PRINT_DOCUMENT, {"fd": 1234567}, "AB 00 01 23 45 67", "WO 2.5"),
    (wire.X_REPORT, {"type": 9}, "67 09", "WO 2.3 reportOfdExchangeStatus"),
    (
        wire.PRINT_BARCODE,
        {"type": 0, "align": 2, "scale": 5, "options": b"\1\1", "data": b"ABC".ljust(100, b"\0")},
        "C1 00 02 05 00 00 01 01 00 00 00 00 00 00 00 41 42 43" + " 00" * 97,
        "AP 5.3",
    ),
    (
        wire.PRINT_BARCODE,
        {"type": 1, "align": 2, "scale": 3, "options": b"\2\0", "columns": 1, "data": b"A".ljust(100, b"\0")},
        "C1 01 02 03 00 00 02 00 00 00 01 00 00 00 00 41" + " 00" * 99,
        "WO 2.5",
    ),
    (wire.BARCODE_DATA, {"flag": 0x80, "data": b"A" * 100}, "C2 80" + " 41" * 100, "AP 5.3"),
    (wire.PRINT_RASTER, {"repeat": 5, "dots": b"\0\0"}, "8E 01 00 05 00 00 00 00", "AP 5.3"),
    (wire.PRINT_RASTER, {"repeat": 0x79, "offset": 128, "dots": b"\xf0"}, "8E 01 00 79 00 80 F0", "WO 2.5"),
    (wire.CUT, {"type": 0}, "75 00", "WO 2.5"),
    (wire.OPEN_DRAWER, {}, "80", "WO 2.3 openCashDrawer"),
    (wire.SOUND, {"divider": 0xFE34, "duration": 10}, "88 FE 34 0A", "AP 5.2: 2000 Hz, 100 ms"),
    (wire.GRAND_TOTAL, {"p1": 1}, "91 28 01 00", "WO 3.1"),
    (wire.GRAND_PAYMENT, {"p1": 1, "p2": 2}, "91 38 01 02", "WO 3.1"),
    (wire.REGISTRATION, {}, "91 30 00 00", "WO 3.1"),
    (wire.FN_VERSION, {}, "A4 33", "WO 2.2"),
]

_OK = [
    wire.WRITE_TABLE,
    wire.GENERAL_CLEAR,
    wire.TECH_RESET,
    wire.PRINT_DOCUMENT,
    wire.PRINT_BARCODE,
    wire.BARCODE_DATA,
    wire.PRINT_RASTER,
    wire.CUT,
    wire.OPEN_DRAWER,
    wire.SOUND,
]

REPLIES: list[tuple[Wire[Any], str, dict[str, Any], str]] = [
    *((row, "55 00 00", {}, "WO 3") for row in _OK),
    (wire.GRAND_TOTAL, "55 00 00 00 00 00 02 16 00", {"sum": 21600}, "WO 3.1"),
    (wire.GRAND_PAYMENT, "55 00 00 00 00 00 01 00 00", {"sum": 10000}, "WO 3.1"),
    (
        wire.REGISTRATION,
        "55 00 00 00 00 00 01 20 11 26 07 40",
        {"fd": 1, "at": datetime.datetime(2026, 11, 20, 7, 40)},
        "WO 3.1",
    ),
    (
        wire.FN_VERSION,
        "55 00 66 6E 5F 76 5F 31 5F 31 5F 31 20 20 20 20 20 20 00",
        {"version": "fn_v_1_1_1", "serial": 0},
        "WO 2.2",
    ),
]
