"""
X, Z and other reports, copies, the ФН's own operations: 67 5A 73 95 EE A6 A7 AB (source: atol-protocol.md 5.3, 5.6,
5.11).
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from devices.ffd import DocumentType
from devices.simulator import documents, render, tables
from devices.simulator.commands.registry import OK, command, need
from devices.simulator.counters import FnTotals
from devices.simulator.errors import Code, Refusal
from devices.simulator.layout import centre, money, sides
from devices.simulator.numbers import unbcd
from devices.simulator.paper import write_line

if TYPE_CHECKING:
    from devices.simulator.device import VirtualDevice

_OTHER_REPORTS = {
    2: "ОТЧЕТ ПО СЕКЦИЯМ",
    3: "ОТЧЕТ ПО КАССИРАМ",
    4: "ОТЧЕТ ПО ТОВАРАМ",
    5: "ПОЧАСОВОЙ ОТЧЕТ",
    7: "ОТЧЕТ КОЛИЧЕСТВ",
    8: "СЛУЖЕБНЫЙ ОТЧЕТ",
    10: "СЧЕТЧИКИ ФН ЗА СМЕНУ",
    11: "СЧЕТЧИКИ ФН",
    12: "НЕПЕРЕДАННЫЕ ДОКУМЕНТЫ",
    13: "ТОВАРЫ ПО СНО",
    14: "ТОВАРЫ ПО СЕКЦИЯМ",
    15: "ТОВАРЫ ПО СУММАМ",
    16: "ОТЧЕТ ПО СКИДКАМ",
}
_X, _OFD_STATUS = 1, 9
_KINDS = {
    1: "ОТЧЕТ О РЕГИСТРАЦИИ",
    2: "ОТЧЕТ ОБ ОТКРЫТИИ СМЕНЫ",
    3: "КАССОВЫЙ ЧЕК",
    5: "ОТЧЕТ О ЗАКРЫТИИ СМЕНЫ",
    6: "ОТЧЕТ О ЗАКРЫТИИ ФН",
    11: "ОТЧЕТ ОБ ИЗМЕНЕНИИ ПАРАМЕТРОВ",
    21: "ОТЧЕТ О СОСТОЯНИИ РАСЧЕТОВ",
    31: "КАССОВЫЙ ЧЕК КОРРЕКЦИИ",
}


@command(0x67, modes={2})
def report(device: VirtualDevice, parameters: bytes) -> bytes:
    """
    01 X, 09 the ФН's state report; the others print a heading and the X totals. Paper that ends midway shows in 45h.
    """
    need(parameters, 1)
    kind = unbcd(parameters[:1])
    if kind not in (_X, _OFD_STATUS) and kind not in _OTHER_REPORTS:
        raise Refusal(Code.WRONG_REPORT)
    device.printer.need_paper()
    device.printer.print_pending()
    if kind == _OFD_STATUS:
        return _state_report(device)
    options, now = device.options, device.now
    lines = render.head(options, _OTHER_REPORTS.get(kind, "X-ОТЧЕТ"))
    lines += [f"СМЕНА {device.state.shift_number}", *render.person_lines(options, device.cashier())]
    lines += render.totals_lines(options, device.state, device.payment_names())
    lines += sides(f"{now:%d.%m.%y}", f"{now:%H:%M}", options.profile.columns)
    device.report = "x"
    try:
        for line in lines:
            device.printer.print_line(line)
    except Refusal:
        return OK
    device.printer.end_paper()
    return OK


def _unsent(device: VirtualDevice) -> bytes:
    first = device.first_unsent
    at = datetime.datetime.fromisoformat(first.meta.at) if first else None
    return documents.unsent(device.unsent_count, at)


def _state_report(device: VirtualDevice) -> bytes:
    options, first, count = device.options, device.first_unsent, device.unsent_count

    def tail(fd: int, fpd: int, at: datetime.datetime) -> list[str]:
        middle = sides("НЕПЕРЕДАННЫХ ФД", str(count), options.profile.columns)
        return render.document_lines(options, _KINDS[21], middle, fd=fd, fpd=fpd, at=at)

    totals = FnTotals()
    for fd in range(device.state.acknowledged + 1, device.archive.last_fd + 1):
        unsent = device.archive.get(fd)
        if unsent and unsent.meta.operation:
            correction = unsent.meta.type == DocumentType.CORRECTION
            totals.of(unsent.meta.operation, correction=correction).add(unsent.tlv)
    body = documents.state_report(options, device.state, _unsent(device), first.meta.fd if first else 0, totals)
    shift = device.state.shift_number if device.state.shift_open else 0
    device.register(DocumentType.STATE_REPORT, body, tail, shift=shift)
    device.printer.print_pending()
    return OK


@command(0x5A, modes={3})
def close_shift(device: VirtualDevice, _: bytes) -> bytes:
    """Z. Answers once the document is registered and the paper runs; 45h, then 3Bh tell whether it came out whole."""
    state, options = device.state, device.options
    if not state.shift_open:
        raise Refusal(Code.SHIFT_ALREADY_CLOSED)
    device.printer.need_paper()
    device.printer.print_pending()
    totals = render.totals_lines(options, state, device.payment_names())
    middle = [f"СМЕНА {state.shift_number}", *render.person_lines(options, device.cashier())]
    middle += sides("ЧЕКОВ ЗА СМЕНУ", str(state.shift_receipts), options.profile.columns)
    middle += sides("ФД ЗА СМЕНУ", str(state.shift_documents + 1), options.profile.columns)
    middle += sides("НЕПЕРЕДАННЫХ ФД", str(device.unsent_count), options.profile.columns)

    def tail(fd: int, fpd: int, at: datetime.datetime) -> list[str]:
        return render.document_lines(options, "Z-ОТЧЕТ О ЗАКРЫТИИ СМЕНЫ", middle + totals, fd=fd, fpd=fpd, at=at)

    body = documents.shift_close(options, state, device.cashier_part(), _unsent(device))
    encash = bool(tables.setting(options, state, tables.ENCASH)[0] & 0x04)
    device.register(
        DocumentType.SHIFT_CLOSE, body, tail, shift=state.shift_number, receipt=state.shift_receipts, encashed=encash
    )
    device.report, state.mode, state.z_interrupted = "z", 0, False
    try:
        device.printer.print_pending(wait=False)
    except Refusal:
        state.mode = 3
    return OK


@command(0x73, modes={2})
def end_text(device: VirtualDevice, _: bytes) -> bytes:
    """The end of a document of free text: closing cliché and cut."""
    device.printer.print_lines(device.printer.cliche(range(1, 3)))
    device.printer.end_paper()
    return OK


@command(0x95)
def copy_last(device: VirtualDevice, _: bytes) -> bytes:
    if not device.state.last_paper:
        raise Refusal(Code.NO_REPORTS)
    if device.state.receipt:
        raise Refusal(Code.RECEIPT_OPEN)
    device.printer.need_paper()
    device.printer.print_pending()
    lines = centre("КОПИЯ ДОКУМЕНТА", device.options.profile.columns)
    lines += [write_line(part) for part in device.roll.read(device.state.last_paper)]
    device.printer.print_lines(lines)
    device.printer.end_paper()
    return OK


@command(0xEE)
def finish_printing(device: VirtualDevice, _: bytes) -> bytes:
    device.printer.print_pending()
    return OK


@command(0xAB, modes={6})
def print_document(device: VirtualDevice, parameters: bytes) -> bytes:
    """What the ФН keeps of a document, in short."""
    need(parameters, 5)
    document = device.archive.get(unbcd(parameters[:5]))
    if document is None:
        raise Refusal(Code.FN_NO_DATA)
    options, meta = device.options, document.meta
    lines = centre("ДОКУМЕНТ ИЗ ФН", options.profile.columns)
    lines += centre(_KINDS.get(meta.type, f"ДОКУМЕНТ {meta.type}"), options.profile.columns)
    if meta.total:
        lines += sides("ИТОГ", money(meta.total), options.profile.columns)
    lines += render.fiscal_lines(options, fd=meta.fd, fpd=meta.fpd, at=datetime.datetime.fromisoformat(meta.at))
    device.printer.print_lines(lines)
    device.printer.end_paper()
    return OK


@command(0xA6, modes={6})
def register_again(device: VirtualDevice, _: bytes) -> bytes:
    """A report on changed registration with unchanged data: registering anew is out of the simulator's scope (5.11)."""
    if device.state.shift_open:
        raise Refusal(Code.SHIFT_OPEN)
    options = device.options

    def tail(fd: int, fpd: int, at: datetime.datetime) -> list[str]:
        return render.document_lines(options, _KINDS[11], [], fd=fd, fpd=fpd, at=at)

    body = documents.registration_again(options, device.state, device.cashier_part())
    device.register(DocumentType.REREGISTRATION, body, tail)
    device.printer.print_pending()
    return OK


@command(0xA7, modes={6})
def close_archive(device: VirtualDevice, _: bytes) -> bytes:
    """Irreversible: the ФН only answers questions after it."""
    if device.state.shift_open:
        raise Refusal(Code.SHIFT_OPEN)
    options = device.options

    def tail(fd: int, fpd: int, at: datetime.datetime) -> list[str]:
        return render.document_lines(options, _KINDS[6], [], fd=fd, fpd=fpd, at=at)

    device.register(DocumentType.FN_CLOSE, documents.fn_close(options, device.state, device.cashier_part()), tail)
    device.printer.print_pending()
    return OK
