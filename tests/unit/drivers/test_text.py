from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.commands import Align, TextLine
from devices.drivers.atol.text import lay_out, wrap
from devices.protocol.atol import wire


def test_the_paddings_of_the_vendors_host() -> None:
    """atol-wire-observed.md 2.5: centre of AB at 48 columns is 23 spaces, right 46."""
    centred = lay_out(TextLine(text="AB", align=Align.CENTER), 48)
    right = lay_out(TextLine(text="AB", align=Align.RIGHT), 48)

    assert [(wire.PRINT_LINE, {"text": b" " * 23 + b"AB"})] == centred
    assert [(wire.PRINT_LINE, {"text": b" " * 46 + b"AB"})] == right


def test_an_empty_line_is_a_space() -> None:
    assert [(wire.PRINT_LINE, {"text": b" "})] == lay_out(TextLine(text=""), 32)


def test_double_width_marks_every_character_and_halves_the_line() -> None:
    rows = lay_out(TextLine(text="ABC DE", double_width=True), 8)

    assert [{"text": b"\x09A\x09B\x09C"}, {"text": b"\x09D\x09E"}] == [values for _, values in rows]


def test_a_font_or_double_height_needs_the_other_command() -> None:
    assert [(wire.PRINT_FIELD, {"font": 3, "height": 3, "text": b"A"})] == lay_out(TextLine(text="A", font=3), 32)
    assert [(wire.PRINT_FIELD, {"font": 0, "height": 1, "text": b"A"})] == lay_out(
        TextLine(text="A", double_height=True), 32
    )


def test_words_stay_whole_and_longer_ones_are_broken() -> None:
    assert ["раз два", "три"] == wrap("раз два три", 7)
    assert ["абвгд", "ежз"] == wrap("абвгдежз", 5)
    assert ["", "а"] == wrap("\nа", 5)


def test_leading_spaces_stay() -> None:
    assert ["   отступ"] == wrap("   отступ", 20)


def test_a_sign_that_takes_more_room_on_paper_is_counted_so() -> None:
    assert ["10 руб.", "20 руб."] == wrap("10 ₽ 20 ₽", 8)


@given(st.text(max_size=120), st.integers(1, 60), st.booleans(), st.sampled_from(Align))
def test_no_row_is_wider_than_the_paper(text: str, columns: int, wide: bool, align: Align) -> None:
    rows = lay_out(TextLine(text=text, double_width=wide, align=align), columns)

    for _, values in rows:
        assert 1 <= len(values["text"]) <= max(columns, 2 if wide else 1)
