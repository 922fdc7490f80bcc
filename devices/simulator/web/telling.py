"""
Tasks that tell something, and the same in the words of the operations of /api/v2 (1.6), which name some fields anew.

Source: atol-driver10-json.md 1.6, 2.7, 2.9, 3.8.
"""

from __future__ import annotations

import datetime
from typing import Any

from devices.simulator import condition
from devices.simulator.commands.storage import REGISTRATIONS_ALLOWED
from devices.simulator.counters import TypeCounters
from devices.simulator.web import names
from devices.simulator.web.document import RECEIPTS, as_json, fiscal_params, iso, roubles
from devices.simulator.web.errors import OK_WORDS, TaskError
from devices.simulator.web.fields import Fields
from devices.simulator.web.host import Host

_FORMS = {"cash": "1", "electronically": "2", "prepaid": "3", "credit": "4", "other": "5"}
_OPERATIONS = {"sell": (1, 7), "sellReturn": (2, 8), "buy": (4, 9), "buyReturn": (5, 10)}
_NO_TIME = "1970-01-01T00:00:00+00:00"  # clients want a date, never null (2.7)


def device_info(host: Host, _: Fields) -> dict[str, Any]:
    host.need_link()
    options = host.device.options
    profile, version = options.profile, options.profile.version
    told = {
        "model": profile.code,
        "modelName": profile.name,
        "serial": options.serial,
        "firmwareVersion": f"{version[0]}.{version[1]}.{version[3]:02x}{version[4]:02x}",
        "configurationVersion": f"{version[0]}.{version[1]}",
        "receiptLineLength": profile.columns,
        "receiptLineLengthPix": profile.dots,
        "ffdVersion": options.ffd,
        "fnFfdVersion": options.ffd,
    }
    return {"deviceInfo": told}


def _shift(host: Host) -> str:
    state = host.device.state
    return "closed" if not state.shift_open else "expired" if host.device.shift_expired else "opened"


def device_status(host: Host, _: Fields) -> dict[str, Any]:
    host.need_link()
    state = host.device.state
    told = {
        "currentDateTime": iso(host.device.now),
        "shift": _shift(host),
        "blocked": False,
        "coverOpened": state.cover_open,
        "paperPresent": state.paper,
        "fiscal": state.phase >= 3,
        "fnFiscal": state.phase == 3,
        "fnPresent": True,
        "cashDrawerOpened": state.drawer_open,
    }
    return {"deviceStatus": told}


def shift_status(host: Host, _: Fields) -> dict[str, Any]:
    host.need_link()
    state = host.device.state
    ends = state.shift_ends_at if state.shift_open else host.device.now + datetime.timedelta(hours=24)
    told: dict[str, Any] = {"state": _shift(host), "number": state.shift_number, "expiredTime": iso(ends)}
    if not state.shift_open:
        told["documentsCount"] = state.shift_documents
    return {"shiftStatus": told}


def _by_form(found: list[TypeCounters]) -> dict[str, float]:
    return {name: roubles(sum(each.payments.get(kind, 0) for each in found)) for name, kind in _FORMS.items()}


def shift_totals(host: Host, _: Fields) -> dict[str, Any]:
    host.need_link()
    state = host.device.state
    receipts = {}
    for name, kinds in _OPERATIONS.items():
        found = [state.shift.types.get(str(kind), TypeCounters()) for kind in kinds]
        receipts[name] = {
            "count": sum(each.receipts for each in found),
            "sum": roubles(sum(each.sum for each in found)),
            "payments": _by_form(found),
        }
    told = {
        "shiftNumber": state.shift_number,
        "cashDrawer": {"sum": roubles(state.cash)},
        "income": {"count": state.shift.cash_ins, "sum": roubles(state.shift.cash_in_sum)},
        "outcome": {"count": state.shift.cash_outs, "sum": roubles(state.shift.cash_out_sum)},
        "receipts": receipts,
    }
    return {"shiftTotals": told}


def overall_totals(host: Host, _: Fields) -> dict[str, Any]:
    host.need_link()
    grand = host.device.state.grand
    receipts = {
        name: {
            "sum": roubles(sum(grand.sums.get(str(kind), 0) for kind in kinds)),
            "payments": {
                form: roubles(sum(grand.payments.get(str(kind), {}).get(paid, 0) for kind in kinds))
                for form, paid in _FORMS.items()
            },
        }
        for name, kinds in _OPERATIONS.items()
    }
    return {"overallTotals": {"receipts": receipts}}


def cash_drawer(host: Host, _: Fields) -> dict[str, Any]:
    host.need_link()
    state = host.device.state
    return {
        "counters": {"cashSum": roubles(state.cash)},
        "cashDrawerStatus": {"cashDrawerOpened": state.drawer_open},
    }


def _warnings(host: Host) -> dict[str, bool]:
    bits = condition.warnings(host.device)
    return {
        "criticalError": False,
        "memoryOverflow": bool(bits & 4),
        "needReplacement": bool(bits & 1),
        "ofdTimeout": bool(bits & 8),
        "resourceExhausted": bool(bits & 2),
    }


def fn_info(host: Host, _: Fields) -> dict[str, Any]:
    host.need_link()
    options, state = host.device.options, host.device.state
    until = datetime.datetime.combine(condition.valid_until(host.device), datetime.time())
    told = {
        "serial": options.fn,
        "version": "fn_v_1_2",
        "execution": "",
        "numberOfRegistrations": state.registrations,
        "registrationsRemaining": max(0, REGISTRATIONS_ALLOWED - state.registrations),
        "validityDate": iso(until),
        "ffdVersion": options.ffd,
        "fnFfdVersion": options.ffd,
        "fnContainsKeysUpdaterServerUri": False,
        "livePhase": names.PHASES.get(state.phase, "unknown"),
        "warnings": _warnings(host),
    }
    return {"fnInfo": told}


def fn_status(host: Host, _: Fields) -> dict[str, Any]:
    told = {
        "fiscalDocumentNumber": host.last_fd,
        "fiscalReceiptNumber": host.device.state.shift_receipts,
        "warnings": _warnings(host),
    }
    return {"fnStatus": told}


def ofd_status(host: Host, _: Fields) -> dict[str, Any]:
    host.need_link()
    device = host.device
    first, since = device.first_unsent, condition.unsent_since(device)
    fine = {"code": 0, "description": OK_WORDS}
    network = fine if device.ofd_online else {"code": 13617, "description": "Нет соединения"}
    status = {
        "notSentCount": device.unsent_count,
        "notSentFirstDocNumber": first.meta.fd if first else 0,
        "notSentFirstDocDateTime": iso(since) if since else _NO_TIME,
    }
    errors = {"fn": fine, "network": network, "ofd": fine, "fnCommandCode": 0}
    errors |= {"documentNumber": first.meta.fd if first else 0, "lastSuccessConnectionDateTime": iso(device.now)}
    return {"status": status, "errors": errors, "warnings": {"dataForSendIsEmpty": device.unsent_count == 0}}


def registration(host: Host, _: Fields) -> dict[str, Any]:
    host.need_link()
    options = host.device.options
    systems = [name for name, bit in names.TAXATIONS.items() if options.taxations & bit]
    device = {
        "registrationNumber": options.rnm,
        "fnsUrl": options.fns_site,
        "offlineMode": False,
        "machineInstallation": False,
        "bso": False,
        "encryption": False,
        "autoMode": False,
        "machineNumber": "",
        "internet": False,
        "service": False,
        "excise": False,
        "gambling": False,
        "lottery": False,
        "defaultTaxationType": names.TAXATION_NAMES[options.default_taxation],
        "ofdChannel": "proto",
        "ffdVersion": options.ffd,
        "paymentsAddress": options.place,
        "marking": options.ffd == "1.2",
    }
    organization = {
        "name": options.organisation,
        "vatin": options.inn,
        "email": options.sender_email,
        "taxationTypes": systems,
        "agents": [],
        "address": options.address,
    }
    ofd = {"name": options.ofd_name, "vatin": options.ofd_inn, "host": "ofd.example.com", "port": 7777, "dns": ""}
    return {"organization": organization, "device": device, "ofd": ofd, "ism": {"host": "", "port": 0}}


def fn_document(host: Host, task: Fields) -> dict[str, Any]:
    task.need("fiscalDocumentNumber")
    document = host.document(task.whole("fiscalDocumentNumber"))
    return as_json(host.device, document, raw=task.flag("withRawData"))


def last_fiscal_params(host: Host, task: Fields) -> dict[str, Any]:
    for fd in range(host.last_fd, 0, -1):
        document = host.document(fd)
        if not task.flag("forReceipt") or document.meta.type in RECEIPTS:
            return {"fiscalParams": fiscal_params(host.device, document)}
    raise TaskError(123)


# The operations of /api/v2: name, what tells it, and the fields that have another name there.


def operation_shift_status(host: Host, task: Fields) -> dict[str, Any]:
    told = dict(shift_status(host, task)["shiftStatus"])
    told.pop("documentsCount", None)
    told["expiredAt"] = told.pop("expiredTime")
    return {"shiftStatus": told}


def operation_shift_totals(host: Host, task: Fields) -> dict[str, Any]:
    told = shift_totals(host, task)["shiftTotals"]
    receipts = {name: {"count": each["count"], "payments": each["payments"]} for name, each in told["receipts"].items()}
    renamed = {
        "cashDrawerTotals": told["cashDrawer"],
        "incomeTotals": told["income"],
        "outcomeTotals": told["outcome"],
        "receiptsTotals": receipts,
    }
    return {"shiftTotals": renamed}


def operation_ofd_status(host: Host, task: Fields) -> dict[str, Any]:
    told = ofd_status(host, task)
    return {"ofdExchangeStatus": told["status"], "ofdExchangeErrors": told["errors"]}


OPERATIONS = {
    "queryDeviceInfo": device_info,
    "queryDeviceStatus": device_status,
    "queryShiftStatus": operation_shift_status,
    "queryShiftTotals": operation_shift_totals,
    "queryFnInfo": fn_info,
    "queryFnStatus": fn_status,
    "queryOfdExchangeStatus": operation_ofd_status,
}
