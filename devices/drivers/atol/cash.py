"""
Cash into the drawer and out of it. No document proves it: the device's counters of such operations do.

Source: atol-protocol.md 7.8; design.md 3, point 4.
"""

from __future__ import annotations

from collections.abc import Callable

from devices.commands import Baseline, CashIn, CashOut, Result, ShiftState
from devices.drivers.atol.steps import Steps
from devices.errors import DeviceError, ErrorCode, OutcomeUnknown, Refused
from devices.protocol.atol import wire
from devices.protocol.atol.errors import DeviceRefused
from devices.protocol.atol.tables import Mode


def move_cash(steps: Steps, command: CashIn | CashOut, fence: Callable[[Baseline], None]) -> Result:
    """Raises what base.Driver.run raises; SHIFT_CLOSED, SHIFT_EXPIRED and BAD_AMOUNT before the fence."""
    row = wire.CASH_IN if isinstance(command, CashIn) else wire.CASH_OUT
    try:
        row.message({"sum": command.sum})
    except ValueError as error:
        raise Refused(ErrorCode.BAD_AMOUNT, str(error)) from error
    steps.prepare(command.cashier, Mode.REGISTRATION)
    baseline = steps.baseline(shift=frozenset({ShiftState.OPEN}))
    fence(baseline)
    printed = True
    try:
        steps.client.commit(row, sum=command.sum)
    except DeviceRefused as error:
        if not _moved(steps, command, baseline):
            raise
        printed = error.code not in (ErrorCode.PAPER_OUT, ErrorCode.PRINTER_FAULT)
    else:
        if not _moved(steps, command, baseline):
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, "the device said yes and its cash counters stood still")
    return Result(printed=printed, cash=_cash_now(steps))


def _moved(steps: Steps, command: CashIn | CashOut, baseline: Baseline) -> bool:
    """Did the counters grow by exactly this? Raises OutcomeUnknown: by something else, or they cannot be read."""
    ask = steps.client.ask
    try:
        if isinstance(command, CashIn):
            count = ask(wire.CASH_INS).count - baseline.cash_ins
            total = ask(wire.CASH_IN_SUM).sum - baseline.cash_in_sum
        else:
            count = ask(wire.CASH_OUTS).count - baseline.cash_outs
            total = ask(wire.CASH_OUT_SUM).sum - baseline.cash_out_sum
    except DeviceError as error:
        raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"cash counters: {error}") from error
    if (count, total) not in ((0, 0), (1, command.sum)):
        raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"cash counters grew by {count} and {total} kopecks")
    return count == 1


def _cash_now(steps: Steps) -> int | None:
    try:
        return steps.reader.cash()
    except DeviceError:
        return None  # the money moved; how much there is now can be asked later
