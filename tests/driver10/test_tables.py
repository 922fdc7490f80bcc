"""The tables of the face are whole: codes, words, tasks."""

from __future__ import annotations

import datetime

import pytest

from devices.errors import ErrorCode
from devices.ffd import PaymentMethod, PaymentObject, PaymentType, Vat
from devices.reactions import WAITING
from receipts.api.driver10 import codes, words
from receipts.api.driver10.blocks import BLOCKS
from receipts.api.driver10.drafts import RECEIPT_TYPES
from receipts.api.driver10.tasks import ANSWERED, TASKS
from receipts.checks import FaultCode

# Numbers of driver 10.10.8: 0–278, 400–426, 500–505. Source: atol-driver10-json.md 4.
KNOWN = {*range(279), *range(400, 427), *range(500, 506)}


def test_each_of_our_codes_has_a_number_that_the_driver_knows() -> None:
    assert set(ErrorCode) == set(codes.NUMBERS)
    assert set(codes.NUMBERS.values()) | set(codes.FAULTS.values()) <= KNOWN
    assert 0 not in codes.NUMBERS.values()


def test_a_code_of_a_later_version_is_an_unknown_error() -> None:
    assert 15 == codes.number_of("not invented yet")
    assert "" == codes.reason_of("not invented yet")


def test_what_blocks_are_holds_that_there_are() -> None:
    assert set(codes.BLOCKS) <= set(WAITING)
    assert not {ErrorCode.SHIFT_CLOSED, ErrorCode.SHIFT_EXPIRED} & set(codes.BLOCKS)


def test_a_fault_of_sense_is_never_told_as_unreadable() -> None:
    assert codes.UNREADABLE not in codes.FAULTS.values()
    assert set(codes.FAULTS) <= set(FaultCode)


def test_every_word_stands_for_something_and_everything_has_a_word() -> None:
    assert set(PaymentType) == set(words.PAYMENTS.values())
    assert set(PaymentMethod) == set(words.METHODS.values())
    assert set(PaymentObject) == set(words.OBJECTS.values())
    assert {"0", "1", "2", "3", "4"} <= set(words.PAYMENTS)


@pytest.mark.parametrize(
    ("word", "day", "vat"),
    [
        ("vat20", "2025-12-31", Vat.VAT20),
        ("20", "2025-12-31", Vat.VAT20),
        ("vat18", "2025-12-31", Vat.VAT20),
        ("vat18", "2026-01-01", Vat.VAT22),
        ("118", "2025-12-31", Vat.VAT120),
        ("vat118", "2026-01-01", Vat.VAT122),
        ("none", "2026-01-01", Vat.NONE),
        ("0", "2026-01-01", Vat.VAT0),
        ("105", "2026-01-01", Vat.VAT105),
        ("22", "2026-01-01", Vat.VAT22),
    ],
)
def test_a_rate_by_its_words(word: str, day: str, vat: Vat) -> None:
    assert vat == words.vat_of(word, on=datetime.date.fromisoformat(day), keeps_18=False)


def test_18_percent_that_must_stay_is_no_rate_any_more() -> None:
    assert words.vat_of("vat18", on=datetime.date(2026, 1, 1), keeps_18=True) is None


def test_every_receipt_is_a_task_and_every_block_belongs_to_one() -> None:
    assert set(RECEIPT_TYPES) <= set(TASKS)
    assert set(BLOCKS) <= set(TASKS)
    assert not ANSWERED & set(BLOCKS)
