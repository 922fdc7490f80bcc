"""Cash in and out without a receipt: 49, 4F. They leave no fiscal document (source: atol-protocol.md 5.4, 7.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devices.simulator import render
from devices.simulator.commands.registry import OK, command, need
from devices.simulator.commands.shift import TEST_ONLY, need_open_shift
from devices.simulator.errors import Code, Refusal
from devices.simulator.layout import money, sides
from devices.simulator.numbers import unbcd

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice


@command(0x49, modes={1})
def cash_in(device: VirtualDevice, parameters: bytes) -> bytes:
    return _move(device, parameters, title="ВНЕСЕНИЕ", sign=1)


@command(0x4F, modes={1})
def cash_out(device: VirtualDevice, parameters: bytes) -> bytes:
    return _move(device, parameters, title="ВЫПЛАТА", sign=-1)


def _move(device: VirtualDevice, parameters: bytes, *, title: str, sign: int) -> bytes:
    """The counters change before the slip is printed; NO_PAPER after that leaves the slip pending."""
    need(parameters, 6)
    amount, state, counters = unbcd(parameters[1:6]), device.state, device.state.shift
    if state.receipt:
        raise Refusal(Code.RECEIPT_OPEN)
    need_open_shift(device)
    if sign < 0 and state.cash < amount:
        raise Refusal(Code.NOT_ENOUGH_CASH)
    device.printer.need_paper()
    device.printer.print_pending()
    if parameters[0] & TEST_ONLY:
        return OK
    state.cash += sign * amount
    if sign > 0:
        counters.cash_ins, counters.cash_in_sum = counters.cash_ins + 1, counters.cash_in_sum + amount
    else:
        counters.cash_outs, counters.cash_out_sum = counters.cash_outs + 1, counters.cash_out_sum + amount
    columns, now = device.options.profile.columns, device.now
    state.pending = [
        *render.head(device.options, title),
        *sides("СУММА", money(amount), columns),
        *render.person_lines(device.options, device.cashier()),
        *sides(f"{now:%d.%m.%y}", f"{now:%H:%M}", columns),
    ]
    device.save()  # the money has moved: a crash while printing must not forget it
    device.printer.print_pending()
    return OK
