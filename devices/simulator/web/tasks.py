"""Every task by its type, and which of them leave a document: one row each. Source: atol-driver10-json.md 1.8, 2."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from devices.simulator.web import doing, marking, telling
from devices.simulator.web.errors import BAD_TASK, TaskError
from devices.simulator.web.fields import Fields
from devices.simulator.web.host import Host
from devices.simulator.web.names import RECEIPTS
from devices.simulator.web.receipts import register

Task = Callable[[Host, Fields], dict[str, Any] | None]

TASKS: dict[str, Task] = {
    **dict.fromkeys(RECEIPTS, register),
    "openShift": doing.open_shift,
    "closeShift": doing.close_shift,
    "reportOfdExchangeStatus": doing.ofd_report,
    "reportX": doing.x_report,
    "cashIn": doing.cash_in,
    "cashOut": doing.cash_out,
    "nonFiscal": doing.non_fiscal,
    "printLastReceiptCopy": doing.copy_last,
    "printFnDocument": doing.print_document,
    "continuePrint": doing.continue_print,
    "openCashDrawer": doing.open_drawer,
    "lineFeed": doing.line_feed,
    "setDateTime": doing.set_date_time,
    "getDeviceInfo": telling.device_info,
    "getDeviceStatus": telling.device_status,
    "getShiftStatus": telling.shift_status,
    "getShiftTotals": telling.shift_totals,
    "getOverallTotals": telling.overall_totals,
    "getCashDrawerStatus": telling.cash_drawer,
    "getFnInfo": telling.fn_info,
    "getFnStatus": telling.fn_status,
    "ofdExchangeStatus": telling.ofd_status,
    "getRegistrationInfo": telling.registration,
    "getFnDocument": telling.fn_document,
    "getLastFiscalParams": telling.last_fiscal_params,
    "beginMarkingCodeValidation": marking.begin,
    "getMarkingCodeValidationStatus": marking.status,
    "acceptMarkingCode": marking.accept,
    "declineMarkingCode": marking.forget,
    "cancelMarkingCodeValidation": marking.forget,
    "clearMarkingCodeValidationResult": marking.forget,
}

FISCAL = frozenset({*RECEIPTS, "openShift", "closeShift", "reportOfdExchangeStatus"})


def is_fiscal(task: Any) -> bool:
    return isinstance(task, dict) and task.get("type") in FISCAL


def run(host: Host, task: Any) -> dict[str, Any] | None:
    """The result of one task. Raises TaskError; NO_LINK: the device may have done it."""
    if not isinstance(task, dict) or "type" not in task:
        raise TaskError(BAD_TASK, 'В задании нет поля "type"')
    found = TASKS.get(task["type"]) if isinstance(task["type"], str) else None
    if found is None:
        raise TaskError(BAD_TASK, f'Поле "type" не бывает таким ({task["type"]})')
    return found(host, Fields(task))
