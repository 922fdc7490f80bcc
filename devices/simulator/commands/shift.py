"""Opening the shift: 9A (source: atol-protocol.md 5.4, 7.3)."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from devices.ffd import DocumentType
from devices.simulator import documents, render
from devices.simulator.commands.registry import OK, command, need
from devices.simulator.errors import Code, Refusal

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

TEST_ONLY = 0x01


@command(0x9A, modes={1})
def open_shift(device: VirtualDevice, parameters: bytes) -> bytes:
    need(parameters, 1)
    if device.state.shift_open:
        raise Refusal(Code.SHIFT_OPEN)
    device.printer.need_paper()
    device.printer.print_pending()
    if parameters[0] & TEST_ONLY:
        return OK
    options, number, person = device.options, device.state.shift_number + 1, device.cashier()

    def tail(fd: int, fpd: int, at: datetime.datetime) -> list[str]:
        middle = [f"СМЕНА {number}", *render.person_lines(options, person)]
        return render.document_lines(options, "ОТЧЕТ ОБ ОТКРЫТИИ СМЕНЫ", middle, fd=fd, fpd=fpd, at=at)

    body = documents.shift_open(options, number, device.cashier_part())
    device.register(DocumentType.SHIFT_OPEN, body, tail, shift=number)
    device.printer.print_pending()
    return OK


def need_open_shift(device: VirtualDevice) -> None:
    """
    Raises Refusal: SHIFT_EXPIRED after 24 hours; FN_WRONG_STATE without a shift.

    Whether a real device would open one by itself depends on the model; hosts do not rely on it (5.4). The code D4 is a
    guess [C].
    """
    if not device.state.shift_open:
        raise Refusal(Code.FN_WRONG_STATE)
    if device.shift_expired:
        raise Refusal(Code.SHIFT_EXPIRED)
