from __future__ import annotations

import pytest

from devices.errors import ErrorCode, LinkError
from devices.protocol.atol import transport2, transport3
from devices.protocol.atol.detect import open_session
from devices.protocol.atol.session import Session
from devices.protocol.atol.tables import FOREIGN_PROBE
from tests.unit.protocol.peer import Peer, Script, playing

ABORT = "FE 01 00 01 C4 F6"
ABORTED = "FE 01 00 01 A3 DA"


def opened(script: Script, transport: int = 0) -> Session:
    with playing(script) as link:
        return open_session(
            link,
            transport=transport,
            timers2=transport2.Timers(enq=0.05),
            timers3=transport3.Timers(hello=0.1),
        )


@pytest.mark.parametrize("transport", [0, 3])
def test_an_answer_to_abort_is_transport_3(transport: int) -> None:
    def script(peer: Peer) -> None:
        peer.expect(ABORT)
        peer.say(FOREIGN_PROBE.hex() + ABORTED)

    assert 3 == opened(script, transport).transport


@pytest.mark.parametrize("answer", ["06", "15", "05"])
def test_an_answer_to_enq_is_transport_2(answer: str) -> None:
    def script(peer: Peer) -> None:
        peer.expect(ABORT + "05")
        peer.say(answer)

    assert 2 == opened(script).transport


def test_a_device_that_acknowledged_is_left_idle() -> None:
    def script(peer: Peer) -> None:
        peer.expect("05")
        peer.say("06")
        peer.expect("04")

    assert 2 == opened(script, 2).transport


def test_a_device_of_transport_3_that_wakes_late_is_found_the_second_time() -> None:
    def script(peer: Peer) -> None:
        peer.expect(ABORT + "05 05 05 05 05")
        peer.expect_packet(2, "C4")
        peer.say_packet(2, "A3")

    assert 3 == opened(script).transport


@pytest.mark.parametrize("transport", [0, 2, 3])
def test_silence_is_an_offline_device(transport: int) -> None:
    def script(peer: Peer) -> None:
        peer.hear(100, 0.6)

    with pytest.raises(LinkError) as caught:
        opened(script, transport)
    assert ErrorCode.DEVICE_OFFLINE == caught.value.code
