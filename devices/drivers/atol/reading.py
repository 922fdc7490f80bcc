"""
What the device tells about itself: identity, state, baseline, counters. Reads only; what a device has not is unknown,
not fatal.

Source: atol-protocol.md 5.1, 5.5, 5.7, 5.8; atol-wire-observed.md 2.2, 3.1.
"""

from __future__ import annotations

import datetime

from devices.commands import Baseline, DeviceState, Identity, OperationTotals, ShiftState, ShiftTotals
from devices.drivers.profiles import find
from devices.errors import ErrorCode, LinkError
from devices.ffd import FfdVersion, Tag
from devices.protocol.atol import answers, charset, numbers, wire
from devices.protocol.atol.client import Client
from devices.protocol.atol.errors import DeviceRefused
from devices.protocol.atol.fields import Bcd
from devices.protocol.atol.tables import (
    SHIFT_TOTAL_CODES,
    PaymentCode,
    PrinterFlag,
    ReceiptCode,
    ShiftByte,
    StateFlag,
)

_FAULTS = (
    PrinterFlag.NO_LINK
    | PrinterFlag.MECHANICAL
    | PrinterFlag.CUTTER
    | PrinterFlag.OVERHEATED
    | PrinterFlag.JAM
    | PrinterFlag.PRESENTER
)
_NO_CLOCK = datetime.datetime(2000, 1, 1)
_OLD_FFD = answers.Ffd(device=FfdVersion.V1_0, fn=FfdVersion.V1_0, current=FfdVersion.V1_0)


class Reader:
    """Reads of one connected device. What follows from its firmware and registration is read once."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._serial = ""
        self._ffd: answers.Ffd | None = None
        self._width: answers.Width | None = None

    def forget(self) -> None:
        """Settings were changed: what follows from them is read anew."""
        self._ffd, self._width = None, None

    def identity(self) -> Identity:
        """Raises LinkError; Refused."""
        device = self._client.ask(wire.DEVICE_TYPE)
        fn_number = self._client.ask_if_there(wire.FN_NUMBER)
        taxations = self.requisite(Tag.TAXATIONS)
        profile = find(device.model)
        return Identity(
            serial_number=self.serial(),
            model=device.name or (profile.name if profile else f"ATOL {device.model}"),
            model_code=device.model,
            firmware=f"{device.version}.{device.subversion}.{device.build}",
            fn_number=fn_number.number if fn_number else "",
            ffd=self.ffd_version(),
            columns=self.columns(),
            transport=self._client.session.transport,
            rnm=text_of(self.requisite(Tag.RNM)),
            inn=text_of(self.requisite(Tag.USER_INN)),
            organisation=text_of(self.requisite(Tag.USER_NAME)),
            address=text_of(self.requisite(Tag.SETTLEMENT_ADDRESS)),
            taxations=numbers.from_vln(taxations),
        )

    def serial(self) -> str:
        """
        Asked each time, since a serial line does not notice that its cable was moved to another device.

        Raises LinkError(WRONG_DEVICE): another one answers than at first; whoever it is has to be greeted anew.
        """
        serial = self._client.ask(wire.SERIAL).digits.hex()
        if self._serial and serial != self._serial:
            raise LinkError(ErrorCode.WRONG_DEVICE, f"device {self._serial} became {serial}")
        self._serial = serial
        return serial

    def ffd(self) -> answers.Ffd:
        """Register 36h; a device without it is one of FFD 1.0."""
        if self._ffd is None:
            self._ffd = self._client.ask_if_there(wire.FFD) or _OLD_FFD
        return self._ffd

    def ffd_version(self) -> int:
        """The version that documents are made in, a code of FfdVersion."""
        return self.ffd().current or self.ffd().device

    def columns(self) -> int:
        """Characters per line, from the device or from its model."""
        return self._line().columns

    def dots(self) -> int:
        """Dots per line; 0 where the device does not tell."""
        return self._line().dots

    def _line(self) -> answers.Width:
        if self._width is None:
            width = self._client.ask_if_there(wire.WIDTH)
            if width is None or not width.columns:
                profile = find(self._client.ask(wire.DEVICE_TYPE).model)
                width = answers.Width(columns=(profile.columns if profile else 0) or 32)
            self._width = width
        return self._width

    def raw_state(self) -> answers.State:
        return self._client.ask(wire.STATE)

    def state(self) -> DeviceState:
        """Raises LinkError; Refused."""
        now = self.raw_state()
        printer = self._client.ask(wire.STATE_CODE)
        shift, ends_at = self.shift(now)
        ofd = self._client.ask_if_there(wire.OFD_STATE)
        fn = self._client.ask_if_there(wire.FN_STATE)
        term = self._client.ask_if_there(wire.FN_TERM)
        return DeviceState(
            shift=shift,
            shift_number=self.shift_number(shift),
            shift_ends_at=ends_at,
            receipt_open=now.receipt_state != ReceiptCode.CLOSED,
            paper=bool(now.flags & StateFlag.PAPER),
            cover_open=bool(now.flags & StateFlag.COVER_OPEN),
            printer_fault=bool(printer.flags & _FAULTS),
            unprinted=self.unprinted(),
            cash=self.cash(),
            clock=now.clock or _NO_CLOCK,
            last_fd=self.last_fd(),
            ofd_unsent=ofd.unsent if ofd else 0,
            ofd_unsent_since=ofd.first_at if ofd and ofd.unsent else None,
            fn_valid_until=term.until.date() if term and term.until else None,
            fn_warnings=fn.warnings if fn else 0,
            drawer_open=not now.flags & StateFlag.DRAWER_CLOSED,
            registered=bool(now.flags & StateFlag.FISCALISED),
        )

    def shift(self, now: answers.State | None) -> tuple[ShiftState, datetime.datetime | None]:
        """
        The shift, and when an open one has to be closed. Not every device tells «expired», so its clock decides too.
        """
        register = self._client.ask_if_there(wire.SHIFT, p2=1)
        if register is None:
            is_open = now is not None and bool(now.flags & StateFlag.SHIFT_OPEN)
            return (ShiftState.OPEN if is_open else ShiftState.CLOSED), None
        if register.state == ShiftByte.CLOSED:
            return ShiftState.CLOSED, None
        clock = now.clock if now else None
        late = register.ends_at is not None and clock is not None and clock > register.ends_at
        expired = register.state == ShiftByte.EXPIRED or late
        return (ShiftState.EXPIRED if expired else ShiftState.OPEN), register.ends_at

    def shift_number(self, shift: ShiftState) -> int:
        """The open shift, or the last closed one."""
        return self._client.ask(wire.LAST_SHIFT).count + (shift is not ShiftState.CLOSED)

    def baseline(self) -> Baseline:
        """
        Numbers that belong together: the fiscal storage is asked for its name before the first and after the last.

        A device whose Z report was interrupted refuses 3Fh, and its registers tell enough. Raises LinkError, with
        WRONG_DEVICE: another storage came in between; Refused.
        """
        ask = self._client.ask
        fn_number = ask(wire.FN_NUMBER).number
        try:
            now = self.raw_state()
        except DeviceRefused as error:
            if error.code is not ErrorCode.Z_INTERRUPTED:
                raise
            now = None
        shift, _ = self.shift(now)
        baseline = Baseline(
            serial_number=self.serial(),
            fn_number=fn_number,
            last_fd=self.last_fd(),
            shift=shift,
            shift_number=self.shift_number(shift),
            cash=self.cash(),
            cash_ins=ask(wire.CASH_INS).count,
            cash_in_sum=ask(wire.CASH_IN_SUM).sum,
            cash_outs=ask(wire.CASH_OUTS).count,
            cash_out_sum=ask(wire.CASH_OUT_SUM).sum,
        )
        if (now_there := ask(wire.FN_NUMBER).number) != fn_number:
            raise LinkError(ErrorCode.WRONG_DEVICE, f"storage {fn_number} became {now_there}")
        return baseline

    def last_fd(self) -> int:
        """
        Number of the last fiscal document; devices without register 34h tell it with the state of the fiscal storage.
        """
        last = self._client.ask_if_there(wire.LAST_DOCUMENT)
        return last.fd if last else self._client.ask(wire.FN_STATE).last_fd

    def cash(self) -> int:
        """Kopecks in the drawer."""
        return self._client.ask(wire.CASH).sum

    def unprinted(self) -> bool:
        """The last document is registered and its paper is not whole; False where the device cannot tell."""
        state = self._client.ask_if_there(wire.PRINT_STATE)
        return state.unprinted if state else False

    def totals(self) -> ShiftTotals:
        """Raises LinkError; Refused."""
        ask = self._client.ask
        return ShiftTotals(
            sell=self._operation(ReceiptCode.SELL),
            sell_return=self._operation(ReceiptCode.SELL_RETURN),
            buy=self._operation(ReceiptCode.BUY),
            buy_return=self._operation(ReceiptCode.BUY_RETURN),
            cash_ins=ask(wire.CASH_INS).count,
            cash_in_sum=ask(wire.CASH_IN_SUM).sum,
            cash_outs=ask(wire.CASH_OUTS).count,
            cash_out_sum=ask(wire.CASH_OUT_SUM).sum,
            cash=self.cash(),
        )

    def _operation(self, operation: ReceiptCode) -> OperationTotals:
        receipts = self._client.ask_if_there(wire.RECEIPTS, p1=operation)
        count = receipts.closed if receipts else self._client.ask(wire.REGISTRATIONS, p1=operation).count
        if count == 0:
            return OperationTotals()
        paid = {
            code.name.lower(): self._client.ask(wire.PAYMENT_SUM, p1=operation, p2=Bcd(1).encode(code)[0]).sum
            for code in PaymentCode
        }
        total = self._client.ask_if_there(wire.SHIFT_TOTAL, p1=SHIFT_TOTAL_CODES[operation])
        return OperationTotals(count=count, sum=total.sum if total else sum(paid.values()), **paid)

    def requisite(self, tag: int) -> bytes:
        """A requisite of the registration; empty where the device does not tell."""
        value = bytearray()
        try:
            first = self._client.ask(wire.READ_REQUISITE, tag=tag)
            value += first.data[4:]  # its own tag and length stand before it
            for block in range(1, first.blocks):
                value += self._client.ask(wire.READ_REQUISITE, tag=tag, block=block).data
        except DeviceRefused:
            return b""
        return bytes(value)


def text_of(value: bytes) -> str:
    return charset.decode(value).strip()
