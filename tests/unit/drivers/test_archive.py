from __future__ import annotations

import datetime

import pytest

from devices.drivers.atol.archive import document
from devices.errors import LinkError
from devices.ffd import Operation
from devices.protocol.atol import answers

FN = "9999078900007317"

# A real receipt, ФД 87 of a Казначей ФА. Source: atol-protocol.md 5.9 (values there; this is their encoding).
REAL = bytes.fromhex(
    "11 04 10 00 39 39 39 39 30 37 38 39 30 30 30 30 37 33 31 37"  # 1041
    "10 04 04 00 57 00 00 00 F4 03 04 00 FC EC 8E 5A 35 04 06 00 31 04 66 29 76 5F"  # 1040, 1012, 1077
    "0E 04 01 00 0E 12 04 01 00 01 1E 04 01 00 01 FC 03 02 00 C4 09"  # 1038, 1042, 1054, 1020
    "23 04 29 00 06 04 08 00 9D E1 AF E0 A5 E1 E1 AE 37 04 02 00 C4 09 FF 03 02 00 00 01"  # 1059
    "13 04 02 00 C4 09 AF 04 01 00 01 B0 04 02 00 7D 01"
    "07 04 02 00 C4 09 39 04 01 00 00 1F 04 01 00 08 4E 04 02 00 7D 01"
)


def found(rest: str = "01 C4 09 00 00 00", kind: int = 3, fd: int = 87) -> answers.FoundDocument:
    return answers.FoundDocument(
        type=kind,
        ticket=0,
        at=datetime.datetime(2018, 2, 22, 16, 17),
        fd=fd,
        fpd=1713993311,
        rest=bytes.fromhex(rest),
    )


def test_a_real_document_tells_everything() -> None:
    read = document(found(), REAL, lambda: "?")

    assert (3, FN, 87, 1713993311, 14, 1, Operation.SELL, 2500) == (
        read.document_type,
        read.fn_number,
        read.fd_number,
        read.fpd,
        read.shift_number,
        read.receipt_number,
        read.operation,
        read.total,
    )
    assert datetime.datetime(2018, 2, 22, 16, 17) == read.at
    assert f"t=20180222T1617&s=25.00&fn={FN}&i=87&fp=1713993311&n=1" == read.qr
    assert REAL == read.tlv
    assert "" == read.mark


def test_the_short_record_is_enough_where_the_requisites_are_gone() -> None:
    read = document(found(), b"", lambda: FN)

    assert (FN, 1713993311, Operation.SELL, 2500, b"") == (
        read.fn_number,
        read.fpd,
        read.operation,
        read.total,
        read.tlv,
    )


@pytest.mark.parametrize("kind", [0x03, 0x83, 0xC3])
def test_the_version_bits_of_a_type_are_masked(kind: int) -> None:
    assert 3 == document(found(kind=kind), REAL, lambda: FN).document_type


def test_a_shift_document_has_no_sum_and_no_qr() -> None:
    read = document(found(rest="10 00", kind=2), b"", lambda: FN)

    assert (2, 16, 0, "", None) == (read.document_type, read.shift_number, read.total, read.qr, read.operation)


@pytest.mark.parametrize(
    ("raw", "fd"),
    [(REAL[:-1], 87), (REAL, 88), (bytes.fromhex("1E 04 01 00 09"), 87)],
    ids=["torn", "another document", "no such operation"],
)
def test_requisites_that_cannot_be_this_document_are_not_believed(raw: bytes, fd: int) -> None:
    with pytest.raises(LinkError):
        document(found(fd=fd), raw, lambda: FN)
