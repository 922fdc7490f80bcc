"""Tasks that do something: shifts, cash, reports, slips, the drawer. Source: atol-driver10-json.md 2.4, 2.7."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from devices.simulator.numbers import bcd, dmy, hms
from devices.simulator.web import printing
from devices.simulator.web.document import fiscal_params, roubles
from devices.simulator.web.errors import NO_LINK, REPORT_CUT, TaskError
from devices.simulator.web.fields import Fields
from devices.simulator.web.host import FISCAL, REGISTRATION, X_REPORTS, Z_REPORTS, Host

_X, _OFD_STATUS = 1, 9


def _prepare(host: Host, task: Fields, mode: int) -> None:
    printing.free_lines(host, [] if task.flag("electronically") else task.each("preItems"))
    host.enter(mode)
    if operator := task.inner("operator"):
        host.cashier(operator.text("name"), operator.text("vatin"))


def _registered(host: Host, before: int, do: Callable[[], object]) -> dict[str, Any]:
    """*do*, and the document that it left; a refusal after it was registered is about paper."""
    try:
        do()
    except TaskError as error:
        if error.code == NO_LINK or host.last_fd == before:
            raise
    host.until_printed()
    document = host.document(host.device.archive.last_fd)
    return {"fiscalParams": fiscal_params(host.device, document), "warnings": {"notPrinted": host.unprinted}}


def open_shift(host: Host, task: Fields) -> dict[str, Any]:
    before = host.last_fd
    _prepare(host, task, REGISTRATION)
    return _registered(host, before, lambda: host.tell(0x9A, b"\0"))


def close_shift(host: Host, task: Fields) -> dict[str, Any]:
    before = host.last_fd
    _prepare(host, task, Z_REPORTS)
    return _registered(host, before, lambda: host.tell(0x5A))


def ofd_report(host: Host, task: Fields) -> dict[str, Any]:
    before = host.last_fd
    _prepare(host, task, X_REPORTS)
    return _registered(host, before, lambda: host.tell(0x67, bcd(_OFD_STATUS, 1)))


def x_report(host: Host, task: Fields) -> None:
    _prepare(host, task, X_REPORTS)
    host.tell(0x67, bcd(_X, 1))
    host.until_printed()


def cash_in(host: Host, task: Fields) -> dict[str, Any]:
    return _move(host, task, 0x49)


def cash_out(host: Host, task: Fields) -> dict[str, Any]:
    return _move(host, task, 0x4F)


def _move(host: Host, task: Fields, code: int) -> dict[str, Any]:
    task.need("cashSum")
    amount = task.kopecks("cashSum")
    _prepare(host, task, REGISTRATION)
    host.tell(code, b"\0" + bcd(amount, 5))
    return {"counters": {"cashSum": roubles(host.device.state.cash)}}


def non_fiscal(host: Host, task: Fields) -> None:
    task.need("items")
    host.enter(X_REPORTS)
    printing.lines(host, task.each("items"))
    host.tell(*((0x73, b"") if task.flag("printFooter") else (0x75, b"\0")))


def copy_last(host: Host, _: Fields) -> None:
    host.enter(REGISTRATION)
    host.tell(0x95)


def print_document(host: Host, task: Fields) -> None:
    task.need("fiscalDocumentNumber")
    host.enter(FISCAL)
    host.tell(0xAB, bcd(task.whole("fiscalDocumentNumber"), 5))


def continue_print(host: Host, _: Fields) -> None:
    """Nothing to print is no error: so says the vendor's driver 10.8.0.0."""
    host.need_link()
    if host.device.state.z_interrupted:
        raise TaskError(REPORT_CUT)
    host.tell(0xEE)


def open_drawer(host: Host, _: Fields) -> None:
    host.tell(0x80)


def line_feed(host: Host, _: Fields) -> None:
    host.enter(X_REPORTS)
    host.tell(0x4C, b"")


def set_date_time(host: Host, task: Fields) -> None:
    task.need("dateTime")
    at = task.moment("dateTime")
    assert at is not None
    host.tell(0xED, dmy(at) + hms(at))
