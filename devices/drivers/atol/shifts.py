"""Opening and closing a shift, and the reports between. Source: atol-protocol.md 5.6, 7.3, 7.7."""

from __future__ import annotations

from collections.abc import Callable

from devices.commands import Baseline, CloseShift, OfdReport, OpenShift, Result, ShiftState, XReport
from devices.drivers.atol.steps import Steps, check_printer, of_type
from devices.errors import ErrorCode, OutcomeUnknown
from devices.ffd import DocumentType
from devices.protocol.atol import wire
from devices.protocol.atol.errors import DeviceRefused
from devices.protocol.atol.tables import Mode, ReportCode

Fence = Callable[[Baseline], None]
_ANY = frozenset(ShiftState)


def open_shift(steps: Steps, command: OpenShift, fence: Fence) -> Result:
    """Raises what base.Driver.run raises; SHIFT_OPEN and SHIFT_EXPIRED before the fence."""
    steps.prepare(command.cashier, Mode.REGISTRATION)
    baseline = steps.baseline(shift=frozenset({ShiftState.CLOSED}))
    fence(baseline)
    return steps.fiscal(wire.OPEN_SHIFT, baseline, of_type(DocumentType.SHIFT_OPEN))


def close_shift(steps: Steps, command: CloseShift, fence: Fence) -> Result:
    """
    The counters, then the Z report. Raises what base.Driver.run raises; SHIFT_CLOSED before the fence.

    A Z report that was interrupted is finished by the same command, since the device lets nothing else through.
    """
    interrupted = False
    try:
        steps.leave_nothing_open()
        steps.write_cashier(command.cashier)
    except DeviceRefused as error:
        if error.code is not ErrorCode.Z_INTERRUPTED:
            raise
        interrupted = True
    allowed = _ANY if interrupted else _ANY - {ShiftState.CLOSED}
    baseline = steps.baseline(shift=allowed)
    totals = steps.reader.totals()
    steps.modes.enter(Mode.Z_REPORTS)
    if baseline.shift is not ShiftState.CLOSED:  # else its document is there, and paper changes nothing
        fence(baseline)
    try:
        result = steps.fiscal(wire.Z_REPORT, baseline, of_type(DocumentType.SHIFT_CLOSE))
    except OutcomeUnknown:
        if not interrupted:
            raise
        result = _already_registered(steps, baseline)
    return Result(
        document=result.document, before=result.before, printed=result.printed, cash=totals.cash, totals=totals
    )


def _already_registered(steps: Steps, baseline: Baseline) -> Result:
    """The interrupted report had closed the shift and was only not printed. Raises OutcomeUnknown: it had not."""
    last = steps.settling.document(baseline.last_fd)
    if last.document_type != DocumentType.SHIFT_CLOSE:
        raise OutcomeUnknown(ErrorCode.OUTCOME_UNKNOWN, f"FD {baseline.last_fd} closes no shift")
    return Result(document=last, printed=not steps.reader.unprinted())


def x_report(steps: Steps, command: XReport) -> Result:
    """Print the report and read the same counters. Changes nothing."""
    steps.prepare(command.cashier, Mode.X_REPORTS)
    steps.client.ask(wire.X_REPORT, type=ReportCode.X)
    check_printer(steps.modes.wait(deaf=True))
    totals = steps.reader.totals()
    return Result(cash=totals.cash, totals=totals)


def ofd_report(steps: Steps, command: OfdReport, fence: Fence) -> Result:
    """
    The report on the state of settlements: a document of form 21, in any state of the shift. Raises what
    base.Driver.run raises. Source: atol-protocol.md 5.6; atol-wire-observed.md 2.3 (reportOfdExchangeStatus).
    """
    steps.prepare(command.cashier, Mode.X_REPORTS)
    baseline = steps.baseline(shift=_ANY)
    fence(baseline)
    return steps.fiscal(wire.X_REPORT, baseline, of_type(DocumentType.STATE_REPORT), type=ReportCode.OFD_EXCHANGE)
