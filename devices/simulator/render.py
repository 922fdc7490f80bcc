"""
What a device prints, as lines of its width. The order and words are those of a typical ATOL receipt; no real one was at
hand [C].
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from devices.ffd import VAT_BY_CODE, VAT_RATES, Operation, Tag, qr_text
from devices.simulator.charset import decode
from devices.simulator.counters import TypeCounters
from devices.simulator.documents import MARK_CHECK, mark_is_bad
from devices.simulator.layout import centre, money, sides, wrap
from devices.simulator.options import Options
from devices.simulator.paper import qr_line
from devices.simulator.receipt import NO_VAT, ZERO_VAT, Position, Receipt
from devices.simulator.render_requisites import measure, requisite_lines
from devices.simulator.state import State
from devices.simulator.tlv import elements
from devices.units import plain_quantity, roubles

OPERATIONS = {1: "ПРИХОД", 2: "ВОЗВРАТ ПРИХОДА", 3: "РАСХОД", 4: "ВОЗВРАТ РАСХОДА"}
TYPE_NAMES = {
    1: "ПРИХОД",
    2: "ВОЗВРАТ ПРИХОДА",
    4: "РАСХОД",
    5: "ВОЗВРАТ РАСХОДА",
    7: "КОРР. ПРИХОДА",
    8: "КОРР. ВОЗВРАТА ПРИХОДА",
    9: "КОРР. РАСХОДА",
    10: "КОРР. ВОЗВРАТА РАСХОДА",
}
TAXATIONS = {1: "ОСН", 2: "УСН доход", 4: "УСН доход - расход", 8: "ЕНВД", 16: "ЕСХН", 32: "Патент"}
FORMS = {1: "НАЛИЧНЫМИ", 2: "БЕЗНАЛИЧНЫМИ", 3: "ПРЕДВАРИТЕЛЬНАЯ ОПЛАТА (АВАНС)", 4: "ПОСЛЕДУЮЩАЯ ОПЛАТА (КРЕДИТ)"}
FORMS |= {5: "ИНАЯ ФОРМА ОПЛАТЫ"}
METHODS = {
    1: "ПРЕДОПЛАТА 100%",
    2: "ПРЕДОПЛАТА",
    3: "АВАНС",
    4: "ПОЛНЫЙ РАСЧЕТ",
    5: "ЧАСТИЧНЫЙ РАСЧЕТ И КРЕДИТ",
    6: "ПЕРЕДАЧА В КРЕДИТ",
    7: "ОПЛАТА КРЕДИТА",
}
SUBJECTS = {1: "ТОВАР", 2: "ПОДАКЦИЗНЫЙ ТОВАР", 3: "РАБОТА", 4: "УСЛУГА", 10: "ПЛАТЕЖ", 11: "АГЕНТСКОЕ ВОЗНАГРАЖДЕНИЕ"}
SUBJECTS |= {31: "АТМ", 33: "ТМ"}


def head(options: Options, title: str) -> list[str]:
    columns = options.profile.columns
    return [
        *centre(options.organisation, columns),
        *centre(options.address, columns),
        *centre(options.place, columns),
        *centre(title, columns),
    ]


def receipt_title(receipt: Receipt) -> str:
    kind = "КАССОВЫЙ ЧЕК КОРРЕКЦИИ" if receipt.is_correction else "КАССОВЫЙ ЧЕК"
    return f"{kind} / {OPERATIONS[receipt.operation]}"


def position_lines(options: Options, item: Position) -> list[str]:
    """The name as it came, price × quantity and the sum, its VAT, what else is to be printed."""
    columns = options.profile.columns
    quantity = plain_quantity(Decimal(item.quantity))
    lines = wrap(decode(bytes.fromhex(item.name)), columns) if item.name else []
    lines += _mark(item)
    lines += sides(f"{roubles(item.unit_price)} x {quantity}{measure(item)}", money(item.amount), columns)
    if item.info:
        lines += sides("СКИДКА" if item.info > 0 else "НАДБАВКА", money(abs(item.info)), columns)
    rate = VAT_RATES[VAT_BY_CODE[item.rate]].paper
    lines += [rate] if item.rate in (NO_VAT, ZERO_VAT) else sides(rate, money(item.vat), columns)
    if (item.subject, item.method) != (1, 4):
        subject = SUBJECTS.get(item.subject, f"ПРЕДМЕТ РАСЧЕТА {item.subject}")
        lines += sides(subject, METHODS[item.method], columns)
    return lines + requisite_lines(item.extra, columns)


def _mark(item: Position) -> list[str]:
    """[М+] a good marking code, [М-] a bad one, [М] one that nobody checked (2106, ffd.md 3.12)."""
    given = {row[0]: bytes.fromhex(row[1]) for row in item.extra}
    if Tag.PRODUCT_CODES not in given:
        return []
    bits = given.get(MARK_CHECK, b"\0")[0]
    if mark_is_bad(bits):
        return ["[М-]"]
    return ["[М+]"] if bits & 0x0F == 0x0F else ["[М]"]


def correction_lines(options: Options, receipt: Receipt) -> list[str]:
    """Type and basis of a correction (1173, 1174)."""
    columns, given = options.profile.columns, {row[0]: bytes.fromhex(row[1]) for row in receipt.extra}
    by_order = given.get(Tag.CORRECTION_TYPE, b"\0") == b"\1"
    basis = dict(elements(given.get(Tag.CORRECTION_BASIS, b"")))
    lines = wrap("ТИП КОРРЕКЦИИ: " + ("ПО ПРЕДПИСАНИЮ" if by_order else "САМОСТОЯТЕЛЬНО"), columns)
    if Tag.CORRECTION_DATE in basis:
        seconds = int.from_bytes(basis[Tag.CORRECTION_DATE], "little")
        date = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
        lines += wrap(f"ДАТА КОРРЕКТИРУЕМОГО РАСЧЕТА: {date:%d.%m.%Y}", columns)
    if Tag.CORRECTION_NUMBER in basis:
        lines += wrap("НОМЕР ПРЕДПИСАНИЯ: " + decode(basis[Tag.CORRECTION_NUMBER]).rstrip(), columns)
    return lines


def receipt_tail(
    options: Options,
    state: State,
    receipt: Receipt,
    sums: dict[int, int],
    *,
    fd: int,
    fpd: int,
    at: datetime.datetime,
    cashier: tuple[str, str],
    forms: dict[int, str],
) -> list[str]:
    """
    From ИТОГ to the QR. *forms* names the payment types, *cashier* is name and ИНН.
    """
    columns = options.profile.columns
    lines = ["-" * columns]
    if receipt.rounding:
        lines += sides("ОКРУГЛЕНИЕ", money(receipt.rounding), columns)
    lines += sides("ИТОГ", money(receipt.total), columns)
    for kind, amount in sorted(receipt.paid.items()):
        lines += sides(forms[kind], money(amount), columns)
    if receipt.change:
        cash = sum(amount for kind, amount in receipt.payments if kind == 1)
        lines += [*sides("ПОЛУЧЕНО НАЛИЧНЫМИ", money(cash), columns), *sides("СДАЧА", money(receipt.change), columns)]
    for rate, amount in sorted(sums.items()):
        name = VAT_RATES[VAT_BY_CODE[rate]].paper
        lines += sides("СУММА " + name, money(amount), columns)
    if receipt.is_correction:
        lines += correction_lines(options, receipt)
    given = {row[0]: row for row in receipt.extra}
    taxation = bytes.fromhex(given[Tag.TAXATION][1])[0] if Tag.TAXATION in given else options.default_taxation
    lines += wrap(f"СНО: {TAXATIONS.get(taxation, taxation)}", columns)
    lines += _person(cashier, columns)
    if Tag.CUSTOMER_CONTACT in given:
        lines += wrap(f"ЭЛ. АДР. ПОКУПАТЕЛЯ: {_value(given[Tag.CUSTOMER_CONTACT])}", columns)
        lines += wrap(f"ЭЛ. АДР. ОТПРАВИТЕЛЯ: {options.sender_email}", columns)
    lines += requisite_lines(receipt.extra, columns)
    lines += sides(f"СМЕНА {state.shift_number}", f"ЧЕК {state.shift_receipts + 1}", columns)
    lines += fiscal_lines(options, fd=fd, fpd=fpd, at=at)
    operation = Operation(receipt.operation)
    lines.append(
        qr_line(qr_text(at=at, total=receipt.total, fn_number=options.fn, fd_number=fd, fpd=fpd, operation=operation))
    )
    return lines


def _value(row: list[object]) -> str:
    return decode(bytes.fromhex(str(row[1]))).rstrip()


def _person(cashier: tuple[str, str], columns: int) -> list[str]:
    name, inn = cashier
    lines = wrap(f"КАССИР: {name}", columns)
    return lines + wrap(f"ИНН КАССИРА: {inn}", columns) if inn else lines


def fiscal_lines(options: Options, *, fd: int, fpd: int, at: datetime.datetime) -> list[str]:
    columns = options.profile.columns
    return [
        *sides(f"{at:%d.%m.%y}", f"{at:%H:%M}", columns),
        *sides("ИНН", options.inn, columns),
        *sides("РН ККТ", options.rnm, columns),
        *sides("ЗН ККТ", options.serial, columns),
        *sides("ФН", options.fn, columns),
        *sides("ФД", str(fd), columns),
        *sides("ФП", f"{fpd:010d}", columns),
        *wrap(f"САЙТ ФНС: {options.fns_site}", columns),
    ]


def document_lines(
    options: Options, title: str, middle: list[str], *, fd: int, fpd: int, at: datetime.datetime
) -> list[str]:
    """A fiscal document that is no receipt: head, its own lines, fiscal data."""
    return [*head(options, title), *middle, *fiscal_lines(options, fd=fd, fpd=fpd, at=at)]


def person_lines(options: Options, cashier: tuple[str, str]) -> list[str]:
    return _person(cashier, options.profile.columns)


def totals_lines(options: Options, state: State, forms: dict[int, str]) -> list[str]:
    """
    The body of X and Z: by receipt type what was registered, how it was paid, its VAT; money in and out; the drawer.
    """
    columns = options.profile.columns
    lines = []
    for kind, name in TYPE_NAMES.items():
        counters = state.shift.types.get(str(kind))
        if counters is None and kind not in (1, 2):
            continue
        lines += _type_lines(name, counters or TypeCounters(), forms, columns)
    shift = state.shift
    lines += ["-" * columns]
    lines += sides(f"ВНЕСЕНИЯ {shift.cash_ins}", money(shift.cash_in_sum), columns)
    lines += sides(f"ВЫПЛАТЫ {shift.cash_outs}", money(shift.cash_out_sum), columns)
    lines += sides("НАЛИЧНЫХ В КАССЕ", money(state.cash), columns)
    lines += sides("ВЫРУЧКА", money(shift.revenue), columns)
    lines.append("НЕОБНУЛЯЕМЫЕ ИТОГИ")
    for kind in (1, 2, 4, 5):
        lines += sides(TYPE_NAMES[kind], money(state.grand.sums.get(str(kind), 0)), columns)
    return lines


def _type_lines(name: str, counters: TypeCounters, forms: dict[int, str], columns: int) -> list[str]:
    lines = ["-" * columns, *sides(f"{name} {counters.receipts}", money(counters.sum), columns)]
    for kind, amount in sorted(counters.payments.items(), key=lambda each: int(each[0])):
        lines += sides(" " + forms[int(kind)], money(amount), columns)
    for rate, amount in sorted(counters.vat.items(), key=lambda each: int(each[0])):
        lines += sides(" " + VAT_RATES[VAT_BY_CODE[int(rate)]].paper, money(amount), columns)
    if counters.annulled:
        lines += sides(f" АННУЛИРОВАНО {counters.annulled}", money(counters.annulled_sum), columns)
    return lines
