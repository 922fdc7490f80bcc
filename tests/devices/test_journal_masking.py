"""What a record may never show: buyers' contacts in text, in requisites and in bytes; passwords."""

from __future__ import annotations

from typing import Any

import pytest

from devices.drivers.atol import requisites
from devices.journal import clean
from devices.protocol import masking
from devices.protocol.atol import charset, tlv, wire
from devices.protocol.atol.masking import Mask
from devices.protocol.atol.wire import Wire


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("buyer@example.ru", "b***@e***.ru"),
        ("b@localhost", "b***@l***"),
        ("+79161234567", "+7***4567"),
        ("8 (916) 123-45-67", "8***4567"),
        ("Петрова", "П***"),
        ("", ""),
    ],
)
def test_a_contact_shows_just_enough_to_be_recognised(text: str, shown: str) -> None:
    assert shown == masking.contact(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("чек на buyer@example.ru, спасибо", "чек на b***@e***.ru, спасибо"),
        ("тел. +7 916 123-45-67.", "тел. +7***4567."),
        ("тел. 8(916)123-45-67", "тел. 8***4567"),
        ("ФН 9999078900004312, ФПД 2397484188, ИНН 7842509176", "ФН 9999078900004312, ФПД 2397484188, ИНН 7842509176"),
        ("buyer@", "b***@***"),
        ("CRC: fe 1a 00 07 55 00 f0 03 06 00 61 40 62 2e 72 75", "CRC: fe 1a 00 07 55 00 …"),
        ("command A4 46: 55 00 f0", "command A4 46: 55 00 f0"),
    ],
)
def test_contacts_in_free_text_are_hidden_and_numbers_of_documents_are_not(text: str, shown: str) -> None:
    assert shown == masking.words(text)


@pytest.mark.parametrize("tag", sorted(masking.PRIVATE_TAGS))
def test_the_value_of_a_private_requisite_is_hidden_and_its_length_stays(tag: int) -> None:
    total = tlv.number(1020, 14000)
    written = tlv.text(tag, "secret") + total

    assert tlv.element(tag, b"******") + total == masking.requisites(written)


@pytest.mark.parametrize("cut", range(1, 10))
def test_requisites_that_end_half_way_are_hidden_from_there_on(cut: int) -> None:
    total = tlv.number(1020, 14000)
    half = tlv.text(1008, "secret")[:cut]

    assert total + b"*" * cut == masking.requisites(total + half)


def sent(mask: Mask, row: Wire[Any], **values: object) -> bytes:
    return mask.sent(row, row.message(values))


def test_passwords_are_hidden_in_every_message() -> None:
    assert bytes.fromhex("2a2a 56 01 2a2a2a2a") == sent(Mask(), wire.ENTER_MODE, mode=1, password=30)
    assert bytes.fromhex("2a2a 3f") == sent(Mask(), wire.STATE)


def test_a_private_requisite_is_hidden_in_all_its_blocks_and_the_next_one_is_shown() -> None:
    mask = Mask()
    name = tlv.text(1227, "Н" * 150)
    total = tlv.number(1020, 14000)

    blocks = [sent(mask, row, **values) for row, values in requisites.write(name)]
    after = [sent(mask, row, **values) for row, values in requisites.write(total)]

    assert bytes.fromhex("2a2a e8 01 02 00") + name[:4] + b"*" * 96 == blocks[0]
    assert bytes.fromhex("2a2a e8 01 02 01") + b"*" * 54 == blocks[1]
    assert [bytes.fromhex("2a2a e8 01 01 00") + total] == after


def test_contacts_in_printed_text_are_hidden_and_sums_are_not() -> None:
    line = sent(Mask(), wire.PRINT_LINE, text=charset.encode("Чек: buyer@example.ru"))
    cash = sent(Mask(), wire.CASH_IN, sum=4031403140)  # bytes that would read 1@1@

    assert charset.encode("Чек: " + "*" * 16) == line[3:]
    assert wire.CASH_IN.message({"sum": 4031403140}) == cash[2:]


def test_requisites_that_the_device_reads_out_are_hidden_too() -> None:
    answer = b"\x55\x00" + tlv.text(1008, "buyer@example.ru")
    block = b"\x55\x00\x01" + tlv.text(1008, "buyer@example.ru")

    assert b"\x55\x00" + tlv.text(1008, "*" * 16) == Mask().received(wire.NEXT_TLV, answer)
    assert b"\x55\x00\x01" + b"*" * 20 == Mask().received(wire.READ_REQUISITE, block)
    assert b"\x55\x08" == Mask().received(wire.NEXT_TLV, b"\x55\x08")


def test_values_of_a_row_are_canonical_and_without_secrets() -> None:
    values = {
        "url": "/dev/kkt",
        "access_password": "1234",
        "payload": {"contact": "+79161234567", "footer": [{"text": "Ждём на shop@example.ru"}], "total": 14000},
        "tlv": tlv.text(1008, "a@b.ru").hex(),
    }

    assert (
        '{"access_password":"***","payload":{"contact":"+7***4567","footer":[{"text":"Ждём на s***@e***.ru"}],'
        '"total":14000},"tlv":"f00306002a2a2a2a2a2a","url":"/dev/kkt"}'
    ) == clean.dump(values)
    assert "" == clean.dump(None)
    assert "half�" == clean.text("ha\0lf\ud83d")[:5].replace("?", "�")
