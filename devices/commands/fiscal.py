"""Commands that leave a document in the fiscal storage or move the cash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from devices.commands.base import Command
from devices.commands.goods import (
    Cashier,
    Correction,
    Customer,
    Industry,
    OperationRequisite,
    Payment,
    Position,
    UserRequisite,
)
from devices.commands.printed import Printed
from devices.ffd import ReceiptType, Taxation


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenShift(Command):
    kind: ClassVar[str] = "open_shift"
    fiscal: ClassVar[bool] = True

    cashier: Cashier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseShift(Command):
    """*shift_number* is the shift that is meant, 0 whichever is open: a later one is not closed in its place."""

    kind: ClassVar[str] = "close_shift"
    fiscal: ClassVar[bool] = True

    cashier: Cashier | None = None
    shift_number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterReceipt(Command):
    """
    A receipt of any type.

    *total* (1020) equals the sum of the positions, or is less by under a rouble with the same whole roubles
    (rounding, ffd.md 5.3). *contact* is the buyer's e-mail or phone (1008). *electronic*: no paper, contact required.
    *mark* is our 16-character mark for requisite 1192, or the client's own value. *header* is printed before the
    positions, *footer* after them.
    """

    kind: ClassVar[str] = "receipt"
    fiscal: ClassVar[bool] = True
    needs_shift: ClassVar[bool] = True

    type: ReceiptType
    positions: tuple[Position, ...]
    payments: tuple[Payment, ...]
    total: int
    taxation: Taxation | None = None
    cashier: Cashier | None = None
    contact: str = ""
    customer_name: str = ""
    customer_inn: str = ""
    sender_email: str = ""
    settlement_place: str = ""
    electronic: bool = False
    internet: bool = False
    mark: str = ""
    header: tuple[Printed, ...] = ()
    footer: tuple[Printed, ...] = ()
    correction: Correction | None = None
    settlement_address: str = ""
    machine_number: str = ""
    customer: Customer | None = None
    industry: tuple[Industry, ...] = ()
    operation_requisite: OperationRequisite | None = None
    user_requisite: UserRequisite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashIn(Command):
    kind: ClassVar[str] = "cash_in"
    cash: ClassVar[bool] = True
    needs_shift: ClassVar[bool] = True

    sum: int
    cashier: Cashier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashOut(Command):
    kind: ClassVar[str] = "cash_out"
    cash: ClassVar[bool] = True
    needs_shift: ClassVar[bool] = True

    sum: int
    cashier: Cashier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfdReport(Command):
    """Отчёт о текущем состоянии расчётов (form 21): tells what the ОФД has not got yet."""

    kind: ClassVar[str] = "ofd_report"
    fiscal: ClassVar[bool] = True

    cashier: Cashier | None = None
