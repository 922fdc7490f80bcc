from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.protocol.atol.framing2 import BadFrame, take, wrap
from tests.unit.protocol.frames2 import FRAMES
from tests.unit.protocol.pieces import byte_by_byte, whole

VECTORS = pytest.mark.parametrize(
    ("frame", "data"), [(bytes.fromhex(f), bytes.fromhex(d)) for _, f, d, _ in FRAMES], ids=[row[0] for row in FRAMES]
)


@VECTORS
def test_data_becomes_the_frame_of_the_source(frame: bytes, data: bytes) -> None:
    assert frame == wrap(data)


@VECTORS
def test_a_frame_reads_whole(frame: bytes, data: bytes) -> None:
    assert (data, b"") == whole(take, frame)


@VECTORS
def test_a_frame_reads_byte_by_byte(frame: bytes, data: bytes) -> None:
    assert [data] == byte_by_byte(take, frame)


@VECTORS
@pytest.mark.parametrize("after", [b"\x04", b"\x03", b"\x02\x55", b"\x10\x10"], ids=["EOT", "ETX", "STX", "DLE"])
def test_bytes_after_a_frame_stay_in_the_buffer(frame: bytes, data: bytes, after: bytes) -> None:
    assert (data, after) == whole(take, frame + after)


@VECTORS
def test_a_changed_check_byte_is_a_bad_frame_and_leaves_nothing(frame: bytes, data: bytes) -> None:
    buffer = bytearray(frame[:-1] + bytes([frame[-1] ^ 0x40]) + b"\x04")

    with pytest.raises(BadFrame):
        take(buffer)
    assert b"\x04" == bytes(buffer)


def test_what_does_not_begin_with_stx_is_thrown_away_byte_by_byte() -> None:
    buffer = bytearray(b"\x55\x02")

    with pytest.raises(BadFrame):
        take(buffer)
    assert b"\x02" == bytes(buffer)


def test_an_empty_buffer_holds_no_frame() -> None:
    assert take(bytearray()) is None


@given(st.binary(max_size=300), st.binary(max_size=5))
def test_any_data_travels_there_and_back(data: bytes, after: bytes) -> None:
    assert (data, after) == whole(take, wrap(data) + after)


@given(st.binary(max_size=60))
def test_any_data_travels_one_byte_at_a_time(data: bytes) -> None:
    assert [data] == byte_by_byte(take, wrap(data))


@given(st.binary(max_size=60), st.data())
def test_one_flipped_data_bit_never_gives_the_wrong_data(data: bytes, draw: st.DataObject) -> None:
    frame = bytearray(wrap(data))
    position = draw.draw(st.integers(1, len(frame) - 1))
    frame[position] ^= 1 << draw.draw(st.integers(0, 7))

    try:
        read = take(frame)
    except BadFrame:
        return
    assert (
        read is None or read == data or len(read) < len(data)
    )  # a flip that makes an ETX shortens it; XOR may miss that
