"""
The worked receipts R1 to R13 (ffd.md, section 9): what a client of API v1 sends for each, and what must come of it.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from devices.ffd import VAT_BY_CODE, VAT_RATES, Agent, Measure, PaymentMethod, PaymentObject, Tag, Taxation

ORACLES: dict[str, dict[str, Any]] = {
    row["id"]: row for row in json.loads((Path(__file__).parent / "worked_receipts.json").read_text())
}

_PAYMENTS = {"1031": "cash", "1081": "electronically", "1215": "prepaid", "1216": "credit", "1217": "other"}

# What the oracle's own record cannot tell: the client's side of a discount, and lines that it sends otherwise than
# registered.
_ASKED_ITEMS: dict[str, list[dict[str, Any]]] = {
    "R5": [
        {"name": "Рюкзак", "price": "999.00", "quantity": "1", "vat": "vat22"},
        {"name": "Фляга", "price": "1499.00", "quantity": "2", "vat": "vat22"},
        {"name": "Носки", "price": "349.50", "quantity": "3", "vat": "vat22"},
    ]
}


def body(name: str) -> dict[str, Any]:
    """The request of API v1 without `device`."""
    oracle = ORACLES[name]
    kind = {1: "sell", 2: "sell_return"}[oracle["1054"]]
    asked: dict[str, Any] = {
        "tr_id": f"worked-{name}",
        "type": f"{kind}_correction" if oracle["doc"] == 31 else kind,
        "taxation": Taxation(oracle["1055"]).name.lower(),
        "items": _ASKED_ITEMS.get(name) or [_item(position) for position in oracle["1059"]],
        "payments": [
            {"type": kind, "sum": oracle.get("tendered", oracle[tag]) if kind == "cash" else oracle[tag]}
            for tag, kind in _PAYMENTS.items()
            if Decimal(oracle[tag])
        ],
    }
    if name == "R5":
        asked["discount"] = "250.00"
    if "rounding" in oracle:
        asked["total"] = oracle["1020"]
    if "1008" in oracle:
        asked |= {
            "customer": {"email": oracle["1008"]},
            "sender_email": oracle["1117"],
            "settlement_place": oracle["1187"],
            "internet": True,
        }
    if "1174" in oracle:
        asked["correction"] = {"date": oracle["1174"]["1178"]}
    if "1192" in oracle:
        asked["additional_attribute"] = oracle["1192"]
    return asked


def _item(position: dict[str, Any]) -> dict[str, Any]:
    asked = {
        "name": position["1030"],
        "price": position["1079"],
        "quantity": position["1023"],
        "vat": VAT_BY_CODE[position["1199"]].value,
        "measure": Measure(position["2108"]).name.lower(),
        "payment_method": PaymentMethod(position["1214"]).name.lower(),
        "payment_object": PaymentObject(position["1212"]).name.lower(),
    }
    if "1163" in position:
        asked["product_code"] = position["1163"]["1305"]
    if "1222" in position:
        asked["agent"] = Agent(position["1222"]).name.lower()
        asked["supplier"] = {
            "name": position["1224"]["1225"],
            "phone": position["1224"]["1171"],
            "inn": position["1226"],
        }
    return asked


def positions(name: str) -> list[tuple[str, str, str, str, int, str, int, int]]:
    """
    (name, price, quantity, sum, tag 1199, VAT inside, 1214, 1212) of each registered position; «без НДС» has no tax:
    "0.00".
    """
    return [
        (
            each["1030"],
            each["1079"],
            each["1023"],
            each["1043"],
            each["1199"],
            each.get("1200", "0.00"),
            each["1214"],
            each["1212"],
        )
        for each in ORACLES[name]["1059"]
    ]


def payments(name: str) -> dict[str, str]:
    """Registered sums by type, zeros left out."""
    return {kind: ORACLES[name][tag] for tag, kind in _PAYMENTS.items() if Decimal(ORACLES[name][tag])}


def vat(name: str, *, variant: str = "vat_positions") -> dict[int, str]:
    """
    Tag 1199 to tax (turnover for 0 % and «без НДС»), in one of the two accepted variants; the 1104 placeholder left
    out.
    """
    oracle = ORACLES[name]
    block = oracle.get("vat") or oracle[variant]
    by_tag: dict[int, int] = {
        rate.sum_tag: rate.code for rate in VAT_RATES.values() if rate.sum_tag is not Tag.VAT_BLOCK
    }
    flat = {by_tag[int(tag)]: each for tag, each in block.items() if tag != "1115" and Decimal(each)}
    return flat | {each["1199"]: each["1120"] for each in block.get("1115", [])}
