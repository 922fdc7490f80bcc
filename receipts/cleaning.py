"""
Texts of a draft as the fiscal storage and the paper keep them, and what is wrong with them.

One table says which fields go into requisites and how long those are; everything else of a draft passes unchanged.
Paths are in the words of API v1. Source of the lengths: ffd.md 2.2; where sources differ the smaller one (9.3).
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, TypeVar

from devices.commands import (
    AgentData,
    Barcode,
    Cashier,
    Correction,
    Customer,
    Industry,
    Mark,
    OperationRequisite,
    Supplier,
    TextLine,
    UserRequisite,
    Value,
)
from receipts import checks
from receipts.checks import Bad, Fault
from receipts.draft import Draft, Item

V = TypeVar("V", bound=Value)

INN, PHONE = 12, 19

LIMITS: dict[type, dict[str, int]] = {
    Draft: {
        "contact": 64,
        "customer_name": 256,
        "customer_inn": INN,
        "sender_email": 64,
        "settlement_place": 256,
        "settlement_address": 256,
        "machine_number": 20,
        "additional": 16,
    },
    Item: {"name": 128, "unit": 16, "additional": 64, "country": 3, "declaration": 32},
    Cashier: {"name": 64, "inn": INN},
    Supplier: {"name": 256, "inn": INN, "phone": PHONE, "phones": PHONE},
    AgentData: {
        "operation": 24,
        "agent_phones": PHONE,
        "transfer_phones": PHONE,
        "transfer_name": 64,
        "transfer_address": 256,
        "transfer_inn": INN,
        "receiver_phones": PHONE,
    },
    Customer: {"citizenship": 3, "document_code": 2, "document": 64, "address": 256},
    Industry: {"foiv": 3, "number": 32, "value": 256},
    OperationRequisite: {"data": 64},
    UserRequisite: {"name": 64, "value": 256},
    Correction: {"number": 32, "description": 256},
}
"""CP866 bytes by class and field; a tuple of texts has the limit for each."""

REQUIRED = {(Item, "name")}
ON_PAPER = {(Item, "barcode")}
"""Printed as it is, and kept nowhere else."""
ELSEWHERE = frozenset({"items", "payments"})
"""Looked at one by one, by their own names."""

_PATHS = {
    (Draft, "contact"): "customer",
    (Draft, "customer_name"): "customer.name",
    (Draft, "customer_inn"): "customer.inn",
    (Draft, "additional"): "additional_attribute",
    (Item, "additional"): "additional_attribute",
}


def cleaned(value: V, path: str = "") -> tuple[V, list[Fault]]:
    """*value* with its texts as they will be kept; a text that cannot be kept stands as it is, with its fault."""
    if isinstance(value, TextLine):
        return _kept(value, path, "text", checks.paper_text)
    if isinstance(value, Mark):
        return _kept(value, path, "code", checks.mark_code)
    if isinstance(value, Barcode):
        return _kept(value, path, "barcode", lambda text: checks.barcode(value.type, text))
    faults: list[Fault] = []
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(value):
        part = getattr(value, field.name)
        if field.name in ELSEWHERE or (not part and (type(value), field.name) not in REQUIRED):
            continue
        name = _PATHS.get((type(value), field.name), field.name)
        here = f"{path}.{name}" if path else name
        if (type(value), field.name) in ON_PAPER:
            faults += checks.found(here, functools.partial(checks.paper_text, part))
            continue
        kept = _part(part, here, LIMITS.get(type(value), {}).get(field.name), faults)
        if kept != part:
            changes[field.name] = kept
    return (dataclasses.replace(value, **changes) if changes else value), faults


def _part(part: Any, path: str, limit: int | None, faults: list[Fault]) -> Any:
    if isinstance(part, tuple):
        return tuple(_part(each, f"{path}[{index}]", limit, faults) for index, each in enumerate(part))
    if isinstance(part, Value):
        kept, found = cleaned(part, path)
        faults += found
        return kept
    if limit is None or not isinstance(part, str):
        return part
    try:
        return checks.requisite(part, limit)
    except Bad as bad:
        faults.append(Fault(path=path, code=bad.code, params=bad.params))
        return part


def _kept(value: V, path: str, field: str, check: Any) -> tuple[V, list[Fault]]:
    """*value* with one field as *check* gives it."""
    try:
        return dataclasses.replace(value, **{field: check(getattr(value, field))}), []
    except Bad as bad:
        return value, [Fault(path=f"{path}.{field}", code=bad.code, params=bad.params)]


def texts(value: Value) -> int:
    """Characters of every text in *value*, each with the four bytes that stand before it."""
    total = 0
    for field in dataclasses.fields(value):
        part = getattr(value, field.name)
        for each in part if isinstance(part, tuple) else (part,):
            if isinstance(each, TextLine | Barcode):
                continue
            if isinstance(each, Value):
                total += texts(each) + 4
            elif isinstance(each, str) and each:
                total += len(each) + 4
    return total
