"""
Everything the virtual device remembers, and the only way documents change it.

`State.apply` is called for every document right after it was registered, and at a start for documents that a crash left
without their effects. It knows nothing but the document, so both ways lead to the same counters.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from typing import Any

from devices.ffd import DocumentType
from devices.simulator.archive import Document
from devices.simulator.counters import FnTotals, GrandTotals, ShiftCounters, vat_sums
from devices.simulator.receipt import CASH, Receipt

RECEIPTS = (DocumentType.RECEIPT, DocumentType.CORRECTION)


@dataclass
class State:
    """
    Money in kopecks, times as ISO text of the device's clock, bytes as hex.

    *mode* is the mode digit of 4.1, *operator* the cashier whose password opened it. *pending* are lines of a
    registered document that are not printed yet. *requisites* ([tag, hex]) wait for the next document. *tables* holds
    what was programmed, by «table/row/field». *acknowledged* is the last document that the ОФД has taken.
    *marks_gone* is the last status (2003) of each marking code that went through a receipt, by its hex; *notices* were
    made of them, *notices_sent* taken by the marking system.
    *shift_number* is the open shift, or the last one.
    """

    applied_fd: int = 0
    phase: int = 1
    acknowledged: int = 0
    ofd_online: bool = True
    registrations: int = 0
    last_document_at: str = ""
    shift_number: int = 0
    shift_open: bool = False
    shift_opened_at: str = ""
    shift_closed_at: str = ""
    shift_receipts: int = 0
    shift_documents: int = 0
    fn_shift: FnTotals = field(default_factory=FnTotals)
    fn_total: FnTotals = field(default_factory=FnTotals)
    shift: ShiftCounters = field(default_factory=ShiftCounters)
    grand: GrandTotals = field(default_factory=GrandTotals)
    cash: int = 0
    receipt_number: int = 0  # of the last closed receipt, over all shifts
    mode: int = 0
    operator: int = 0
    receipt: Receipt | None = None
    requisites: list[list[Any]] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    last_paper: int = 0  # number of the paper of the last closed document, for the copy
    tables: dict[str, str] = field(default_factory=dict)
    clock_offset: float = 0.0
    paper: bool = True
    cover_open: bool = False
    printer_fault: bool = False
    drawer_open: bool = False
    z_interrupted: bool = False
    fn_room: int = -1  # documents that the ФН still takes, -1: plenty
    fn_until: str = ""  # end of its term (ISO day), "": counted from its registration
    marks_gone: dict[str, int] = field(default_factory=dict)
    notices: int = 0
    notices_sent: int = 0
    unsent_since: str = ""  # of the oldest unsent document (ISO), "": its own time

    @property
    def closed_shift(self) -> int:
        """Number of the last closed shift: what 3Fh and register 15h tell."""
        return self.shift_number - 1 if self.shift_open else self.shift_number

    @property
    def shift_ends_at(self) -> datetime.datetime:
        """24 hours after the opening report. Only while a shift is open."""
        return datetime.datetime.fromisoformat(self.shift_opened_at) + datetime.timedelta(hours=24)

    def shift_expired(self, now: datetime.datetime) -> bool:
        return self.shift_open and now >= self.shift_ends_at

    def apply(self, document: Document) -> None:
        """What registering *document* does to everything else."""
        meta = document.meta
        self.applied_fd = meta.fd
        self.last_document_at = meta.at
        self.pending = list(meta.lines)
        self.requisites = []
        self.fn_room = max(self.fn_room - 1, 0) if self.fn_room >= 0 else self.fn_room
        if self.ofd_online:
            self.acknowledged = meta.fd
        if meta.type == DocumentType.SHIFT_OPEN:
            self.shift_open, self.shift_number = True, meta.shift
            self.shift_opened_at, self.shift_receipts, self.shift_documents = meta.at, 0, 0
            self.fn_shift, self.shift = FnTotals(), ShiftCounters()
        if self.shift_open:
            self.shift_documents += 1
        if meta.type in RECEIPTS:
            self._apply_receipt(document)
        elif meta.type == DocumentType.SHIFT_CLOSE:
            self.shift_open, self.shift_closed_at = False, meta.at
            self.fn_shift, self.shift = FnTotals(), ShiftCounters()
            if meta.encashed:
                self.cash = 0
        elif meta.type in (DocumentType.REGISTRATION, DocumentType.REREGISTRATION):
            self.phase, self.registrations = 3, self.registrations + 1
        elif meta.type == DocumentType.FN_CLOSE:
            self.phase = 7

    def _apply_receipt(self, document: Document) -> None:
        meta = document.meta
        correction = meta.type == DocumentType.CORRECTION
        for totals in (self.fn_shift, self.fn_total):
            totals.of(meta.operation, correction=correction).add(document.tlv)
        counters = self.shift.of(meta.receipt_type)
        counters.receipts += 1
        counters.positions += meta.positions
        counters.sum += meta.total
        counters.discounts += meta.discount
        counters.charges += meta.charge
        for kind, amount in meta.payments.items():
            counters.pay(kind, amount)
        for rate, amount in vat_sums(document.tlv).items():
            counters.vat[str(rate)] = counters.vat.get(str(rate), 0) + amount
        self.grand.add(meta.receipt_type, meta.total, meta.payments)
        money = meta.payments.get(str(CASH), 0)
        self.cash += -money if meta.operation in (2, 3) else money  # corrections too: ffd.md 6.4 point 6 [C]
        self.marks_gone |= dict(meta.marks)
        self.notices += bool(meta.notice)
        self.shift_receipts += 1
        self.receipt_number += 1
        self.receipt = None

    def dump(self) -> str:
        return json.dumps(self, default=vars, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def load(cls, text: str) -> State:
        """Raises ValueError, KeyError or TypeError: not a state of this program."""
        data = json.loads(text)
        known = {name: data[name] for name in cls.__dataclass_fields__ if name in data}
        for name, kind in (("fn_shift", FnTotals), ("fn_total", FnTotals), ("shift", ShiftCounters)):
            known[name] = kind.load(known[name])
        known["grand"] = GrandTotals(**known["grand"])
        known["receipt"] = Receipt.load(known["receipt"]) if known.get("receipt") else None
        return cls(**known)
