"""
The driver of devices behind driver 10: commands become JSON tasks, answers become results.

What a run may do to the fiscal storage comes after its fence; what it left there is read back from the archive, never
taken from an answer. Source: atol-driver10-json.md 5.3, 5.4; contract: devices/drivers/base.py.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import json
import re
from collections.abc import Callable
from types import TracebackType
from typing import Self

from devices.commands import (
    Baseline,
    CashIn,
    CashOut,
    CloseShift,
    Command,
    DeviceState,
    FiscalData,
    Identity,
    OfdReport,
    OpenShift,
    RegisterReceipt,
    Result,
    ShiftState,
    ShiftTotals,
)
from devices.drivers.driver10 import results, serving, tasks
from devices.drivers.driver10.channel import RECEIPT, REPORT, Channel, Json
from devices.drivers.driver10.errors import NO_MORE, PAPER, TaskFailed
from devices.drivers.driver10.marking import Marking
from devices.drivers.driver10.receipts import MARK_LIMIT, moment, receipt
from devices.drivers.driver10.settling import Mine, Settling
from devices.drivers.driver10.values import inner, whole
from devices.errors import DeviceError, ErrorCode, LinkError, OutcomeUnknown, Refused
from devices.ffd import DocumentType
from devices.protocol.atol import charset
from devices.protocol.exchange import Observer

Fence = Callable[[Baseline], None]

_CORRECTIONS = frozenset({DocumentType.CORRECTION, DocumentType.BSO_CORRECTION})
_RECEIPTS = _CORRECTIONS | {DocumentType.RECEIPT, DocumentType.BSO}
_REFUSALS = {
    ShiftState.CLOSED: ErrorCode.SHIFT_CLOSED,
    ShiftState.OPEN: ErrorCode.SHIFT_OPEN,
    ShiftState.EXPIRED: ErrorCode.SHIFT_EXPIRED,
}
_OUR_MARK = re.compile(r"[A-Z2-7]{16}")  # the first 80 bits of a job's public id (devices/services.py)
_OPEN, _ANY = frozenset({ShiftState.OPEN}), frozenset(ShiftState)


class Driver10:
    """A device behind *channel*. The contract is base.Driver's."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.settling = Settling(channel)
        self.marking = Marking(channel)
        self._unprinted = False  # driver 10 says it once, with the document; no task asks for it
        self._identity: Identity | None = None

    # What it tells

    def identify(self) -> Identity:
        device, info, registration = self.channel.ask(tasks.DEVICE_INFO, tasks.FN_INFO, tasks.REGISTRATION, optional=1)
        self._identity = results.identity(device, info, registration)
        return self._identity

    def state(self) -> DeviceState:
        asked = (tasks.DEVICE_STATUS, tasks.SHIFT_STATUS, tasks.FN_STATUS, tasks.CASH_DRAWER, tasks.FN_INFO)
        told = self.channel.look(*asked, tasks.OFD_STATUS, optional=1)
        names = ("device", "shift_told", "fn", "drawer", "info", "ofd")
        return results.device_state(**dict(zip(names, told, strict=True)), unprinted=self._unprinted)

    def baseline(self) -> Baseline:
        self.channel.quiet()
        asked = (tasks.DEVICE_INFO, tasks.FN_INFO, tasks.FN_STATUS, tasks.SHIFT_STATUS, tasks.SHIFT_TOTALS)
        device, info, fn, shift, totals, info_again = self.channel.ask(*asked, tasks.FN_INFO)
        if not results.has_last_fd(fn):
            raise Refused(ErrorCode.FN_FAULT, "getFnStatus without a document number")
        if inner(info, "fnInfo").get("serial") != inner(info_again, "fnInfo").get("serial"):
            raise LinkError(ErrorCode.WRONG_DEVICE, "another storage came in while it was asked")
        return results.baseline(device, info, fn, shift, totals)

    def shift_totals(self) -> ShiftTotals:
        return results.shift_totals(self.channel.ask(tasks.SHIFT_TOTALS)[0])

    def last_document_number(self) -> int:
        return self.settling.last_fd()

    def read_document(self, fd_number: int) -> FiscalData:
        fn_number = self._identity.fn_number if self._identity else ""
        return self.settling.read(fd_number, fn_number=fn_number)[0]

    def as_kept(self, command: RegisterReceipt) -> RegisterReceipt:
        """Behind driver 10 is an ATOL device, with its page of characters."""
        kept = charset.decode(charset.encode(command.mark[:MARK_LIMIT]))
        return dataclasses.replace(command, mark=kept.strip())

    def ffd(self) -> int:
        """The version that documents are made in, a code of FfdVersion."""
        return (self._identity or self.identify()).ffd

    # What it does

    def run(self, command: Command, *, fence: Fence | None = None) -> Result:
        """
        Do *command*. *fence* is called with the baseline once, and only by commands that are not repeatable.

        A shift is never opened or closed on the way: SHIFT_CLOSED and SHIFT_EXPIRED are refusals.
        """
        guard = fence or (lambda baseline: None)
        match command:
            case RegisterReceipt():
                return self._receipt(command, guard)
            case OpenShift():
                allowed = frozenset({ShiftState.CLOSED})
                return self._fiscal(command, tasks.open_shift(command), _of(DocumentType.SHIFT_OPEN), guard, allowed)
            case CloseShift():
                return self._close_shift(command, guard)
            case OfdReport():
                return self._fiscal(command, tasks.ofd_report(command), _of(DocumentType.STATE_REPORT), guard, _ANY)
            case CashIn() | CashOut():
                return self._cash(command, guard)
        return serving.serve(self, command)

    def cancel_receipt(self) -> bool:
        """Driver 10 cancels what is open when it begins its next document, and has no task for it (2.5)."""
        return False

    def finish_printing(self) -> None:
        try:
            self.channel.ask(tasks.CONTINUE_PRINT)
        except TaskFailed as error:
            if error.number not in NO_MORE:
                raise
        self._unprinted = False

    def set_clock(self, at: datetime.datetime) -> None:
        self.channel.ask({"type": "setDateTime", "dateTime": moment(at)})

    def _receipt(self, command: RegisterReceipt, fence: Fence) -> Result:
        ffd = self.ffd()
        receipt(command, ffd=ffd)  # what cannot be is said before codes are checked for it
        task = receipt(self.marking.prepare(command, ffd), ffd=ffd)
        kept = self.as_kept(command)
        result = self._fiscal(command, task, lambda document: _is(document, kept), fence, _OPEN)
        paid = sum(payment.sum for payment in command.payments)
        return dataclasses.replace(result, change=paid - command.total)

    def _close_shift(self, command: CloseShift, fence: Fence) -> Result:
        totals = self.shift_totals()
        allowed = _ANY - {ShiftState.CLOSED}
        mine = _of(DocumentType.SHIFT_CLOSE)
        result = self._fiscal(command, tasks.close_shift(command), mine, fence, allowed, timeout=REPORT)
        return dataclasses.replace(result, cash=totals.cash, totals=totals)

    def _ready(self, shift: frozenset[ShiftState]) -> Baseline:
        """Raises LinkError; Refused: the shift is in no state of *shift*."""
        baseline = self.baseline()
        if baseline.shift not in shift:
            raise Refused(_REFUSALS[baseline.shift], f"the shift is {baseline.shift}")
        return baseline

    def _fiscal(
        self,
        command: Command,
        task: Json,
        mine: Mine,
        fence: Fence,
        shift: frozenset[ShiftState],
        *,
        timeout: float = RECEIPT,
    ) -> Result:
        baseline = self._ready(shift)
        attempt = self.channel.begin(task, name_of(command, baseline))
        found = self._found(attempt.earlier, command, mine)
        fence(baseline)
        if found is not None:
            return self._noted(found)
        try:
            told = attempt.run(timeout, is_absent=lambda: not self.settling.grew(baseline))
        except TaskFailed as error:
            return self._failed(error, baseline, mine)
        return self._noted(self.settling.result(baseline, mine, printed=_is_printed(told)))

    def _found(self, earlier: Json, command: Command, mine: Mine) -> Result | None:
        """
        The document of an attempt that arrived after everybody had given it up. Only our own mark, which no other
        job has, proves that it is this job's. Raises LinkError; Refused.
        """
        number = whole(inner(earlier, "fiscalParams").get("fiscalDocumentNumber"))
        if not number or not isinstance(command, RegisterReceipt) or not _OUR_MARK.fullmatch(command.mark):
            return None
        document = self.read_document(number)
        if document.mark != command.mark or not mine(document):
            return None
        return Result(document=document, printed=_is_printed(earlier))

    def _failed(self, error: TaskFailed, baseline: Baseline, mine: Mine) -> Result:
        """
        The driver's word is not taken for what is in the fiscal storage (5.3, 5.4).

        Raises TaskFailed: nothing was registered; OutcomeUnknown: a command may still be on its way to the device.
        """
        if error.is_open:
            try:
                self.channel.recover()
            except DeviceError as lost:
                raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"{error}; then {lost}") from error
        if not self.settling.grew(baseline):
            if error.is_open:
                raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, str(error)) from error
            raise error
        return self._noted(self.settling.result(baseline, mine, printed=self._continued(error)))

    def _continued(self, error: TaskFailed) -> bool:
        """Print the rest of a document that is registered; say whether its paper is whole."""
        if error.number in PAPER:
            return False
        try:
            self.finish_printing()
        except DeviceError:
            return False
        return True

    def _noted(self, result: Result) -> Result:
        self._unprinted = not result.printed
        return result

    def _cash(self, command: CashIn | CashOut, fence: Fence) -> Result:
        if command.sum <= 0:
            raise Refused(ErrorCode.BAD_AMOUNT, f"{command.sum} kopecks")
        baseline = self._ready(_OPEN)
        attempt = self.channel.begin(tasks.cash(command), name_of(command, baseline))
        fence(baseline)
        printed = True
        try:
            attempt.run(RECEIPT, is_absent=lambda: self.settling.moved(command, baseline) is None)
        except TaskFailed as error:
            if error.is_open:
                raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, str(error)) from error
            now = self.settling.moved(command, baseline)
            if now is None:
                raise
            printed = error.number not in PAPER
        else:
            now = self.settling.moved(command, baseline)
        if now is None:
            raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, "the device said yes and its cash counters stood still")
        return Result(printed=printed, cash=now.cash)

    # The end

    def observe(self, observer: Observer | None) -> None:
        self.channel.observe(observer)

    def close(self) -> None:
        self.channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def name_of(command: Command, baseline: Baseline) -> str:
    """
    What an attempt is called: the same command for the same storage is the same attempt, after a lost answer, after a
    restart, and however far the storage has come meanwhile. Our mark makes a receipt's name the job's own.
    """
    where = [baseline.serial_number, baseline.fn_number, command.kind]
    return hashlib.sha256(json.dumps([where, command.dump()], sort_keys=True).encode()).hexdigest()


def _of(kind: DocumentType) -> Mine:
    return lambda document: document.document_type == kind


def _is(document: FiscalData, command: RegisterReceipt) -> bool:
    return (
        document.document_type in _RECEIPTS
        and (document.document_type in _CORRECTIONS) == command.type.is_correction
        and document.operation == command.type.operation
        and document.total == command.total
        and (not command.mark or document.mark in ("", command.mark))
    )


def _is_printed(told: Json) -> bool:
    return inner(told, "warnings").get("notPrinted") is not True
