from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.protocol.atol import numbers


@pytest.mark.parametrize(
    ("value", "raw", "source"),
    [
        (6813594, "00 06 81 35 94", "atol-protocol.md 3.2, S13 test"),
        (4294967295, "42 94 96 72 95", "atol-protocol.md 3.2, S1 test"),
        (1000, "00 00 00 10 00", "atol-protocol.md 3.2: quantity 1.000"),
        (30, "00 00 00 30", "atol-protocol.md 4.3: default password"),
        (10, "10", "atol-wire-observed.md 2.4: payment type 10"),
    ],
)
def test_packed_decimals_match_the_source(value: int, raw: str, source: str) -> None:
    data = bytes.fromhex(raw)

    assert data == numbers.bcd(value, len(data))
    assert value == numbers.from_bcd(data)


@pytest.mark.parametrize(("value", "size"), [(100, 1), (-1, 2), (10**10, 5)])
def test_what_does_not_fit_is_refused(value: int, size: int) -> None:
    with pytest.raises(ValueError, match=r"fit|negative"):
        numbers.bcd(value, size)


@pytest.mark.parametrize("raw", ["0A", "FF FF FF FF", "1F"])
def test_half_bytes_that_are_no_digits_are_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="not BCD"):
        numbers.from_bcd(bytes.fromhex(raw))


@given(st.integers(1, 8).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, 10 ** (2 * size) - 1))))
def test_packed_decimals_travel_there_and_back(case: tuple[int, int]) -> None:
    size, value = case

    assert value == numbers.from_bcd(numbers.bcd(value, size))


@pytest.mark.parametrize(
    ("value", "raw"), [(404969, "E9 2D 06"), (0, "00"), (123450, "3A E2 01"), (67927, "57 09 01"), (255, "FF")]
)
def test_short_numbers_match_the_source(value: int, raw: str) -> None:
    assert bytes.fromhex(raw) == numbers.vln(value)
    assert value == numbers.from_vln(bytes.fromhex(raw))


@pytest.mark.parametrize(("raw", "value"), [("", 0), ("3A E2 01 00 00", 123450)])
def test_short_numbers_may_be_absent_or_padded(raw: str, value: int) -> None:
    assert value == numbers.from_vln(bytes.fromhex(raw))


@given(st.integers(0, 2**64 - 1))
def test_short_numbers_travel_there_and_back_in_the_least_bytes(value: int) -> None:
    raw = numbers.vln(value)

    assert value == numbers.from_vln(raw)
    assert 1 == len(raw) or raw[-1] != 0


@pytest.mark.parametrize(
    ("value", "raw"),
    [
        ("1234567.89", "02 15 CD 5B 07"),
        ("1", "00 01"),
        ("1.1", "01 0B"),
        ("0.345", "03 59 01"),
        ("12.123456", "06 40 FD B8"),
    ],
)
def test_quantities_match_the_source(value: str, raw: str) -> None:
    assert bytes.fromhex(raw) == numbers.fvln(Decimal(value))
    assert Decimal(value) == numbers.from_fvln(bytes.fromhex(raw))


@pytest.mark.parametrize("raw", ["00 03", "01 1E", "03 B8 0B"])
def test_several_codings_are_one_quantity(raw: str) -> None:
    assert Decimal(3) == numbers.from_fvln(bytes.fromhex(raw))


@given(st.decimals(min_value=0, max_value=10**9, places=6))
def test_quantities_travel_there_and_back(value: Decimal) -> None:
    assert value == numbers.from_fvln(numbers.fvln(value))


@pytest.mark.parametrize("value", ["-1", "NaN", "Infinity"])
def test_what_is_no_quantity_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="quantity"):
        numbers.fvln(Decimal(value))


def test_no_bytes_are_no_quantity() -> None:
    with pytest.raises(ValueError, match="quantity"):
        numbers.from_fvln(b"")


@pytest.mark.parametrize(
    ("at", "raw", "source"),
    [
        (datetime.datetime(2026, 11, 20, 14, 5), "8C 53 00 6B", "ffd.md 4.7"),
        (datetime.datetime(2018, 2, 22, 16, 17), "FC EC 8E 5A", "atol-protocol.md 5.9"),
        (datetime.datetime(2019, 1, 1), "80 AD 2A 5C", "atol-protocol.md 7.6"),
        (datetime.datetime(2026, 11, 19), "00 3C FE 6A", "ffd.md 4.7"),
    ],
)
def test_local_time_has_no_zone(at: datetime.datetime, raw: str, source: str) -> None:
    assert bytes.fromhex(raw) == numbers.unixtime(at)
    assert at == numbers.from_unixtime(bytes.fromhex(raw))


@given(st.datetimes(datetime.datetime(1970, 1, 1), datetime.datetime(2106, 1, 1)))
def test_local_time_travels_there_and_back(at: datetime.datetime) -> None:
    assert at.replace(microsecond=0) == numbers.from_unixtime(numbers.unixtime(at))


@pytest.mark.parametrize(
    ("raw", "order", "at"),
    [
        ("24 02 29 13 05 01", "YMDhms", datetime.datetime(2024, 2, 29, 13, 5, 1)),
        ("01 03 24 13 05 59", "DMYhms", datetime.datetime(2024, 3, 1, 13, 5, 59)),
        ("15 01 28", "DMY", datetime.datetime(2028, 1, 15)),
        ("00 00 00 00 00 00", "DMYhms", None),
        ("FF FF FF", "DMY", None),
        ("31 02 24", "DMY", None),
    ],
)
def test_clock_readings_of_the_command_layer(raw: str, order: str, at: datetime.datetime | None) -> None:
    assert at == numbers.bcd_time(bytes.fromhex(raw), order)


@pytest.mark.parametrize(
    ("raw", "at"),
    [("18 02 1D 0D 05", datetime.datetime(2024, 2, 29, 13, 5)), ("00 00 00 00 00", None), ("1A 0B", None)],
)
def test_clock_readings_of_the_fiscal_storage(raw: str, at: datetime.datetime | None) -> None:
    assert at == numbers.binary_time(bytes.fromhex(raw))
