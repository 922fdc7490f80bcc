"""Single values: texts, sums, INN, contacts."""

from __future__ import annotations

import datetime

import pytest

from receipts import checks
from receipts.checks import Bad, FaultCode


@pytest.mark.parametrize(
    "name",
    [
        r"Аллергодил \глазные капли\ (флак; №1; 6мл; 0,05%)",
        "Алерана (пак; №6; 15мл) {маска для всех типов волос}",
        "Актовегин* (амп; №5; 2мл; 40мг/мл) [оригинал №25] {р-р д/ин.}",
        "Ёж \"в тумане\" 'и' $ ёлка",
    ],
)
def test_a_name_stays_as_it_is(name: str) -> None:
    assert name == checks.requisite(name, 128)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ЗАО «Рога» — копыта", 'ЗАО "Рога" - копыта'),
        ("Цена 5 ₽…", "Цена 5 руб...."),
        ("  Чай\t\n зелёный ", "Чай  зелёный"),
        ("Crème brûlée", "Creme brulee"),
        ("И\u0306од", "Йод"),
        ("Кофе ☕", "Кофе ?"),
        ("мяг\u00adкий\u200b", "мягкий"),
    ],
)
def test_what_cp866_has_not_gets_a_visible_substitute(name: str, expected: str) -> None:
    assert expected == checks.requisite(name, 128)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", FaultCode.EMPTY),
        (" \t ", FaultCode.EMPTY),
        ("☕", FaultCode.EMPTY),
        ("Чай\x00", FaultCode.INVALID_CHARACTERS),
        ("Чай\ud83d", FaultCode.INVALID_CHARACTERS),
        ("Чай\x1b[31m", FaultCode.INVALID_CHARACTERS),
        ("…" * 43, FaultCode.TOO_LONG),
    ],
)
def test_a_name_that_cannot_be_kept_is_refused(name: str, code: FaultCode) -> None:
    with pytest.raises(Bad) as caught:
        checks.requisite(name, 128)

    assert code == caught.value.code


@pytest.mark.parametrize("number", ["7700001235", "770123456703", "7800004568"])
def test_an_inn_with_right_check_digits_passes(number: str) -> None:
    assert number == checks.inn(number)


@pytest.mark.parametrize(
    "number", ["7700001234", "770123456704", "770123456713", "77000012355", "", "٧٧٠٠٠٠١٢٣٥", "7700-01235"]
)
def test_an_inn_with_a_wrong_digit_is_refused(number: str) -> None:
    with pytest.raises(Bad):
        checks.inn(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("+7 (912) 345-67-89", "+79123456789"), ("89123456789", "+79123456789"), ("+375291234567", "+375291234567")],
)
def test_a_phone_is_brought_to_its_plain_form(text: str, expected: str) -> None:
    assert expected == checks.phone(text)


@pytest.mark.parametrize("text", ["", "none", "9123456789", "+7912", "+7912345678a", "+٧٩١٢٣٤٥٦٧٨٩"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(Bad):
        checks.phone(text)


@pytest.mark.parametrize(
    "text", ["none", "a@b", "a@b.ru, c@d.ru", "a b@c.ru", "a@b@c.ru", "x" * 60 + "@b.ru", "<a@b.ru>"]
)
def test_what_is_no_single_address_is_refused(text: str) -> None:
    with pytest.raises(Bad):
        checks.email(text)


@pytest.mark.parametrize("text", ["1,50", "1.505", "-1", "+1", "1e2", "", " 1", "٣", "100000000", "1.", ".5", "NaN"])
def test_what_is_no_sum_is_refused(text: str) -> None:
    with pytest.raises(Bad):
        checks.money(text)


def test_a_moment_has_a_zone_and_lies_ahead() -> None:
    now = datetime.datetime(2026, 11, 20, 12, tzinfo=datetime.UTC)

    assert now + datetime.timedelta(hours=1) == checks.moment("2026-11-20T16:00:00+03:00", now=now)
    for text in (
        "2026-11-20T16:00:00",
        "2026-11-20T14:00:00+03:00",
        "2027-11-20T16:00:00Z",
        "tomorrow",
        "0001-01-01T00:00:00+14:00",
    ):
        with pytest.raises(Bad):
            checks.moment(text, now=now)
