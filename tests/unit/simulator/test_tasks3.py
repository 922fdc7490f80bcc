"""The task buffer of transport 3 (atol-protocol.md 2.3 to 2.6), without a line and without a device."""

from __future__ import annotations

from collections.abc import Callable

from devices.simulator.frames3 import Unpacker, pack
from devices.simulator.tasks3 import CAPACITY, TaskBuffer
from tests.unit.simulator.client import hexed


class Bench:
    """A buffer whose commands end when the test says so."""

    def __init__(self) -> None:
        self.out: list[tuple[int, bytes]] = []
        self.jobs: list[tuple[bytes, Callable[[bytes], None]]] = []
        self.started: list[bytes] = []
        self.buffer = TaskBuffer(self._send, self._submit)
        self._number = 0

    def _send(self, data: bytes) -> None:
        self.out += [(frame.id, frame.data) for frame in Unpacker().feed(data)]

    def _submit(self, message: bytes, done: Callable[[bytes], None]) -> None:
        self.jobs.append((message, done))
        self.started.append(message)

    def ask(self, data: str) -> bytes:
        """The synchronous reply to *data*."""
        self._number += 1
        before = len(self.out)
        self.buffer.receive(pack(self._number, hexed(data)))
        number, reply = self.out[before]
        assert self._number == number
        return reply

    def finish(self, answer: str = "55 00 00") -> list[tuple[int, bytes]]:
        """End the running command; what the device says then."""
        before = len(self.out)
        _, done = self.jobs.pop(0)
        done(hexed(answer))
        return self.out[before:]


def test_a_command_is_accepted_then_answered_asynchronously_and_kept_until_ack() -> None:
    bench = Bench()

    assert b"\xa2" == bench.ask("C1 01 05 00 00 3F")
    assert b"\xa2" == bench.ask("C3 05")
    assert [(0xF0, hexed("A6 05 55 00 00"))] == bench.finish()
    assert hexed("A3 55 00 00") == bench.ask("C3 05")
    assert b"\xa3" == bench.ask("C2 05")
    assert b"\xb3" == bench.ask("C3 05")


def test_a_second_command_waits_for_the_first() -> None:
    bench = Bench()
    bench.ask("C1 01 00 00 00 92 00 01")

    assert b"\xa1" == bench.ask("C1 01 01 00 00 EA 00 01 00")
    assert b"\xa1" == bench.ask("C3 01")
    assert [hexed("00 00 92 00 01")] == bench.started
    bench.finish()
    assert hexed("00 00 EA 00 01 00") == bench.started[-1]


def test_a_failed_command_stops_the_queue_until_abort() -> None:
    bench = Bench()
    bench.ask("C1 01 00 00 00 99 00 01 00 00 00 00 00")
    bench.ask("C1 01 01 00 00 4A")

    assert [(0xF0, hexed("A7 00 55 9A 00"))] == bench.finish("55 9A 00")
    assert hexed("A5 00") == bench.ask("C3 01")
    assert hexed("A5 00") == bench.ask("C1 01 02 00 00 4A")
    assert hexed("A4 55 9A 00") == bench.ask("C3 00")
    assert b"\xa3" == bench.ask("C2 00")
    assert hexed("A5 00") == bench.ask("C1 01 02 00 00 4A")
    assert b"\xa3" == bench.ask("C4")
    assert b"\xb3" == bench.ask("C3 01")
    assert b"\xa2" == bench.ask("C1 01 02 00 00 45")
    assert hexed("00 00 45") == bench.started[-1]


def test_an_error_that_is_to_be_ignored_does_not_stop_the_queue() -> None:
    bench = Bench()
    bench.ask("C1 03 00 00 00 4C")
    bench.ask("C1 01 01 00 00 45")

    assert [(0xF0, hexed("A7 00 55 67 00"))] == bench.finish("55 67 00")
    assert [(0xF0, hexed("A6 01 55 01 00"))] == bench.finish("55 01 00")


def test_without_need_result_success_is_silent_and_forgotten_and_an_error_is_told() -> None:
    bench = Bench()

    bench.ask("C1 00 00 00 00 4C 41")
    assert [] == bench.finish()
    assert b"\xb3" == bench.ask("C3 00")
    bench.ask("C1 00 01 00 00 4C 41")
    assert [(0xF0, hexed("A7 01 55 67 00"))] == bench.finish("55 67 00")


def test_the_same_task_number_twice_already_exists() -> None:
    bench = Bench()
    bench.ask("C1 01 00 00 00 4A")

    assert b"\xb2" == bench.ask("C1 01 00 00 00 4A")
    bench.finish()
    assert b"\xb2" == bench.ask("C1 01 00 00 00 4A")
    assert 1 == len(bench.started)


def test_a_full_buffer_overflows() -> None:
    bench = Bench()
    for tid in range(CAPACITY):
        bench.ask(f"C1 01 {tid:02X} 00 00 45")

    assert b"\xb1" == bench.ask(f"C1 01 {CAPACITY:02X} 00 00 45")


def test_reserved_task_numbers_are_not_found_and_illegal_values_are_named() -> None:
    bench = Bench()

    assert b"\xb3" == bench.ask("C2 DE")
    assert b"\xb3" == bench.ask("C2 DF")
    assert hexed("B4 01") == bench.ask("C2 FF")
    assert hexed("B4 01") == bench.ask("C1 01 E0 00 00 45")
    assert hexed("B4 00") == bench.ask("C1 F0 00 00 00 45")


def test_a_task_for_an_external_device_waits() -> None:
    bench = Bench()

    assert b"\xa8" == bench.ask("C1 07 DE 00 00")
    assert b"\xa8" == bench.ask("C3 DE")


def test_ack_and_add_in_one_packet() -> None:
    bench = Bench()
    bench.ask("C1 01 00 00 00 45")
    bench.finish("55 00 00")

    assert b"\xa2" == bench.ask("C5 00 01 01 00 00 3F")
    assert b"\xb3" == bench.ask("C3 00")


def test_an_empty_frame_asks_for_the_packet_once_more() -> None:
    bench = Bench()
    bench.ask("C4")

    bench.buffer.receive(pack(1, b""))

    assert [(1, b"\xa3"), (1, b"\xa3")] == bench.out


def test_a_damaged_frame_is_asked_for_again() -> None:
    bench = Bench()

    bench.buffer.receive(hexed("FE 01 00 01 C4 F7"))

    assert [(1, b"")] == bench.out


def test_results_outlive_a_connection_and_not_a_restart() -> None:
    bench = Bench()
    bench.ask("C1 01 4B 00 00 4A")
    bench.buffer.receive(hexed("FE 02 00"))
    bench.buffer.new_connection()
    bench.finish()

    assert hexed("A3 55 00 00") == bench.ask("C3 4B")
    bench.buffer.reset()
    assert b"\xb3" == bench.ask("C3 4B")


def test_the_answer_of_an_aborted_command_reaches_nobody() -> None:
    bench = Bench()
    bench.ask("C1 01 00 00 00 4A")
    bench.ask("C4")
    bench.ask("C1 01 00 00 00 45")

    assert [] == bench.finish()
    assert [(0xF0, hexed("A6 00 55 02 00"))] == bench.finish("55 02 00")


def test_the_mode_in_the_answer_of_45_is_no_error() -> None:
    bench = Bench()
    for answer, say in (("55 02 00", 0xA6), ("55 23 01", 0xA6), ("55 8C 00", 0xA7)):
        bench.ask("C1 03 00 00 00 45")

        assert say == bench.finish(answer)[0][1][0]
        bench.ask("C4")
