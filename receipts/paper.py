"""
A receipt as paper: lines of the device's width with every obligatory requisite, drawn from rows.

It is a picture of what the device printed, not the print itself: a device breaks lines its own way. What the law
wants on it is in reference ffd.md 8.3 (54-ФЗ art. 4.7): name, number, shift, time, place, seller and INN, СНО,
operation, positions with VAT, total, VAT by rate, payments, cashier, РНМ, ЗН, ФН, ФД, ФП, site of the tax office, QR.
Words are Russian in every language of the pages: so is the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import segno

from devices.commands import Correction, Customer, Identity, MarkCheck, Position, Printed, UserRequisite
from devices.ffd import (
    VAT_RATES,
    Operation,
    PaymentMethod,
    PaymentObject,
    PaymentType,
    ReceiptType,
    Taxation,
    Vat,
)
from devices.models import FiscalDocument
from devices.units import plain_quantity
from receipts.models import Receipt, ReceiptLine, ReceiptPayment
from receipts.paper_goods import goods, measure
from receipts.paper_lines import amount, centred, free, pair, wrapped
from receipts.registered import NOTHING, Registered, read

FNS_SITE = "www.nalog.gov.ru"  # tag 1060
ROLLS = ((36, 58),)  # up to so many columns it is a roll of so many millimetres
WIDE_ROLL = 80
MEASURES = (24, 32, 36, 40, 42, 48, 57, 64, 72)  # the stylesheet sets letters for these widths

_OPERATIONS = {
    Operation.SELL: "ПРИХОД",
    Operation.SELL_RETURN: "ВОЗВРАТ ПРИХОДА",
    Operation.BUY: "РАСХОД",
    Operation.BUY_RETURN: "ВОЗВРАТ РАСХОДА",
}
_TAXATIONS = {
    Taxation.OSN: "ОСН",
    Taxation.USN_INCOME: "УСН доход",
    Taxation.USN_INCOME_EXPENSE: "УСН доход - расход",
    Taxation.ENVD: "ЕНВД",
    Taxation.ESHN: "ЕСХН",
    Taxation.PSN: "ПСН",
}
_PAYMENTS = {
    PaymentType.CASH: "НАЛИЧНЫМИ",
    PaymentType.ELECTRONICALLY: "БЕЗНАЛИЧНЫМИ",
    PaymentType.PREPAID: "ПРЕДВАРИТЕЛЬНАЯ ОПЛАТА (АВАНС)",
    PaymentType.CREDIT: "ПОСЛЕДУЮЩАЯ ОПЛАТА (КРЕДИТ)",
    PaymentType.OTHER: "ИНАЯ ФОРМА ОПЛАТЫ",
}
# Full payment and an ordinary commodity go without saying (their print may be left out, ffd.md 2.4).
_METHODS = {
    PaymentMethod.FULL_PREPAYMENT: "ПРЕДОПЛАТА 100%",
    PaymentMethod.PREPAYMENT: "ПРЕДОПЛАТА",
    PaymentMethod.ADVANCE: "АВАНС",
    PaymentMethod.PARTIAL_AND_CREDIT: "ЧАСТИЧНЫЙ РАСЧЕТ И КРЕДИТ",
    PaymentMethod.CREDIT: "ПЕРЕДАЧА В КРЕДИТ",
    PaymentMethod.CREDIT_PAYMENT: "ОПЛАТА КРЕДИТА",
}
_OBJECTS = {
    PaymentObject.EXCISE: "ПОДАКЦИЗНЫЙ ТОВАР",
    PaymentObject.JOB: "РАБОТА",
    PaymentObject.SERVICE: "УСЛУГА",
    PaymentObject.INTELLECTUAL_ACTIVITY: "РИД",
    PaymentObject.PAYMENT: "ПЛАТЕЖ",
    PaymentObject.AGENT_COMMISSION: "АГЕНТСКОЕ ВОЗНАГРАЖДЕНИЕ",
    PaymentObject.COMPOSITE: "ВЫПЛАТА",
    PaymentObject.ANOTHER: "ИНОЙ ПРЕДМЕТ РАСЧЕТА",
    PaymentObject.PROPRIETARY_LAW: "ИМУЩЕСТВЕННОЕ ПРАВО",
    PaymentObject.DEPOSIT: "ЗАЛОГ",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """
    *top* and *bottom* are lines no longer than *columns*; the total between them is printed large: *total* is (word,
    sum). *qr* is the text of the QR ("" before registration), *roll* the width of the tape in millimetres.
    """

    columns: int
    roll: int
    top: tuple[str, ...]
    total: tuple[str, str]
    bottom: tuple[str, ...]
    qr: str
    footer: tuple[str, ...]

    @property
    def measure(self) -> int:
        """The width that the stylesheet knows and that holds ours."""
        return next((measure for measure in MEASURES if measure >= self.columns), MEASURES[-1])

    @property
    def top_text(self) -> str:
        return "\n".join(self.top)

    @property
    def bottom_text(self) -> str:
        return "\n".join(self.bottom)

    @property
    def footer_text(self) -> str:
        return "\n".join(self.footer)

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything as plain text, the total in ordinary size."""
        return (*self.top, *pair(*self.total, self.columns), *self.bottom, *self.footer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What a receipt's command holds beyond the rows. *positions* are those of the rows, in their order."""

    header: tuple[Printed, ...] = ()
    footer: tuple[Printed, ...] = ()
    positions: tuple[Position, ...] = ()
    correction: Correction | None = None
    customer_name: str = ""
    customer_inn: str = ""
    sender_email: str = ""
    settlement_place: str = ""
    settlement_address: str = ""
    machine_number: str = ""
    customer: Customer | None = None
    user_requisite: UserRequisite | None = None


NO_EXTRAS = Extras()


def draw(
    receipt: Receipt,
    *,
    lines: Sequence[ReceiptLine],
    payments: Sequence[ReceiptPayment],
    document: FiscalDocument | None,
    identity: Identity | None,
    extras: Extras = NO_EXTRAS,
    columns: int = 0,
) -> Paper:
    """
    The paper of *receipt*. Without *document* it is what would be printed: no numbers, no QR. *columns* overrides the
    device's own width (*identity*; 42 when nobody knows). The buyer's contact is masked: who needs it whole asks for
    it elsewhere.
    """
    width = columns or (identity.columns if identity else 0) or 42
    kind = ReceiptType(receipt.type)
    said = read(bytes(document.tlv)) if document else NOTHING
    top = [
        *_seller(identity, said, width),
        "",
        *centred("КАССОВЫЙ ЧЕК КОРРЕКЦИИ" if kind.is_correction else "КАССОВЫЙ ЧЕК", width),
        *centred(_OPERATIONS[kind.operation], width),
        "",
        *free(extras.header, width),
        *_numbers(receipt, document, said, width),
        *_basis(extras.correction, width),
        "-" * width,
    ]
    # A correction of ФФД 1.05 lists nothing, whatever was asked.
    listed = lines if not (said.is_read and kind.is_correction) or said.marks else ()
    for index, line in enumerate(listed):
        position = extras.positions[index] if index < len(extras.positions) else None
        bits = said.marks[index] if index < len(said.marks) else None
        top += _position(line, position, None if bits is None else MarkCheck.of_bits(bits), width)
    top.append("-" * width)
    bottom = [
        *_paid(payments, width),
        *_taxes(said.taxes or _counted(lines), width),
        *_requisites(receipt, extras, said, width),
        "-" * width,
        *_fiscal(document, identity, said, width),
    ]
    return Paper(
        columns=width,
        roll=next((roll for limit, roll in ROLLS if width <= limit), WIDE_ROLL),
        top=tuple(top),
        total=("ИТОГ", f"={amount(receipt.total)}"),
        bottom=tuple(bottom),
        qr=document.qr if document else "",
        footer=tuple(free(extras.footer, width)),
    )


def qr_path(text: str) -> tuple[int, str]:
    """
    The QR of *text* for an SVG: side in modules, and one path of its dark modules. Source: tag 1196 is built from six
    fields.
    """
    rows = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix]
    path: list[str] = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                path.append(f"M{x} {y}h{end - x}v1h-{end - x}z")
            x = end + 1
    return len(rows), "".join(path)


def masked(contact: str) -> str:
    """«m***@mail.ru», «+7900***67»: enough to recognise, not enough to write to."""
    name, at, domain = contact.partition("@")
    if at:
        return f"{name[:1]}***@{domain}"
    return f"{contact[:5]}***{contact[-2:]}" if len(contact) > 7 else contact


def _seller(identity: Identity | None, said: Registered, width: int) -> list[str]:
    organisation = said.organisation or (identity.organisation if identity else "")
    address = said.address or (identity.address if identity else "")
    return [*centred(organisation, width), *centred(address, width)]


def _numbers(receipt: Receipt, document: FiscalDocument | None, said: Registered, width: int) -> list[str]:
    name = said.cashier or receipt.cashier_name
    cashier = f"КАССИР {name}" if name else ""
    lines: list[str] = []
    if document:
        local = document.local_time
        lines += pair(f"ЧЕК № {document.receipt_number}", f"СМЕНА № {document.shift_number}", width)
        lines += pair(cashier, f"{local[8:10]}.{local[5:7]}.{local[2:4]} {local[11:16]}", width)
    elif cashier:
        lines += wrapped(cashier, width)
    if inn := said.cashier_inn or receipt.cashier_inn:
        lines += pair("ИНН КАССИРА", inn, width)
    return lines


def _basis(correction: Correction | None, width: int) -> list[str]:
    if correction is None:
        return []
    lines = pair("ТИП КОРРЕКЦИИ", "ПО ПРЕДПИСАНИЮ" if correction.by_order else "САМОСТОЯТЕЛЬНО", width)
    lines += pair("ДАТА РАСЧЕТА", f"{correction.date:%d.%m.%Y}", width)
    if correction.number:
        lines += pair("№ ПРЕДПИСАНИЯ", correction.number, width)
    if correction.description:
        lines += wrapped(correction.description, width)
    return lines


def _position(line: ReceiptLine, position: Position | None, check: MarkCheck | None, width: int) -> list[str]:
    vat = Vat(line.vat)
    quantity = plain_quantity(line.quantity).replace(".", ",") + (measure(position) if position else "")
    drawn = wrapped(line.name, width)
    drawn += pair(f"  {quantity} x {amount(line.price)}", f"={amount(line.sum)}", width)
    if line.discount:
        drawn += pair("  СКИДКА", amount(line.discount), width)
    tax = amount(line.vat_sum) if VAT_RATES[vat].numerator else ""
    drawn += pair(f"  {VAT_RATES[vat].paper}", tax, width)
    words = (_METHODS.get(PaymentMethod(line.payment_method)), _OBJECTS.get(PaymentObject(line.payment_object)))
    for word in filter(None, words):
        drawn += wrapped(f"  {word}", width, indent="  ")
    if position:
        drawn += goods(position, check, width)
    if line.barcode:
        drawn += wrapped(f"  {line.barcode}", width, indent="  ")
    return drawn + free(position.lines, width) if position else drawn


def _paid(payments: Sequence[ReceiptPayment], width: int) -> list[str]:
    lines: list[str] = []
    change = 0
    for payment in payments:
        lines += pair(_PAYMENTS[PaymentType(payment.type)], f"={amount(payment.sum)}", width)
        change += payment.tendered - payment.sum
    if change > 0:
        tendered = sum(payment.tendered for payment in payments)
        lines += pair("ПОЛУЧЕНО", f"={amount(tendered)}", width)
        lines += pair("СДАЧА", f"={amount(change)}", width)
    return lines


def _counted(lines: Sequence[ReceiptLine]) -> dict[Vat, int]:
    """Tax by rate as we count it; for 0 % and «без НДС» the turnover, as tags 1104 and 1105 hold it."""
    taxes: dict[Vat, int] = {}
    for line in lines:
        vat = Vat(line.vat)
        taxes[vat] = taxes.get(vat, 0) + (line.vat_sum if VAT_RATES[vat].numerator else line.sum)
    return taxes


def _taxes(taxes: dict[Vat, int], width: int) -> list[str]:
    drawn: list[str] = []
    for vat, tax in sorted(taxes.items(), key=lambda item: VAT_RATES[item[0]].code):
        name = {Vat.NONE: "СУММА БЕЗ НДС", Vat.VAT0: "СУММА С НДС 0%"}.get(vat, f"СУММА {VAT_RATES[vat].paper}")
        drawn += pair(name, f"={amount(tax)}", width)
    return drawn


def _requisites(receipt: Receipt, extras: Extras, said: Registered, width: int) -> list[str]:
    taxation = said.taxation or receipt.taxation
    lines = pair("СНО", _TAXATIONS[Taxation(taxation)], width) if taxation else []
    if extras.settlement_address and said.address != extras.settlement_address:
        lines += pair("АДРЕС РАСЧЕТОВ", extras.settlement_address, width)
    if place := said.place or extras.settlement_place:
        lines += pair("МЕСТО РАСЧЕТОВ", place, width)
    if extras.customer_name:
        lines += pair("ПОКУПАТЕЛЬ", extras.customer_name, width)
    if extras.customer_inn:
        lines += pair("ИНН ПОКУПАТЕЛЯ", extras.customer_inn, width)
    if extras.customer and extras.customer.address:
        lines += pair("АДР. ПОКУПАТЕЛЯ", extras.customer.address, width)
    if receipt.contact:
        lines += pair("ЭЛ. АДР. ПОКУПАТЕЛЯ", masked(receipt.contact), width)
    if receipt.contact and (sender := said.sender or extras.sender_email):
        lines += pair("ЭЛ. АДР. ОТПРАВИТЕЛЯ", sender, width)
    if extras.machine_number:
        lines += pair("НОМЕР АВТОМАТА", extras.machine_number, width)
    if extras.user_requisite:
        lines += pair(extras.user_requisite.name, extras.user_requisite.value, width)
    if said.mark:
        lines += pair("ДОП. РЕКВИЗИТ ЧЕКА", said.mark, width)
    return [*lines, *pair("САЙТ ФНС", said.site or FNS_SITE, width)]


def _fiscal(document: FiscalDocument | None, identity: Identity | None, said: Registered, width: int) -> list[str]:
    lines: list[str] = []
    rnm = (document.rnm if document else "") or (identity.rnm if identity else "")
    if rnm:
        lines += pair("РН ККТ", rnm, width)
    if identity and identity.serial_number:
        lines += pair("ЗН ККТ", identity.serial_number, width)
    if inn := said.inn or (identity.inn if identity else ""):
        lines += pair("ИНН", inn, width)
    if document:
        lines += pair("ФН", document.fn_number, width)
        lines += pair(f"ФД {document.fd_number}", f"ФП {document.fpd}", width)
    return lines
