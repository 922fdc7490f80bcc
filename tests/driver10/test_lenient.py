"""Bodies as the first web server read them, and no more than that."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from receipts.api.driver10 import lenient
from receipts.api.driver10.lenient import BadJson, parse


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":1}', {"a": 1}),
        ('\ufeff{"a":1}', {"a": 1}),
        ('{"a":1}"', {"a": 1}),
        ('{"a":1} "and more', {"a": 1}),
        ('{"a":1,}', {"a": 1}),
        ('{,"a":1,,"b":2}', {"a": 1, "b": 2}),
        ('{"a":1 "b":2}', {"a": 1, "b": 2}),
        ('{"a" 1}', {"a": 1}),
        ('{"a"::1}', {"a": 1}),
        ("[1 2,3,]", [1, 2, 3]),
        ('{"a":007,"b":-00.50}', {"a": 7, "b": Decimal("-0.50")}),
        ('{"a":"x\ny"}', {"a": "x\ny"}),
        (r'{"a":"C:\dir\u0041\"\/" "b":[]}', {"a": 'C:\\dirA"/', "b": []}),
        (r'{"a":"\ud83d\ude00",,}', {"a": "😀"}),
        (r'{"a":"\ud83d"}', {"a": "\ufffd"}),
        (r'{"a":"\ud83d",}', {"a": "\ufffd"}),
        ('{"a":{"b":[{}]},"a":null,"c":true,"d":false,}', {"a": None, "c": True, "d": False}),
        ("[]", []),
        ("{}", {}),
        ('"x"', "x"),
    ],
)
def test_what_the_old_parser_took_is_taken(text: str, value: Any) -> None:
    assert value == parse(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "}",
        "[1",
        '{"a":}',
        '{"a"}',
        "{'a':1}",
        '{"a":1}}',
        '{"a":1}x',
        '{"a":1} "x" ',
        "{1:2}",
        '{"a",1}',
        "[1:2]",
        '{{"a":1}}',
        '{"a":NaN}',
        "nul",
        '{"a":"b',
        '{"a":1]',
        "[1}",
        '{"a":1e9999}',
        '{"a":' + "9" * 41 + "}",
        "[" * 41 + "]" * 41,
        "[" * 41 + "1," + "]" * 41,
    ],
)
def test_what_it_refused_is_refused(text: str) -> None:
    with pytest.raises(BadJson):
        parse(text.encode())


def test_what_is_not_utf_8_is_refused() -> None:
    with pytest.raises(BadJson):
        parse('{"a":"касса"}'.encode("cp1251"))


def test_a_mistake_is_told_by_its_place() -> None:
    with pytest.raises(BadJson) as told:
        parse(b'{"a":1,\n "b":\'x\'}')

    assert (2, 6) == (told.value.line, told.value.column)


def test_numbers_keep_their_decimal_text() -> None:
    assert {"a": Decimal("0.30000000000000004")} == parse(b'{"a":0.30000000000000004}')
    assert [Decimal("0.10")] == parse(b"[0.10,]")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(st.characters(codec="utf-8"), max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=5),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(VALUES, st.booleans())
def test_the_lenient_reader_reads_all_that_is_json(value: Any, is_ascii: bool) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii)
    expected = json.loads(text)

    assert expected == parse(text.encode(errors="surrogatepass") if is_ascii else text.encode())
    assert expected == lenient._lenient(text)
