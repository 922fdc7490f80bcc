"""The fiscal storage and its exchange with the OFD, as blocks. Source: atol-driver10-json.md 2.7, 2.8."""

from __future__ import annotations

import datetime

from devices.commands import StorageState
from devices.drivers.driver10.words import PHASES
from devices.troubles import FnFlag
from receipts.api.driver10.told import Block, Told, label_of

_PHASES = {code: word for word, code in PHASES.items()}
_WARNINGS = {
    "criticalError": FnFlag.FAULT | FnFlag.OFD_REFUSES,
    "memoryOverflow": FnFlag.ALMOST_FULL,
    "needReplacement": FnFlag.REPLACE_NOW,
    "ofdTimeout": FnFlag.OFD_SILENT,
    "resourceExhausted": FnFlag.ENDS_SOON,
}
_NO_STORAGE = StorageState(fn_number="", phase=-1)


def _warnings(storage: StorageState) -> Block:
    return {name: bool(storage.warnings & bits) for name, bits in _WARNINGS.items()}


def fn_info(told: Told) -> Block:
    storage = told.result.storage or _NO_STORAGE
    until = storage.valid_until
    ffd = label_of(storage.ffd)
    return {
        "fnInfo": {
            "serial": storage.fn_number,
            "version": storage.version,
            "execution": "",
            "numberOfRegistrations": storage.registrations,
            "registrationsRemaining": storage.registrations_left,
            "validityDate": told.time(datetime.datetime.combine(until, datetime.time()) if until else None),
            "ffdVersion": label_of(told.identity.ffd) or ffd,
            "fnFfdVersion": ffd,
            "fnContainsKeysUpdaterServerUri": False,
            "livePhase": _PHASES.get(storage.phase, "unknown"),
            "warnings": _warnings(storage),
        }
    }


def fn_status(told: Told) -> Block:
    storage = told.result.storage or _NO_STORAGE
    return {
        "fnStatus": {
            "fiscalDocumentNumber": storage.last_fd,
            "fiscalReceiptNumber": storage.receipt_number,
            "warnings": _warnings(storage),
        }
    }


def exchange(told: Told) -> Block:
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
