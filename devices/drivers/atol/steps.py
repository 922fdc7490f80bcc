"""
Steps that several commands share: what comes before a document, the baseline, the one fiscal exchange and its proof.

Source: atol-protocol.md 7.2, 7.3, 7.7; atol-wire-observed.md 2.3.
"""

from __future__ import annotations

from typing import Any

from devices.commands import Baseline, Cashier, FiscalData, Result, ShiftState
from devices.drivers.atol import requisites
from devices.drivers.atol.modes import Modes
from devices.drivers.atol.reading import Reader
from devices.drivers.atol.receipts import Receipts
from devices.drivers.atol.settling import Mine, Settling
from devices.errors import DeviceError, ErrorCode, OutcomeUnknown, Refused
from devices.ffd import DocumentType
from devices.protocol.atol.answers import StateCode
from devices.protocol.atol.client import Client
from devices.protocol.atol.errors import DeviceRefused
from devices.protocol.atol.tables import Mode, PrinterFlag
from devices.protocol.atol.wire import Wire

SHIFT_REFUSALS = {
    ShiftState.CLOSED: ErrorCode.SHIFT_CLOSED,
    ShiftState.OPEN: ErrorCode.SHIFT_OPEN,
    ShiftState.EXPIRED: ErrorCode.SHIFT_EXPIRED,
}
_AT_REST = frozenset(Mode)  # N.0, nothing going on


class Steps:
    """What a command does around its own work, on one device."""

    def __init__(self, *, client: Client, modes: Modes, reader: Reader, settling: Settling, receipts: Receipts) -> None:
        self.client = client
        self.modes = modes
        self.reader = reader
        self.settling = settling
        self.receipts = receipts

    def prepare(self, cashier: Cashier | None, mode: Mode) -> None:
        """
        Nothing open, *mode* entered, the cashier written. Raises LinkError; Refused.

        A receipt that is open now belongs to nobody: the caller runs no command while one is unsettled.
        """
        self.leave_nothing_open()
        self.modes.enter(mode)
        self.write_cashier(cashier)

    def leave_nothing_open(self) -> None:
        self.receipts.cancel()

    def write_cashier(self, cashier: Cashier | None) -> None:
        for row, values in requisites.of_cashier(cashier):
            self.client.ask(row, **values)

    def optional(self, row: Wire[Any], /, **values: Any) -> None:
        """
        Something that not every device can do, in a mode where those that can do it do.

        Raises LinkError; Refused: NOT_SUPPORTED where the device says that it is the wrong mode: no other would be
        right, and the job shall not wait for one.
        """
        try:
            self.client.ask(row, **values)
        except DeviceRefused as error:
            raise _not_there(error) from error

    def baseline(self, *, shift: frozenset[ShiftState]) -> Baseline:
        """Read the baseline. Raises Refused: the shift is in none of the states *shift*; LinkError."""
        baseline = self.reader.baseline()
        if baseline.shift not in shift:
            raise Refused(SHIFT_REFUSALS[baseline.shift], f"the shift is {baseline.shift}")
        return baseline

    def once(self, row: Wire[Any], /) -> None:
        """The same behind a fence. Raises OutcomeUnknown too: it may have been done."""
        try:
            self.client.commit(row)
        except DeviceRefused as error:
            raise _not_there(error) from error

    def fiscal(self, row: Wire[Any], baseline: Baseline, mine: Mine, **values: Any) -> Result:
        """
        One closing command with its *values*, and the document that it makes.

        Raises LinkError, Refused: proved that nothing was registered; OutcomeUnknown.
        """
        try:
            self.client.commit(row, **values)
        except DeviceRefused:
            if not self.settling.grew(baseline):
                raise
            return self.settling.result(baseline, mine)
        try:
            state = self.modes.wait(deaf=True)
        except DeviceError as error:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"waiting for the document: {error}") from error
        if not self.settling.grew(baseline):
            check_printer(state)
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, "the device said yes and registered nothing")
        return self.settling.result(baseline, mine)


def _not_there(error: DeviceRefused) -> Refused:
    return Refused(ErrorCode.NOT_SUPPORTED, error.detail) if error.code is ErrorCode.WRONG_MODE else error


def of_type(kind: DocumentType) -> Mine:
    """Is a document of this type?"""

    def mine(document: FiscalData) -> bool:
        return document.document_type == kind

    return mine


def check_printer(state: StateCode) -> None:
    """
    Raises Refused by what 45h says after a report: no paper, a broken printer, or a mode that tells of an interruption.
    """
    if state.flags & PrinterFlag.NO_PAPER:
        raise Refused(ErrorCode.PAPER_OUT, f"atol flags of 45h: 0x{state.flags:02X}")
    if state.flags & (PrinterFlag.NO_LINK | PrinterFlag.MECHANICAL):
        raise Refused(ErrorCode.PRINTER_FAULT, f"atol flags of 45h: 0x{state.flags:02X}")
    if state.mode not in _AT_REST:
        raise Refused(ErrorCode.REPORT_INTERRUPTED, f"atol mode 0x{state.mode:02X}")
