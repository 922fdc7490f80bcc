"""
The driver of ATOL devices: commands become exchanges, answers become results.

What a run may do to the fiscal storage comes after its fence; what it left there is read back from the archive, never
taken from an answer. Source: atol-protocol.md 7, atol-wire-observed.md 2.3; contract: devices/drivers/base.py.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from types import TracebackType
from typing import Self

from devices.commands import (
    Baseline,
    CashIn,
    CashOut,
    CloseShift,
    Command,
    CopyLast,
    DeviceState,
    FiscalData,
    Identity,
    OpenShift,
    PrintText,
    RegisterReceipt,
    Result,
    ShiftState,
    ShiftTotals,
    XReport,
)
from devices.drivers.atol import shifts
from devices.drivers.atol.archive import Archive
from devices.drivers.atol.cash import move_cash
from devices.drivers.atol.modes import Modes
from devices.drivers.atol.plan import plan
from devices.drivers.atol.reading import Reader
from devices.drivers.atol.receipts import Receipts, mark_as_kept
from devices.drivers.atol.settling import Settling
from devices.drivers.atol.steps import Steps, check_printer
from devices.drivers.atol.text import lay_out
from devices.errors import ErrorCode, Refused
from devices.protocol.atol import wire
from devices.protocol.atol.client import Client
from devices.protocol.atol.session import Session
from devices.protocol.atol.tables import Mode
from devices.protocol.exchange import Observer

Fence = Callable[[Baseline], None]
FINISH_TRIES = 3


class AtolDriver:
    """A connected ATOL device. The contract is base.Driver's."""

    def __init__(self, session: Session, *, access_password: str, operator_password: str) -> None:
        """Raises Refused(OPERATOR_ERROR): a password that is no number; nothing was sent."""
        try:
            self.client = Client(session, access_password=access_password)
            self.modes = Modes(self.client, operator_password)
        except ValueError as error:
            raise Refused(ErrorCode.OPERATOR_ERROR, "a password of the device is not a decimal number") from error
        self.session = session
        self.reader = Reader(self.client)
        self.archive = Archive(self.client)
        self.settling = Settling(self.reader, self.archive)
        self.receipts = Receipts(self.client, self.modes, self.reader, self.settling)
        self.steps = Steps(
            client=self.client,
            modes=self.modes,
            reader=self.reader,
            settling=self.settling,
            receipts=self.receipts,
        )

    # What it tells

    def identify(self) -> Identity:
        return self.reader.identity()

    def state(self) -> DeviceState:
        return self.reader.state()

    def baseline(self) -> Baseline:
        return self.reader.baseline()

    def shift_totals(self) -> ShiftTotals:
        return self.reader.totals()

    def last_document_number(self) -> int:
        return self.reader.last_fd()

    def read_document(self, fd_number: int) -> FiscalData:
        return self.archive.read(fd_number)

    def as_kept(self, command: RegisterReceipt) -> RegisterReceipt:
        return dataclasses.replace(command, mark=mark_as_kept(command.mark))

    # What it does

    def run(self, command: Command, *, fence: Fence | None = None) -> Result:
        """
        Do *command*. *fence* is called with the baseline once, and only by commands that are fiscal or move cash.

        A shift is never opened or closed on the way: SHIFT_CLOSED and SHIFT_EXPIRED are refusals, what to do about
        them is policy.
        """
        guard = fence or (lambda baseline: None)
        match command:
            case OpenShift():
                return shifts.open_shift(self.steps, command, guard)
            case CloseShift():
                return shifts.close_shift(self.steps, command, guard)
            case RegisterReceipt():
                return self._receipt(command, guard)
            case CashIn() | CashOut():
                return move_cash(self.steps, command, guard)
            case XReport():
                return shifts.x_report(self.steps, command)
            case PrintText():
                return self._print_text(command)
            case CopyLast():
                return self._copy_last()
            case _:
                raise Refused(ErrorCode.NOT_SUPPORTED, f"atol: {command.kind}")

    def cancel_receipt(self) -> bool:
        self.modes.wait()
        return self.receipts.cancel()

    def finish_printing(self) -> None:
        for _ in range(FINISH_TRIES):
            if not self.reader.unprinted():
                return
            self.client.ask(wire.FINISH_PRINTING)
            check_printer(self.modes.wait(deaf=True))
        if self.reader.unprinted():
            raise Refused(ErrorCode.PRINTER_FAULT, "the device has not finished printing")

    def set_clock(self, at: datetime.datetime) -> None:
        self.modes.wait()
        self.client.ask(wire.SET_CLOCK, at=at)

    def _receipt(self, command: RegisterReceipt, fence: Fence) -> Result:
        ready = plan(command, ffd=self.reader.ffd(), columns=self.reader.columns())
        self.steps.prepare(command.cashier, Mode.REGISTRATION)
        baseline = self.steps.baseline(shift=frozenset({ShiftState.OPEN}))
        fence(baseline)
        return self.receipts.register(command, ready, baseline)

    def _print_text(self, command: PrintText) -> Result:
        columns = self.reader.columns()
        self.steps.leave_nothing_open()
        for line in command.lines:
            for row, values in lay_out(line, columns):
                self.client.ask(row, **values)
        self.modes.enter(Mode.X_REPORTS)
        self.client.ask_if_there(wire.PRINT_FOOTING)
        return Result()

    def _copy_last(self) -> Result:
        self.steps.leave_nothing_open()
        self.client.ask(wire.COPY_LAST)
        return Result()

    # The end

    def observe(self, observer: Observer | None) -> None:
        self.client.observe(observer)

    def close(self) -> None:
        self.session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
