"""Commands as tasks of driver 10, but for receipts. Source: atol-driver10-json.md 2.4, 2.7, 2.8."""

from __future__ import annotations

from devices.commands import CashIn, CashOut, CloseShift, Mark, OfdReport, OpenShift, PrintText, XReport
from devices.drivers.driver10.channel import Json
from devices.drivers.driver10.receipts import mark_params, operator, printed
from devices.drivers.driver10.values import money

DEVICE_INFO: Json = {"type": "getDeviceInfo"}
DEVICE_STATUS: Json = {"type": "getDeviceStatus"}
SHIFT_STATUS: Json = {"type": "getShiftStatus"}
SHIFT_TOTALS: Json = {"type": "getShiftTotals"}
OVERALL_TOTALS: Json = {"type": "getOverallTotals"}
CASH_DRAWER: Json = {"type": "getCashDrawerStatus"}
FN_INFO: Json = {"type": "getFnInfo"}
FN_STATUS: Json = {"type": "getFnStatus"}
OFD_STATUS: Json = {"type": "ofdExchangeStatus"}
REGISTRATION: Json = {"type": "getRegistrationInfo"}
CONTINUE_PRINT: Json = {"type": "continuePrint"}
COPY_LAST: Json = {"type": "printLastReceiptCopy"}
OPEN_DRAWER: Json = {"type": "openCashDrawer"}
MARK_STATUS: Json = {"type": "getMarkingCodeValidationStatus"}
ACCEPT_MARK: Json = {"type": "acceptMarkingCode"}
DECLINE_MARK: Json = {"type": "declineMarkingCode"}
CANCEL_MARK: Json = {"type": "cancelMarkingCodeValidation"}
CLEAR_MARKS: Json = {"type": "clearMarkingCodeValidationResult"}


def open_shift(command: OpenShift) -> Json:
    return {"type": "openShift", **operator(command)}


def close_shift(command: CloseShift) -> Json:
    return {"type": "closeShift", **operator(command)}


def ofd_report(command: OfdReport) -> Json:
    return {"type": "reportOfdExchangeStatus", **operator(command)}


def cash(command: CashIn | CashOut) -> Json:
    kind = "cashIn" if isinstance(command, CashIn) else "cashOut"
    return {"type": kind, "cashSum": money(command.sum), **operator(command)}


def x_report(command: XReport) -> Json:
    return {"type": "reportX", **operator(command)}


def slip(command: PrintText) -> Json:
    return {"type": "nonFiscal", "items": [printed(each) for each in command.lines], "printFooter": command.footer}


def fn_document(fd_number: int) -> Json:
    return {"type": "getFnDocument", "fiscalDocumentNumber": fd_number, "withRawData": True}


def print_document(fd_number: int) -> Json:
    return {"type": "printFnDocument", "fiscalDocumentNumber": fd_number}


def begin_mark(mark: Mark) -> Json:
    return {"type": "beginMarkingCodeValidation", "params": mark_params(mark)}
