"""A paper on a terminal: a frame that holds, whatever stands in it."""

from __future__ import annotations

import re

from devices.commands import BarcodeType
from devices.drivers.bars.drawing import draw
from devices.simulator.paper import Dots, Element, Look, Qr, Text, write_line
from kktoffice.terminal import LOOKS, bar_lines, framed


def test_every_row_of_the_frame_is_as_wide_as_the_others() -> None:
    bars = int("1010011" * 8, 2).to_bytes(7, "big")
    paper: list[Element] = [
        Text("Привет"),
        Text("жирно", Look.BOLD, 2),
        Qr("https://shop.example.com"),
        Dots(60, bars),
        Text(""),
    ]

    rows = framed("".join(f"{write_line(each)}\n" for each in paper)).split("\n")

    assert 1 == len({len(LOOKS.sub("", row)) for row in rows})
    assert any("\x1b[1;12mжирно\x1b[0m" in row for row in rows)


def test_bars_are_drawn_as_narrow_as_they_can_be() -> None:
    modules = draw(BarcodeType.EAN8, "46009333").modules
    dots = "0" * 13 + "".join(each * 3 for each in modules)
    row = int(dots.ljust(384, "0"), 2).to_bytes(48, "big").hex()

    drawn = bar_lines(row)
    halves = {"█": "11", "▌": "10", "▐": "01", " ": "00"}

    assert modules == "".join(halves[each] for each in drawn[0]).rstrip("0")
    assert 1 == len(set(drawn))
    assert re.fullmatch("[█▌▐ ]+", drawn[0])
