from __future__ import annotations

import pytest

from devices.errors import ErrorCode, LinkError, OutcomeUnknown
from devices.protocol.atol.session import NotTaken
from devices.protocol.atol.transport2 import Session2, Timers
from tests.unit.protocol.peer import Peer, Script, playing

FAST = Timers(enq=0.1, stx=0.2, ack=0.1, eot=0.1, byte=0.1, collision=0.02, enq_tries=3, frame_tries=4, restarts=12)
STATE_CODE = bytes.fromhex("00 00 45")
FRAME = "02 00 00 45 03 46"
ANSWER = "02 55 00 00 03 56"
ENQ, ACK, EOT, NAK = "05", "06", "04", "15"


def take_request(peer: Peer) -> None:
    peer.expect(ENQ)
    peer.say(ACK)
    peer.expect(FRAME)
    peer.say(ACK)
    peer.expect(EOT)


def give_answer(peer: Peer, answer: str = ANSWER) -> None:
    peer.say(ENQ)
    peer.expect(ACK)
    peer.say(answer)
    peer.expect(ACK)
    peer.say(EOT)


def whole_exchange(peer: Peer) -> None:
    take_request(peer)
    give_answer(peer)


def exchange(script: Script, *, fiscal: bool = False, repeatable: bool = False, timeout: float = 0.4) -> bytes:
    with playing(script) as link:
        session = Session2(link, timers=FAST)
        return session.exchange(STATE_CODE, timeout=timeout, fiscal=fiscal, repeatable=repeatable).answer


def test_an_exchange_is_the_example_of_the_source_byte_for_byte() -> None:
    assert b"\x55\x00\x00" == exchange(whole_exchange)


def test_an_answer_may_come_one_byte_at_a_time() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.say(ENQ)
        peer.expect(ACK)
        peer.say("02 55 10 03 00 03 45", each=0.02)
        peer.expect(ACK)
        peer.say(EOT)

    assert b"\x55\x03\x00" == exchange(script)


def test_a_busy_device_is_asked_again() -> None:
    def script(peer: Peer) -> None:
        peer.expect(ENQ)
        peer.say(NAK)
        whole_exchange(peer)

    assert b"\x55\x00\x00" == exchange(script)


def test_a_deaf_device_is_asked_again() -> None:
    def script(peer: Peer) -> None:
        peer.expect(ENQ + ENQ)
        whole_exchange(peer)

    assert b"\x55\x00\x00" == exchange(script)


def test_both_sides_calling_at_once_start_over() -> None:
    def script(peer: Peer) -> None:
        peer.expect(ENQ)
        peer.say(ENQ)
        whole_exchange(peer)

    assert b"\x55\x00\x00" == exchange(script)


def test_garbage_instead_of_ack_starts_over() -> None:
    def script(peer: Peer) -> None:
        peer.expect(ENQ)
        peer.say("7F")
        whole_exchange(peer)

    assert b"\x55\x00\x00" == exchange(script)


@pytest.mark.parametrize("fiscal", [False, True])
def test_nobody_there_is_a_link_error_even_for_a_fiscal_message(fiscal: bool) -> None:
    def script(peer: Peer) -> None:
        peer.expect(ENQ * FAST.enq_tries + EOT)

    with pytest.raises(LinkError) as caught:
        exchange(script, fiscal=fiscal)
    assert ErrorCode.DEVICE_OFFLINE == caught.value.code


def test_a_device_that_only_says_nak_to_enq_is_busy() -> None:
    def script(peer: Peer) -> None:
        for _ in range(FAST.enq_tries):
            peer.expect(ENQ)
            peer.say(NAK)
        peer.expect(EOT)

    with pytest.raises(LinkError) as caught:
        exchange(script, fiscal=True)
    assert ErrorCode.DEVICE_BUSY == caught.value.code


def test_a_frame_that_was_not_understood_is_sent_again() -> None:
    def script(peer: Peer) -> None:
        peer.expect(ENQ)
        peer.say(ACK)
        peer.expect(FRAME)
        peer.say(NAK)
        peer.expect(FRAME)
        peer.say(ACK)
        peer.expect(EOT)
        give_answer(peer)

    assert b"\x55\x00\x00" == exchange(script, fiscal=True)


def test_a_frame_refused_each_time_was_not_taken() -> None:
    def script(peer: Peer) -> None:
        peer.expect(ENQ)
        peer.say(ACK)
        for _ in range(FAST.frame_tries):
            peer.expect(FRAME)
            peer.say(NAK)
        peer.expect(EOT)

    with pytest.raises(NotTaken):
        exchange(script, fiscal=True)


def test_an_enq_after_a_repeated_frame_means_our_ack_was_lost() -> None:
    def script(peer: Peer) -> None:
        peer.expect(ENQ)
        peer.say(ACK)
        peer.expect(FRAME + FRAME)  # it has the frame, its ACK did not come through
        give_answer(peer)

    assert b"\x55\x00\x00" == exchange(script, fiscal=True)


@pytest.mark.parametrize(("fiscal", "ending"), [(True, OutcomeUnknown), (False, LinkError)])
def test_silence_instead_of_ack_to_the_frame_proves_nothing(fiscal: bool, ending: type[Exception]) -> None:
    def script(peer: Peer) -> None:
        peer.expect(ENQ)
        peer.say(ACK)
        peer.expect(FRAME * FAST.frame_tries + EOT)

    with pytest.raises(ending):
        exchange(script, fiscal=fiscal)


def test_a_lost_answer_of_a_fiscal_message_is_unknown_and_nothing_is_sent_again() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.expect_silence(0.8)

    with pytest.raises(OutcomeUnknown) as caught:
        exchange(script, fiscal=True)
    assert ErrorCode.OUTCOME_UNKNOWN == caught.value.code


def test_a_lost_answer_of_a_read_is_asked_for_again() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.expect_silence(0.3)
        peer.expect(EOT)  # both sides back to silence first
        whole_exchange(peer)

    assert b"\x55\x00\x00" == exchange(script, repeatable=True)


def test_a_lost_answer_of_another_message_is_a_link_error() -> None:
    with pytest.raises(LinkError) as caught:
        exchange(take_request)
    assert ErrorCode.DEVICE_SLOW == caught.value.code


def test_a_damaged_answer_is_asked_for_once_more() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.say(ENQ)
        peer.expect(ACK)
        peer.say("02 55 01 00 03 56")
        peer.expect(NAK)
        peer.say(ANSWER)
        peer.expect(ACK)
        peer.say(EOT)

    assert b"\x55\x00\x00" == exchange(script, fiscal=True)


def test_an_answer_that_stops_half_way_is_read_when_it_is_repeated() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.say(ENQ)
        peer.expect(ACK)
        peer.say("02 55 00")
        peer.expect_silence(0.15)
        peer.say(ANSWER)
        peer.expect(ACK)
        peer.say(EOT)

    assert b"\x55\x00\x00" == exchange(script, fiscal=True)


def test_an_answer_repeated_after_our_lost_ack_is_taken_once() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.say(ENQ)
        peer.expect(ACK)
        peer.say(ANSWER)
        peer.expect(ACK)
        peer.say(ANSWER)
        peer.expect(ACK)
        peer.say(EOT)

    assert b"\x55\x00\x00" == exchange(script, fiscal=True)


def test_an_enq_repeated_after_our_lost_ack_is_acknowledged_again() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.say(ENQ)
        peer.expect(ACK)
        give_answer(peer)

    assert b"\x55\x00\x00" == exchange(script, fiscal=True)


def test_no_eot_after_the_answer_does_no_harm() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.say(ENQ)
        peer.expect(ACK)
        peer.say(ANSWER)
        peer.expect(ACK)

    assert b"\x55\x00\x00" == exchange(script, fiscal=True)


def test_stray_bytes_before_the_answer_are_skipped() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.say("7F 55 AA")
        peer.say(ENQ)
        peer.expect(ACK)
        peer.say("00 FF")
        peer.say(ANSWER)
        peer.expect(ACK)
        peer.say(EOT)

    assert b"\x55\x00\x00" == exchange(script)


def test_answers_that_are_never_whole_end_unknown_for_a_fiscal_message() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.say(ENQ)
        peer.expect(ACK)
        for _ in range(FAST.frame_tries):
            peer.say("02 55 01 00 03 56")
            peer.expect(NAK)

    with pytest.raises(OutcomeUnknown):
        exchange(script, fiscal=True)


@pytest.mark.parametrize(("fiscal", "ending"), [(True, OutcomeUnknown), (False, LinkError)])
def test_a_link_cut_after_the_frame(fiscal: bool, ending: type[Exception]) -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.hang_up()

    with pytest.raises(ending):
        exchange(script, fiscal=fiscal, timeout=3.0)


def test_a_link_cut_before_the_frame_is_a_link_error() -> None:
    def script(peer: Peer) -> None:
        peer.expect(ENQ)
        peer.hang_up()

    with pytest.raises(LinkError) as caught:
        exchange(script, fiscal=True)
    assert ErrorCode.LINK_LOST == caught.value.code


def test_a_late_answer_is_never_taken_for_the_next_one() -> None:
    def script(peer: Peer) -> None:
        take_request(peer)
        peer.expect(EOT)  # the host has given up and clears the line
        give_answer(peer, "02 55 9B 00 03 CD")
        whole_exchange(peer)

    with playing(script) as link:
        session = Session2(link, timers=FAST)
        with pytest.raises(LinkError):
            session.exchange(STATE_CODE, timeout=0.1)

        assert b"\x55\x00\x00" == session.exchange(STATE_CODE, timeout=0.5).answer


def test_two_exchanges_follow_each_other_without_a_pause() -> None:
    def script(peer: Peer) -> None:
        whole_exchange(peer)
        whole_exchange(peer)

    with playing(script) as link:
        session = Session2(link, timers=FAST)
        answers = [session.exchange(STATE_CODE, timeout=0.5).answer for _ in range(2)]

    assert [b"\x55\x00\x00"] * 2 == answers
