from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.protocol.atol import charset
from devices.protocol.atol.tables_charset import EXTERNAL, EXTERNAL_UNDEFINED

ROWS = [
    ("Хлеб", "95 AB A5 A1", "atol-protocol.md 5.4"),
    ("Иванов", "88 A2 A0 AD AE A2", "atol-protocol.md 7.3"),
    ("Магазин № 1", "8C A0 A3 A0 A7 A8 AD 20 24 20 31", "atol-protocol.md 7.4"),
    ("Спасибо!", "91 AF A0 E1 A8 A1 AE 21", "atol-protocol.md 7.4"),
    ("Коррекция", "8A AE E0 E0 A5 AA E6 A8 EF", "atol-protocol.md 7.6"),
    ("Тест", "92 A5 E1 E2", "ffd.md 4.7"),
    ("Ёё", "F0 F1", "atol-wire-observed.md 2.5"),
    ("№$€—■", "24 FC F2 FA FF", "atol-protocol.md 3.3"),
    ("a'b~", "61 27 62 7E", "atol-wire-observed.md 2.5"),
]


@pytest.mark.parametrize(("text", "raw", "source"), ROWS, ids=[row[0] for row in ROWS])
def test_text_becomes_the_bytes_of_the_source_and_back(text: str, raw: str, source: str) -> None:
    assert bytes.fromhex(raw) == charset.encode(text)
    assert text == charset.decode(bytes.fromhex(raw))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("«Рога и Копыта»", '"Рога и Копыта"'),
        ("10 ₽", "10 руб."),
        ("да…", "да..."),
        ("кафе\u0301 日本", "кафе    "),
        ("а\tб\nв", "а б в"),
        ("\x09\x0a\x0b\x7f", "    "),
    ],
)
def test_what_the_page_has_not_becomes_its_kin_or_a_space(text: str, printed: str) -> None:
    assert printed == charset.decode(charset.encode(text))


def test_the_names_of_the_pharmacy_receipt_reach_the_paper_unchanged() -> None:
    names = [
        "Аллергодил \\глазные капли\\ (флак; №1; 6мл; 0,05%)",
        "Алерана (пак; №6; 15мл) {маска для всех типов волос}",
        "Алерана (флак; 250мл) {шампунь для сухих и нормальных волос}",
        "Актовегин* (амп; №5; 2мл; 40мг/мл) [оригинал №25] {р-р д/ин.}",
        "Аллохол (таб; №10)",
        "Алерана \\спрей\\ (флак; 60мл; 5%)",
    ]

    assert names == [charset.decode(charset.encode(name)) for name in names]


def test_no_byte_below_a_space_is_ever_sent() -> None:
    everything = "".join(map(chr, range(0x3000)))

    assert min(charset.encode(everything)) >= 0x20
    assert not EXTERNAL_UNDEFINED & set(charset.encode(everything))


def test_undefined_codes_read_as_unknown() -> None:
    assert charset.UNKNOWN * 3 == charset.decode(b"\x00\x7f\xf3")


@pytest.mark.parametrize(("raw", "text"), [("00 81", "Аб"), ("24 31", "№1"), ("A0 A1 A2 F0 F1", "$€—Ёё"), ("9F", "я")])
def test_table_strings_come_back_in_the_internal_page(raw: str, text: str) -> None:
    assert text == charset.decode_internal(bytes.fromhex(raw))


@given(st.lists(st.sampled_from([c for c in range(0x20, 0x100) if c not in EXTERNAL_UNDEFINED])))
def test_every_defined_code_survives_reading_and_writing(codes: list[int]) -> None:
    assert bytes(codes) == charset.encode(charset.decode(bytes(codes)))


@given(st.text())
def test_writing_what_was_read_changes_nothing_more(text: str) -> None:
    once = charset.decode(charset.encode(text))

    assert once == charset.decode(charset.encode(once))


def test_the_differences_from_cp866_are_the_listed_ones_only() -> None:
    same = [code for code in range(0x20, 0x100) if code not in EXTERNAL and code not in EXTERNAL_UNDEFINED]

    assert bytes(same).decode("cp866") == charset.decode(bytes(same))
