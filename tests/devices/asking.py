"""Commands that tests ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from devices.commands import Payment, Position, RegisterReceipt
from devices.ffd import PaymentType, ReceiptType, Vat
from devices.models import Device, Job
from devices.services import enqueue


def sale(total: int = 14000, *, paid: int | None = None, **fields: Any) -> RegisterReceipt:
    """One position, paid in cash."""
    position = Position(name="Пакет", price=total, quantity=Decimal(1), sum=total, vat=Vat.NONE)
    payment = Payment(type=PaymentType.CASH, sum=total if paid is None else paid)
    return RegisterReceipt(type=ReceiptType.SELL, positions=(position,), payments=(payment,), total=total, **fields)


def queued(device: Device, total: int = 14000, **fields: Any) -> Job:
    """A sale in the line of *device*."""
    return enqueue(device=device, command=sale(total), source="test", **fields)[0]
