from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.protocol.atol.framing3 import BadPacket, Packet, crc8, take
from devices.protocol.atol.tables import FOREIGN_PROBE
from tests.unit.protocol.packets3 import PACKETS
from tests.unit.protocol.pieces import byte_by_byte, whole

VECTORS = pytest.mark.parametrize(
    ("frame", "packet"),
    [(bytes.fromhex(frame), Packet(number, bytes.fromhex(data))) for _, frame, number, data, _ in PACKETS],
    ids=[row[0] for row in PACKETS],
)
numbers = st.one_of(st.integers(0, 0xDF), st.just(0xF0))


@VECTORS
def test_a_packet_becomes_the_frame_of_the_source(frame: bytes, packet: Packet) -> None:
    assert frame == packet.to_bytes()


@VECTORS
def test_a_packet_reads_whole(frame: bytes, packet: Packet) -> None:
    assert (packet, b"") == whole(take, frame)


@VECTORS
def test_a_packet_reads_byte_by_byte(frame: bytes, packet: Packet) -> None:
    assert [packet] == byte_by_byte(take, frame)


@VECTORS
@pytest.mark.parametrize("after", [b"\xfe", b"\xfe\x01\x00", b"\x05", b"\xfd\xee"])
def test_bytes_after_a_packet_stay_in_the_buffer(frame: bytes, packet: Packet, after: bytes) -> None:
    assert (packet, after) == whole(take, frame + after)


@VECTORS
def test_foreign_bytes_before_a_packet_are_skipped(frame: bytes, packet: Packet) -> None:
    assert (packet, b"") == whole(take, FOREIGN_PROBE + frame)


@VECTORS
def test_a_packet_cut_short_by_the_next_one_is_bad_and_the_next_is_read(frame: bytes, packet: Packet) -> None:
    buffer = bytearray(frame[:-1].rstrip(b"\xfd") + frame)

    with pytest.raises(BadPacket):
        take(buffer)
    assert packet == take(buffer)


def test_the_crc_is_taken_over_plain_data() -> None:
    assert 0x53 == crc8(bytes.fromhex("35 C1 01 1A 00 00 E8 01 01 00 8A 04 06 00 44 4D FE FD 10 03"))


@pytest.mark.parametrize(
    ("raw", "left"),
    [
        ("FE 01 00 00 C4 03", ""),  # CRC
        ("FE 01 00 00 FD 00 C4", "C4"),  # stuffing
        ("FE 01 00 00 FD FE 01", "FE 01"),  # a packet begins inside stuffing
        ("FE FE 01 00 00 C4 02", "FE 01 00 00 C4 02"),  # a packet begins inside a head
        ("FE 80 00 00 C4 02", "00 00 C4 02"),  # a length byte above 7F
    ],
)
def test_damage_takes_no_more_than_the_damaged_packet(raw: str, left: str) -> None:
    buffer = bytearray.fromhex(raw)

    with pytest.raises(BadPacket):
        take(buffer)
    assert bytes.fromhex(left) == bytes(buffer)


def test_more_data_than_a_length_can_tell_is_refused() -> None:
    with pytest.raises(ValueError, match="32640"):
        Packet(0, bytes(0x7F80)).to_bytes()


@given(numbers, st.binary(max_size=400), st.binary(max_size=6).filter(lambda b: 0xFE not in b))
def test_any_packet_travels_there_and_back(number: int, data: bytes, before: bytes) -> None:
    packet = Packet(number, data)

    assert (packet, b"") == whole(take, before + packet.to_bytes())


@given(numbers, st.lists(st.sampled_from([0xFE, 0xFD, 0xEE, 0xED, 0x00]), max_size=40))
def test_escapes_travel_one_byte_at_a_time(number: int, data: list[int]) -> None:
    packet = Packet(number, bytes(data))

    assert [packet] == byte_by_byte(take, packet.to_bytes())


@given(numbers, st.binary(max_size=60), st.data())
def test_one_flipped_bit_never_gives_another_packet(number: int, data: bytes, draw: st.DataObject) -> None:
    packet = Packet(number, data)
    frame = bytearray(packet.to_bytes())
    frame[draw.draw(st.integers(0, len(frame) - 1))] ^= 1 << draw.draw(st.integers(0, 7))

    try:
        read = take(frame)
    except BadPacket:
        return
    assert read is None or read == packet or len(read.data) < len(data)
