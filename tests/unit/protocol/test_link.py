from __future__ import annotations

import os
import pty
import socket
import time
from collections.abc import Iterator

import pytest

from devices.errors import ErrorCode, LinkError
from devices.protocol.link import Link


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """The far end of a pseudo-terminal and the path of the near one."""
    far, near = pty.openpty()
    yield far, os.ttyname(near)
    os.close(near)
    os.close(far)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(3)
        yield listening


def url_of(server: socket.socket) -> str:
    return f"socket://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("baudrate", [4800, 115200])
def test_bytes_pass_a_pseudo_terminal_unchanged_both_ways(terminal: tuple[int, str], baudrate: int) -> None:
    far, path = terminal
    everything = bytes(range(256))
    with Link(path, baudrate=baudrate) as link:
        os.write(far, everything)
        heard = bytearray()
        while len(heard) < 256 and (chunk := link.read(time.monotonic() + 1)):
            heard += chunk
        link.write(everything)

        assert everything == bytes(heard)
        assert everything == os.read(far, 1000)


def test_bytes_pass_a_socket_both_ways(server: socket.socket) -> None:
    with Link(url_of(server)) as link:
        far, _ = server.accept()
        with far:
            far.sendall(b"\x06")
            link.write(b"\x05")

            assert b"\x06" == link.read(time.monotonic() + 1)
            assert b"\x05" == far.recv(10)


def test_a_read_ends_at_its_deadline_with_nothing(terminal: tuple[int, str]) -> None:
    with Link(terminal[1]) as link:
        started = time.monotonic()

        assert b"" == link.read(started + 0.1)
        assert 0.09 < time.monotonic() - started < 0.5


def test_a_read_whose_deadline_has_passed_gives_what_is_there(terminal: tuple[int, str]) -> None:
    far, path = terminal
    with Link(path) as link:
        os.write(far, b"\x15")
        time.sleep(0.05)

        assert b"\x15" == link.read(0.0)


def test_drain_takes_what_came_unasked(terminal: tuple[int, str]) -> None:
    far, path = terminal
    with Link(path) as link:
        os.write(far, b"stale")
        time.sleep(0.05)

        assert b"stale" == link.drain()
        assert b"" == link.drain()


def test_a_port_that_is_not_there_is_missing() -> None:
    with pytest.raises(LinkError) as caught:
        Link("/dev/serial/by-id/no-such-device")
    assert ErrorCode.PORT_MISSING == caught.value.code


def test_a_file_that_is_no_port_is_missing_as_a_port() -> None:
    with pytest.raises(LinkError) as caught:
        Link("/dev/null")
    assert ErrorCode.PORT_MISSING == caught.value.code


def test_a_second_link_to_one_port_finds_it_busy(terminal: tuple[int, str]) -> None:
    with Link(terminal[1]), pytest.raises(LinkError) as caught:
        Link(terminal[1])
    assert ErrorCode.PORT_BUSY == caught.value.code


def test_a_closed_port_can_be_opened_again(terminal: tuple[int, str]) -> None:
    Link(terminal[1]).close()
    Link(terminal[1]).close()


def test_a_network_device_that_refuses_the_call_is_offline(server: socket.socket) -> None:
    url = url_of(server)
    server.close()

    with pytest.raises(LinkError) as caught:
        Link(url)
    assert ErrorCode.DEVICE_OFFLINE == caught.value.code


@pytest.mark.parametrize("url", ["socket://nowhere", "what://is-this", "socket://127.0.0.1:70000"])
def test_an_address_that_makes_no_sense_is_offline(url: str) -> None:
    with pytest.raises(LinkError) as caught:
        Link(url)
    assert ErrorCode.DEVICE_OFFLINE == caught.value.code


def test_a_cable_pulled_out_is_a_lost_link() -> None:
    far, near = pty.openpty()
    link = Link(os.ttyname(near))
    os.close(near)
    os.close(far)

    with pytest.raises(LinkError) as reading:
        link.read(time.monotonic() + 1)
    with pytest.raises(LinkError) as writing:
        link.write(b"\x05")
    link.close()
    link.close()
    assert [ErrorCode.LINK_LOST] * 2 == [reading.value.code, writing.value.code]


def test_a_socket_closed_by_the_device_is_a_lost_link_and_closes_at_once(server: socket.socket) -> None:
    with Link(url_of(server)) as link:
        server.accept()[0].close()
        with pytest.raises(LinkError) as caught:
            link.read(time.monotonic() + 1)
        started = time.monotonic()

    assert ErrorCode.LINK_LOST == caught.value.code
    assert time.monotonic() - started < 0.2
