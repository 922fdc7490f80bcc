"""What must hold for any data: frames come back as they went in, discounts leave no kopeck behind, tasks run once."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from devices.simulator import session2
from devices.simulator.frames3 import Frame, Unpacker, pack
from devices.simulator.layout import wrap
from devices.simulator.receipt import Position, Receipt
from tests.unit.simulator.client import frame2, frame3


@given(number=st.integers(0, 0xDF), data=st.binary(max_size=300), junk=st.binary(max_size=20), cut=st.integers(0, 300))
def test_frames_of_transport_3_come_back(number: int, data: bytes, junk: bytes, cut: int) -> None:
    raw = pack(number, data)
    unpacker = Unpacker()
    before = junk.replace(b"\xfe", b"")

    assert frame3(number, data) == raw
    assert [Frame(number, data)] == unpacker.feed(before + raw[:cut]) + unpacker.feed(raw[cut:])


@given(data=st.binary(min_size=3, max_size=255))
def test_frames_of_transport_2_come_back(data: bytes) -> None:
    started: list[bytes] = []
    said: list[bytes] = []
    session = session2.Session(said.append, lambda message, done: started.append(message))

    assert frame2(data) == session2.pack(data)
    session.receive(b"\x05" + frame2(data) + b"\x04")
    assert [data] == started
    assert [b"\x06", b"\x06"] == said


@given(amounts=st.lists(st.integers(1, 10**7), min_size=1, max_size=12), share=st.floats(0, 1), charge=st.booleans())
def test_a_spread_discount_leaves_no_kopeck_behind(amounts: list[int], share: float, charge: bool) -> None:
    receipt = Receipt(1, positions=[Position("", amount, "1", amount, 2) for amount in amounts])
    difference = int(sum(amounts) * share) * (-1 if charge else 1)

    receipt.spread(difference)

    assert sum(amounts) - difference == receipt.positions_sum
    assert all(position.amount >= 0 for position in receipt.positions)
    exact = [Decimal(amount) - Decimal(difference) * amount / sum(amounts) for amount in amounts]
    assert all(abs(position.amount - fair) < 1 for position, fair in zip(receipt.positions, exact, strict=True))


@given(text=st.text(alphabet="аб №\\{}[]", max_size=120), columns=st.integers(4, 48))
def test_wrapped_text_is_whole_and_fits(text: str, columns: int) -> None:
    lines = wrap(text, columns)

    assert text == "".join(lines)
    assert all(len(line) <= columns for line in lines)
