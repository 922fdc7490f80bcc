from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import pytest

from devices.protocol.atol import wire
from devices.protocol.atol.errors import DeviceRefused
from devices.protocol.atol.fields import BadAnswer, Bcd, Text, layout
from devices.protocol.atol.session import Reply
from devices.protocol.atol.wire import WIRE, Shape, Wire
from tests.unit.protocol.messages import REPLIES, REQUESTS


def _name(value: object) -> str:
    return f"{value.name}-{value.answer.__name__}" if isinstance(value, Wire) else ""


def test_every_code_stands_in_the_table_once() -> None:
    counted = Counter((row.code, row.sub) for row in WIRE)

    assert [] == [key for key, times in counted.items() if times > 1]


def test_field_names_of_a_request_are_unique_and_optional_ones_need_no_order() -> None:
    for row in WIRE:
        names = [field.name for field in row.ask]
        assert len(names) == len(set(names)), row.name


def test_only_the_last_fields_of_a_message_take_all_that_is_left() -> None:
    for row in WIRE:
        assert all(field.codec.size is not None for field in row.ask[:-1]), row.name


def test_every_row_has_a_request_and_an_answer_among_the_vectors() -> None:
    assert {row.name for row in WIRE} == {row.name for row, _, _, _ in REQUESTS}
    assert {row.name for row in WIRE} == {row.name for row, _, _, _ in REPLIES}


def test_only_reads_are_repeatable() -> None:
    repeatable = {row.code for row in WIRE if row.repeatable}

    assert {0x3F, 0x45, 0xA5, 0x46, 0xE9, 0x91, 0xA4} == repeatable
    assert not wire.NEXT_TLV.repeatable


@pytest.mark.parametrize(("row", "values", "message", "source"), REQUESTS, ids=_name)
def test_a_request_is_the_message_of_the_source(
    row: Wire[Any], values: dict[str, Any], message: str, source: str
) -> None:
    assert message == row.message(values).hex(" ").upper()


@pytest.mark.parametrize(("row", "answer", "fields", "source"), REPLIES, ids=_name)
def test_an_answer_gives_the_fields_of_the_source(
    row: Wire[Any], answer: str, fields: dict[str, Any], source: str
) -> None:
    assert fields == dataclasses.asdict(row.read(Reply(bytes.fromhex(answer))))


def _complete(row: Wire[Any], answer: str) -> bool:
    """All fields are of a fixed size and the answer has each."""
    sizes = [codec.size for _, codec, _ in layout(row.answer)]
    head = 1 if row.shape in (Shape.STATE, Shape.STATE_CODE) else 2
    return None not in sizes and len(bytes.fromhex(answer)) >= head + sum(size or 0 for size in sizes)


@pytest.mark.parametrize(
    ("row", "answer", "fields"), [reply[:3] for reply in REPLIES if _complete(reply[0], reply[1])], ids=_name
)
def test_bytes_after_the_last_field_change_nothing(row: Wire[Any], answer: str, fields: dict[str, Any]) -> None:
    assert fields == dataclasses.asdict(row.read(Reply(bytes.fromhex(answer) + b"\x00\xff\xff")))


@pytest.mark.parametrize("row", [row for row in WIRE if row.shape is not Shape.STATE_CODE], ids=_name)
def test_an_error_byte_is_a_refusal_with_the_devices_code(row: Wire[Any]) -> None:
    with pytest.raises(DeviceRefused) as caught:
        row.read(Reply(bytes.fromhex("55 66 00")))

    assert (0x66, row.code) == (caught.value.device_code, caught.value.command)


def test_a_failed_state_code_is_a_refusal_only_where_the_transport_says_so() -> None:
    with pytest.raises(DeviceRefused):
        wire.STATE_CODE.read(Reply(bytes.fromhex("55 1A 00"), failed=True))
    assert 0x1A == wire.STATE_CODE.read(Reply(bytes.fromhex("55 1A 00"), failed=False)).mode


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        (wire.STATE, ""),
        (wire.STATE, "44 30"),
        (wire.STATE, "44 AA 01 24 02 29 13 05 01 4F 00 12 34 56 45 33 31 41 00 06 00 12 01 00 00 02 39 75 02 01"),
        (wire.CASH, "55 00"),
        (wire.CASH, "55 00 00 00"),
        (wire.CASH, "AA 00 00 00 00 00 00 00 00"),
        (wire.PAY, "55 00 00"),
        (wire.DEVICE_TYPE, ""),
        (wire.CLOSE_RECEIPT, "55"),
        (wire.CLOSE_RECEIPT, "44 00 00"),
    ],
)
def test_nonsense_is_no_answer(row: Wire[Any], answer: str) -> None:
    with pytest.raises(BadAnswer):
        row.read(Reply(bytes.fromhex(answer)))


def test_code_01_is_a_success_of_old_devices() -> None:
    wire.CLOSE_RECEIPT.read(Reply(bytes.fromhex("55 01 00")))


@pytest.mark.parametrize("values", [{"type": 1}, {"type": 1, "sum": 5, "colour": 2}])
def test_a_field_too_many_or_too_few_is_a_mistake_of_ours(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        wire.PAY.message(values)


@pytest.mark.parametrize("values", [{"type": 1, "sum": 10**10}, {"type": 100, "sum": 1}, {"type": 1, "sum": -1}])
def test_a_value_that_does_not_fit_is_a_value_error(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"fit|negative"):
        wire.PAY.message(values)


def test_a_binary_value_that_does_not_fit_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="92"):
        wire.OPEN_RECEIPT.message({"type": 256})


def test_fixed_text_is_padded_and_read_without_padding() -> None:
    assert b"\x80  " == Text(3).encode("А")
    assert "А" == Text(3).decode(b"\x80  ")
    assert 42 == Bcd(2).decode(Bcd(2).encode(42))
