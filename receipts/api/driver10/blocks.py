"""
The `result` of a finished task: what the device left or told, in the driver's names.

Source: atol-driver10-json.md 2.4, 2.7, 2.8, 2.10, 3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from devices.commands import FiscalData, OperationTotals, Result, ShiftState, ShiftTotals
from devices.models import Job
from devices.states import JobStatus
from receipts import registered
from receipts.api.driver10 import marking, registration, storage
from receipts.api.driver10.documents import document_tlv
from receipts.api.driver10.told import KINDS, Block, Told, label_of, payments, roubles
from receipts.models import Task

FNS_SITE = "www.nalog.gov.ru"
DOTS_PER_CHARACTER = 12
"""Width of the default font; a device does not tell its line in dots. C, our guess."""

_SHIFTS = {ShiftState.CLOSED: "closed", ShiftState.OPEN: "opened", ShiftState.EXPIRED: "expired"}


def answer_of(task: Task, job: Job) -> Block | None:
    """The result of a done *job*; None for what leaves nothing to tell."""
    return block_named(task.type, job, task.options) if task.type in BLOCKS else None


def block_named(name: str, job: Job, options: dict[str, Any] | None = None) -> Block:
    """The same by the name of a task, for the operations without a queue too."""
    return BLOCKS[name](Told(result=Result.load(job.result or {}), device=job.device, job=job, options=options or {}))


def fiscal_params(told: Told, document: FiscalData | None, *, is_receipt: bool) -> Block:
    """What people copy from a document. A document known by a person's word alone has its number and no more."""
    if document is None:
        return {"fiscalDocumentNumber": told.result.told_fd, "fnNumber": told.device.fn_number}
    params: Block = {
        "fiscalDocumentNumber": document.fd_number,
        "fiscalDocumentSign": f"{document.fpd:010d}",
        "fiscalDocumentDateTime": told.time(document.at),
        "shiftNumber": document.shift_number,
        "fnNumber": document.fn_number,
        "registrationNumber": (document.rnm or told.identity.rnm).strip().zfill(16),
        "fnsUrl": registered.read(document.tlv).site or FNS_SITE,
    }
    if is_receipt:
        params |= {"fiscalReceiptNumber": document.receipt_number, "total": roubles(document.total)}
    return params


def _warnings(told: Told) -> Block | None:
    """notPrinted: the document is there, its paper is not. recovered: it was found in the fiscal storage afterwards."""
    found: Block = {}
    if told.job.printed is False:
        found["notPrinted"] = True
    if told.job.events.filter(from_status=JobStatus.UNKNOWN, to_status=JobStatus.DONE).exists():
        found["recovered"] = True
    return found or None


def _receipt(told: Told) -> Block:
    return {
        "fiscalParams": fiscal_params(told, told.result.document, is_receipt=True),
        "warnings": _warnings(told),
    }


def _shift_document(told: Told) -> Block:
    return {
        "fiscalParams": fiscal_params(told, told.result.document, is_receipt=False),
        "warnings": _warnings(told),
    }


def _shift_close(told: Told) -> Block:
    block = _shift_document(told)
    totals = told.result.totals
    if totals is not None:
        block["fiscalParams"]["receiptsCount"] = sum(getattr(totals, ours).count for ours in KINDS.values())
    return block


def _ofd_report(told: Told) -> Block:
    return _shift_document(told) | {key: part for key, part in storage.exchange(told).items() if key != "warnings"}


def _cash(told: Told) -> Block:
    cash = told.result.cash
    return {"counters": {"cashSum": roubles(told.state.cash if cash is None else cash)}}


def _device_info(told: Told) -> Block:
    who = told.identity
    ffd = label_of(who.ffd)
    return {
        "deviceInfo": {
            "model": who.model_code,
            "modelName": who.model,
            "serial": who.serial_number,
            "firmwareVersion": who.firmware,
            "configurationVersion": who.firmware,
            "receiptLineLength": who.columns,
            "receiptLineLengthPix": who.columns * DOTS_PER_CHARACTER,
            "ffdVersion": ffd,
            "fnFfdVersion": ffd,
        }
    }


def _device_status(told: Told) -> Block:
    now = told.state
    return {
        "deviceStatus": {
            "currentDateTime": told.time(now.clock),
            "shift": _SHIFTS[now.shift],
            "blocked": False,
            "coverOpened": now.cover_open,
            "paperPresent": now.paper,
            "fiscal": now.registered,
            "fnFiscal": now.registered,
            "fnPresent": bool(told.identity.fn_number or told.device.fn_number),
            "cashDrawerOpened": now.drawer_open,
        }
    }


def _shift_status(told: Told) -> Block:
    now = told.state
    block = {
        "state": _SHIFTS[now.shift],
        "number": now.shift_number,
        "expiredTime": told.time(now.shift_ends_at or now.clock),
    }
    return {"shiftStatus": block}


def _drawer(told: Told) -> Block:
    now = told.state
    return {
        "counters": {"cashSum": roubles(now.cash)},
        "cashDrawerStatus": {"cashDrawerOpened": now.drawer_open},
    }


def _by_operation(totals: ShiftTotals, *, with_count: bool) -> Block:
    return {theirs: _operation(getattr(totals, ours), with_count=with_count) for theirs, ours in KINDS.items()}


def _operation(totals: OperationTotals, *, with_count: bool) -> Block:
    block: Block = {"count": totals.count} if with_count else {}
    return block | {"sum": roubles(totals.sum), "payments": payments(totals)}


def _shift_totals(told: Told) -> Block:
    totals = told.result.totals or ShiftTotals()
    return {
        "shiftTotals": {
            "shiftNumber": told.state.shift_number,
            "cashDrawer": {"sum": roubles(totals.cash)},
            "income": {"count": totals.cash_ins, "sum": roubles(totals.cash_in_sum)},
            "outcome": {"count": totals.cash_outs, "sum": roubles(totals.cash_out_sum)},
            "receipts": _by_operation(totals, with_count=True),
        }
    }


def _overall_totals(told: Told) -> Block:
    return {"overallTotals": {"receipts": _by_operation(told.result.totals or ShiftTotals(), with_count=False)}}


def _registration(told: Told) -> Block:
    return registration.block(told.result.registration, told.identity) if told.result.registration else {}


def _fn_document(told: Told) -> Block:
    document = told.result.document
    return document_tlv(document, zone=told.zone, raw=bool(told.options.get("withRawData"))) if document else {}


def _last_params(told: Told) -> Block:
    is_receipt = bool(told.options.get("forReceipt"))
    return {"fiscalParams": fiscal_params(told, told.result.document, is_receipt=is_receipt)}


BLOCKS: dict[str, Callable[[Told], Block]] = {
    **dict.fromkeys(("sell", "buy", "sellReturn", "buyReturn"), _receipt),
    **dict.fromkeys(
        ("sellCorrection", "buyCorrection", "sellReturnCorrection", "buyReturnCorrection"),
        _receipt,
    ),
    "openShift": _shift_document,
    "closeShift": _shift_close,
    "reportOfdExchangeStatus": _ofd_report,
    "cashIn": _cash,
    "cashOut": _cash,
    "getDeviceInfo": _device_info,
    "getDeviceStatus": _device_status,
    "getShiftStatus": _shift_status,
    "getCashDrawerStatus": _drawer,
    "getShiftTotals": _shift_totals,
    "getOverallTotals": _overall_totals,
    "getFnInfo": storage.fn_info,
    "getFnStatus": storage.fn_status,
    "ofdExchangeStatus": storage.exchange,
    "getRegistrationInfo": _registration,
    "getFnDocument": _fn_document,
    "getLastFiscalParams": _last_params,
    "beginMarkingCodeValidation": marking.begun,
}
