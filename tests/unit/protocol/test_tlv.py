from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.ffd import Tag
from devices.protocol.atol import tlv

_1059 = (
    "23 04 34 00 BE 04 01 00 04 BC 04 01 00 01 06 04 03 00 91 EB E0 3C 08 01 00 0B 37 04 02 00 BE 32 FF 03 03 00 03 "
    "59 01 AF 04 01 00 02 B0 04 02 00 97 01 13 04 02 00 82 11"
)
ROWS: list[tuple[str, bytes, str]] = [
    ("1054", tlv.byte(Tag.OPERATION, 1), "1E 04 01 00 01"),
    ("1062", tlv.byte(Tag.TAXATIONS, 33), "26 04 01 00 21"),
    ("1199", tlv.byte(Tag.VAT, 11), "AF 04 01 00 0B"),
    ("1020", tlv.number(Tag.TOTAL, 123450), "FC 03 03 00 3A E2 01"),
    ("1031 zero", tlv.number(Tag.CASH, 0), "07 04 01 00 00"),
    ("1081", tlv.number(Tag.ELECTRONICALLY, 67927), "39 04 03 00 57 09 01"),
    ("1023", tlv.quantity(Tag.QUANTITY, Decimal(1)), "FF 03 02 00 00 01"),
    ("1023 weighed", tlv.quantity(Tag.QUANTITY, Decimal("0.345")), "FF 03 03 00 03 59 01"),
    ("1018", tlv.text(Tag.USER_INN, "7700001235", width=12), "FA 03 0C 00 37 37 30 30 30 30 31 32 33 35 20 20"),
    (
        "1037",
        tlv.text(Tag.RNM, "1234567890043947", width=20),
        "0D 04 14 00 31 32 33 34 35 36 37 38 39 30 30 34 33 39 34 37 20 20 20 20",
    ),
    ("1012", tlv.date(Tag.DATE_TIME, datetime.datetime(2026, 11, 20, 14, 5)), "F4 03 04 00 8C 53 00 6B"),
    (
        "1174",
        tlv.group(Tag.CORRECTION_BASIS, [tlv.date(Tag.CORRECTION_DATE, datetime.date(2026, 11, 19))]),
        "96 04 08 00 9A 04 04 00 00 3C FE 6A",
    ),
    (
        "1115",
        tlv.group(
            Tag.VAT_BLOCK,
            [tlv.group(Tag.VAT_BLOCK_ITEM, [tlv.byte(Tag.VAT, 11), tlv.number(Tag.VAT_BLOCK_SUM, 11072)])],
        ),
        "5B 04 0F 00 5F 04 0B 00 AF 04 01 00 0B 60 04 02 00 40 2B",
    ),
    (
        "1059",
        tlv.group(
            Tag.POSITION,
            [
                tlv.byte(Tag.PAYMENT_METHOD, 4),
                tlv.byte(Tag.PAYMENT_OBJECT, 1),
                tlv.text(Tag.NAME, "Сыр"),
                tlv.byte(Tag.MEASURE, 11),
                tlv.number(Tag.PRICE, 12990),
                tlv.quantity(Tag.QUANTITY, Decimal("0.345")),
                tlv.byte(Tag.VAT, 2),
                tlv.number(Tag.POSITION_VAT_SUM, 407),
                tlv.number(Tag.POSITION_SUM, 4482),
            ],
        ),
        _1059,
    ),
]


@pytest.mark.parametrize(("built", "raw"), [(b, bytes.fromhex(r)) for _, b, r in ROWS], ids=[row[0] for row in ROWS])
def test_elements_match_the_worked_examples_of_ffd_md_4_7(built: bytes, raw: bytes) -> None:
    assert raw == built


def test_elements_come_in_order_with_their_values() -> None:
    data = bytes.fromhex("1E 04 01 00 01 07 04 01 00 00 1E 04 00 00")

    assert [(1054, b"\x01"), (1031, b"\x00"), (1054, b"")] == list(tlv.elements(data))
    assert b"\x01" == tlv.first(data, 1054)
    assert tlv.first(data, 1020) is None


@pytest.mark.parametrize("raw", ["1E", "1E 04 01", "1E 04 02 00 01"])
def test_a_torn_element_is_an_error(raw: str) -> None:
    with pytest.raises(tlv.BadTlv):
        list(tlv.elements(bytes.fromhex(raw)))


def test_a_string_is_cut_by_bytes_of_the_page() -> None:
    assert b"\xfd\x03\x03\x00\x88\xa2\xa0" == tlv.text(Tag.CASHIER, "Иванов", limit=3)


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=40)), max_size=8))
def test_any_elements_travel_there_and_back(items: list[tuple[int, bytes]]) -> None:
    assert items == list(tlv.elements(b"".join(tlv.element(tag, value) for tag, value in items)))
