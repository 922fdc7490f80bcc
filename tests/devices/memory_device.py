"""
A device in memory with a driver for it: for tests of the line, where the bytes are not the subject.

It keeps the contract of devices.drivers.base.Driver to the letter, archive and counters included; a test says how the
next command ends by putting a function into `faults`. Tests of the wire use the virtual device instead.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

from devices.commands import (
    Baseline,
    CashIn,
    CashOut,
    CloseShift,
    Command,
    DeviceState,
    FiscalData,
    Identity,
    OpenShift,
    OperationTotals,
    Payment,
    RegisterReceipt,
    Result,
    ShiftState,
    ShiftTotals,
)
from devices.drivers.base import Endpoint
from devices.errors import ErrorCode, LinkError, Refused
from devices.ffd import DocumentType, Operation, PaymentType, qr_text
from devices.protocol.exchange import Observer

MOSCOW = ZoneInfo("Europe/Moscow")  # the time zone of a site where nobody says otherwise


class Step(Enum):
    """Where a fault strikes."""

    CONNECT = auto()  # nobody answers
    START = auto()  # before the fence
    SENT = auto()  # after the fence, before the storage wrote
    WRITTEN = auto()  # after the storage wrote, before the answer
    LOOK = auto()  # while asking for state, baseline or archive


@dataclass
class MemoryDevice:
    """What is at the far end; it outlives its drivers."""

    serial_number: str = "00106900000001"
    fn_number: str = "9999078900000001"
    shift: ShiftState = ShiftState.CLOSED
    shift_number: int = 0
    cash: int = 0
    cash_ins: list[int] = field(default_factory=list)
    cash_outs: list[int] = field(default_factory=list)
    archive: list[FiscalData] = field(default_factory=list)
    payments: dict[tuple[int, Operation], list[Payment]] = field(default_factory=dict)
    is_paper_in: bool = True
    is_receipt_open: bool = False
    is_unprinted: bool = False
    commands: list[str] = field(default_factory=list)  # kinds, in the order of their fences
    faults: dict[Step, Callable[[Command | None], None]] = field(default_factory=dict)
    connects: int = 0
    clock_offset: datetime.timedelta = datetime.timedelta(0)
    shift_ends_at: datetime.datetime | None = None
    is_open: bool = False

    @property
    def now(self) -> datetime.datetime:
        """Its clock: a shop in Moscow."""
        return (datetime.datetime.now(MOSCOW) + self.clock_offset).replace(tzinfo=None, microsecond=0)

    def strike(self, step: Step, command: Command | None = None) -> None:
        if fault := self.faults.get(step):
            fault(command)

    def write(self, kind: DocumentType, **fields: object) -> FiscalData:
        number = len(self.archive) + 1
        data = FiscalData(
            document_type=kind,
            fn_number=self.fn_number,
            fd_number=number,
            fpd=1000000000 + number,
            at=self.now,
            shift_number=self.shift_number,
            rnm="0000000001012345",
            tlv=bytes([kind, number % 256]),
        )
        self.archive.append(replace(data, **fields))  # type: ignore[arg-type]
        return self.archive[-1]


class MemoryDriver:
    """One connection; a second one at the same time is refused as a port would."""

    def __init__(self, device: MemoryDevice) -> None:
        device.strike(Step.CONNECT)
        if device.is_open:
            raise LinkError(ErrorCode.PORT_BUSY, "opened already")
        device.is_open = True
        device.connects += 1
        self.device = device

    def identify(self) -> Identity:
        return Identity(
            serial_number=self.device.serial_number,
            model="ATOL 30F",
            model_code=61,
            firmware="1",
            fn_number=self.device.fn_number,
            ffd=2,
            columns=36,
        )

    def state(self) -> DeviceState:
        self.device.strike(Step.LOOK)
        device = self.device
        return DeviceState(
            shift=device.shift,
            shift_number=device.shift_number,
            shift_ends_at=device.shift_ends_at if device.shift is not ShiftState.CLOSED else None,
            receipt_open=device.is_receipt_open,
            paper=device.is_paper_in,
            cover_open=False,
            printer_fault=False,
            unprinted=device.is_unprinted,
            cash=device.cash,
            clock=device.now,
            last_fd=len(device.archive),
        )

    def baseline(self) -> Baseline:
        self.device.strike(Step.LOOK)
        device = self.device
        return Baseline(
            serial_number=device.serial_number,
            fn_number=device.fn_number,
            last_fd=len(device.archive),
            shift=device.shift,
            shift_number=device.shift_number,
            cash=device.cash,
            cash_ins=len(device.cash_ins),
            cash_in_sum=sum(device.cash_ins),
            cash_outs=len(device.cash_outs),
            cash_out_sum=sum(device.cash_outs),
        )

    def run(self, command: Command, *, fence: Callable[[Baseline], None] | None = None) -> Result:
        device, command = (
            self.device,
            dataclasses.replace(command),
        )  # a fault may change what arrives, not what was asked
        device.strike(Step.START, command)
        if not command.repeatable and fence is not None:
            fence(self.baseline())
        device.commands.append(command.kind)
        device.is_receipt_open = isinstance(command, RegisterReceipt)
        device.strike(Step.SENT, command)
        result = self._do(command)
        device.is_receipt_open = False
        device.strike(Step.WRITTEN, command)
        return result

    def _do(self, command: Command) -> Result:
        device = self.device
        if isinstance(command, OpenShift):
            device.shift, device.shift_number = ShiftState.OPEN, device.shift_number + 1
            return Result(document=device.write(DocumentType.SHIFT_OPEN))
        if isinstance(command, CloseShift):
            totals = self.shift_totals()
            document = device.write(DocumentType.SHIFT_CLOSE)
            device.shift = ShiftState.CLOSED
            device.cash_ins, device.cash_outs = [], []
            return Result(document=document, totals=totals)
        if isinstance(command, CashIn):
            device.cash_ins.append(command.sum)
            device.cash += command.sum
        elif isinstance(command, CashOut):
            device.cash_outs.append(command.sum)
            device.cash -= command.sum
        elif isinstance(command, RegisterReceipt):
            return self._receipt(command)
        return Result(cash=device.cash, printed=not device.is_unprinted)

    def _receipt(self, command: RegisterReceipt) -> Result:
        device = self.device
        if device.shift is not ShiftState.OPEN:
            raise Refused(ErrorCode.SHIFT_CLOSED)
        change = sum(payment.sum for payment in command.payments) - command.total
        cash = sum(payment.sum for payment in command.payments if payment.type is PaymentType.CASH) - change
        operation = command.type.operation
        device.cash += cash if operation in (Operation.SELL, Operation.BUY_RETURN) else -cash
        paid = device.payments.setdefault((device.shift_number, operation), [])
        paid += [*command.payments, Payment(type=PaymentType.CASH, sum=-change)]
        document = device.write(
            DocumentType.RECEIPT, operation=operation, total=command.total, mark=command.mark, receipt_number=1
        )
        qr = qr_text(
            at=document.at,
            total=document.total,
            fn_number=document.fn_number,
            fd_number=document.fd_number,
            fpd=document.fpd,
            operation=operation,
        )
        device.archive[-1] = replace(document, qr=qr)
        return Result(document=device.archive[-1], change=change, printed=not device.is_unprinted)

    def shift_totals(self) -> ShiftTotals:
        device = self.device
        kinds = {}
        for operation in Operation:
            paid = dict.fromkeys(PaymentType, 0)
            for payment in device.payments.get((device.shift_number, operation), []):
                paid[payment.type] += payment.sum
            receipts = [
                data
                for data in device.archive
                if data.shift_number == device.shift_number and data.operation == operation
            ]
            kinds[operation.name.lower()] = OperationTotals(
                count=len(receipts),
                sum=sum(data.total for data in receipts),
                **{kind.value: amount for kind, amount in paid.items()},
            )
        return ShiftTotals(
            **kinds,
            cash_ins=len(device.cash_ins),
            cash_in_sum=sum(device.cash_ins),
            cash_outs=len(device.cash_outs),
            cash_out_sum=sum(device.cash_outs),
            cash=device.cash,
        )

    def as_kept(self, command: RegisterReceipt) -> RegisterReceipt:
        return command

    def last_document_number(self) -> int:
        return len(self.device.archive)

    def read_document(self, fd_number: int) -> FiscalData:
        self.device.strike(Step.LOOK)
        if not 1 <= fd_number <= len(self.device.archive):
            raise Refused(ErrorCode.NO_DOCUMENT, str(fd_number))
        return self.device.archive[fd_number - 1]

    def cancel_receipt(self) -> bool:
        was_open, self.device.is_receipt_open = self.device.is_receipt_open, False
        return was_open

    def finish_printing(self) -> None:
        if not self.device.is_paper_in:
            raise Refused(ErrorCode.PAPER_OUT)
        self.device.is_unprinted = False

    def set_clock(self, at: datetime.datetime) -> None:
        if self.device.shift is not ShiftState.CLOSED:
            raise Refused(ErrorCode.SHIFT_OPEN)
        self.device.clock_offset += at - self.device.now

    def observe(self, observer: Observer | None) -> None:
        """Nothing travels here."""

    def close(self) -> None:
        self.device.is_open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


DEVICES: dict[str, MemoryDevice] = {}


def connect(endpoint: Endpoint, *_: object) -> MemoryDriver:
    """What the table of families calls for «memory»: the url names the device."""
    return MemoryDriver(DEVICES[endpoint.url])
