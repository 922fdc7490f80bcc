"""All faults of one device together: the object that it asks, and the place where they are set and cleared."""

from __future__ import annotations

import itertools
import threading
from typing import Any

from devices.simulator.faults import Faults
from devices.simulator.trouble import marking, neighbours, power, printer, spec, storage, web, wire
from devices.simulator.trouble.fault import Fault, Rig

_CLASSES: tuple[type[Fault], ...] = (
    *(wire.Cut, wire.Damage, wire.LostAck, wire.Silence, wire.Slow),
    power.Power,
    *(printer.PaperOut, printer.CoverOpen, printer.PrinterFault),
    *(storage.ShiftAge, storage.Clock, storage.FnFull, storage.FnEnd, storage.FnReplaced, storage.OfdSilent),
    *(neighbours.OtherDevice, neighbours.ForeignReceipt, neighbours.Busy, neighbours.PortHeld, neighbours.Renamed),
    *(web.Web, web.WebLink),
    marking.Marks,
)
KINDS: dict[str, type[Fault]] = {kind.kind: kind for kind in _CLASSES}


def parse(text: str) -> Fault:
    """The fault that *text* describes. Raises BadSpec."""
    kind, given = spec.parse(text)
    if kind not in KINDS:
        raise spec.BadSpec(f"there is no fault {kind!r}; there are {', '.join(KINDS)}")
    fault: Fault = spec.read(KINDS[kind], given)
    return fault


class Troubles(Faults):
    """
    A fault that is spent stays here, without effect, until it is cleared: its hits can be counted.

    A device has one from the start (`VirtualDevice(faults=…)`), `rig` is given once there is a line.
    """

    def __init__(self) -> None:
        self.rig: Rig | None = None
        self._faults: dict[int, Fault] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def set(self, fault: Fault | str) -> int:
        """Begin *fault* and return its number. Raises BadSpec; ValueError: it cannot happen here."""
        begun = parse(fault) if isinstance(fault, str) else fault
        if self.rig is None:
            raise ValueError("the device is not up yet")
        with self._lock:
            number = next(self._numbers)
            self._faults = {**self._faults, number: begun}
        try:
            begun.begin(self.rig)
        except BaseException:
            self._forget(number)
            raise
        return number

    def clear(self, number: int | None = None) -> int:
        """End one fault, or all, the latest first; say how many. Raises KeyError: there is no such fault."""
        numbers = [number] if number is not None else sorted(self._faults, reverse=True)
        for each in numbers:
            fault = self._forget(each)
            if self.rig is not None:
                fault.end(self.rig)
        return len(numbers)

    def _forget(self, number: int) -> Fault:
        with self._lock:
            fault = self._faults[number]
            self._faults = {other: kept for other, kept in self._faults.items() if other != number}
        return fault

    def report(self) -> list[dict[str, Any]]:
        """Number, text, hits and whether it is spent, of each fault."""
        return [
            {"id": number, "fault": spec.write(fault), "hits": fault.hits, "spent": fault.spent}
            for number, fault in self._faults.items()
        ]

    # The hooks

    def connected(self) -> None:
        for fault in self._faults.values():
            fault.connected()

    def takes(self) -> bool:
        return all(fault.takes() for fault in self._faults.values())

    def received(self, data: bytes) -> bytes:
        for fault in self._faults.values():
            data = fault.received(data)
        return data

    def sent(self, data: bytes) -> bytes:
        for fault in self._faults.values():
            data = fault.sent(data) if data else data
        return data

    def before_command(self, message: bytes) -> bytes | None:
        for fault in self._faults.values():
            if (answer := fault.before_command(message)) is not None:
                return answer
        return None

    def after_command(self, message: bytes, answer: bytes) -> bytes:
        for fault in self._faults.values():
            answer = fault.after_command(message, answer)
        return answer

    def before_record(self, document_type: int, fd_number: int) -> None:
        for fault in self._faults.values():
            fault.before_record(document_type, fd_number)

    def after_record(self, document_type: int, fd_number: int) -> None:
        for fault in self._faults.values():
            fault.after_record(document_type, fd_number)

    def before_line(self, text: str) -> bool:
        passes = True
        for fault in self._faults.values():
            passes = fault.before_line(text) and passes
        return passes

    def web_request(self, method: str, path: str, *, acted_on: bool) -> int:
        for fault in self._faults.values():
            if status := fault.web_request(method, path, acted_on=acted_on):
                return status
        return 0

    def web_link(self, code: int | None, *, executed: bool) -> bool:
        return all(fault.web_link(code, executed=executed) for fault in self._faults.values())
