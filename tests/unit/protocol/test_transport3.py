from __future__ import annotations

import time

import pytest

from devices.errors import ErrorCode, LinkError, OutcomeUnknown
from devices.protocol.atol.session import NotTaken, Reply
from devices.protocol.atol.transport3 import Session3, Timers
from tests.unit.protocol.peer import Peer, Script, playing

FAST = Timers(hello=0.2, reply=0.15, poll=0.3, courtesy=0.2, overflow=0.01, overflows=3, extensions=1, damages=3)
STATE = bytes.fromhex("00 00 3F")
OK = Reply(b"\x55\x00\x00", failed=False)
ADD = "C1 01 01 00 00 3F"


def greet(peer: Peer) -> None:
    peer.expect("FE 01 00 01 C4 F6")
    peer.say("FE 01 00 01 A3 DA")


def finish(peer: Peer, number: int) -> None:
    """The host acknowledges task 01."""
    peer.expect_packet(number, "C2 01")
    peer.say_packet(number, "A3")


def play(script: Script, *, fiscal: bool = False, repeatable: bool = False, timeout: float = 0.6) -> Reply:
    def greeted(peer: Peer) -> None:
        greet(peer)
        script(peer)

    with playing(greeted) as link:
        session = Session3(link, timers=FAST, first_task=1)
        assert session.connect()
        return session.exchange(STATE, timeout=timeout, fiscal=fiscal, repeatable=repeatable)


def test_an_exchange_is_that_of_the_source_byte_for_byte() -> None:
    def script(peer: Peer) -> None:
        peer.expect("FE 06 00 02 C1 01 01 00 00 3F ED")
        peer.say("FE 01 00 02 A2 C6")
        peer.say("FE 05 00 F0 A6 01 55 00 00 2F")
        peer.expect("FE 02 00 03 C2 01 C3")
        peer.say("FE 01 00 03 A3 03")

    assert OK == play(script)


@pytest.mark.parametrize("status", ["A1", "A2", "A8"])
def test_a_pushed_result_may_come_one_byte_at_a_time(status: str) -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(2, status, each=0.01)
        peer.say_packet(0xF0, "A6 01 55 00 00", each=0.01)
        finish(peer, 3)

    assert OK == play(script)


def test_a_result_may_come_at_once() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(2, "A3 55 00 00")
        finish(peer, 3)

    assert OK == play(script)


def test_a_pushed_result_may_overtake_the_reply() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(0xF0, "A6 01 55 00 00")
        peer.say_packet(2, "A2")
        finish(peer, 3)

    assert OK == play(script)


@pytest.mark.parametrize("pushed", [True, False])
def test_an_error_is_followed_by_abort(pushed: bool) -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        if pushed:
            peer.say_packet(2, "A2")
            peer.say("FE 05 00 F0 A7 01 55 9B 00 AB")
        else:
            peer.say_packet(2, "A4 55 9B 00")
        peer.expect_packet(3, "C4")
        peer.say_packet(3, "A3")

    assert Reply(b"\x55\x9b\x00", failed=True) == play(script)


def test_results_of_other_tasks_are_dropped() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(0xF0, "A7 55 55 67 00")
        peer.say_packet(2, "A2")
        peer.say_packet(0xF0, "A6 00 55 00 00")
        peer.say_packet(0xF0, "A6 01 55 00 00")
        finish(peer, 3)

    assert OK == play(script)


@pytest.mark.parametrize("fiscal", [True, False])
def test_a_lost_reply_and_a_lost_result_are_asked_for(fiscal: bool) -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.expect_packet(3, "C3 01")
        peer.say_packet(3, "A3 55 00 00")
        finish(peer, 4)

    assert OK == play(script, fiscal=fiscal)


@pytest.mark.parametrize("damage", ["FE 01 00 02 A2 C7", "FE 05 00 F0 A6 01 55 00 01 2F"])
def test_damage_is_asked_about_at_once(damage: str) -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say(damage)
        peer.expect_packet(3, "C3 01")
        peer.say_packet(3, "A3 55 00 00")
        finish(peer, 4)

    assert OK == play(script, fiscal=True)


def test_a_request_to_repeat_a_packet_is_answered_by_asking_for_the_task() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(2, "")
        peer.expect_packet(3, "C3 01")
        peer.say_packet(3, "A2")
        peer.say_packet(0xF0, "A6 01 55 00 00")
        finish(peer, 4)

    assert OK == play(script, fiscal=True)


def test_a_line_that_damages_everything_ends_the_exchange() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        for number in range(FAST.damages + 1):
            peer.say("FE 01 00 02 A2 C7")
            if number < FAST.damages:
                peer.expect_packet(3 + number, "C3 01")

    with pytest.raises(OutcomeUnknown):
        play(script, fiscal=True)


def test_a_full_buffer_gets_the_same_task_again() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(2, "B1")
        peer.expect_packet(3, ADD)
        peer.say_packet(3, "A3 55 00 00")
        finish(peer, 4)

    assert OK == play(script, fiscal=True)


def test_a_buffer_that_stays_full_has_not_taken_the_task() -> None:
    def script(peer: Peer) -> None:
        for number in range(2, 2 + FAST.overflows + 1):
            peer.expect_packet(number, ADD)
            peer.say_packet(number, "B1")

    with pytest.raises(NotTaken):
        play(script, fiscal=True)


def test_a_task_that_is_already_there_is_asked_for() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(2, "B2")
        peer.expect_packet(3, "C3 01")
        peer.say_packet(3, "A3 55 00 00")
        finish(peer, 4)

    assert OK == play(script, fiscal=True)


@pytest.mark.parametrize("status", ["A5 00", "B4 00"])
def test_a_refused_task_was_not_executed(status: str) -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(2, status)

    with pytest.raises(NotTaken):
        play(script, fiscal=True)


def forgotten(peer: Peer) -> None:
    peer.expect_packet(2, ADD)
    peer.expect_packet(3, "C3 01")
    peer.say_packet(3, "B3")
    peer.expect_silence(0.4)


def test_a_fiscal_task_that_the_device_does_not_know_is_unknown_and_never_added_again() -> None:
    with pytest.raises(OutcomeUnknown):
        play(forgotten, fiscal=True)


def test_another_task_that_the_device_does_not_know_is_a_link_error() -> None:
    with pytest.raises(LinkError):
        play(forgotten)


def test_a_read_that_the_device_does_not_know_is_added_again_under_its_number() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.expect_packet(3, "C3 01")
        peer.say_packet(3, "B3")
        peer.expect_packet(4, ADD)
        peer.say_packet(4, "A3 55 00 00")
        finish(peer, 5)

    assert OK == play(script, repeatable=True)


def test_silence_after_add_leaves_a_fiscal_task_unknown() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.expect_packet(2, ADD)
        for number in range(3, 3 + FAST.questions):
            peer.expect_packet(number, "C3 01")
        peer.expect_silence(0.4)

    with playing(script) as link:
        session = Session3(link, timers=FAST, first_task=1)
        session.connect()
        with pytest.raises(OutcomeUnknown) as caught:
            session.exchange(STATE, timeout=0.5, fiscal=True)
    assert ErrorCode.OUTCOME_UNKNOWN == caught.value.code


def test_a_task_under_way_gets_more_time_and_then_is_given_up() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(2, "A2")
        for number in range(3, 8):
            if b"" == peer.hear(7, 0.5):
                return
            peer.say_packet(number, "A2")

    with pytest.raises(LinkError) as caught:
        play(script, timeout=0.3)
    assert ErrorCode.DEVICE_SLOW == caught.value.code


def test_a_slow_task_is_waited_for_while_the_device_says_that_it_works() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(2, "A2")
        peer.expect_packet(3, "C3 01")
        peer.say_packet(3, "A2")
        peer.say_packet(0xF0, "A6 01 55 00 00")
        finish(peer, 4)

    assert OK == play(script, fiscal=True, timeout=0.3)


def test_a_link_cut_after_add_is_unknown_for_a_fiscal_task() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.hang_up()

    with pytest.raises(OutcomeUnknown):
        play(script, fiscal=True)


def test_a_missing_reply_to_ack_costs_nothing() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say_packet(2, "A3 55 00 00")
        peer.expect_packet(3, "C2 01")

    assert OK == play(script)


def test_a_device_that_never_answers_ack_is_waited_for_once() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        for task in range(1, 6):
            peer.expect_packet(2 * task, f"C1 01 {task:02X} 00 00 3F")
            peer.say_packet(2 * task, "A3 55 00 00")
            peer.expect_packet(2 * task + 1, f"C2 {task:02X}")

    with playing(script) as link:
        session = Session3(link, timers=FAST, first_task=1)
        session.connect()
        started = time.monotonic()
        for _ in range(5):
            session.exchange(STATE, timeout=0.5)

    assert time.monotonic() - started < 2 * FAST.courtesy


def test_after_a_failed_exchange_the_buffer_is_cleared_before_the_next() -> None:
    def script(peer: Peer) -> None:
        greet(peer)
        peer.expect_packet(2, ADD)
        peer.say_packet(2, "B4 00")
        peer.expect_packet(3, "C4")
        peer.say_packet(3, "A3")
        peer.expect_packet(4, "C1 01 02 00 00 3F")
        peer.say_packet(4, "A3 55 00 00")
        peer.expect_packet(5, "C2 02")
        peer.say_packet(5, "A3")

    with playing(script) as link:
        session = Session3(link, timers=FAST, first_task=1)
        session.connect()
        with pytest.raises(LinkError):
            session.exchange(STATE, timeout=0.5)

        assert OK == session.exchange(STATE, timeout=2.0)


def test_task_and_packet_numbers_wrap_after_dc() -> None:
    def script(peer: Peer) -> None:
        for task, number in ((0xDC, 0xDC), (0x00, 0x01)):
            peer.expect_packet(number, f"C1 01 {task:02X} 00 00 3F")
            peer.say_packet(number, "A3 55 00 00")
            following = (number + 1) % 0xDD
            peer.expect_packet(following, f"C2 {task:02X}")
            peer.say_packet(following, "A3")

    with playing(script) as link:
        session = Session3(link, timers=FAST, first_task=0xDC)
        session._number = 0xDB

        assert [OK, OK] == [session.exchange(STATE, timeout=0.5) for _ in range(2)]


def test_tasks_begin_anywhere_so_that_an_earlier_hosts_result_is_not_ours() -> None:
    with playing(lambda peer: None) as link:
        starts = {Session3(link).next_task for _ in range(60)}

    assert len(starts) > 10
    assert max(starts) <= 0xDC


def test_bytes_of_another_protocol_are_skipped() -> None:
    def script(peer: Peer) -> None:
        peer.expect_packet(2, ADD)
        peer.say("55 00 05 06 02")
        peer.say_packet(2, "A3 55 00 00")
        finish(peer, 3)

    assert OK == play(script)
