"""
R1 to R13 of ffd.md section 9, sold over the wire, compared to the kopeck in the archive, in both ways of summing VAT.
"""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from devices.simulator.device import VirtualDevice
from devices.simulator.running import serve_tcp
from tests.unit.simulator.client import Host3
from tests.unit.simulator.messages import BEGIN, MODE, Wall, bcd, close, e8, eb, kop, moment, pairs, pay, text
from tests.unit.simulator.reading import document, last_fd, raw_document

RECEIPTS: dict[str, dict[str, Any]] = {
    each["id"]: each
    for each in json.loads((Path(__file__).parent / "worked_receipts.json").read_text(encoding="utf-8"))
}
SELLER_B = {"fn": "9999078900009876", "taxations": 2}
PAYMENTS = {"1215": 3, "1216": 4, "1217": 5, "1081": 2, "1031": 1}
MODES = pytest.mark.parametrize("vat_mode", ["positions", "rate_total"])


def sell(host: Host3, receipt: dict[str, Any]) -> None:
    """Everything that a till sends for this receipt."""
    kind = {(3, 1): 1, (3, 2): 2, (31, 2): 8}[receipt["doc"], receipt["1054"]]
    host.ok(f"92 00 {kind:02X}")
    requisites = [(1055, bytes((receipt["1055"],)))]
    requisites += [(tag, text(receipt[str(tag)])) for tag in (1008, 1117, 1187, 1192) if str(tag) in receipt]
    if "1125" in receipt:
        requisites.append((1125, b"\x01"))
    if "1174" in receipt:
        date = moment(datetime.datetime.fromisoformat(receipt["1174"]["1178"]))
        requisites += [(1173, b"\x00"), (1174, (1178).to_bytes(2, "little") + b"\x04\x00" + date)]
    for tag, value in requisites:
        send(host, e8(tag, value))
    for item in receipt["1059"]:
        position(host, item)
    if "rounding" in receipt:
        host.ok(f"43 00 00 01 00 {bcd(kop(receipt['rounding']), 5)}")
    answer = b""
    for paid, form in PAYMENTS.items():
        amount: str = receipt[paid]
        if paid == "1031" and kop(amount):
            amount = receipt.get("tendered", amount)
        if kop(amount):
            answer = host.ok(pay(form, amount))
    assert bytes.fromhex(bcd(0, 5) + bcd(kop(receipt.get("change", "0")), 5)) == answer
    host.ok(close())


def position(host: Host3, item: dict[str, Any]) -> None:
    host.ok(BEGIN)
    send(host, e8(2108, bytes((item["2108"],))))
    if "1163" in item:
        code = text(item["1163"]["1305"])
        send(host, e8(1163, (1305).to_bytes(2, "little") + len(code).to_bytes(2, "little") + code))
        send(host, e8(2106, bytes((item["2106"],))))
    if "1222" in item:
        supplier = b"".join(
            int(tag).to_bytes(2, "little") + len(text(value)).to_bytes(2, "little") + text(value)
            for tag, value in item["1224"].items()
        )
        send(host, e8(1222, bytes((item["1222"],))) + e8(1226, text(item["1226"]).ljust(12)) + e8(1224, supplier))
    price, quantity, amount = item["1079"], item["1023"], item["1043"]
    vat, method, subject = item["1199"], item["1214"], item["1212"]
    host.ok(eb(item["1030"], price=price, quantity=quantity, amount=amount, vat=vat, method=method, subject=subject))


def send(host: Host3, commands: list[str]) -> None:
    for command in commands:
        host.ok(command)


def expected(receipt: dict[str, Any], vat_mode: str) -> dict[int, Any]:
    """What the archive must hold, in the form of `decoded`."""
    wanted: dict[int, Any] = {
        tag: receipt[str(tag)] for tag in (1054, 1055, 1008, 1117, 1125, 1187) if str(tag) in receipt
    }
    wanted |= {int(tag): kop(receipt[tag]) for tag in ("1020", *PAYMENTS)}
    wanted[1059] = [expected_position(item) for item in receipt["1059"]]
    vat = receipt.get("vat") or receipt[f"vat_{vat_mode}"]
    for tag, value in vat.items():
        if tag == "1115":
            wanted[1115] = {1119: [{1199: each["1199"], 1120: kop(each["1120"])} for each in value]}
        else:
            wanted[int(tag)] = kop(value)
    if "1174" in receipt:
        date = datetime.datetime.fromisoformat(receipt["1174"]["1178"])
        wanted |= {1173: 0, 1174: {1178: date}, 1192: receipt["1192"]}
    if "2107" in receipt:
        wanted[2107] = receipt["2107"]
    return wanted


def expected_position(item: dict[str, Any]) -> dict[int, Any]:
    wanted: dict[int, Any] = {tag: item[str(tag)] for tag in (1030, 1199, 1212, 1214, 2108)}
    wanted |= {tag: kop(item[str(tag)]) for tag in (1079, 1043, 1200) if str(tag) in item}
    wanted[1023] = Decimal(item["1023"])
    wanted |= {tag: item[str(tag)] for tag in (1222, 1226, 2106, 2102) if str(tag) in item}
    if "1163" in item:
        wanted[1163] = {1305: item["1163"]["1305"]}
    if "1224" in item:
        wanted[1224] = {int(tag): value for tag, value in item["1224"].items()}
    return wanted


@MODES
@pytest.mark.parametrize("name", RECEIPTS)
def test_a_worked_receipt_is_in_the_archive_to_the_kopeck(tmp_path: Path, wall: Wall, name: str, vat_mode: str) -> None:
    receipt = RECEIPTS[name]
    wall.at = datetime.datetime.fromisoformat(receipt["1012"])
    options: dict[str, Any] = SELLER_B if name == "R10" else {}
    with (
        VirtualDevice(tmp_path, clock=wall, vat_mode=vat_mode, **options) as device,
        serve_tcp(device) as line,
        Host3(line.url) as host,
    ):
        host.ok(MODE[1])
        host.ok("9A 00")
        sell(host, receipt)
        kind, tlv = raw_document(host, last_fd(host))
        got = document(host)

    assert receipt["doc"] == kind
    wanted = expected(receipt, vat_mode)
    assert wanted == {tag: got.get(tag) for tag in wanted}
    vat_tags = {1102, 1103, 1104, 1105, 1106, 1107, 1115}
    assert vat_tags & wanted.keys() == vat_tags & got.keys()
    assert wall.at == got[1012]
    positions = [dict(pairs(raw)) for tag, raw in pairs(tlv) if tag == 1059]
    assert ["1200" in item for item in receipt["1059"]] == [1200 in item for item in positions]


@pytest.mark.parametrize(("vat_mode", "sums"), [("positions", ("3732", "347353")), ("rate_total", ("3733", "347354"))])
def test_the_shift_of_seller_a_adds_up(tmp_path: Path, wall: Wall, vat_mode: str, sums: tuple[str, str]) -> None:
    with (
        VirtualDevice(tmp_path, clock=wall, vat_mode=vat_mode) as device,
        serve_tcp(device) as line,
        Host3(line.url) as host,
    ):
        host.ok(MODE[1])
        host.ok("9A 00")
        host.ok("49 00 " + bcd(100000, 5))
        host.ok("49 00 " + bcd(50000, 5))
        host.ok("4F 00 " + bcd(30000, 5))
        for name, receipt in RECEIPTS.items():
            if name != "R10":
                sell(host, receipt)

        assert bytes.fromhex(bcd(208749, 7)) == host.ok("91 0A 00 00")
        assert bytes.fromhex(bcd(2550295, 6)) == host.ok("91 01 01 00")
        assert bytes.fromhex(bcd(10, 5) + bcd(0, 5)) == host.ok("91 41 01 00")
        by_payment = [int(host.ok(f"91 03 01 {kind:02X}").hex()) for kind in (1, 2, 3, 4, 5)]
        assert [208649, 1607079, 500000, 234567, 0] == by_payment
        assert bytes.fromhex(bcd(119900, 6)) == host.ok("91 01 02 00")
        vat = {row: host.ok(f"91 3C 01 {row:02X}").hex().lstrip("0") for row in (2, 6, 11, 12)}
        assert {2: sums[0], 6: "83000", 11: sums[1], 12: "90164"} == vat
        assert bytes.fromhex(bcd(10000, 6)) == host.ok("91 01 08 00")
        host.ok("48")
        host.ok(MODE[3])
        host.ok("5A")
        closing = document(host)

    assert (12, 14) == (closing[1118], closing[1111])
    shift = closing[1194]
    assert 12 == shift[1134]
    sales = {1135: 10, 1201: 2550295, 1136: 208649, 1138: 1607079, 1218: 500000, 1219: 234567, 1220: 0}
    assert sales == {tag: shift[1129][tag] for tag in sales}
    assert (0, int(sums[0]), 83000) == (shift[1129][1139], shift[1129][1140], shift[1129][1183])
    assert (1, 119900, 119900, 19983) == tuple(shift[1130][tag] for tag in (1135, 1201, 1136, 1139))
    assert 1 == shift[1133][1144]
    assert (1, 10000, 0, 10000) == tuple(shift[1133][1232][tag] for tag in (1135, 1201, 1136, 1138))
    assert closing[1157] == shift
