"""
The far end of a real pseudo-terminal, played by a script: it speaks bytes, checks what it hears, and can be slow, wrong
or silent.
"""

from __future__ import annotations

import os
import pty
import select
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from devices.protocol.atol.framing3 import Packet
from devices.protocol.link import Link

PATIENCE = 3.0


class Peer:
    """One end of the line, as a script sees it. Hex in, hex out."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self.heard = bytearray()

    def hear(self, size: int, patience: float = PATIENCE) -> bytes:
        """Exactly *size* bytes, fewer when the host stops."""
        data = bytearray()
        deadline = time.monotonic() + patience
        while len(data) < size and select.select([self._handle], [], [], max(0.0, deadline - time.monotonic()))[0]:
            data += os.read(self._handle, size - len(data))
        self.heard += data
        return bytes(data)

    def expect(self, hexes: str) -> None:
        """The host says exactly this next."""
        wanted = bytes.fromhex(hexes)
        actual = self.hear(len(wanted))
        assert wanted == actual, f"expected {wanted.hex(' ')}, heard {actual.hex(' ')}"

    def say(self, hexes: str, *, each: float = 0.0) -> None:
        """Send; *each*: seconds between single bytes."""
        data = bytes.fromhex(hexes)
        if not each:
            os.write(self._handle, data)
            return
        for byte in data:
            os.write(self._handle, bytes([byte]))
            time.sleep(each)

    def expect_silence(self, seconds: float) -> None:
        """The host says nothing for so long."""
        heard = self.hear(1, seconds)
        assert b"" == heard, f"expected silence, heard {heard.hex(' ')}"

    def hang_up(self) -> None:
        os.close(self._handle)
        self._handle = -1

    # Transport 3

    def expect_packet(self, number: int, hexes: str) -> None:
        self.expect(Packet(number, bytes.fromhex(hexes)).to_bytes().hex())

    def say_packet(self, number: int, hexes: str, *, each: float = 0.0) -> None:
        self.say(Packet(number, bytes.fromhex(hexes)).to_bytes().hex(), each=each)


Script = Callable[[Peer], None]


@contextmanager
def playing(script: Script) -> Iterator[Link]:
    """A link whose far end plays *script*. Leaving waits for its end and raises what it raised."""
    far, near = pty.openpty()
    link = Link(os.ttyname(near))
    os.close(near)
    peer = Peer(far)
    failures: list[BaseException] = []

    def play() -> None:
        try:
            script(peer)
        except BaseException as error:  # it is raised again below
            failures.append(error)

    thread = threading.Thread(target=play, daemon=True)
    thread.start()
    try:
        yield link
    finally:
        thread.join(PATIENCE * 3)
        link.close()
        if peer._handle >= 0:
            os.close(far)
    if failures:
        raise failures[0]
    assert not thread.is_alive(), "the script has not ended"
