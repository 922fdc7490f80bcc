"""
A field that a device did not take (R14): what people call it, and what stood in it, with everything private hidden.

Devices name a field by its tag (register 37h after EEh, or the text of a driver).
"""

from __future__ import annotations

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from devices.commands import Command, RegisterReceipt
from devices.ffd import Tag
from devices.protocol import masking

FIELDS: dict[int, Promise] = {
    Tag.CUSTOMER_CONTACT: _("buyer's e-mail or phone"),
    Tag.CASHIER: _("cashier's name"),
    Tag.CASHIER_INN: _("cashier's INN"),
    Tag.CUSTOMER_NAME: _("buyer's name"),
    Tag.CUSTOMER_INN: _("buyer's INN"),
    Tag.SENDER_EMAIL: _("sender's e-mail"),
    Tag.SETTLEMENT_PLACE: _("place of sale"),
    Tag.SETTLEMENT_ADDRESS: _("address of sale"),
    Tag.MACHINE_NUMBER: _("number of the machine"),
    Tag.RECEIPT_REQUISITE: _("additional requisite"),
    Tag.CORRECTION_NUMBER: _("number of the correction's ground"),
    Tag.NAME: _("item's name"),
    Tag.SUPPLIER_INN: _("supplier's INN"),
    Tag.SUPPLIER_PHONE: _("supplier's phone"),
}

_VALUES: dict[int, Callable[[RegisterReceipt], list[str]]] = {
    Tag.CUSTOMER_CONTACT: lambda receipt: [receipt.contact],
    Tag.CASHIER: lambda receipt: [receipt.cashier.name] if receipt.cashier else [],
    Tag.CASHIER_INN: lambda receipt: [receipt.cashier.inn] if receipt.cashier else [],
    Tag.CUSTOMER_NAME: lambda receipt: [receipt.customer_name],
    Tag.CUSTOMER_INN: lambda receipt: [receipt.customer_inn],
    Tag.SENDER_EMAIL: lambda receipt: [receipt.sender_email],
    Tag.SETTLEMENT_PLACE: lambda receipt: [receipt.settlement_place],
    Tag.SETTLEMENT_ADDRESS: lambda receipt: [receipt.settlement_address],
    Tag.MACHINE_NUMBER: lambda receipt: [receipt.machine_number],
    Tag.RECEIPT_REQUISITE: lambda receipt: [receipt.mark],
    Tag.CORRECTION_NUMBER: lambda receipt: [receipt.correction.number] if receipt.correction else [],
    Tag.NAME: lambda receipt: [position.name for position in receipt.positions],
    Tag.SUPPLIER_INN: lambda receipt: [each.supplier.inn for each in receipt.positions if each.supplier],
    Tag.SUPPLIER_PHONE: lambda receipt: [each.supplier.phone for each in receipt.positions if each.supplier],
}
# What says nothing about a person is shown as it is.
_OPEN = frozenset(
    {
        Tag.SETTLEMENT_PLACE,
        Tag.SETTLEMENT_ADDRESS,
        Tag.MACHINE_NUMBER,
        Tag.RECEIPT_REQUISITE,
        Tag.CORRECTION_NUMBER,
        Tag.NAME,
    }
)
SHOWN = 40  # characters


def name(tag: int) -> Promise | str:
    """What people call the field."""
    return FIELDS.get(tag, str(tag))


def masked(command: Command, tag: int) -> str:
    """What stood in it, for people: «n***», «m***@m***.ru»; "" when it is not known, or not which of several it was."""
    if not isinstance(command, RegisterReceipt) or tag not in _VALUES:
        return ""
    values = {value for value in _VALUES[tag](command) if value}
    if len(values) != 1:
        return ""
    value = values.pop()
    shown = masking.words(value) if tag in _OPEN else masking.contact(value)
    return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
