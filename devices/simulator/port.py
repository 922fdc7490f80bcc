"""
The device's plug: bytes of whatever line is connected go to the transport, its bytes go back. It outlives every
connection.

Transport 3, 2 or auto. Auto answers what comes: an ENQ between exchanges speaks version 2, a frame version 3.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from devices.simulator.device import VirtualDevice
from devices.simulator.faults import LinkCut, PowerLoss
from devices.simulator.session2 import Byte, Session
from devices.simulator.tasks3 import TaskBuffer
from devices.simulator.worker import Worker

Write = Callable[[bytes], None]
TRANSPORTS = ("3", "2", "auto")


class Port:
    """
    *interface* is what 3Fh tells about the line (1 RS-232, 4 USB, 6 Ethernet). *wake* is called when `deadline` may
    have become earlier.
    """

    def __init__(self, device: VirtualDevice, transport: str = "3", *, interface: int = 1) -> None:
        if transport not in TRANSPORTS:
            raise ValueError(f"transport must be one of {', '.join(TRANSPORTS)}")
        self.device = device
        self.wake: Callable[[], None] = lambda: None
        self.hangs_up_on_restart = False  # a serial line does not notice that the device went dark, a socket does
        self.transport = transport
        self.interface = interface
        self._lock = threading.RLock()
        self._write: Write | None = None
        self._hang_up: Callable[[], None] = lambda: None
        self._worker = Worker(device, self._restarted)
        self._buffer = TaskBuffer(self._send, self._submit, self._takes)
        self._session = Session(self._send, self._submit, takes=self._takes)

    def connect(self, write: Write, hang_up: Callable[[], None]) -> None:
        """A host is there. *write* sends to it, *hang_up* asks for the end of its connection."""
        with self._lock:
            self._write, self._hang_up = write, hang_up
            self.device.faults.connected()
            self._buffer.new_connection()
            self._session.reset()

    def disconnect(self) -> None:
        """The host is gone: what the device says now is lost, results of transport 3 stay in its buffer."""
        with self._lock:
            self._write, self._hang_up = None, lambda: None
            self._buffer.new_connection()
            self._session.host_gone()

    def receive(self, data: bytes) -> None:
        self.device.pace.line(len(data))
        with self._lock:
            if self.device.power_off_wanted:
                return
            cut = False
            try:
                data = self.device.faults.received(data)
            except LinkCut as out:
                data, cut = out.passed, True
            except PowerLoss:
                self.power_lost()
                return
            self._feed(data)
            if cut:
                self._cut()

    def _feed(self, data: bytes) -> None:
        if self.transport == "3":
            self._buffer.receive(data)
        elif self.transport == "2":
            self._session.receive(data)
        else:
            self._receive_any(data)

    def _receive_any(self, data: bytes) -> None:
        if self._session.idle and Byte.ENQ not in data:
            self._buffer.receive(data)
            return
        for at in range(len(data)):
            each = data[at : at + 1]
            speaks_2 = not self._session.idle or (each[0] == Byte.ENQ and not self._buffer.inside_frame)
            (self._session if speaks_2 else self._buffer).receive(each)

    @property
    def deadline(self) -> float | None:
        return self._session.deadline

    def tick(self) -> None:
        with self._lock:
            self._session.tick()

    def stop(self) -> None:
        """Let the command that runs finish; speak no more."""
        self.disconnect()
        self._worker.stop()

    def _send(self, data: bytes) -> None:
        self.device.pace.line(len(data))
        if self._write is None:
            return
        try:
            self._write(self.device.faults.sent(data))
        except LinkCut as out:
            self._write(out.passed)
            self._cut()
        except PowerLoss:
            self.power_lost()

    def _cut(self) -> None:
        """From here on nothing reaches the host; the line ends its connection as soon as it can."""
        self._write = None
        self._hang_up()

    def power_lost(self) -> None:
        """
        At any moment between two steps of a command: what runs finishes unheard, then the device starts from its disk.
        """
        with self._lock:
            self.device.power_up()
            self._restarted()

    def _takes(self) -> bool:
        return self.device.faults.takes()

    def _submit(self, message: bytes, done: Callable[[bytes], None]) -> None:
        def finished(answer: bytes) -> None:
            with self._lock:
                done(answer)
            self.wake()

        self._worker.submit(message, self.interface, finished)

    def _restarted(self) -> None:
        with self._lock:
            self._buffer.reset()
            self._session.reset()
            if self.hangs_up_on_restart:
                self._cut()
