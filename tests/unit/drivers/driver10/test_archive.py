"""Documents as servers of any age may tell them. TOLD and RAW are what the vendor's library 10.8.0.0 gave."""

from __future__ import annotations

import base64
import datetime
import random
from typing import Any

import pytest

from devices.drivers.driver10 import results
from devices.drivers.driver10.archive import document
from devices.errors import ErrorCode, LinkError
from devices.ffd import DocumentType, Operation

RAW = (
    "EQQQADk5OTkwNzg5MDAwMDQzMTINBBQAMTIzNDU2Nzg5MDA0Mzk0NyAgICD6AwwANzcwMDAwMTIzNSAgEAQEAAMAAAD0AwQASUAAazUEBgAxBI3REi4O"
    "BAQAAQAAABIEBAABAAAAHgQBAAEfBAEAAfwDAgBUVg=="
)
TOLD: dict[str, Any] = {
    "1012": "2026-11-20T12:42:49+00:00",
    "1018": "7700001235",
    "1020": 221,
    "1037": "1234567890043947",
    "1038": 1,
    "1040": 3,
    "1041": "9999078900004312",
    "1042": 1,
    "1054": 1,
    "1077": "31048DD1122E",
    "1192": "K1097333",
    "fiscalDocumentType": "receipt",
    "short": False,
}


def test_a_document_of_the_vendors_library() -> None:
    found = document({"documentTLV": TOLD, "rawData": RAW}, 3, "")

    assert (DocumentType.RECEIPT, Operation.SELL, 22100, 2379289134, "K1097333", 1, 1) == (
        found.document_type,
        found.operation,
        found.total,
        found.fpd,
        found.mark,
        found.shift_number,
        found.receipt_number,
    )
    assert datetime.datetime(2026, 11, 20, 12, 42, 49) == found.at
    assert "t=20261120T1242&s=221.00&fn=9999078900004312&i=3&fp=2379289134&n=1" == found.qr
    assert base64.b64decode(RAW) == found.tlv


@pytest.mark.parametrize(
    ("sign", "number"),
    [
        ({"1077": "31048DD1122E"}, 2379289134),
        ({"1077": "310412345678"}, 0x12345678),
        ({"1077": "0123456789"}, 123456789),
        ({"1077": 123456789}, 123456789),
        ({"1077": None, "qr": "t=1&s=2&fn=3&i=4&fp=0123456789&n=1"}, 123456789),
        ({"1077": None}, 0),
    ],
)
def test_the_fiscal_sign_in_every_form(sign: dict[str, Any], number: int) -> None:
    assert number == document({"documentTLV": {**TOLD, **sign}}, 3, "").fpd


@pytest.mark.parametrize("wrap", [0, 1])
def test_raw_data_may_come_in_a_container(wrap: int) -> None:
    raw = base64.b64decode(RAW)
    for _ in range(wrap):
        raw = (3).to_bytes(2, "little") + len(raw).to_bytes(2, "little") + raw

    found = document({"documentTLV": TOLD, "rawData": base64.b64encode(raw).decode()}, 3, "")

    assert base64.b64decode(RAW) == found.tlv


ANOTHERS = base64.b64encode(b"\x10\x04\x04\x00\x09\0\0\0").decode()  # 1040 = 9


@pytest.mark.parametrize("raw", [None, "", "!!!", "AAAA", RAW[:40], 5, ANOTHERS])
def test_raw_data_that_are_damaged_or_anothers_are_left_out(raw: Any) -> None:
    found = document({"documentTLV": TOLD, "rawData": raw}, 3, "")

    assert (b"", 22100) == (found.tlv, found.total)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"documentTLV": None},
        {"documentTLV": {**TOLD, "fiscalDocumentType": "poem"}},
        {"documentTLV": {**TOLD, "1040": 4}},
        {"documentTLV": {**TOLD, "1012": "yesterday"}},
    ],
)
def test_what_is_no_document_or_another_one_is_a_bad_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(LinkError) as caught:
        document(answer, 3, "")

    assert ErrorCode.LINK_LOST == caught.value.code


JUNK: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1e300,
    "",
    "x",
    "9" * 21,
    [],
    [1],
    {},
    {"sum": "x"},
    "2026-13-45",
)


def junk(random_: random.Random, names: tuple[str, ...], depth: int = 3) -> Any:
    if depth == 0 or random_.random() < 0.3:
        return random_.choice(JUNK)
    return {name: junk(random_, names, depth - 1) for name in random_.sample(names, random_.randint(0, len(names)))}


def test_answers_of_any_shape_break_nothing() -> None:
    names: tuple[str, ...] = (
        "deviceInfo",
        "fnInfo",
        "shiftStatus",
        "shiftTotals",
        "receipts",
        "sell",
        "payments",
        "cash",
        "sum",
        "count",
    )
    names += ("state", "number", "serial", "model", "organization", "taxationTypes", "device", "warnings", "status")
    names += ("fnStatus", "fiscalDocumentNumber", "validityDate", "notSentCount", "currentDateTime", "deviceStatus")
    random_ = random.Random(5)
    for _ in range(3000):
        data = junk(random_, names)
        told = data if isinstance(data, dict) else {}
        results.identity(told, told, told)
        results.baseline(told, told, told, told, told)
        results.device_state(device=told, shift_told=told, fn=told, drawer=told, info=told, ofd=told, unprinted=False)
        results.storage(told, told, told)
        results.registration(told)
        results.overall_totals(told, 0)
        results.mark_check(told)
