"""
What the device and its fiscal storage count.

Every fiscal counter follows from documents alone (`State.apply` in state.py), so that a crash between a document and
its counters loses nothing: the document is applied again at the next start. Source of what exists: atol-protocol.md
5.7, ffd.md 6.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from devices.ffd import Tag
from devices.simulator.tlv import elements

PAYMENT_FIELDS = {
    Tag.CASH: "cash",
    Tag.ELECTRONICALLY: "cashless",
    Tag.PREPAID: "prepaid",
    Tag.CREDIT: "credit",
    Tag.OTHER: "in_kind",
}
FLAT_VAT = {
    Tag.VAT20_SUM: 1,
    Tag.VAT10_SUM: 2,
    Tag.VAT120_SUM: 3,
    Tag.VAT110_SUM: 4,
    Tag.VAT0_TURNOVER: 5,
    Tag.NO_VAT_TURNOVER: 6,
}


@dataclass
class FnCounters:
    """
    Receipts of one operation (1054) in the fiscal storage: tags 1135, 1201, 1136…1220; *vat* in kopecks by code of
    1199.
    """

    count: int = 0
    sum: int = 0
    cash: int = 0
    cashless: int = 0
    prepaid: int = 0
    credit: int = 0
    in_kind: int = 0
    vat: dict[str, int] = field(default_factory=dict)

    def add(self, tlv: bytes) -> None:
        """Count one receipt by its requisites."""
        self.count += 1
        for tag, value in elements(tlv):
            if tag == Tag.TOTAL:
                self.sum += int.from_bytes(value, "little")
            elif tag in PAYMENT_FIELDS:
                name = PAYMENT_FIELDS[Tag(tag)]
                setattr(self, name, getattr(self, name) + int.from_bytes(value, "little"))
        for code, amount in vat_sums(tlv).items():
            self.vat[str(code)] = self.vat.get(str(code), 0) + amount


def vat_sums(tlv: bytes) -> dict[int, int]:
    """VAT (turnover for codes 5 and 6) of a receipt by code of 1199, from 1102..1107 and 1115."""
    sums: dict[int, int] = {}
    for tag, value in elements(tlv):
        if tag in FLAT_VAT:
            sums[FLAT_VAT[Tag(tag)]] = int.from_bytes(value, "little")
        elif tag == Tag.VAT_BLOCK:
            for _, entry in elements(value):
                parts = dict(elements(entry))
                sums[parts[Tag.VAT][0]] = int.from_bytes(parts[Tag.VAT_BLOCK_SUM], "little")
    return sums


@dataclass
class FnTotals:
    """Tags 1157, 1194, 1158: by operation 1..4 as text keys, receipts and corrections apart."""

    receipts: dict[str, FnCounters] = field(default_factory=dict)
    corrections: dict[str, FnCounters] = field(default_factory=dict)

    def of(self, operation: int, *, correction: bool = False) -> FnCounters:
        group = self.corrections if correction else self.receipts
        return group.setdefault(str(operation), FnCounters())

    @property
    def count(self) -> int:
        return sum(each.count for group in (self.receipts, self.corrections) for each in group.values())

    @classmethod
    def load(cls, data: dict[str, Any]) -> FnTotals:
        return cls(
            receipts={key: FnCounters(**value) for key, value in data["receipts"].items()},
            corrections={key: FnCounters(**value) for key, value in data["corrections"].items()},
        )


@dataclass
class TypeCounters:
    """
    The device's own counters of one receipt type (byte of 92h) in a shift; *payments* and *vat* in kopecks, text keys.
    """

    receipts: int = 0
    positions: int = 0
    sum: int = 0
    payments: dict[str, int] = field(default_factory=dict)
    vat: dict[str, int] = field(default_factory=dict)
    discounts: int = 0
    charges: int = 0
    annulled: int = 0
    annulled_sum: int = 0

    def pay(self, kind: str, amount: int) -> None:
        self.payments[kind] = self.payments.get(kind, 0) + amount


@dataclass
class ShiftCounters:
    """What X and Z print: by receipt type, and the money that moved without receipts."""

    types: dict[str, TypeCounters] = field(default_factory=dict)
    cash_ins: int = 0
    cash_in_sum: int = 0
    cash_outs: int = 0
    cash_out_sum: int = 0

    def of(self, receipt_type: int) -> TypeCounters:
        return self.types.setdefault(str(receipt_type), TypeCounters())

    @property
    def revenue(self) -> int:
        """
        Выручка: cash and cashless of sales and returned purchases, less returns and purchases; kopecks, may be
        negative.
        """
        signs = {1: 1, 2: -1, 4: -1, 5: 1, 7: 1, 8: -1, 9: -1, 10: 1}
        return sum(signs[int(key)] * each.sum for key, each in self.types.items())

    @classmethod
    def load(cls, data: dict[str, Any]) -> ShiftCounters:
        return cls(**{**data, "types": {key: TypeCounters(**value) for key, value in data["types"].items()}})


@dataclass
class GrandTotals:
    """Non-resettable totals (необнуляемые итоги): sums by receipt type and by payment type, kopecks."""

    sums: dict[str, int] = field(default_factory=dict)
    payments: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, receipt_type: int, total: int, payments: dict[str, int]) -> None:
        key = str(receipt_type)
        self.sums[key] = self.sums.get(key, 0) + total
        by_kind = self.payments.setdefault(key, {})
        for kind, amount in payments.items():
            by_kind[kind] = by_kind.get(kind, 0) + amount
