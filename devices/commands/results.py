"""What a finished command left."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from devices.commands.goods import MarkCheck
from devices.commands.states import DeviceState, Identity, Registration, StorageState
from devices.commands.value import Value
from devices.ffd import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class FiscalData(Value):
    """
    One document of the fiscal storage, with everything it answered.

    *at* is the device's local clock reading. *total* in kopecks, 0 for documents without a sum. *fpd* is the number
    that people see. *tlv* is the document as read from the archive. *mark* is requisite 1192, *qr* the text of the QR
    (receipts only).
    """

    document_type: int
    fn_number: str
    fd_number: int
    fpd: int
    at: datetime.datetime
    shift_number: int
    receipt_number: int = 0
    operation: Operation | None = None
    total: int = 0
    rnm: str = ""
    mark: str = ""
    qr: str = ""
    tlv: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationTotals(Value):
    """Counters of one operation in a shift: number of receipts, sum, and sums by payment, in kopecks."""

    count: int = 0
    sum: int = 0
    cash: int = 0
    electronically: int = 0
    prepaid: int = 0
    credit: int = 0
    other: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftTotals(Value):
    """The device's own counters of a shift, as X and Z print them."""

    sell: OperationTotals = field(default_factory=OperationTotals)
    sell_return: OperationTotals = field(default_factory=OperationTotals)
    buy: OperationTotals = field(default_factory=OperationTotals)
    buy_return: OperationTotals = field(default_factory=OperationTotals)
    cash_ins: int = 0
    cash_in_sum: int = 0
    cash_outs: int = 0
    cash_out_sum: int = 0
    cash: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Result(Value):
    """
    What a finished command left: its own *document*, the documents that came with it (*before*: a shift opened on the
    way), whether the paper is complete, change in kopecks, and the counters where the command read them (X report,
    shift close). *decided_by* is the person on whose word it is done, *told_fd* the document that they named. The rest
    is what the Read… commands answer with.
    """

    document: FiscalData | None = None
    before: tuple[FiscalData, ...] = ()
    printed: bool = True
    change: int = 0
    cash: int | None = None
    totals: ShiftTotals | None = None
    decided_by: str = ""
    told_fd: int = 0
    identity: Identity | None = None
    state: DeviceState | None = None
    storage: StorageState | None = None
    registration: Registration | None = None
    check: MarkCheck | None = None
    value: str = ""
