"""Trouble from outside: other devices and programs on the port, their receipts, a port that comes and goes."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from devices.simulator.device import VirtualDevice
from devices.simulator.port import Port
from devices.simulator.tables import ACCESS_PASSWORD, setting
from devices.simulator.trouble.fault import AtCommand, Rig
from devices.simulator.trouble.spec import ANY, AT_ONCE, Code
from devices.simulator.trouble.storage import Happening

_BUSY_ANSWER = bytes((0x55, 0x76, 0))


@dataclass(kw_only=True)
class OnPort(AtCommand):
    """
    Happens to the port at once, or at the *nth* such command (which is executed, its answer is lost), and ends by
    itself after *seconds* (0: when it is cleared).
    """

    command: Code = AT_ONCE
    seconds: float = 0.0
    _rig: Rig | None = field(default=None, init=False, repr=False)
    _timer: threading.Timer | None = field(default=None, init=False, repr=False)
    _is_on: bool = field(default=False, init=False)

    def begin(self, rig: Rig) -> None:
        self._rig = rig
        if self.command.at_once:
            rig.its_line.do(lambda: self._start(rig))

    def end(self, rig: Rig) -> None:
        if self._timer is not None:
            self._timer.cancel()
        rig.its_line.do(lambda: self._stop(rig))

    def before_command(self, message: bytes) -> bytes | None:
        rig = self._rig
        if rig is not None and self.meets(message[2]):
            rig.its_line.do(lambda: self._start(rig), wait=False)
        return None

    def _start(self, rig: Rig) -> None:
        if self._is_on or self.spent:
            return
        self.hits += 1
        self._is_on = True
        self.start(rig)
        if self.seconds:
            line = rig.its_line
            self._timer = threading.Timer(self.seconds, lambda: line.do(lambda: self._stop(rig), wait=False))
            self._timer.daemon = True
            self._timer.start()

    def _stop(self, rig: Rig) -> None:
        if self._is_on:
            self._is_on = False
            self.stop(rig)

    def start(self, rig: Rig) -> None:
        """In the line's thread."""
        raise NotImplementedError

    def stop(self, rig: Rig) -> None:
        """In the line's thread, if it began."""
        raise NotImplementedError


@dataclass(kw_only=True)
class Renamed(OnPort):
    """A pseudo-terminal disappears and comes back under another name *seconds* later; a socket takes no calls."""

    kind: ClassVar[str] = "renamed"

    seconds: float = 1.0

    def start(self, rig: Rig) -> None:
        rig.its_line.hide()

    def stop(self, rig: Rig) -> None:
        rig.its_line.show()


@dataclass(kw_only=True)
class PortHeld(OnPort):
    """Another program holds the port; a socket hangs up on everybody else."""

    kind: ClassVar[str] = "port_held"

    def start(self, rig: Rig) -> None:
        rig.its_line.hold()

    def stop(self, rig: Rig) -> None:
        rig.its_line.let_go()


@dataclass(kw_only=True)
class OtherDevice(OnPort):
    """The cable leads to another device, which lives in DIR/other."""

    kind: ClassVar[str] = "other_device"

    serial: str = "00106900009999"
    fn: str = "9999078900008888"
    _other: VirtualDevice | None = field(default=None, init=False, repr=False)
    _ports: tuple[Port, Port] | None = field(default=None, init=False, repr=False)

    def begin(self, rig: Rig) -> None:
        own = rig.its_line.port
        self._other = VirtualDevice(rig.device.directory / "other", serial=self.serial, fn=self.fn)
        self._ports = own, Port(self._other, own.transport, interface=own.interface)
        super().begin(rig)

    def end(self, rig: Rig) -> None:
        super().end(rig)
        if self._ports is not None and self._other is not None:
            self._ports[1].stop()
            self._other.close()

    def start(self, rig: Rig) -> None:
        if self._ports is not None:
            rig.its_line.plug(self._ports[1])

    def stop(self, rig: Rig) -> None:
        if self._ports is not None:
            rig.its_line.plug(self._ports[0])


@dataclass(kw_only=True)
class ForeignReceipt(Happening):
    """
    Another program opens a receipt of one position of *sum* kopecks and leaves it, or registers it too (*close*=1).
    Nothing happens while a receipt is open, no shift is, or there is no paper.
    """

    kind: ClassVar[str] = "foreign_receipt"

    sum: int = 100
    close: int = 0

    def happen(self, rig: Rig) -> None:
        device = rig.device
        if device.state.receipt or not device.state.shift_open or device.shift_expired or not device.printer.can_print:
            raise ValueError("no receipt can be opened now")
        if device.state.mode != 1:
            self._tell(device, "48")
            self._tell(device, "56 01 00 00 00 30")
        self._tell(device, "92 00 01")
        self._tell(device, "EA 00 01 00")
        amount, nothing = f"{self.sum:014d}", f"{0:014d}"
        name = "Чужое".encode("cp866").hex()
        self._tell(device, f"EB 08 {amount} 0000001000 {amount} 02 {nothing} 00 01 04 00 {nothing} 0000 {name}")
        if self.close:
            self._tell(device, "4A 00 01 00 00 00 00 00")

    @staticmethod
    def _tell(device: VirtualDevice, command: str) -> None:
        password = setting(device.options, device.state, ACCESS_PASSWORD)
        answer = device.answer_another(password + bytes.fromhex(command))
        if answer[:1] == b"\x55" and answer[1]:
            raise ValueError(f"another program was refused {command}: {answer.hex(' ')}")

    def before_command(self, message: bytes) -> bytes | None:
        try:
            return super().before_command(message)
        except ValueError:
            return None  # waits for the next such command


@dataclass(kw_only=True)
class Busy(AtCommand):
    """
    The device is at work: `76` refuses the command with that byte; `wire` takes no command at all: NAK to ENQ in
    transport 2, B1 to Add in transport 3.
    """

    kind: ClassVar[str] = "busy"

    command: Code = ANY
    answer: Literal["76", "wire"] = "76"

    def before_command(self, message: bytes) -> bytes | None:
        if self.answer == "76" and self.meets(message[2]):
            self.hits += 1
            return _BUSY_ANSWER
        return None

    def takes(self) -> bool:
        if self.answer == "wire" and not self.spent:
            self.seen += 1
            if self.seen >= self.nth:
                self.hits += 1
                return False
        return True
