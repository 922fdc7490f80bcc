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


def form_as_it_came(page: Any) -> dict[str, Any]:
    """What a browser sends back of an administration's form (the context of its page) that nobody touched."""
    forms = [page["adminform"].form]
    for inline in page["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    known = {
        form.add_prefix(name): form.get_initial_for_field(form.fields[name], name)
        for form in forms
        for name in form.fields
    }
    return {name: value for name, value in known.items() if value is not None and value is not False}
