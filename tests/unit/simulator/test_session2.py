"""Transport 2, the device's side (atol-protocol.md section 1), without a line and with a clock of the test's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from devices.simulator.session2 import Session, pack
from tests.unit.simulator.client import hexed

VECTORS = {
    "S1's test": ("1F 00 FF 10 02 03 1A", "02 1F 00 FF 10 10 02 10 03 1A 03 E8"),
    "state": ("00 00 3F", "02 00 00 3F 03 3C"),
    "state code": ("00 00 45", "02 00 00 45 03 46"),
    "mode 1": ("00 00 56 01 00 00 00 30", "02 00 00 56 01 00 00 00 30 03 64"),
    "mode 3, masked": ("00 00 56 03 00 00 00 30", "02 00 00 56 10 03 00 00 00 30 03 76"),
    "shift state of the ФН, masked": ("00 00 A4 10", "02 00 00 A4 10 10 03 A7"),
    "password 0310": ("03 10 3F", "02 10 03 10 10 3F 03 2F"),
    "Z": ("00 00 5A", "02 00 00 5A 03 59"),
    "annul": ("00 00 59", "02 00 00 59 03 5A"),
    "close": ("00 00 4A 00 01 00 00 00 00 00", "02 00 00 4A 00 01 00 00 00 00 00 03 48"),
    "close with 300.00": ("00 00 4A 00 01 00 00 03 00 00", "02 00 00 4A 00 01 00 00 10 03 00 00 03 5B"),
    "CRC equal to ETX": (
        "00 00 52 00 00 00 01 40 52 00 00 00 12 52 01",
        "02 00 00 52 00 00 00 01 40 52 00 00 00 12 52 01 03 03",
    ),
    "OK": ("55 00 00", "02 55 00 00 03 56"),
    "receipt open": ("55 9B 00", "02 55 9B 00 03 CD"),
    "mode 3.0": ("55 03 00", "02 55 10 03 00 03 45"),
    "open shift": ("00 00 9A 00", "02 00 00 9A 00 03 99"),
    "open receipt": ("00 00 92 00 01", "02 00 00 92 00 01 03 90"),
}
cases = pytest.mark.parametrize(("data", "frame"), VECTORS.values(), ids=VECTORS.keys())


class Bench:
    """A session whose commands end when the test says so, on a clock that the test turns."""

    def __init__(self) -> None:
        self.now = 0.0
        self.out = b""
        self.started: list[bytes] = []
        self._done: list[Callable[[bytes], None]] = []
        self.session = Session(self._send, self._submit, lambda: self.now)

    def _send(self, data: bytes) -> None:
        self.out += data

    def _submit(self, message: bytes, done: Callable[[bytes], None]) -> None:
        self.started.append(message)
        self._done.append(done)

    def hear(self, data: str) -> str:
        """What the device says to these bytes."""
        self.out = b""
        self.session.receive(hexed(data))
        return self.out.hex(" ")

    def finish(self, answer: str = "55 00 00") -> str:
        self.out = b""
        self._done.pop(0)(hexed(answer))
        return self.out.hex(" ")

    def wait(self, seconds: float) -> str:
        self.out = b""
        self.now += seconds
        self.session.tick()
        return self.out.hex(" ")


@cases
def test_a_frame_is_written_as_published(data: str, frame: str) -> None:
    assert hexed(frame) == pack(hexed(data))


@cases
def test_a_frame_is_understood(data: str, frame: str) -> None:
    bench = Bench()
    bench.hear("05")

    assert "06" == bench.hear(frame)
    bench.hear("04")
    assert [hexed(data)] == bench.started


def test_the_worked_exchange() -> None:
    bench = Bench()

    assert "06" == bench.hear("05")
    assert "06" == bench.hear("02 00 00 45 03 46")
    assert "" == bench.hear("04")
    assert "05" == bench.finish("55 00 00")
    assert "02 55 00 00 03 56" == bench.hear("06")
    assert "04" == bench.hear("06")
    assert bench.session.idle


def test_silence_ends_the_host_s_session_as_eot_does() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 45 03 46")

    bench.wait(0.6)

    assert [hexed("00 00 45")] == bench.started


def test_a_repeated_frame_is_acknowledged_and_not_executed_twice() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 4A 00 01 00 00 00 00 00 03 48")

    assert "06" == bench.hear("02 00 00 4A 00 01 00 00 00 00 00 03 48")
    bench.hear("04")
    assert 1 == len(bench.started)


def test_a_damaged_frame_is_refused_and_its_repetition_taken() -> None:
    bench = Bench()
    bench.hear("05")

    assert "15" == bench.hear("02 00 00 45 03 47")
    assert "06" == bench.hear("02 00 00 45 03 46")


def test_a_busy_device_answers_nak() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 45 03 46 04")

    assert "15" == bench.hear("05")


def test_a_lost_ack_to_the_frame_brings_it_again() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 45 03 46 04")
    bench.finish()
    bench.hear("06")

    assert "02 55 00 00 03 56" == bench.wait(0.6)
    assert "02 55 00 00 03 56" == bench.hear("15")
    assert "04" == bench.hear("06")


def test_a_lost_ack_and_the_next_request_at_once() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 45 03 46 04")
    bench.finish()
    bench.hear("06")
    bench.wait(0.6)

    assert "06" == bench.hear("05")


def test_the_host_s_silence_ends_the_answer_after_five_enq() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 45 03 46 04")
    bench.finish()

    said = [bench.wait(0.6) for _ in range(5)]

    assert ["05", "05", "05", "05", "04"] == said
    assert bench.session.idle


def test_a_collision_makes_the_device_pause_and_ask_again() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 45 03 46 04")
    bench.finish()

    assert "" == bench.hear("05")
    assert "05" == bench.wait(0.6)


def test_eot_takes_the_answer_off_the_table() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 45 03 46 04")
    bench.finish()

    assert "" == bench.hear("04")
    assert "06" == bench.hear("05")


def test_a_beep_has_no_answer() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 47 03 44 04")

    assert "" == bench.finish()
    assert bench.session.idle


def test_an_answer_for_a_host_that_left_is_dropped() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 45 03 46 04")
    bench.session.reset()

    assert "" == bench.finish()
    assert "06" == bench.hear("05")


def test_a_host_that_says_no_more_after_enq_is_forgotten() -> None:
    bench = Bench()
    bench.hear("05")

    bench.wait(2.1)

    assert bench.session.idle


def test_a_host_that_stays_busy_is_left_alone_after_five_enq() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 45 03 46 04")
    bench.finish()
    said = []
    while not bench.session.idle:
        bench.hear("15")
        said.append(bench.wait(0.6))

    assert ["05", "05", "05", "05", ""] == said


def test_eot_instead_of_an_ack_ends_the_answer() -> None:
    bench = Bench()
    bench.hear("05 02 00 00 45 03 46 04")
    bench.finish()
    bench.hear("06")

    assert "" == bench.hear("04")
    assert bench.session.idle
