"""How numbers and sentences look to people."""

from __future__ import annotations

import pytest

from devices.typography import NBSP, amount, grouped, headline, money, unbroken


@pytest.mark.parametrize(
    ("kopecks", "shown"),
    [
        (0, "0,00_₽"),
        (7, "0,07_₽"),
        (125050, "1_250,50_₽"),
        (16391050, "163_910,50_₽"),
        (100000000, "1_000_000,00_₽"),
        (-45000, "−450,00_₽"),
        (-5, "−0,05_₽"),
    ],
)
def test_money_has_groups_a_comma_and_spaces_that_do_not_break(kopecks: int, shown: str) -> None:
    assert shown.replace("_", NBSP) == money(kopecks)


def test_an_amount_is_money_without_its_sign() -> None:
    assert f"1{NBSP}250,50" == amount(125050)


def test_a_headline_sum_comes_apart_before_its_kopecks() -> None:
    assert (f"163{NBSP}910", f",50{NBSP}₽") == headline(16391050)


def test_a_whole_number_is_grouped() -> None:
    assert f"10{NBSP}000" == grouped(10000)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Чек в кассе", "Чек в_кассе"),
        ("и на ленте", "и_на_ленте"),
        ("ЧЕК № 34", "ЧЕК №_34"),
        ("НДС 22 %", "НДС 22_%"),
        ("за 10 шт. и 5 дн.", "за_10_шт. и_5_дн."),
        ("не менее 100 ₽", "не_менее 100_₽"),
        ("за 1 ч 50 мин, 3 с", "за_1_ч_50_мин, 3_с"),
        ("%(hours)d ч %(minutes)d мин", "%(hours)d_ч_%(minutes)d_мин"),
        ("Касса «А» в зале", "Касса «А» в_зале"),
        ("просто слова", "просто слова"),
    ],
)
def test_short_words_and_units_stay_with_their_neighbours(text: str, shown: str) -> None:
    assert shown.replace("_", NBSP) == unbroken(text)
