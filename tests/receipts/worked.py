"""
The worked receipts: what a client of API v1 sends for each, and what must come of it.

R1 to R13 are those of ffd.md, section 9. G1 and on are ours, for everything else that may stand inside a receipt; their
key «asked» is what the registered document cannot tell, «ffd» the format of the register (1.2).
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

GOODS: dict[str, dict[str, Any]] = {
    row["id"]: row for row in json.loads((Path(__file__).parent / "worked_goods.json").read_text())
}
ALL = ORACLES | GOODS

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
    oracle = ALL[name]
    kind = {1: "sell", 2: "sell_return", 3: "buy", 4: "buy_return"}[oracle["1054"]]
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
        basis = {"date": "1178", "number": "1179", "description": "1177"}
        asked["correction"] = {word: oracle["1174"][tag] for word, tag in basis.items() if tag in oracle["1174"]}
        asked["correction"] |= {"by_order": True} if oracle["1173"] else {}
    roots = {"1192": "additional_attribute", "1009": "settlement_address", "1036": "machine_number"}
    asked |= {word: oracle[tag] for tag, word in roots.items() if tag in oracle}
    if "1187" in oracle:
        asked["settlement_place"] = oracle["1187"]
    if "1256" in oracle:
        asked["customer"] = {
            word: _day(oracle["1256"][tag]) if tag == "1243" else oracle["1256"][tag] for tag, word in _CUSTOMER.items()
        }
    if "1261" in oracle:
        asked["industry"] = _industries(oracle["1261"])
    if "1270" in oracle:
        asked["operation_requisite"] = {
            word: oracle["1270"][tag] for word, tag in {"id": "1271", "data": "1272", "at": "1273"}.items()
        }
    if "1084" in oracle:
        asked["user_requisite"] = {"name": oracle["1084"]["1085"], "value": oracle["1084"]["1086"]}
    more: dict[str, Any] = oracle.get("asked", {})
    return asked | more


_CUSTOMER = {
    "1227": "name",
    "1228": "inn",
    "1243": "birth_date",
    "1244": "citizenship",
    "1245": "document_code",
    "1246": "document",
    "1254": "address",
}
_AGENT = {
    "1044": "operation",
    "1073": "agent_phones",
    "1074": "receiver_phones",
    "1075": "transfer_phones",
    "1026": "transfer_name",
    "1005": "transfer_address",
    "1016": "transfer_inn",
}


def _day(text: str) -> str:
    """03.02.1990 as 1990-02-03."""
    return "-".join(reversed(text.split(".")))


def _industries(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    words = {"foiv": "1262", "date": "1263", "number": "1264", "value": "1265"}
    return [{word: _day(row[tag]) if tag == "1263" else row[tag] for word, tag in words.items()} for row in rows]


def _several(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _item(position: dict[str, Any]) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "name": position["1030"],
        "price": position["1079"],
        "quantity": position["1023"],
        "vat": VAT_BY_CODE[position["1199"]].value,
        "measure": Measure(position.get("2108", 0)).name.lower(),
        "payment_method": PaymentMethod(position["1214"]).name.lower(),
        "payment_object": PaymentObject(position["1212"]).name.lower(),
    }
    if "2000" in position:
        asked["mark"] = {"code": position["2000"]}
        asked["payment_object"] = "commodity"
        if "1291" in position:
            asked["mark"]["fraction"] = position["1291"]["1292"]
    elif "1163" in position:
        asked["product_code"] = position["1163"]["1305"]
    if "1222" in position:
        phone, *more = _several(position["1224"]["1171"])
        asked["agent"] = Agent(position["1222"]).name.lower()
        asked["supplier"] = {"name": position["1224"]["1225"], "phone": phone, "inn": position["1226"]}
        asked["supplier"] |= {"phones": more} if more else {}
    if "1223" in position:
        asked["agent_data"] = {
            word: _several(position["1223"][tag]) if word.endswith("phones") else position["1223"][tag]
            for tag, word in _AGENT.items()
        }
    if "1260" in position:
        asked["industry"] = _industries(position["1260"])
    same = {"1229": "excise", "1230": "country", "1231": "declaration", "1191": "additional_attribute"}
    return asked | {word: position[tag] for tag, word in same.items() if tag in position}


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
        for each in ALL[name]["1059"]
    ]


def payments(name: str) -> dict[str, str]:
    """Registered sums by type, zeros left out."""
    return {kind: ALL[name][tag] for tag, kind in _PAYMENTS.items() if Decimal(ALL[name][tag])}


def vat(name: str, *, variant: str = "vat_positions") -> dict[int, str]:
    """
    Tag 1199 to tax (turnover for 0 % and «без НДС»), in one of the two accepted variants; the 1104 placeholder left
    out.
    """
    oracle = ALL[name]
    block = oracle.get("vat") or oracle[variant]
    by_tag: dict[int, int] = {
        rate.sum_tag: rate.code for rate in VAT_RATES.values() if rate.sum_tag is not Tag.VAT_BLOCK
    }
    flat = {by_tag[int(tag)]: each for tag, each in block.items() if tag != "1115" and Decimal(each)}
    return flat | {each["1199"]: each["1120"] for each in block.get("1115", [])}
