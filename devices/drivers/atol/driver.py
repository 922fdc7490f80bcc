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
from typing import Any, Self

from devices.commands import (
    Baseline,
    Beep,
    CashIn,
    CashOut,
    CheckMark,
    CloseShift,
    Command,
    CopyLast,
    CutPaper,
    DeviceState,
    FinishPrint,
    FiscalData,
    Identity,
    OfdReport,
    OpenDrawer,
    OpenShift,
    PrintDocument,
    PrintText,
    ReadDocument,
    ReadRegistration,
    ReadState,
    ReadStorage,
    ReadTable,
    ReadTotals,
    RegisterReceipt,
    ResetTotals,
    Result,
    SetClock,
    ShiftState,
    ShiftTotals,
    TechReset,
    WriteTable,
    XReport,
)
from devices.drivers.atol import printing, settings, shifts
from devices.drivers.atol.archive import Archive
from devices.drivers.atol.cash import move_cash
from devices.drivers.atol.modes import Modes
from devices.drivers.atol.plan import plan
from devices.drivers.atol.reading import Reader
from devices.drivers.atol.receipts import Receipts, mark_as_kept
from devices.drivers.atol.settling import Settling
from devices.drivers.atol.steps import Steps, check_printer
from devices.drivers.atol.telling import Teller
from devices.errors import ErrorCode, Refused
from devices.protocol.atol import wire
from devices.protocol.atol.client import Client
from devices.protocol.atol.session import Session
from devices.protocol.atol.tables import Mode
from devices.protocol.exchange import Observer

Fence = Callable[[Baseline], None]
Handler = Callable[[Any, Fence], Result]
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
        self._handlers = self._table()

    def _table(self) -> dict[type[Command], Handler]:
        """One row per command: a new one is a row here and a function beside the others."""
        steps, teller = self.steps, Teller(self.client, self.reader, self.archive)
        return {
            OpenShift: lambda command, fence: shifts.open_shift(steps, command, fence),
            CloseShift: lambda command, fence: shifts.close_shift(steps, command, fence),
            RegisterReceipt: self._receipt,
            CashIn: lambda command, fence: move_cash(steps, command, fence),
            CashOut: lambda command, fence: move_cash(steps, command, fence),
            OfdReport: lambda command, fence: shifts.ofd_report(steps, command, fence),
            XReport: lambda command, _: shifts.x_report(steps, command),
            PrintText: lambda command, _: printing.print_text(steps, command),
            CopyLast: lambda command, _: printing.copy_last(steps),
            FinishPrint: lambda command, _: self._finish_print(),
            PrintDocument: lambda command, _: printing.print_document(steps, command),
            CutPaper: lambda command, _: printing.cut(steps, command),
            OpenDrawer: lambda command, _: printing.open_drawer(steps),
            Beep: lambda command, _: printing.beep(steps, command),
            SetClock: lambda command, _: settings.run_set_clock(steps, command),
            WriteTable: lambda command, _: settings.write_table(steps, command),
            ReadTable: lambda command, _: settings.read_table(steps, command),
            ResetTotals: lambda command, fence: settings.reset_totals(steps, command, fence),
            TechReset: lambda command, fence: settings.tech_reset(steps, command, fence),
            ReadState: lambda command, _: teller.state(),
            ReadTotals: lambda command, _: teller.totals(overall=command.overall),
            ReadStorage: lambda command, _: teller.storage(),
            ReadRegistration: lambda command, _: teller.registration(),
            ReadDocument: lambda command, _: teller.document(command.fd_number),
            CheckMark: lambda command, _: self.receipts.marking.run(command, self._format()),
        }

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
        Do *command*. *fence* is called with the baseline once, and only by commands that are not repeatable.

        A shift is never opened or closed on the way: SHIFT_CLOSED and SHIFT_EXPIRED are refusals, what to do about
        them is policy.
        """
        handler = self._handlers.get(type(command))
        if handler is None:
            raise Refused(ErrorCode.NOT_SUPPORTED, f"atol: {command.kind}")
        return handler(command, fence or (lambda baseline: None))

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
        settings.set_clock(self.steps, at)

    def _receipt(self, command: RegisterReceipt, fence: Fence) -> Result:
        ready = plan(command, ffd=self.reader.ffd(), columns=self.reader.columns(), dots=self.reader.dots())
        self.steps.prepare(command.cashier, Mode.REGISTRATION)
        baseline = self.steps.baseline(shift=frozenset({ShiftState.OPEN}))
        if ready.marks:
            self.receipts.marking.prepare(ready.marks, unchecked=command.unchecked_marks)
            baseline = self.steps.baseline(shift=frozenset({ShiftState.OPEN}))
        fence(baseline)
        return self.receipts.register(command, ready, baseline)

    def _format(self) -> int:
        ffd = self.reader.ffd()
        return ffd.current or ffd.device

    def _finish_print(self) -> Result:
        self.finish_printing()
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
