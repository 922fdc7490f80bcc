"""What a record of an exchange shows of printed codes: never a contact, whole or in halves."""

from __future__ import annotations

from typing import Any

import pytest

from devices.protocol.atol import wire
from devices.protocol.atol.masking import Mask
from devices.protocol.atol.wire import Wire

QR = {"type": 0, "scale": 5, "options": b"\1\1"}


def shown(row: Wire[Any], /, **values: object) -> bytes:
    message = row.message(values)
    masked = Mask().sent(row, message)

    assert len(message) + 2 == len(masked)
    return masked


def test_a_contact_in_a_short_code_is_hidden_and_the_rest_is_shown() -> None:
    masked = shown(wire.PRINT_BARCODE, **QR, data=b"https://shop.example.com?m=buyer@example.com".ljust(100, b"\0"))

    assert b"https://shop.example.com?m=*****************" in masked
    assert b"buyer" not in masked


@pytest.mark.parametrize(
    ("row", "values", "head"),
    [
        (wire.PRINT_BARCODE, {**QR, "type": 0x80, "data": b"buyer@exa".rjust(100)}, 15),
        (wire.BARCODE_DATA, {"flag": 0, "data": b"mple.com".ljust(100, b"\0")}, 2),
        (wire.PRINT_RASTER, {"repeat": 60, "dots": b"\xaa\x55" * 20}, 6),
    ],
    ids=["C1", "C2", "8E"],
)
def test_halves_of_codes_and_bars_are_hidden_whole(row: Wire[Any], values: dict[str, object], head: int) -> None:
    masked = shown(row, **values)

    assert row.message(values)[:head] == masked[2 : 2 + head]
    assert {ord("*")} == set(masked[2 + head :])


def test_a_contact_in_a_setting_is_hidden() -> None:
    masked = shown(wire.WRITE_TABLE, table=6, row=3, field=1, value="звоните +79123456789".encode("cp866"))

    assert b"+79123456789" not in masked
