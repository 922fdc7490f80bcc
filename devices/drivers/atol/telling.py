"""
What the device tells when somebody asks for more than its state: its fiscal storage, its registration, its overall
counters. Reads only, in any mode: nothing is cancelled, entered or left for them.

Source: atol-protocol.md 5.5, 5.7, 5.8; atol-wire-observed.md 2.3 (getFnInfo, getRegistrationInfo).
"""

from __future__ import annotations

from devices.commands import OperationTotals, Registration, Result, ShiftTotals, StorageState
from devices.drivers.atol.archive import Archive
from devices.drivers.atol.reading import Reader, text_of
from devices.ffd import Tag
from devices.protocol.atol import numbers, wire
from devices.protocol.atol.client import Client
from devices.protocol.atol.fields import Bcd
from devices.protocol.atol.tables import PaymentCode, ReceiptCode

USAGE_FLAGS = 1290
MODES: dict[int, tuple[str, int]] = {
    Tag.AUTOMATIC_MODE: ("automatic", -1),
    Tag.OFFLINE_MODE: ("offline", -1),
    1056: ("encryption", -1),
    1221: ("printer_in_machine", 1),
    1110: ("bso", 2),
    Tag.INTERNET: ("internet", 5),
    1207: ("excise", 6),
    1109: ("services", 9),
    1193: ("gambling", 10),
    1126: ("lottery", 11),
}
"""Signs of a registration by tag, and the bit of tag 1290 that stands for them in ФФД 1.2. Source: ffd.md 3 (1290)."""

ONLY_1_2 = {8: "marking", 12: "pawnshop", 13: "insurance", 14: "vending", 15: "catering", 16: "wholesale"}


class Teller:
    """Asks *client*'s device."""

    def __init__(self, client: Client, reader: Reader, archive: Archive) -> None:
        self._client = client
        self._reader = reader
        self._archive = archive

    def state(self) -> Result:
        return Result(identity=self._reader.identity(), state=self._reader.state(), totals=self._reader.totals())

    def totals(self, *, overall: bool) -> Result:
        state = self._reader.state()
        totals = self._overall(state.cash) if overall else self._reader.totals()
        return Result(totals=totals, state=state, cash=state.cash)

    def _overall(self, cash: int) -> ShiftTotals:
        """Registers 28h and 38h: sums alone, the device keeps no numbers of receipts over all shifts."""
        return ShiftTotals(
            sell=self._sums(ReceiptCode.SELL),
            sell_return=self._sums(ReceiptCode.SELL_RETURN),
            buy=self._sums(ReceiptCode.BUY),
            buy_return=self._sums(ReceiptCode.BUY_RETURN),
            cash=cash,
        )

    def _sums(self, operation: ReceiptCode) -> OperationTotals:
        total = self._client.ask_if_there(wire.GRAND_TOTAL, p1=operation)
        paid = {}
        for code in PaymentCode:
            register = self._client.ask_if_there(wire.GRAND_PAYMENT, p1=operation, p2=Bcd(1).encode(code)[0])
            paid[code.name.lower()] = register.sum if register else 0
        return OperationTotals(sum=total.sum if total else sum(paid.values()), **paid)

    def storage(self) -> Result:
        return Result(storage=self.storage_state(), state=self._reader.state())

    def storage_state(self) -> StorageState:
        ask = self._client.ask_if_there
        fn, term, version = ask(wire.FN_STATE), ask(wire.FN_TERM), ask(wire.FN_VERSION)
        ofd, numbers_ = ask(wire.OFD_STATE), ask(wire.SHIFT_NUMBERS)
        ffd = self._reader.ffd()
        unsent = ofd is not None and ofd.unsent > 0
        return StorageState(
            fn_number=self._client.ask(wire.FN_NUMBER).number,
            phase=fn.phase if fn else 0,
            warnings=fn.warnings if fn else 0,
            valid_until=term.until.date() if term and term.until else None,
            registrations=term.made if term else 0,
            registrations_left=term.left if term else 0,
            version=version.version if version else "",
            ffd=ffd.fn or ffd.device,
            last_fd=self._reader.last_fd(),
            receipt_number=numbers_.receipt if numbers_ else 0,
            ofd_unsent=ofd.unsent if ofd else 0,
            ofd_unsent_fd=ofd.first if ofd and unsent else 0,
            ofd_unsent_since=ofd.first_at if ofd and unsent else None,
        )

    def registration(self) -> Result:
        read = self._reader.requisite
        at = self._client.ask_if_there(wire.REGISTRATION)
        told = Registration(
            rnm=text_of(read(Tag.RNM)),
            inn=text_of(read(Tag.USER_INN)),
            organisation=text_of(read(Tag.USER_NAME)),
            address=text_of(read(Tag.SETTLEMENT_ADDRESS)),
            settlement_place=text_of(read(Tag.SETTLEMENT_PLACE)),
            sender_email=text_of(read(Tag.SENDER_EMAIL)),
            taxations=numbers.from_vln(read(Tag.TAXATIONS)),
            agents=numbers.from_vln(read(Tag.AGENT)),
            ffd=numbers.from_vln(read(Tag.FFD_VERSION)) or self._reader.ffd_version(),
            fns_site=text_of(read(Tag.FNS_SITE)),
            ofd_inn=text_of(read(Tag.OFD_INN)),
            ofd_name=text_of(read(Tag.OFD_NAME)),
            machine_number=text_of(read(Tag.MACHINE_NUMBER)),
            modes=self._modes(),
            at=at.at if at else None,
        )
        return Result(registration=told, identity=self._reader.identity())

    def _modes(self) -> tuple[str, ...]:
        flags = numbers.from_vln(self._reader.requisite(USAGE_FLAGS))
        told = [
            name
            for tag, (name, bit) in MODES.items()
            if numbers.from_vln(self._reader.requisite(tag)) or (bit > 0 and flags >> bit & 1)
        ]
        return (*told, *(name for bit, name in ONLY_1_2.items() if flags >> bit & 1))

    def document(self, fd_number: int) -> Result:
        """Raises Refused(NO_DOCUMENT)."""
        return Result(document=self._archive.read(fd_number or self._reader.last_fd()))
