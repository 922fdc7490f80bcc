"""Commands that may be done twice: prints, the drawer, the clock, and everything that only asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from devices.commands import (
    CheckMark,
    Command,
    CopyLast,
    FinishPrint,
    OpenDrawer,
    PrintDocument,
    PrintText,
    ReadDocument,
    ReadRegistration,
    ReadState,
    ReadStorage,
    ReadTotals,
    Result,
    SetClock,
    XReport,
)
from devices.drivers.driver10 import results, tasks
from devices.drivers.driver10.channel import PRINT
from devices.errors import ErrorCode, Refused

if TYPE_CHECKING:
    from devices.drivers.driver10.driver import Driver10


def serve(driver: Driver10, command: Command) -> Result:
    """Raises LinkError; Refused: NOT_SUPPORTED where driver 10 has no task for it (cutter, sound, tables, resets)."""
    handler = _TABLE.get(type(command))
    if handler is None:
        raise Refused(ErrorCode.NOT_SUPPORTED, f"driver 10 has no task for {command.kind}")
    return handler(driver, command)


def _x_report(driver: Driver10, command: XReport) -> Result:
    driver.channel.ask(tasks.x_report(command), timeout=PRINT)
    totals = driver.shift_totals()
    return Result(cash=totals.cash, totals=totals)


def _print_text(driver: Driver10, command: PrintText) -> Result:
    driver.channel.ask(tasks.slip(command), timeout=PRINT)
    return Result()


def _copy_last(driver: Driver10, _: CopyLast) -> Result:
    driver.channel.ask(tasks.COPY_LAST, timeout=PRINT)
    return Result()


def _print_document(driver: Driver10, command: PrintDocument) -> Result:
    driver.channel.ask(tasks.print_document(command.fd_number), timeout=PRINT)
    return Result()


def _finish_print(driver: Driver10, _: FinishPrint) -> Result:
    driver.finish_printing()
    return Result()


def _open_drawer(driver: Driver10, _: OpenDrawer) -> Result:
    driver.channel.ask(tasks.OPEN_DRAWER)
    return Result()


def _set_clock(driver: Driver10, command: SetClock) -> Result:
    if command.at is None:
        raise Refused(ErrorCode.BAD_REQUISITE, "no time was given")
    driver.set_clock(command.at)
    return Result(state=driver.state())


def _state(driver: Driver10, _: ReadState) -> Result:
    return Result(identity=driver.identify(), state=driver.state(), totals=driver.shift_totals())


def _totals(driver: Driver10, command: ReadTotals) -> Result:
    state = driver.state()
    if command.overall:
        totals = results.overall_totals(driver.channel.ask(tasks.OVERALL_TOTALS)[0], state.cash)
    else:
        totals = driver.shift_totals()
    return Result(totals=totals, state=state, cash=state.cash)


def _storage(driver: Driver10, _: ReadStorage) -> Result:
    info, fn, ofd = driver.channel.ask(tasks.FN_INFO, tasks.FN_STATUS, tasks.OFD_STATUS, optional=1)
    return Result(storage=results.storage(info, fn, ofd), state=driver.state())


def _registration(driver: Driver10, _: ReadRegistration) -> Result:
    told = results.registration(driver.channel.ask(tasks.REGISTRATION)[0])
    return Result(registration=told, identity=driver.identify())


def _document(driver: Driver10, command: ReadDocument) -> Result:
    return Result(document=driver.read_document(command.fd_number or driver.last_document_number()))


def _check_mark(driver: Driver10, command: CheckMark) -> Result:
    return driver.marking.run(command, driver.ffd())


_TABLE: dict[type[Command], Callable[[Driver10, Any], Result]] = {
    XReport: _x_report,
    PrintText: _print_text,
    CopyLast: _copy_last,
    PrintDocument: _print_document,
    FinishPrint: _finish_print,
    OpenDrawer: _open_drawer,
    SetClock: _set_clock,
    ReadState: _state,
    ReadTotals: _totals,
    ReadStorage: _storage,
    ReadRegistration: _registration,
    ReadDocument: _document,
    CheckMark: _check_mark,
}
"""One row per command that driver 10 has a task for: a new one is a row and a function."""
