"""
A host of our own for these tests: transports 2 and 3 in the plainest way, over pyserial.

It shares nothing with the driver or the simulator.
"""

from __future__ import annotations

import select
import socket
import time
from dataclasses import dataclass, field

import serial


def hexed(text: str) -> bytes:
    return bytes.fromhex(text)


def crc8(data: bytes) -> int:
    crc = 0xFF
    for each in data:
        crc ^= each
        for _ in range(8):
            crc = ((crc << 1) ^ 0x31) & 0xFF if crc & 0x80 else (crc << 1) & 0xFF
    return crc


def frame3(number: int, data: bytes) -> bytes:
    tail = data + bytes([crc8(bytes([number]) + data)])
    tail = tail.replace(b"\xfd", b"\xfd\xed").replace(b"\xfe", b"\xfd\xee")
    return bytes([0xFE, len(data) % 128, len(data) // 128, number]) + tail


def frame2(data: bytes) -> bytes:
    masked = data.replace(b"\x10", b"\x10\x10").replace(b"\x03", b"\x10\x03") + b"\x03"
    check = 0
    for each in masked:
        check ^= each
    return b"\x02" + masked + bytes([check])


class Socket:
    """A TCP connection with the reads of a serial port (pyserial's own takes 0.3 s to close)."""

    def __init__(self, url: str, timeout: float) -> None:
        host, _, port = url.removeprefix("socket://").rpartition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=timeout)

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            try:
                part = self._socket.recv(size - len(data))
            except TimeoutError:
                break
            if not part:
                break
            data += part
        return data

    def set_timeout(self, seconds: float) -> None:
        self._socket.settimeout(seconds)

    def write(self, data: bytes) -> None:
        self._socket.sendall(data)

    @property
    def in_waiting(self) -> int:
        return len(select.select([self._socket], [], [], 0)[0])

    def close(self) -> None:
        self._socket.close()


def connect(url: str, timeout: float) -> serial.Serial | Socket:
    return Socket(url, timeout) if url.startswith("socket://") else serial.Serial(url, timeout=timeout)


@dataclass
class Host3:
    """A host of transport 3. `ask` runs one command to its end the way the vendor's driver does."""

    url: str
    timeout: float = 5.0
    packet: int = 0
    task: int = 0
    stray: list[bytes] = field(default_factory=list)  # F0 packets of other tasks

    def __post_init__(self) -> None:
        self.line = connect(self.url, self.timeout)

    def close(self) -> None:
        self.line.close()

    def __enter__(self) -> Host3:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def read(self) -> tuple[int, bytes]:
        """Id and data of the next frame."""
        while (first := self.line.read(1)) != b"\xfe":
            assert first, "silence"
        low, high, number = self.line.read(3)
        data = b""
        while len(data) < low + high * 128 + 1:
            each = self.line.read(1)
            assert each, "silence inside a frame"
            if each == b"\xfd":
                each = {b"\xee": b"\xfe", b"\xed": b"\xfd"}[self.line.read(1)]
            data += each
        assert crc8(bytes([number]) + data[:-1]) == data[-1]
        return number, data[:-1]

    def post(self, data: bytes) -> int:
        """Send *data* as a packet and say under which number."""
        number = self.packet
        self.packet = (self.packet + 1) % 0xDD
        self.line.write(frame3(number, data))
        return number

    def sync(self, data: bytes) -> bytes:
        """Send *data*, return the reply that carries its number; asynchronous packets are kept aside."""
        number = self.post(data)
        while True:
            got, reply = self.read()
            if got == number:
                return reply
            assert got == 0xF0
            self.stray.append(reply)

    def asynchronous(self) -> bytes:
        """The next F0 packet."""
        if self.stray:
            return self.stray.pop(0)
        number, data = self.read()
        assert number == 0xF0
        return data

    def add(self, message: bytes, flags: int = 1, tid: int | None = None) -> bytes:
        if tid is None:
            tid = self.task
            self.task = (self.task + 1) % 0xDD
        return self.sync(bytes([0xC1, flags, tid]) + message)

    def ask(self, command: str, password: str = "0000") -> bytes:
        """Execute *command* (hex) and return its answer; Ack after a result, Abort after an error."""
        tid = self.task
        reply = self.add(hexed(password + command))
        assert reply[0] in (0xA1, 0xA2), reply.hex()
        packet = self.asynchronous()
        assert packet[1] == tid
        if packet[0] == 0xA6:
            assert self.sync(bytes([0xC2, tid])) == b"\xa3"
        else:
            assert packet[0] == 0xA7
            assert self.sync(b"\xc4") == b"\xa3"
        return packet[2:]

    def ok(self, command: str) -> bytes:
        """As `ask`, for a command that must succeed; returns what follows `55 00`."""
        answer = self.ask(command)
        assert answer[:2] == b"\x55\x00", f"{command}: {answer.hex(' ')}"
        return answer[2:]


@dataclass
class Host2:
    """A host of transport 2."""

    url: str
    timeout: float = 5.0

    def __post_init__(self) -> None:
        self.line = connect(self.url, self.timeout)

    def close(self) -> None:
        self.line.close()

    def __enter__(self) -> Host2:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def write(self, data: bytes) -> None:
        self.line.write(data)

    def expect(self, data: bytes) -> None:
        got = self.line.read(len(data))
        assert got == data, f"expected {data.hex(' ')}, got {got.hex(' ')}"

    def silent(self, seconds: float = 0.2) -> bool:
        time.sleep(seconds)
        return self.line.in_waiting == 0

    def send(self, message: bytes) -> None:
        self.write(b"\x05")
        self.expect(b"\x06")
        self.write(frame2(message))
        self.expect(b"\x06")
        self.write(b"\x04")

    def receive(self) -> bytes:
        self.expect(b"\x05")
        self.write(b"\x06")
        data = self.read_frame()
        self.write(b"\x06")
        self.expect(b"\x04")
        return data

    def read_frame(self) -> bytes:
        """A frame, checked and unmasked."""
        self.expect(b"\x02")
        raw, data = b"", b""
        while True:
            each = self.line.read(1)
            assert each, "silence inside a frame"
            raw += each
            if each == b"\x10":
                masked = self.line.read(1)
                raw, data = raw + masked, data + masked
            elif each == b"\x03":
                break
            else:
                data += each
        check = 0
        for value in raw:
            check ^= value
        self.expect(bytes([check]))
        return data

    def ask(self, command: str, password: str = "0000") -> bytes:
        self.send(hexed(password + command))
        return self.receive()

    def ok(self, command: str) -> bytes:
        answer = self.ask(command)
        assert answer[:2] == b"\x55\x00", f"{command}: {answer.hex(' ')}"
        return answer[2:]
