"""
What an item of a receipt is beside its sums, as API v1 answers: from the job's command, and from the document what the
check of its marking code came to. The shape is in schemas_goods.py.
"""

from __future__ import annotations

from typing import Any

from devices.commands import MarkCheck
from devices.ffd import Agent, MarkStatus, Measure
from devices.units import roubles
from receipts.api.v1.answers_told import check


def goods_answer(position: dict[str, Any], bits: int | None) -> dict[str, Any]:
    """*position* is a dumped commands.Position, of an older program too; *bits* is 2106 of the registered one."""
    measure, agent, excise = position.get("measure"), position.get("agent"), position.get("excise")
    return {
        "measure": Measure(measure).name.lower() if measure in set(Measure) else None,
        "unit": position.get("unit", ""),
        "additional_attribute": position.get("additional", ""),
        "agent": Agent(agent).name.lower() if agent in set(Agent) else None,
        "supplier": _supplier(position.get("supplier") or {}),
        "product_code": position.get("product_code", ""),
        "mark": _mark(position.get("mark") or {}, bits),
        "excise": None if excise is None else roubles(excise),
        "country": position.get("country", ""),
        "declaration": position.get("declaration", ""),
    }


def _supplier(supplier: dict[str, Any]) -> dict[str, Any] | None:
    if not supplier:
        return None
    phones = [phone for phone in (supplier.get("phone", ""), *supplier.get("phones", ())) if phone]
    return {"name": supplier.get("name", ""), "inn": supplier.get("inn", ""), "phones": list(dict.fromkeys(phones))}


def _mark(mark: dict[str, Any], bits: int | None) -> dict[str, Any] | None:
    if not mark:
        return None
    status = mark.get("status")
    return {
        "code": mark["code"],
        "status": MarkStatus(status).name.lower() if status in set(MarkStatus) else None,
        "fraction": f"{mark['numerator']}/{mark['denominator']}" if mark.get("denominator") else None,
        "check": None if bits is None else check(MarkCheck.of_bits(bits)),
    }
