"""How free printing looks on the paper: looks, codes, dots; and what a clearing leaves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.simulator.device import VirtualDevice
from devices.simulator.paper import Dots, Element, Look, Pdf417, Qr, Text, read_line, write_line
from tests.unit.simulator.client import Host3
from tests.unit.simulator.messages import MODE

words = st.text(st.characters(codec="cp866", exclude_categories=["Cc"]), max_size=40)


@given(words, st.integers(0, 31), st.integers(0, 9))
def test_a_line_is_read_as_it_was_written(text: str, look: int, font: int) -> None:
    line = Text(text, Look(look), font)
    if line == Text(text) and read_line(text) != line:
        return  # a plain line that looks like an element is one

    assert line == read_line(write_line(line))


@pytest.mark.parametrize("element", [Qr("a]b"), Pdf417("АБВ"), Dots(60, b"\x00\xf0"), Text("")])
def test_an_element_is_read_as_it_was_written(element: Element) -> None:
    assert element == read_line(write_line(element))


def test_words_are_found_in_the_tape_whatever_their_look(till: Host3, device: VirtualDevice) -> None:
    till.ok("87 00 01 00 00 00 00 01 01 09 00 00 88 92 8E 83")
    device.roll._tape.flush()

    assert Text("ИТОГ", Look.BOLD | Look.NEGATIVE) == device.roll.last()[0]
    assert "ИТОГ" in (device.roll.folder / "paper.txt").read_text()


def test_dots_start_at_their_offset_and_end_at_the_edge(till: Host3, device: VirtualDevice) -> None:
    till.ok("8E 01 00 3C 00 04 FF")
    till.ok("8E 01 00 01 01 7C FF")
    till.ok("8E 01 00 00 00 00 FF")

    assert [Dots(60, b"\x0f\xf0" + bytes(46)), Dots(1, bytes(47) + b"\x0f")] == device.roll.last()


def test_a_sound_is_heard(till: Host3, device: VirtualDevice) -> None:
    till.ok("88 FE 34 0A")

    assert [(2003, 100)] == device.sounds


def test_general_clearing_needs_a_closed_shift_and_leaves_the_archive(host: Host3, device: VirtualDevice) -> None:
    host.ok(MODE[1])
    host.ok("9A 00")
    host.ok("49 00 00 00 00 50 00")
    host.ok("48")
    host.ok(MODE[3])
    assert b"\x55\x9c\x00" == host.ask("77")
    host.ok("5A")
    host.ok(MODE[3])
    host.ok("77")

    assert bytes(7) == host.ok("91 0A 00 00")
    assert 3 == device.archive.last_fd
