"""
What a device does without a document: text, copies, what is left to print, knife, drawer, sound.

None of it touches the fiscal storage, so all of it may be repeated. Text, copies and cuts cancel a receipt that is
open, since at that moment it belongs to nobody; drawer and sound leave it alone. Source: atol-protocol.md 5.2, 5.3,
5.6, 7.9; atol-wire-observed.md 2.3, 2.5.
"""

from __future__ import annotations

from devices.commands import Beep, CutPaper, PrintDocument, PrintText, Result
from devices.drivers.atol.steps import Steps, check_printer
from devices.drivers.atol.text import Step, lay_out, plain
from devices.errors import ErrorCode, Refused
from devices.protocol.atol import wire
from devices.protocol.atol.tables import Mode
from devices.protocol.atol.tables_print import SOUND_CLOCK, SOUND_STEP, Cut

_UNKNOWN_LOOKS = frozenset({ErrorCode.BAD_REQUISITE, ErrorCode.NOT_SUPPORTED})


def print_text(steps: Steps, command: PrintText) -> Result:
    """Raises LinkError; Refused: no paper, or BAD_REQUISITE of a barcode, before anything was printed."""
    columns, dots = steps.reader.columns(), steps.reader.dots()
    rows = [row for line in command.lines for row in lay_out(line, columns, dots=dots, looks=True)]
    steps.leave_nothing_open()
    for row in rows:
        _print(steps, row)
    if command.footer:
        steps.modes.enter(Mode.X_REPORTS)
        steps.client.ask_if_there(wire.PRINT_FOOTING)
    return Result()


def _print(steps: Steps, step: Step) -> None:
    row, values = step
    if row is wire.PRINT_LINE:  # every device prints a line
        steps.client.ask(row, **values)
        return
    try:
        steps.optional(row, **values)
    except Refused as error:
        if "format" not in values or error.code not in _UNKNOWN_LOOKS:
            raise
        row, values = plain(step)
        steps.client.ask(row, **values)


def copy_last(steps: Steps) -> Result:
    steps.leave_nothing_open()
    steps.client.ask(wire.COPY_LAST)
    return Result()


def print_document(steps: Steps, command: PrintDocument) -> Result:
    """Raises LinkError; Refused: NO_DOCUMENT, or no paper."""
    steps.leave_nothing_open()
    steps.modes.enter(Mode.FN_ACCESS)
    steps.optional(wire.PRINT_DOCUMENT, fd=command.fd_number)
    check_printer(steps.modes.wait(deaf=True))
    return Result()


def cut(steps: Steps, command: CutPaper) -> Result:
    """A device without a knife refuses with NOT_SUPPORTED, or feeds."""
    steps.leave_nothing_open()
    steps.optional(wire.CUT, type=Cut.FULL if command.full else Cut.PARTIAL)
    return Result()


def open_drawer(steps: Steps) -> Result:
    steps.optional(wire.OPEN_DRAWER)
    return Result()


def beep(steps: Steps, command: Beep) -> Result:
    """Raises Refused(BAD_AMOUNT): a tone that the device cannot make (15 Hz to 50 kHz), or longer than 2.55 s."""
    divider = 0x10000 - SOUND_CLOCK // max(1, command.hertz)
    duration = command.milliseconds // SOUND_STEP
    if not 0 <= divider <= 0xFFFF or not 1 <= duration <= 0xFF:
        raise Refused(ErrorCode.BAD_AMOUNT, f"{command.hertz} Hz for {command.milliseconds} ms")
    steps.optional(wire.SOUND, divider=divider, duration=duration)
    return Result()
