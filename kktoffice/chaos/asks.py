"""What clients want: sales, returns, cash, shifts, repeats and cancels, drawn from the seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

from devices.units import roubles

GOODS = ("Хлеб ржаной", "Молоко 3,2%", "Аспирин таб. №10", "Пакет", "Бинт 5 м × 10 см", "Кофе в зёрнах 1 кг")
VATS = ("none", "vat0", "vat10", "general")
RARER = ("buy", "buy_return", "sell_correction", "sell_return_correction", "buy_correction")
# Kinds of commands beside receipts, with weights: out of a hundred receipts.
COMMANDS = {"cash_in": 15, "cash_out": 4, "close_shift": 10, "open_shift": 3, "x_report": 2, "print_text": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """
    One wish of a client. *kind* is a receipt's type or a command's; *total* in kopecks (0: it has none), *cash* what it
    puts into the drawer. *pause* is how long the client thinks before, *wait* how long it waits for the answer;
    *repeats*: the same request again so often; *cancels*: taken back at once; *hangs_up*: the connection is closed
    before the answer; *ttl*: seconds that it may stand in line (0: as long as usual).
    """

    tr_id: str
    till: int
    kind: str
    body: dict[str, Any]
    total: int = 0
    cash: int = 0
    pause: float = 0.0
    wait: int = 0
    repeats: int = 0
    cancels: bool = False
    hangs_up: bool = False
    ttl: float = 0.0

    @property
    def is_receipt(self) -> bool:
        return self.kind not in COMMANDS


def draw(seed: int, *, client: int, till: int, receipts: int, leisure: float = 0.0) -> list[Ask]:
    """
    The wishes of one client for one till, in their order: *receipts* receipts and what comes between them.

    *leisure* is the average pause in seconds.
    """
    chance = random.Random(f"{seed}/client/{client}")  # noqa: S311 - a schedule, no secret
    asks: list[Ask] = []
    for number in range(receipts):
        receipt = _receipt(chance, f"c{client}-{number}", till, leisure)
        asks.append(_varied(seed, receipt))
        for kind, weight in COMMANDS.items():
            if chance.random() * 100 < weight:
                asks.append(_command(chance, f"c{client}-{number}-{kind}", till, kind, leisure))
    return asks


def provoked(seed: int, *, number: int, till: int, kind: str) -> Ask:
    """A command that a fault waits for."""
    chance = random.Random(f"{seed}/provoked/{till}/{number}")  # noqa: S311 - a schedule, no secret
    return _command(chance, f"p{till}-{number}-{kind}", till, kind, 0.0)


def _varied(seed: int, ask: Ask) -> Ask:
    """
    One in ten is in a hurry, one brings a requisite 1192 of its own, one is a purchase or a correction and goes by
    card. Drawn apart, so that the rest stays as it was.
    """
    chance = random.Random(f"{seed}/varied/{ask.tr_id}")  # noqa: S311 - a schedule, no secret
    ttl = chance.uniform(10, 40) if chance.random() < 0.1 else 0.0  # longer than it takes to be answered
    body = dict(ask.body)
    if chance.random() < 0.1:
        body["additional_attribute"] = f"№ {ask.tr_id}"[:16]
    kind, cash = ask.kind, ask.cash
    if chance.random() < 0.1:
        kind, cash = chance.choice(RARER), 0
        body |= {"type": kind, "payments": [{"type": "electronically", "sum": roubles(ask.total)}]}
        if kind.endswith("_correction"):
            body["correction"] = {"date": "2026-01-15"}
    return replace(ask, kind=kind, cash=cash, body=body, ttl=ttl)


def _manner(chance: random.Random, leisure: float) -> dict[str, Any]:
    return {
        "pause": chance.choice((0.0, 0.5, 1.5, 2.0)) * leisure,
        "wait": chance.choice((0, 2, 5, 5)),
        "repeats": chance.choice((0, 0, 0, 0, 1, 3)),
        "cancels": chance.random() < 0.06,
        "hangs_up": chance.random() < 0.06,
    }


def _receipt(chance: random.Random, tr_id: str, till: int, leisure: float) -> Ask:
    items, total = [], 0
    for _ in range(chance.choice((1, 1, 2, 3))):
        price, quantity = chance.randint(1, 200_000), chance.randint(1, 4)
        total += price * quantity
        items.append(
            {
                "name": chance.choice(GOODS),
                "price": roubles(price),
                "quantity": str(quantity),
                "vat": chance.choice(VATS),
            }
        )
    kind = "sell_return" if chance.random() < 0.15 else "sell"
    # Money goes back by card, so that an empty drawer is no reason to fail.
    is_cash = kind == "sell" and chance.random() < 0.6
    body = {
        "tr_id": tr_id,
        "type": kind,
        "items": items,
        "payments": [{"type": "cash" if is_cash else "electronically", "sum": roubles(total)}],
    }
    return Ask(
        tr_id=tr_id,
        till=till,
        kind=kind,
        body=body,
        total=total,
        cash=total if is_cash else 0,
        **_manner(chance, leisure),
    )


def _command(chance: random.Random, tr_id: str, till: int, kind: str, leisure: float) -> Ask:
    body: dict[str, Any] = {"tr_id": tr_id, "type": kind}
    total = 0
    if kind in ("cash_in", "cash_out"):
        total = chance.randint(100, 50_000) if kind == "cash_in" else chance.randint(1, 99)
        body["sum"] = roubles(total)
    elif kind == "print_text":
        body["lines"] = [{"text": "Скидка 5 % в четверг", "align": "center"}]
    manner = _manner(chance, leisure) | {"cancels": False}
    cash = {"cash_in": total, "cash_out": -total}.get(kind, 0)
    return Ask(tr_id=tr_id, till=till, kind=kind, body=body, total=total, cash=cash, **manner)
