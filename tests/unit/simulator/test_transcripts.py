"""
Transcripts of the vendor's driver replayed (atol-wire-observed.md 2.1, 2.3): the host's bytes as seen, our answers of
the same shape.

The device side of the transcripts was a scripted fake, so its figures prove nothing; codes, lengths and fields that
follow from the commands do. In the text files `..` stands for any byte, `*` for any rest, FN for the ФН's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.simulator.device import VirtualDevice
from devices.simulator.running import serve_tcp
from tests.unit.simulator.client import Host3, hexed
from tests.unit.simulator.messages import Wall

DEVICE: dict[str, Any] = {"model": "77f", "serial": "00106201234567", "fn": "9999078900001234", "ffd": "1.05"}
FN = DEVICE["fn"].encode().hex(" ").upper()


@pytest.fixture
def host(tmp_path: Path, wall: Wall) -> Iterator[Host3]:
    with VirtualDevice(tmp_path, clock=wall, **DEVICE) as device, serve_tcp(device) as line, Host3(line.url) as host:
        yield host


def transcript(name: str) -> list[str]:
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [line.replace("FN", FN) for line in lines if not line.startswith("#")]


def matches(pattern: str, data: bytes) -> bool:
    wanted = pattern.replace("..", "[0-9A-F]{2}").replace(" *", "( [0-9A-F]{2})*")
    return re.fullmatch(wanted, data.hex(" ").upper()) is not None


def test_the_vendor_s_driver_opens_the_device(host: Host3) -> None:
    for line in transcript("transcript_open.txt"):
        bytes_ = line[2:]
        if line.startswith("> "):
            host.line.write(hexed(bytes_))
        else:
            raw = host.line.read(4 + int(bytes_.split()[1], 16) + 1)

            assert matches(bytes_, raw), f"expected {bytes_}, got {raw.hex(' ').upper()}"


def test_a_day_of_the_vendor_s_driver(host: Host3) -> None:
    for line in transcript("transcript_day.txt"):
        command, _, pattern = line.partition(" -> ")
        answer = host.ask(command)

        assert matches(pattern, answer), f"{command}: expected {pattern}, got {answer.hex(' ').upper()}"


def test_printing_without_a_result_is_silent_and_the_next_command_answers(host: Host3) -> None:
    for text in ("4C 91 AB A5 A2 A0", "8E 01 00 79 00 38 00 F0 F0", "87 00 01 01 03 00 00 01 01 00 00 00 20 8F"):
        assert host.add(hexed("00 00 " + text), flags=0) in (b"\xa1", b"\xa2")

    assert bytes.fromhex("55 00 00") == host.ask("45")
    assert [] == host.stray
