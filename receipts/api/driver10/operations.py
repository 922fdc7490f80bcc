"""
Questions that are answered at once, without a queue of the client's: `POST operations/query…`.

Inside they are jobs like any other, which this request waits for; one that is not done in time is given up, so that no
device answers nobody. Names of fields differ from those of the tasks. Source: atol-driver10-json.md 1.6.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from devices.commands import OperationTotals, Result, ShiftTotals
from devices.messages import explain, explain_code
from devices.models import Device, Job
from devices.services import cancel
from devices.states import JobStatus
from receipts.api.driver10 import choosing
from receipts.api.driver10.access import Refusal, body_of, face, json_answer, require
from receipts.api.driver10.blocks import block_named
from receipts.api.driver10.codes import CONNECTION, NOT_SUPPORTED, number_of, reason_of
from receipts.api.driver10.reading import Node
from receipts.api.driver10.tasks import TASKS
from receipts.api.driver10.told import KINDS, Block, payments, roubles
from receipts.api.limits import wait_until_settled
from receipts.models import ApiClient
from receipts.services import submit_command

SECONDS = 20.0
DEVICE_ERROR = 420
CANNOT_CAPTURE = 408


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The *task* whose command it asks with, and what it makes of the answer; *kind* is the type of a receipt."""

    task: str
    shape: Callable[[Job, str], Block]


def _device_info(job: Job, kind: str) -> Block:
    info: Block = block_named("getDeviceInfo", job)["deviceInfo"]
    empty = dict.fromkeys(("boolVersion", "scriptsVersion", "scriptsName"), "")
    return {"deviceInfo": {**info, "appVersion": info["firmwareVersion"], **empty}}


def _shift_status(job: Job, kind: str) -> Block:
    status: Block = block_named("getShiftStatus", job)["shiftStatus"]
    return {"shiftStatus": {"state": status["state"], "number": status["number"], "expiredAt": status["expiredTime"]}}


def _totals(job: Job) -> ShiftTotals:
    return Result.load(job.result or {}).totals or ShiftTotals()


def _receipts(totals: OperationTotals) -> Block:
    return {"count": totals.count, "payments": {**payments(totals), "userTypes": []}}


def _income(job: Job, kind: str) -> Block:
    totals = _totals(job)
    return {"incomeTotals": {"sum": roubles(totals.cash_in_sum), "count": totals.cash_ins}}


def _outcome(job: Job, kind: str) -> Block:
    totals = _totals(job)
    return {"outcomeTotals": {"sum": roubles(totals.cash_out_sum), "count": totals.cash_outs}}


def _shift_totals(job: Job, kind: str) -> Block:
    totals = _totals(job)
    receipts = {theirs: _receipts(getattr(totals, ours)) for theirs, ours in KINDS.items()}
    drawer = {"cashDrawerTotals": {"sum": roubles(totals.cash)}}
    return {"shiftTotals": {**drawer, **_income(job, kind), **_outcome(job, kind), "receiptsTotals": receipts}}


def _receipt_totals(job: Job, kind: str) -> Block:
    return {"receiptTotals": _receipts(getattr(_totals(job), KINDS[kind]))}


def _fn_info(job: Job, kind: str) -> Block:
    info: Block = block_named("getFnInfo", job)["fnInfo"]
    inside = ("numberOfRegistrations", "registrationsRemaining", "validityDate")
    same = ("serial", "livePhase", "ffdVersion", "fnFfdVersion", "warnings")
    return {"fnInfo": {**{name: info[name] for name in same}, "validity": {name: info[name] for name in inside}}}


def _ofd(job: Job, kind: str) -> Block:
    block = block_named("ofdExchangeStatus", job)
    return {"ofdExchangeStatus": block["status"], "ofdExchangeErrors": block["errors"]}


def _as_task(name: str) -> Operation:
    return Operation(task=name, shape=lambda job, kind: block_named(name, job))


OPERATIONS: dict[str, Operation | None] = {
    "queryDeviceInfo": Operation(task="getDeviceInfo", shape=_device_info),
    "queryDeviceStatus": _as_task("getDeviceStatus"),
    "queryShiftStatus": Operation(task="getShiftStatus", shape=_shift_status),
    "queryShiftTotals": Operation(task="getShiftTotals", shape=_shift_totals),
    "queryIncomeTotals": Operation(task="getShiftTotals", shape=_income),
    "queryOutcomeTotals": Operation(task="getShiftTotals", shape=_outcome),
    "queryReceiptTotals": Operation(task="getShiftTotals", shape=_receipt_totals),
    "queryFnInfo": Operation(task="getFnInfo", shape=_fn_info),
    "queryFnStatus": _as_task("getFnStatus"),
    "queryOfdExchangeStatus": Operation(task="ofdExchangeStatus", shape=_ofd),
    "queryIsmExchangeStatus": None,
    "queryLicenses": None,
    "queryDeviceSettings": None,
}


@face("POST")
def operation(request: HttpRequest, client: ApiClient, *, name: str) -> HttpResponse:
    if name not in OPERATIONS:
        raise Refusal(404, _("There is no such operation: %(name)s") % {"name": name[:40]})
    found = OPERATIONS[name]
    if found is None:
        raise Refusal(DEVICE_ERROR, _("The operation %(name)s is not done here") % {"name": name}, code=NOT_SUPPORTED)
    require(client, TASKS[found.task].scope)
    body = body_of(request) if request.META.get("CONTENT_LENGTH") not in (None, "", "0") else {}
    asked = body if isinstance(body, dict) else {}
    kind = _kind(request, asked) if name == "queryReceiptTotals" else ""
    named = request.GET.get("deviceID", "") or asked.get("deviceID", "")
    device = choosing.in_use(choosing.find(client, named if isinstance(named, str) else ""))
    return json_answer(found.shape(_asked(device, client, found.task), kind))


def _kind(request: HttpRequest, asked: dict[str, Any]) -> str:
    kind = request.GET.get("type") or asked.get("type")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Refusal(400, _("Field “type” is one of: %(words)s") % {"words": ", ".join(KINDS)})
    return kind


def _asked(device: Device, client: ApiClient, task: str) -> Job:
    """The done job of one question. Raises Refusal: 420 with the device's error, 408 when it took too long."""
    if reason_of(device.hold_code) == CONNECTION:
        raise Refusal(DEVICE_ERROR, explain(device.hold_code).title, code=number_of(device.hold_code))
    read = TASKS[task].read
    assert read is not None
    job, _is_new = submit_command(
        device=device,
        command=read(Node({"type": task})),
        source=client.source,
        actor=client.name,
        deadline=timezone.now() + datetime.timedelta(seconds=SECONDS),
    )
    wait_until_settled(job, SECONDS)
    job.refresh_from_db()
    waits_for = job.error_code
    if JobStatus(job.status) is JobStatus.QUEUED and cancel(job=job, actor=client.name) and waits_for:
        raise Refusal(DEVICE_ERROR, explain_code(waits_for, job=job).title, code=number_of(waits_for))
    if JobStatus(job.status) is JobStatus.DONE:
        return job
    if JobStatus(job.status) is JobStatus.FAILED:
        raise Refusal(DEVICE_ERROR, explain_code(job.error_code, job=job).title, code=number_of(job.error_code))
    raise Refusal(CANNOT_CAPTURE, _("The device is busy: ask again"))
