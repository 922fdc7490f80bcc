"""
Settings tables, clock and resets. Source: atol-protocol.md 5.2, 5.10; atol-wire-observed.md 2.5.

Passwords are neither read nor written here: they are the endpoint's, and never reach a job or a log. A setting is
written whole and so may be written twice; a reset is done once, behind the fence, since what was set again after it
would be lost by a second one.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable

from devices.commands import Baseline, ReadTable, ResetTotals, Result, SetClock, ShiftState, TechReset, WriteTable
from devices.drivers.atol.steps import Steps
from devices.errors import DeviceError, ErrorCode, Refused
from devices.protocol.atol import charset, numbers, wire
from devices.protocol.atol.errors import DeviceRefused
from devices.protocol.atol.tables import Mode
from devices.protocol.atol.tables_settings import BCD_FIELDS, PASSWORD_FIELDS, PASSWORD_TABLES, TEXT_FIELDS

Fence = Callable[[Baseline], None]
_CLOSED = frozenset({ShiftState.CLOSED})


def read_table(steps: Steps, command: ReadTable) -> Result:
    """Raises LinkError; Refused(NOT_SUPPORTED): no such field, or a password."""
    return Result(value=_text(command, _read(steps, command)))


def write_table(steps: Steps, command: WriteTable) -> Result:
    """
    Result.value is what the field holds afterwards.

    Raises LinkError; Refused: NOT_SUPPORTED, no such field, read only, or a password; BAD_REQUISITE, *value* does not
    fit the field.
    """
    value = _bytes(command, len(_read(steps, command)))
    steps.leave_nothing_open()
    steps.modes.enter(Mode.PROGRAMMING)
    try:
        steps.optional(wire.WRITE_TABLE, table=command.table, row=command.row, field=command.field, value=value)
    except Refused:
        steps.client.ask(wire.LEAVE_MODE)
        raise
    steps.client.ask(wire.LEAVE_MODE)
    steps.reader.forget()
    return Result(value=_text(command, _read(steps, command)))


def _read(steps: Steps, place: ReadTable | WriteTable) -> bytes:
    if place.table in PASSWORD_TABLES or (place.table, place.field) in PASSWORD_FIELDS:
        raise Refused(ErrorCode.NOT_SUPPORTED, "passwords are set where the device's address is")
    try:
        return steps.client.ask(wire.READ_TABLE, table=place.table, row=place.row, field=place.field).value
    except ValueError as error:
        raise Refused(ErrorCode.NOT_SUPPORTED, f"{place.table}/{place.row}/{place.field}: {error}") from error


def _text(place: ReadTable | WriteTable, value: bytes) -> str:
    field = (place.table, place.field)
    if field in TEXT_FIELDS:
        return charset.decode_internal(value.rstrip(b"\0")).rstrip()
    if field in BCD_FIELDS:
        try:
            return str(numbers.from_bcd(value))
        except ValueError:
            return value.hex()  # not what was read from the vendor's settings: shown as it is
    return str(int.from_bytes(value, "big"))


def _bytes(command: WriteTable, size: int) -> bytes:
    """*value* in as many bytes as the field has. Raises Refused(BAD_REQUISITE): it does not fit."""
    field = (command.table, command.field)
    if field in TEXT_FIELDS:
        data = charset.encode(command.value)
        if len(data) > size:
            raise Refused(ErrorCode.BAD_REQUISITE, f"{len(data)} characters where {size} fit")
        return data.ljust(size)
    if not (command.value.isascii() and command.value.isdigit()):
        raise Refused(ErrorCode.BAD_REQUISITE, f"table {command.table} field {command.field} holds a number")
    try:
        if field in BCD_FIELDS:
            return numbers.bcd(int(command.value), size)
        return int(command.value).to_bytes(size, "big")
    except (ValueError, OverflowError) as error:
        raise Refused(ErrorCode.BAD_REQUISITE, f"{command.value} does not fit {size} bytes") from error


def set_clock(steps: Steps, at: datetime.datetime) -> None:
    """Raises LinkError; Refused: a shift is open, *at* is behind the last document."""
    steps.modes.wait()
    steps.client.ask(wire.SET_CLOCK, at=at)


def run_set_clock(steps: Steps, command: SetClock) -> Result:
    """Raises what set_clock raises; Refused(BAD_REQUISITE): no time was given; whoever runs jobs knows the zone."""
    if command.at is None:
        raise Refused(ErrorCode.BAD_REQUISITE, "no time was given")
    set_clock(steps, command.at)
    return Result(state=steps.reader.state())


def reset_totals(steps: Steps, command: ResetTotals, fence: Fence) -> Result:
    """77h, in mode 3 with the shift closed. Raises what base.Driver.run raises."""
    steps.leave_nothing_open()
    baseline = steps.baseline(shift=_CLOSED)
    steps.modes.enter(Mode.Z_REPORTS)
    fence(baseline)
    steps.once(wire.GENERAL_CLEAR)
    try:
        steps.modes.wait(deaf=True)
        return Result(cash=steps.reader.cash())
    except DeviceError:
        return Result()  # the device said yes


def tech_reset(steps: Steps, command: TechReset, fence: Fence) -> Result:
    """
    6Bh, in mode 0 with the shift closed. Afterwards passwords, line speed and transport are the factory's: a device
    whose address says otherwise is out of reach until somebody changes one of them. Raises what base.Driver.run raises.
    """
    steps.leave_nothing_open()
    baseline = steps.baseline(shift=_CLOSED)
    try:
        steps.client.ask(wire.LEAVE_MODE)
    except DeviceRefused as error:
        if steps.modes.wait().mode != Mode.CHOICE:
            raise Refused(ErrorCode.WRONG_MODE, str(error)) from error
    fence(baseline)
    steps.once(wire.TECH_RESET)
    steps.reader.forget()
    return Result()
