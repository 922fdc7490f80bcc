"""
Commands to the device in this process, as the vendor's driver gives them: passwords, modes, requisites, refusals.

The bytes are those of the wire, so that faults by command strike here too. Source: atol-protocol.md 4, 5.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from devices.ffd import Tag
from devices.simulator import tables, tlv
from devices.simulator.archive import Document
from devices.simulator.device import VirtualDevice
from devices.simulator.errors import Code
from devices.simulator.faults import PowerLoss
from devices.simulator.numbers import bcd
from devices.simulator.web.errors import NO_DOCUMENT, NO_LINK, TaskError, of_device

REGISTRATION, X_REPORTS, Z_REPORTS, FISCAL = 1, 2, 3, 6
_ETHERNET = 6
_BLOCK = 100
_POLL = 0.05


class Host:
    """What the server has of its device."""

    def __init__(self, device: VirtualDevice, password: int = 30) -> None:
        self.device = device
        self._password = bcd(password, 4)
        self.mark: dict[str, Any] = {}  # the check of a marking code that is under way (marking.py)

    @property
    def is_linked(self) -> bool:
        return not self.device.power_off_wanted and self.device.faults.web_link(None, executed=False)

    def need_link(self) -> None:
        """Raises TaskError(NO_LINK): the server does not reach the device."""
        if not self.is_linked:
            raise TaskError(NO_LINK)

    def tell(self, code: int, parameters: bytes = b"") -> bytes:
        """
        Execute a command; its answer without `55 00`.

        Raises TaskError: the device refuses; NO_LINK: there is no answer, and the device may have done it.
        """
        device = self.device
        if device.power_off_wanted or not device.faults.web_link(code, executed=False):
            raise TaskError(NO_LINK)
        access = tables.setting(device.options, device.state, tables.ACCESS_PASSWORD)
        try:
            answer = device.execute(access + bytes((code,)) + parameters, interface=_ETHERNET)
        except PowerLoss:
            device.power_up()
            raise TaskError(NO_LINK) from None
        if not device.faults.web_link(code, executed=True):
            raise TaskError(NO_LINK)
        if answer[:1] == b"\x55" and answer[1]:
            raise of_device(answer[1], *self._extended(answer[1]))
        return answer[2:]

    def _extended(self, code: int) -> tuple[int, bytes]:
        _, extended, data = self.device.extended
        return (extended, data) if code == Code.EXTENDED else (0, b"")

    def enter(self, mode: int) -> None:
        """Into *mode*, out of whatever was there; a receipt left open is cancelled first (2.5)."""
        state = self.device.state
        if state.receipt:
            if state.mode != REGISTRATION:
                self._change(REGISTRATION)
            self.tell(0x59)
        if state.mode != mode:
            self._change(mode)

    def _change(self, mode: int) -> None:
        if self.device.state.mode:
            self.tell(0x48)
        self.tell(0x56, bytes((mode,)) + self._password)

    def cashier(self, name: str, inn: str) -> None:
        if name:
            self.requisite(tlv.text(Tag.CASHIER, name[:64]))
        if inn:
            self.requisite(tlv.text(Tag.CASHIER_INN, inn[:12], 12))

    def requisite(self, element: bytes, *, printed: bool = False) -> None:
        blocks = [element[at : at + _BLOCK] for at in range(0, len(element), _BLOCK)]
        for number, block in enumerate(blocks):
            self.tell(0xE8, bytes((printed, len(blocks), number)) + block)

    def requisites(self, elements: Iterable[bytes]) -> None:
        for element in elements:
            self.requisite(element)

    def until_printed(self) -> None:
        """Wait until the report is out; whether its paper is whole, `unprinted` tells."""
        while self.device.report and self.device.mode_byte not in range(8):
            time.sleep(_POLL)

    @property
    def unprinted(self) -> bool:
        return bool(self.device.state.pending)

    @property
    def last_fd(self) -> int:
        """Number of the last document. Raises TaskError(NO_LINK)."""
        self.need_link()
        return self.device.archive.last_fd

    def document(self, fd: int) -> Document:
        """Raises TaskError: no link, no such document."""
        self.need_link()
        found = self.device.archive.get(fd)
        if found is None:
            raise TaskError(NO_DOCUMENT)
        return found
