"""Tables of bars: what the standards say of every pattern, and codes that are printed everywhere."""

from __future__ import annotations

import re

import pytest

from devices.commands import BarcodeType
from devices.drivers.bars import patterns
from devices.drivers.bars.drawing import draw


def test_patterns_of_code_128_have_eleven_modules_and_an_even_number_of_black_ones() -> None:
    data = patterns.CODE128[:-1]

    assert (107, 107) == (len(patterns.CODE128), len(set(patterns.CODE128)))
    assert {11} == {sum(map(int, widths)) for widths in data}
    assert {0} == {sum(map(int, widths[::2])) % 2 for widths in data}


@pytest.mark.parametrize(
    ("value", "widths"),
    [(0, "212222"), (16, "123122"), (33, "111323"), (65, "121124"), (102, "411131"), (104, "211214"), (105, "211232")],
)
def test_values_of_code_128_are_the_published_ones(value: int, widths: str) -> None:
    assert widths == patterns.CODE128[value]


def test_three_of_nine_elements_of_code_39_are_wide() -> None:
    assert {3} == {pattern.count("1") for pattern in patterns.CODE39.values()}
    assert 44 == len(set(patterns.CODE39.values()))


def test_patterns_of_code_93_have_three_bars_and_three_spaces_in_nine_modules() -> None:
    for pattern in patterns.CODE93:
        runs = re.findall("1+|0+", pattern)
        assert (9, 6, True) == (len(pattern), len(runs), max(map(len, runs)) <= 4)
    assert 47 == len(set(patterns.CODE93))


@pytest.mark.parametrize(
    ("kind", "text", "modules"),
    [
        (
            BarcodeType.EAN13,
            "5901234123457",
            "10100010110100111011001100100110111101001110101010110011011011001000010101110010011101000100101",
        ),
        (BarcodeType.EAN8, "96385074", "1010001011010111101111010110111010101001110111001010001001011100101"),
    ],
)
def test_codes_that_are_printed_everywhere(kind: BarcodeType, text: str, modules: str) -> None:
    assert modules == draw(kind, text).modules


@pytest.mark.parametrize(
    ("text", "values"),
    [("1234", 2), ("AB1234", 5), ("A12345", 5), ("12", 1), ("A1", 2), ("123456A", 5)],
)
def test_pairs_of_digits_take_one_place(text: str, values: int) -> None:
    """Start, *values*, check and stop: eleven modules each, the last one thirteen."""
    assert 11 * (1 + values + 1) + 13 == len(draw(BarcodeType.CODE128, text).modules)


@pytest.mark.parametrize("kind", [BarcodeType.QR, BarcodeType.PDF417])
def test_a_two_dimensional_code_is_not_made_of_bars(kind: BarcodeType) -> None:
    with pytest.raises(ValueError, match="bars"):
        draw(kind, "1")


# Seen from the vendor's own host 10.8, which drew them for a device of ours.
DRAWN_BY_THE_VENDOR = [
    (
        BarcodeType.UPCA,
        "036000291452",
        "10100011010111101010111100011010001101000110101010110110011101001100110101110010011101101100101",
    ),
    (BarcodeType.UPCE, "0425261", "101001110100100110111001001101101011110011001010101"),
    (
        BarcodeType.CODE39,
        "ORDER-45",
        "100101101101011010110100101101010110010101011001011011010110010101101010110010100101011011010100110101101101001101010"
        "100101101101",
    ),
    (
        BarcodeType.CODE93,
        "TEST93",
        "1010111101101001101100100101101011001101001101000010101010000101011101101001000101010111101",
    ),
    (BarcodeType.CODABAR, "A40156B", "10110010010101101001010101001101010110010110101001010010101101001001011"),
]


@pytest.mark.parametrize(("kind", "text", "modules"), DRAWN_BY_THE_VENDOR, ids=lambda value: str(value)[:10])
def test_bars_are_those_that_the_vendors_host_draws(kind: BarcodeType, text: str, modules: str) -> None:
    assert modules == draw(kind, text).modules
