"""Commands that leave a document in the fiscal storage or move the cash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from devices.commands.base import Command
from devices.commands.goods import Cashier, Position, ReceiptHead


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
class RegisterReceipt(ReceiptHead, Command):
    """
    A receipt of any type.

    *total* (1020) equals the sum of the positions, or is less by under a rouble with the same whole roubles
    (rounding, ffd.md 5.3). *mark* is our 16-character mark for requisite 1192, or the client's own value.
    """

    kind: ClassVar[str] = "receipt"
    fiscal: ClassVar[bool] = True
    needs_shift: ClassVar[bool] = True

    positions: tuple[Position, ...]
    total: int
    mark: str = ""


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
