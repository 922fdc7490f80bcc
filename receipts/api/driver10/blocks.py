"""
The `result` of a finished task: what the device left or told, in the driver's names.

Sums are JSON numbers with kopecks, times ISO 8601 with the zone of the site; a date that nobody knows is the epoch,
since programs in C# read it into a date that cannot be null. Source: atol-driver10-json.md 2.4, 2.7, 2.8, 2.10, 3.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from devices.commands import (
    DeviceState,
    FiscalData,
    Identity,
    OperationTotals,
    Result,
    ShiftState,
    ShiftTotals,
    StorageState,
)
from devices.ffd import FfdVersion
from devices.models import Device, Job
from devices.states import JobStatus
from devices.troubles import FnFlag
from receipts import registered
from receipts.api.driver10 import registration
from receipts.api.driver10.documents import document_tlv
from receipts.api.driver10.goods import check_answer
from receipts.models import Task

Block = dict[str, Any]
FNS_SITE = "www.nalog.gov.ru"
DOTS_PER_CHARACTER = 12
"""Width of the default font; a device does not tell its line in dots. C, our guess."""
EPOCH = datetime.datetime(1970, 1, 1)

_SHIFTS = {ShiftState.CLOSED: "closed", ShiftState.OPEN: "opened", ShiftState.EXPIRED: "expired"}
_PHASES = {0: "init", 1: "configured", 3: "fiscalMode", 7: "postFiscalMode", 15: "accessArchive"}
_OPERATIONS = {"sell": "sell", "buy": "buy", "sellReturn": "sell_return", "buyReturn": "buy_return"}
_WARNINGS = {
    "criticalError": FnFlag.FAULT | FnFlag.OFD_REFUSES,
    "memoryOverflow": FnFlag.ALMOST_FULL,
    "needReplacement": FnFlag.REPLACE_NOW,
    "ofdTimeout": FnFlag.OFD_SILENT,
    "resourceExhausted": FnFlag.ENDS_SOON,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a block is made of. *job* is what was done, *options* what its task asked besides."""

    result: Result
    device: Device
    job: Job
    options: dict[str, Any]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.device.site.time_zone)

    def time(self, local: datetime.datetime | None) -> str:
        return (local or EPOCH).replace(tzinfo=self.zone, microsecond=0).isoformat()

    @property
    def state(self) -> DeviceState:
        """As the command read it, or as it was last seen."""
        if self.result.state is not None:
            return self.result.state
        return DeviceState.load(self.device.state) if self.device.state else _UNSEEN

    @property
    def identity(self) -> Identity:
        if self.result.identity is not None:
            return self.result.identity
        return Identity.load(self.device.identity) if self.device.identity else _NOBODY


_UNSEEN = DeviceState(
    shift=ShiftState.CLOSED,
    shift_number=0,
    shift_ends_at=None,
    receipt_open=False,
    paper=True,
    cover_open=False,
    printer_fault=False,
    unprinted=False,
    cash=0,
    clock=EPOCH,
    last_fd=0,
)
_NOBODY = Identity(serial_number="", model="", model_code=0, firmware="", fn_number="", ffd=0, columns=0)
_NO_STORAGE = StorageState(fn_number="", phase=-1)


def answer_of(task: Task, job: Job) -> Block | None:
    """The result of a done *job*; None for what leaves nothing to tell."""
    block = BLOCKS.get(task.type)
    return (
        block(Told(result=Result.load(job.result or {}), device=job.device, job=job, options=task.options))
        if block
        else None
    )


def block_named(name: str, job: Job, options: dict[str, Any] | None = None) -> Block:
    """The same by the name of a task, for the operations without a queue too."""
    return BLOCKS[name](Told(result=Result.load(job.result or {}), device=job.device, job=job, options=options or {}))


def roubles(kopecks: int) -> float:
    """For JSON: the shortest number that says these kopecks."""
    return kopecks / 100


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
        block["fiscalParams"]["receiptsCount"] = sum(getattr(totals, ours).count for ours in _OPERATIONS.values())
    return block


def _ofd_report(told: Told) -> Block:
    return _shift_document(told) | {key: part for key, part in _exchange(told).items() if key != "warnings"}


def _cash(told: Told) -> Block:
    cash = told.result.cash
    return {"counters": {"cashSum": roubles(told.state.cash if cash is None else cash)}}


def _device_info(told: Told) -> Block:
    who = told.identity
    ffd = FfdVersion(who.ffd).label if who.ffd in set(FfdVersion) else ""
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
    return {
        theirs: operation_block(getattr(totals, ours), with_count=with_count) for theirs, ours in _OPERATIONS.items()
    }


def operation_block(totals: OperationTotals, *, with_count: bool = True) -> Block:
    block: Block = {"count": totals.count} if with_count else {}
    return block | {
        "sum": roubles(totals.sum),
        "payments": {
            name: roubles(getattr(totals, name)) for name in ("cash", "electronically", "prepaid", "credit", "other")
        },
    }


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


def _fn_warnings(storage: StorageState) -> Block:
    return {name: bool(storage.warnings & bits) for name, bits in _WARNINGS.items()}


def _fn_info(told: Told) -> Block:
    storage = told.result.storage or _NO_STORAGE
    until = storage.valid_until
    ffd = FfdVersion(storage.ffd).label if storage.ffd in set(FfdVersion) else ""
    return {
        "fnInfo": {
            "serial": storage.fn_number,
            "version": storage.version,
            "execution": "",
            "numberOfRegistrations": storage.registrations,
            "registrationsRemaining": storage.registrations_left,
            "validityDate": told.time(datetime.datetime.combine(until, datetime.time()) if until else None),
            "ffdVersion": FfdVersion(told.identity.ffd).label if told.identity.ffd in set(FfdVersion) else ffd,
            "fnFfdVersion": ffd,
            "fnContainsKeysUpdaterServerUri": False,
            "livePhase": _PHASES.get(storage.phase, "unknown"),
            "warnings": _fn_warnings(storage),
        }
    }


def _fn_status(told: Told) -> Block:
    storage = told.result.storage or _NO_STORAGE
    return {
        "fnStatus": {
            "fiscalDocumentNumber": storage.last_fd,
            "fiscalReceiptNumber": storage.receipt_number,
            "warnings": _fn_warnings(storage),
        }
    }


def _exchange(told: Told) -> Block:
    """The device keeps no history of the exchange that it would tell: errors are those of a quiet line."""
    storage = told.result.storage
    now = told.state
    unsent = storage.ofd_unsent if storage else now.ofd_unsent
    since = storage.ofd_unsent_since if storage else now.ofd_unsent_since
    fine = {"code": 0, "description": "Ошибок нет"}
    return {
        "status": {
            "notSentCount": unsent,
            "notSentFirstDocNumber": storage.ofd_unsent_fd if storage else 0,
            "notSentFirstDocDateTime": told.time(since if unsent else None),
        },
        "errors": {
            "fn": fine,
            "network": fine,
            "ofd": fine,
            "fnCommandCode": 0,
            "documentNumber": 0,
            "lastSuccessConnectionDateTime": told.time(None),
        },
        "warnings": None if unsent else {"dataForSendIsEmpty": True},
    }


def _registration(told: Told) -> Block:
    return registration.block(told.result.registration, told.identity) if told.result.registration else {}


def _fn_document(told: Told) -> Block:
    document = told.result.document
    return document_tlv(document, zone=told.zone, raw=bool(told.options.get("withRawData"))) if document else {}


def _last_params(told: Told) -> Block:
    is_receipt = bool(told.options.get("forReceipt"))
    return {"fiscalParams": fiscal_params(told, told.result.document, is_receipt=is_receipt)}


def _mark_begun(told: Told) -> Block:
    check = told.result.check
    checked = bool(check and check.checked)
    return {
        "offlineValidation": {
            "fmCheck": checked,
            "fmCheckResult": bool(check and check.valid),
            "fmCheckErrorReason": "checked" if checked else "other",
        }
    }


def marking_answer(name: str, job: Job) -> Block | None:
    """What a task after a check answers: *job* is the check."""
    check = Result.load(job.result or {}).check
    if name == "getMarkingCodeValidationStatus":
        if check is None:
            return {"ready": JobStatus(job.status) is not JobStatus.QUEUED and job.is_settled, "sentImcRequest": False}
        return {
            "ready": True,
            "sentImcRequest": not check.offline,
            "driverError": {"code": 0, "description": "Ошибок нет"},
            "onlineValidation": {
                "itemInfoCheckResult": check_answer(check),
                "markOperatorItemStatus": _item_status(check.status_fits),
                "markOperatorResponse": {"responseStatus": check.status_told, "itemStatusCheck": check.status_fits},
                "markOperatorResponseResult": "correct" if check.valid else "incorrect",
                "imcType": "imcUnrecognized",
                "imcBarcode": "",
                "imcModeProcessing": 0,
            },
        }
    if name == "acceptMarkingCode" and check is not None:
        return {"itemInfoCheckResult": check_answer(check)}
    return None


def _item_status(fits: bool) -> str:
    return "itemEstimatedStatusCorrect" if fits else "itemEstimatedStatusIncorrect"


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
    "getFnInfo": _fn_info,
    "getFnStatus": _fn_status,
    "ofdExchangeStatus": _exchange,
    "getRegistrationInfo": _registration,
    "getFnDocument": _fn_document,
    "getLastFiscalParams": _last_params,
    "beginMarkingCodeValidation": _mark_begun,
}
