"""Numbers, requisites and characters of the simulator (ffd.md 4.7, atol-protocol.md 3.2, 3.3)."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal

import pytest

from devices.simulator import tlv
from devices.simulator.charset import decode, encode, to_internal
from devices.simulator.documents import vat_block
from devices.simulator.errors import Refusal
from devices.simulator.layout import money, sides, wrap
from devices.simulator.numbers import bcd, unbcd

REQUISITES: dict[str, Callable[[], bytes]] = {
    "1E 04 01 00 01": lambda: tlv.byte(1054, 1),
    "26 04 01 00 21": lambda: tlv.byte(1062, 33),
    "FC 03 03 00 3A E2 01": lambda: tlv.vln(1020, 123450),
    "07 04 01 00 00": lambda: tlv.vln(1031, 0),
    "39 04 03 00 57 09 01": lambda: tlv.vln(1081, 67927),
    "FF 03 02 00 00 01": lambda: tlv.fvln(1023, Decimal(1)),
    "FF 03 02 00 01 0B": lambda: tlv.fvln(1023, Decimal("1.1")),
    "FF 03 03 00 03 59 01": lambda: tlv.fvln(1023, Decimal("0.345")),
    "FF 03 04 00 06 40 FD B8": lambda: tlv.fvln(1023, Decimal("12.123456")),
    "FF 03 02 00 00 64": lambda: tlv.fvln(1023, Decimal("100.000")),
    "FA 03 0C 00 37 37 30 30 30 30 31 32 33 35 20 20": lambda: tlv.text(1018, "7700001235", 12),
    "F4 03 04 00 8C 53 00 6B": lambda: tlv.moment(1012, datetime.datetime(2026, 11, 20, 14, 5)),
    "26 04 04 00 76 00 00 00": lambda: tlv.u32(1062, 118),
    "5B 04 0F 00 5F 04 0B 00 AF 04 01 00 0B 60 04 02 00 40 2B": lambda: vat_block({11: 11072})[5:],
    "50 04 01 00 00": lambda: vat_block({11: 11072})[:5],
}


@pytest.mark.parametrize("raw", REQUISITES)
def test_a_requisite_is_written_as_in_the_worked_examples(raw: str) -> None:
    assert bytes.fromhex(raw) == REQUISITES[raw]()


def test_requisites_are_read_back_one_by_one() -> None:
    whole = tlv.byte(1054, 1) + tlv.group(1115, tlv.vln(1120, 5)) + tlv.text(1030, "Чай")

    assert [1054, 1115, 1030] == [tag for tag, _ in tlv.elements(whole)]
    with pytest.raises(ValueError, match="over the end"):
        list(tlv.elements(whole[:-1]))


@pytest.mark.parametrize(
    ("number", "size", "raw"),
    [(6813594, 5, "00 06 81 35 94"), (4294967295, 5, "42 94 96 72 95"), (1000, 5, "00 00 00 10 00"), (0, 1, "00")],
)
def test_packed_decimals(number: int, size: int, raw: str) -> None:
    assert bytes.fromhex(raw) == bcd(number, size)
    assert number == unbcd(bytes.fromhex(raw))


def test_a_nibble_above_nine_is_no_number() -> None:
    with pytest.raises(Refusal, match="BAD_FORMAT"):
        unbcd(b"\x1a")


@pytest.mark.parametrize(
    ("text", "raw"),
    [("Чай №5", "97 A0 A9 20 24 35"), ("$ € — '", "FC 20 F2 20 FA 20 27"), ("Ёё", "F0 F1"), ("«да»", "22 A4 A0 22")],
)
def test_the_external_page(text: str, raw: str) -> None:
    assert bytes.fromhex(raw) == encode(text)
    assert text.translate({0xAB: '"', 0xBB: '"'}) == decode(bytes.fromhex(raw))


def test_what_the_page_lacks_is_a_space() -> None:
    assert b"a b" == encode("a₽b")
    assert "   " == decode(b"\x00\x7f\xfb")


def test_a_table_string_is_read_in_the_internal_page() -> None:
    assert bytes.fromhex("00 81 9F F0 F1 A0 24") == to_internal(bytes.fromhex("80 A1 EF F0 F1 FC 24"))


def test_wrapping_keeps_every_character() -> None:
    text = "Алерана (пак; №6; 15мл) {маска для всех типов волос}"

    assert text == "".join(wrap(text, 32))
    assert ["а     б"] == sides("а", "б", 7)
    assert ["абвгд", "   ежз"] == sides("абвгд", "ежз", 6)
    assert "=-1.05" == money(-105)
