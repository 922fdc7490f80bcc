"""Frames of transport 3 (atol-protocol.md 2.8: published, captured and computed vectors)."""

from __future__ import annotations

import pytest

from devices.simulator.frames3 import Frame, Unpacker, pack

VECTORS = {
    "empty, id 01 (S1)": ("FE 00 00 01 9D", 0x01, ""),
    "result with a stuffed CRC (S1)": ("FE 05 00 F0 A6 57 55 00 00 FD EE", 0xF0, "A6 57 55 00 00"),
    "device type, id 02 (S3)": ("FE 06 00 02 C1 01 02 00 00 A5 93", 0x02, "C1 01 02 00 00 A5"),
    "device type, id 01 (S3)": ("FE 06 00 01 C1 01 02 00 00 A5 99", 0x01, "C1 01 02 00 00 A5"),
    "abort on a real link (S3)": ("FE 01 00 06 C4 58", 0x06, "C4"),
    "device type on a real link (S3)": ("FE 06 00 07 C1 01 02 00 00 A5 8D", 0x07, "C1 01 02 00 00 A5"),
    "req 08 (S3)": ("FE 02 00 08 C3 02 FC", 0x08, "C3 02"),
    "req 09 (S3)": ("FE 02 00 09 C3 02 BA", 0x09, "C3 02"),
    "req 0A (S3)": ("FE 02 00 0A C3 02 70", 0x0A, "C3 02"),
    "first abort of the vendor's driver (S18)": ("FE 01 00 00 C4 02", 0x00, "C4"),
    "add A5 (S18)": ("FE 06 00 00 C1 01 00 00 00 A5 77", 0x00, "C1 01 00 00 00 A5"),
    "ack 00 (S18)": ("FE 02 00 01 C2 00 7E", 0x01, "C2 00"),
    "ack DE (S18)": ("FE 02 00 12 C2 DE 0B", 0x12, "C2 DE"),
    "ack DF (S18)": ("FE 02 00 13 C2 DF 7C", 0x13, "C2 DF"),
    "register 0A (S18)": ("FE 09 00 15 C1 01 09 00 00 91 0A 00 00 55", 0x15, "C1 01 09 00 00 91 0A 00 00"),
    "req 11 (S18)": ("FE 02 00 29 C3 11 D3", 0x29, "C3 11"),
    "req 11 again (S18)": ("FE 02 00 2A C3 11 19", 0x2A, "C3 11"),
    "stuffed data, CRC over the unstuffed bytes (S18)": (
        "FE 13 00 35 C1 01 1A 00 00 E8 01 01 00 8A 04 06 00 44 4D FD EE FD ED 10 03 53",
        0x35,
        "C1 01 1A 00 00 E8 01 01 00 8A 04 06 00 44 4D FE FD 10 03",
    ),
    "abort, id 01": ("FE 01 00 01 C4 F6", 0x01, "C4"),
    "its reply": ("FE 01 00 01 A3 DA", 0x01, "A3"),
    "add 3F": ("FE 06 00 02 C1 01 01 00 00 3F ED", 0x02, "C1 01 01 00 00 3F"),
    "A2": ("FE 01 00 02 A2 C6", 0x02, "A2"),
    "A1": ("FE 01 00 02 A1 95", 0x02, "A1"),
    "async result": ("FE 05 00 F0 A6 01 55 00 00 2F", 0xF0, "A6 01 55 00 00"),
    "async error": ("FE 05 00 F0 A7 01 55 9B 00 AB", 0xF0, "A7 01 55 9B 00"),
    "ack 01": ("FE 02 00 03 C2 01 C3", 0x03, "C2 01"),
    "its A3": ("FE 01 00 03 A3 03", 0x03, "A3"),
    "req 01": ("FE 02 00 04 C3 01 D4", 0x04, "C3 01"),
    "its result": ("FE 04 00 04 A3 55 00 00 A8", 0x04, "A3 55 00 00"),
    "its B3": ("FE 01 00 04 B3 EE", 0x04, "B3"),
    "B2": ("FE 01 00 05 B2 2B", 0x05, "B2"),
    "B4 01": ("FE 02 00 06 B4 01 CD", 0x06, "B4 01"),
    "B1": ("FE 01 00 06 B1 55", 0x06, "B1"),
    "A5 01": ("FE 02 00 07 A5 01 11", 0x07, "A5 01"),
    "add without result": ("FE 07 00 08 C1 00 02 00 00 9A 00 AE", 0x08, "C1 00 02 00 00 9A 00"),
    "repeat packet 05": ("FE 00 00 05 59", 0x05, ""),
    "data with FE FD": (
        "FE 0D 00 0A C1 01 03 00 00 8E 01 00 01 00 00 FD EE FD ED 48",
        0x0A,
        "C1 01 03 00 00 8E 01 00 01 00 00 FE FD",
    ),
    "CRC equal to FD": ("FE 02 00 08 C2 07 FD ED", 0x08, "C2 07"),
}
PROBE = bytes.fromhex("24 40 0D 00 20 01 F7 40 74 65 73 74 65")
cases = pytest.mark.parametrize(("raw", "number", "data"), VECTORS.values(), ids=VECTORS.keys())


@cases
def test_a_frame_is_written_as_published(raw: str, number: int, data: str) -> None:
    assert bytes.fromhex(raw) == pack(number, bytes.fromhex(data))


@cases
@pytest.mark.parametrize("before", [b"", PROBE, b"\x05\x06\x00"], ids=["clean", "foreign probe", "garbage"])
def test_a_frame_reads_the_same_in_any_pieces(raw: str, number: int, data: str, before: bytes) -> None:
    whole = before + bytes.fromhex(raw)
    expected = [Frame(number, bytes.fromhex(data))]

    assert expected == Unpacker().feed(whole)
    one_by_one = Unpacker()
    assert expected == [frame for each in whole for frame in one_by_one.feed(bytes((each,)))]
    assert expected * 2 == Unpacker().feed(whole + whole)


def test_a_long_frame_has_two_bytes_of_length() -> None:
    data = bytes(range(256)) * 2

    raw = pack(7, data)

    assert (0x00, 0x04) == (raw[1], raw[2])
    assert [Frame(7, data)] == Unpacker().feed(raw)


def test_a_wrong_crc_is_a_damaged_frame_with_its_number() -> None:
    assert [Frame(0x02, whole=False)] == Unpacker().feed(bytes.fromhex("FE 06 00 02 C1 01 01 00 00 3F EC"))


def test_an_escape_before_anything_else_damages_the_frame() -> None:
    assert [Frame(0x08, whole=False)] == Unpacker().feed(bytes.fromhex("FE 02 00 08 C2 FD 07 00"))


def test_a_start_byte_in_the_middle_begins_anew() -> None:
    broken = bytes.fromhex("FE 06 00 02 C1 01")

    assert [Frame(0x06, b"\xc4")] == Unpacker().feed(broken + bytes.fromhex("FE 01 00 06 C4 58"))
