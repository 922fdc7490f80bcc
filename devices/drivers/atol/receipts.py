"""
A receipt on the device: open, positions, payments, close; and the way out at each step.

Until the closing command the receipt can be cancelled, so every failure ends with nothing registered or says that
this could not be made sure. After it only the fiscal storage's own numbers count. Source: atol-protocol.md 7.4, 7.10,
7.11.
"""

from __future__ import annotations

import contextlib

from devices.commands import Baseline, FiscalData, RegisterReceipt, Result
from devices.drivers.atol.marking import Marking
from devices.drivers.atol.modes import Modes
from devices.drivers.atol.plan import Plan
from devices.drivers.atol.reading import Reader
from devices.drivers.atol.requisites import MARK_LIMIT
from devices.drivers.atol.settling import Settling
from devices.errors import DeviceError, ErrorCode, LinkError, OutcomeUnknown, Refused
from devices.ffd import DocumentType
from devices.protocol.atol import charset, wire
from devices.protocol.atol.client import Client
from devices.protocol.atol.errors import RECEIPT_CLOSED, DeviceRefused
from devices.protocol.atol.tables import Mode, PaymentCode, ReceiptCode


class Receipts:
    """Registers receipts and cancels what is open."""

    def __init__(self, client: Client, modes: Modes, reader: Reader, settling: Settling) -> None:
        self._client = client
        self._modes = modes
        self._reader = reader
        self._settling = settling
        self.marking = Marking(client)

    def register(self, command: RegisterReceipt, plan: Plan, baseline: Baseline) -> Result:
        """
        Send a planned receipt to a device in registration mode with an open shift. Codes of *command* that the device
        does not know any more are checked again, once.

        Raises:
            LinkError, Refused: nothing was registered and nothing is left open.
            OutcomeUnknown: it may be registered, or a receipt may be left open.
        """
        try:
            change = self._built(plan, baseline)
        except Refused as error:
            if error.code is not ErrorCode.MARK_NOT_CHECKED or not plan.marks:
                raise
            self.marking.check_all(plan.marks, unchecked=command.unchecked_marks)
            for row, values in plan.cashier:  # cancelling forgot him
                self._client.ask(row, **values)
            change = self._built(plan, baseline)
        try:
            self._client.commit(wire.CLOSE_RECEIPT, type=PaymentCode.CASH, sum=0)
        except LinkError as error:  # the device has not taken it
            self._abandon(error, baseline)
            raise
        except DeviceRefused as error:
            if not self._settling.grew(baseline):
                self._abandon(error, baseline)
                raise
        result = self._settling.result(baseline, lambda document: _is(document, command))
        return Result(document=result.document, before=result.before, printed=result.printed, change=change)

    def cancel(self) -> bool:
        """Cancel what is open; say whether there was something. Raises LinkError; Refused."""
        state = self._reader.raw_state()
        if state.receipt_state == ReceiptCode.CLOSED:
            return False
        if state.mode & 0x0F != Mode.REGISTRATION:  # it lost power with a receipt open
            self._modes.enter(Mode.REGISTRATION)
        try:
            self._client.ask(wire.CANCEL_RECEIPT)
        except DeviceRefused as error:
            if error.device_code == RECEIPT_CLOSED:
                return False
            raise
        return True

    def _built(self, plan: Plan, baseline: Baseline) -> int:
        """`_build`, with nothing left open when it fails. Raises OutcomeUnknown too: that could not be made sure."""
        try:
            return self._build(plan)
        except DeviceError as error:
            self._abandon(error, baseline)
            raise

    def _build(self, plan: Plan) -> int:
        """Everything before the closing command; the change in kopecks. Raises DeviceError."""
        for row, values in (plan.opening, *plan.body):
            self._client.ask(row, **values)
        self._must_be(plan.expected)
        if plan.rounding is not None:
            row, values = plan.rounding
            self._client.ask(row, **values)
            self._must_be(plan.total)
        change = 0
        remainder = plan.total
        for code, amount in plan.payments:
            paid = self._client.ask(wire.PAY, type=code, sum=amount)
            change, remainder = paid.change, paid.remainder
        if remainder:
            raise Refused(ErrorCode.PAYMENTS_MISMATCH, f"{remainder} kopecks are left to pay")
        return change

    def _must_be(self, expected: int) -> None:
        """The device's own sum of the open receipt is the proof that each position arrived exactly once."""
        actual = self._client.ask(wire.RECEIPT_SUM).sum
        if actual != expected:
            raise Refused(ErrorCode.TOTAL_DIFFERS, f"the device says {actual} kopecks, sent were {expected}")

    def _abandon(self, cause: DeviceError, baseline: Baseline) -> None:
        """
        Leave nothing open and nothing registered. Raises OutcomeUnknown: that could not be made sure.

        A refusal to cancel decides nothing: without paper a device may say no and have cancelled all the same.
        """
        try:
            with contextlib.suppress(Refused):
                self.cancel()
            is_open = self._reader.raw_state().receipt_state != ReceiptCode.CLOSED
        except DeviceError as error:
            detail = f"{cause}; cancelling: {error}"
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, detail) from cause
        if is_open or self._settling.grew(baseline):
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"{cause}; then {'open' if is_open else 'a new document'}")


def mark_as_kept(mark: str) -> str:
    """Requisite 1192 as the archive holds it: characters that the device has not are others or spaces there."""
    return charset.decode(charset.encode(mark)[:MARK_LIMIT]).strip()


def _is(document: FiscalData, command: RegisterReceipt) -> bool:
    """
    Kind, operation, total and mark of *document* are those of *command*; a short record without requisites has no mark.
    """
    kind = DocumentType.CORRECTION if command.type.is_correction else DocumentType.RECEIPT
    return (
        document.document_type == kind
        and document.operation is command.type.operation
        and document.total == command.total
        and (document.mark == mark_as_kept(command.mark) or not document.tlv)
    )
