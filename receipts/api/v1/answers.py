"""
What API v1 answers: plain dictionaries of models. Their shape is written down in schemas.py, and tests hold both
together.
"""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from devices import concerns
from devices.commands import Identity, OperationTotals, Result, ShiftTotals
from devices.decisions import needs_person
from devices.documents import count
from devices.errors import ErrorCode
from devices.ffd import VAT_RATES, DocumentType, FfdVersion, PaymentMethod, PaymentObject, Taxation, Vat
from devices.messages import Explanation, explain, explain_code, explain_hold, explain_service
from devices.messages_context import of_detail
from devices.models import Alarm, Device, FiscalDocument, Job, JobEvent, Shift
from devices.overview import standing
from devices.states import JobStatus
from devices.units import plain_quantity, roubles
from receipts.api.v1.answers_goods import goods_answer
from receipts.api.v1.answers_told import told
from receipts.models import Receipt, ReceiptLine
from receipts.registered import read

RECEIPT_DOCUMENTS = (DocumentType.RECEIPT, DocumentType.BSO, DocumentType.CORRECTION, DocumentType.BSO_CORRECTION)
UNSETTLED = (JobStatus.QUEUED, JobStatus.RUNNING, JobStatus.UNKNOWN)


def whole_receipts(receipts: QuerySet[Receipt]) -> QuerySet[Receipt]:
    """*receipts* with all that an answer needs, in six queries whatever their number."""
    return receipts.select_related("job", "device__site").prefetch_related(
        "lines",
        "payments",
        Prefetch("job__documents", FiscalDocument.objects.order_by("fd_number")),
        Prefetch("job__events", JobEvent.objects.filter(code=ErrorCode.DUPLICATE_REQUEST), to_attr="doubles"),
    )


def receipt_answer(receipt: Receipt) -> dict[str, Any]:
    job, device = receipt.job, receipt.device
    zone = ZoneInfo(device.site.time_zone)
    lines, payments = list(receipt.lines.all()), list(receipt.payments.all())
    document = next((d for d in job.documents.all() if d.document_type in RECEIPT_DOCUMENTS), None)
    return {
        "id": str(job.public_id),
        "tr_id": receipt.tr_id,
        "status": job.status,
        "printed": job.printed,
        "type": receipt.type,
        "device": device.pk,
        "site": device.site.code,
        "total": roubles(receipt.total),
        "change": roubles(sum(payment.tendered - payment.sum for payment in payments)),
        "taxation": Taxation(receipt.taxation).name.lower() if receipt.taxation else None,
        "electronic": receipt.electronic,
        "cashier": {"name": receipt.cashier_name, "inn": receipt.cashier_inn} if receipt.cashier_name else None,
        "items": _items(lines, job, document),
        "payments": [
            {"type": payment.type, "sum": roubles(payment.sum), "tendered": roubles(payment.tendered)}
            for payment in payments
        ],
        "vats": _vats(lines),
        "fiscal": fiscal_answer(document, zone) if document else None,
        **_course(job, device, zone),
        "warnings": [_double(event) for event in job.doubles],  # type: ignore[attr-defined] # whole_receipts
        "links": {
            "self": reverse("api-v1:receipt", args=[job.public_id]),
            "device": reverse("api-v1:device", args=[device.pk]),
        },
    }


def _items(lines: list[ReceiptLine], job: Job, document: FiscalDocument | None) -> list[dict[str, Any]]:
    """The lines with what their positions say; a document is read only for what came of marking codes."""
    positions = job.payload.get("positions", [])
    is_marked = document is not None and any(position.get("mark") for position in positions)
    marks = read(bytes(document.tlv)).marks if document is not None and is_marked else ()
    padded = [*positions, *({} for _ in lines[len(positions) :])]
    return [
        {**_line(line), **goods_answer(position, marks[index] if index < len(marks) else None)}
        for index, (line, position) in enumerate(zip(lines, padded, strict=False))
    ]


def _double(event: JobEvent) -> dict[str, str]:
    """There was a receipt like it (receipts/alike.py)."""
    words = explain(event.code, case="alike", **of_detail(event.detail))
    return _explained(words, event.detail)


def _line(line: ReceiptLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "price": roubles(line.price),
        "quantity": plain_quantity(line.quantity),
        "sum": roubles(line.sum),
        "vat": line.vat,
        "vat_sum": roubles(line.vat_sum),
        "discount": roubles(line.discount),
        "payment_method": PaymentMethod(line.payment_method).name.lower(),
        "payment_object": PaymentObject(line.payment_object).name.lower(),
        "department": line.department,
        "barcode": line.barcode,
    }


def _vats(lines: list[ReceiptLine]) -> list[dict[str, Any]]:
    """VAT per rate as the sum of the positions' taxes (ffd.md 5.5), in the order of tag 1199."""
    rates = sorted({Vat(line.vat) for line in lines}, key=lambda vat: VAT_RATES[vat].code)
    return [
        {
            "type": vat.value,
            "sum": roubles(sum(line.vat_sum for line in lines if line.vat == vat.value)),
            "turnover": roubles(sum(line.sum for line in lines if line.vat == vat.value)),
        }
        for vat in rates
    ]


def fiscal_answer(document: FiscalDocument, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "document_type": document.document_type,
        "fn_number": document.fn_number,
        "fd_number": document.fd_number,
        "fpd": str(document.fpd),
        "shift_number": document.shift_number,
        "receipt_number": document.receipt_number,
        "at": document.at.astimezone(zone).isoformat(timespec="seconds"),
        "total": roubles(document.total),
        "rnm": document.rnm,
        "qr": document.qr,
        "tlv": bytes(document.tlv).hex(),
    }


def job_answer(job: Job, *, whole: bool = False) -> dict[str, Any]:
    """A command for a device; *whole*: with buyers' data in a document that it read."""
    device = job.device
    zone = ZoneInfo(device.site.time_zone)
    document = next((d for d in job.documents.all() if d.document_type not in RECEIPT_DOCUMENTS), None)
    result = job.result or {}
    return {
        "id": str(job.public_id),
        "tr_id": job.key,
        "type": job.kind,
        "status": job.status,
        "printed": job.printed,
        "device": device.pk,
        "site": device.site.code,
        "fiscal": fiscal_answer(document, zone) if document else None,
        "cash": None if result.get("cash") is None else roubles(result["cash"]),
        "totals": totals_answer(result.get("totals") or {}),
        **told(Result.load(result), zone, whole=whole),
        **_course(job, device, zone),
        "links": {
            "self": reverse("api-v1:command", args=[job.public_id]),
            "device": reverse("api-v1:device", args=[device.pk]),
        },
    }


def _course(job: Job, device: Device, zone: ZoneInfo) -> dict[str, Any]:
    """What both kinds of jobs tell about themselves: why it failed, why it waits, and when what was."""
    # The hold of its device is why it waits; without one the last error, which a job keeps that went back in line.
    waits = device.hold_code or job.error_code if job.status == JobStatus.QUEUED else ""
    failed = job.error_code if job.status != JobStatus.QUEUED else ""
    waits_for = _words(waits, job, device, device.hold_detail if device.hold_code else job.error_detail)
    if job.status == JobStatus.QUEUED and (service := explain_service(device.site)):
        waits_for = _explained(service, "")  # whatever else is wrong, nobody is there to see it
    return {
        "error": _words(failed, job, device, job.error_detail),
        "waits_for": waits_for,
        "created_at": moment(job.created_at, zone),
        "started_at": moment(job.started_at, zone),
        "finished_at": moment(job.finished_at, zone),
        "deadline": moment(job.deadline, zone),
        "decided_by": job.decision.get("actor"),
    }


def _words(code: str, job: Job, device: Device, detail: str) -> dict[str, str] | None:
    if not code:
        return None
    job.device = device
    return _explained(explain_code(code, job=job, person=needs_person(job)), detail)


def _explained(words: Explanation, detail: str) -> dict[str, str]:
    return {"code": words.code, "title": words.title, "message": words.truth, "action": words.action, "device": detail}


def with_waiting(devices: QuerySet[Device]) -> QuerySet[Device]:
    unsettled = Q(jobs__status__in=[status.value for status in UNSETTLED])
    open_ones = Prefetch("alarms", Alarm.objects.filter(closed_at__isnull=True).order_by("id"), to_attr="standing")
    return devices.annotate(waiting=Count("jobs", filter=unsettled)).prefetch_related(open_ones)


def device_answer(device: Device) -> dict[str, Any]:
    """Needs `with_waiting`."""
    zone = ZoneInfo(device.site.time_zone)
    seen = Identity.load(device.identity) if device.identity else None
    hold = explain_hold(device)
    return {
        "id": device.pk,
        "name": device.name,
        "site": device.site.code,
        "in_use": device.is_enabled,
        "link": device.link,
        "link_changed_at": moment(device.link_changed_at, zone),
        "serial_number": device.serial_number,
        "fn_number": device.fn_number,
        "model": seen.model if seen else "",
        "firmware": seen.firmware if seen else "",
        "ffd": FfdVersion(seen.ffd).label if seen and seen.ffd else None,
        "rnm": seen.rnm if seen else "",
        "inn": seen.inn if seen else "",
        "organisation": seen.organisation if seen else "",
        "taxations": [each.name.lower() for each in Taxation if seen and each & seen.taxations],
        "state": _state(device, zone),
        "hold": _explained(hold, device.hold_detail) if hold else None,
        "alarms": _alarms(device),
        "waiting": device.waiting,  # type: ignore[attr-defined] # with_waiting
        "links": {
            "self": reverse("api-v1:device", args=[device.pk]),
            "commands": reverse("api-v1:device-commands", args=[device.pk]),
        },
    }


def _alarms(device: Device) -> list[dict[str, Any]]:
    alarms = [standing(alarm) for alarm in device.standing]  # type: ignore[attr-defined] # with_waiting
    return [
        {
            "code": words.code,
            "level": {"bad": "alarm", "warn": "warning"}.get(tone, "note"),
            "since": since or None,
            "title": words.title,
            "message": words.truth,
            "action": words.action,
        }
        for tone, since, words in concerns.of_device(device, alarms, money=roubles)
    ]


def _state(device: Device, zone: ZoneInfo) -> dict[str, Any] | None:
    """The last poll as it was, with its sum as a decimal string and its times in the site's zone."""
    state: dict[str, Any] = device.state
    if not state:
        return None
    same = (
        "shift",
        "shift_number",
        "paper",
        "cover_open",
        "printer_fault",
        "unprinted",
        "last_fd",
        "ofd_unsent",
        "fn_valid_until",
    )
    return {
        "at": moment(device.state_at, zone),
        **{name: state.get(name) for name in same},
        **{name: _reading(state.get(name), zone) for name in ("shift_ends_at", "clock", "ofd_unsent_since")},
        "cash": roubles(state.get("cash") or 0),
    }


def _reading(text: str | None, zone: ZoneInfo) -> str | None:
    """A reading of the device's clock with the site's time zone."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone).isoformat() if text else None


def shift_answer(shift: Shift) -> dict[str, Any]:
    zone = ZoneInfo(shift.device.site.time_zone)
    return {
        "id": shift.pk,
        "device": shift.device_id,
        "site": shift.device.site.code,
        "fn_number": shift.fn_number,
        "number": shift.number,
        "state": shift.state.value,
        "opened_at": moment(shift.opened_at, zone),
        "closed_at": moment(shift.closed_at, zone),
        "totals": totals_answer(shift.totals if shift.closed_at else count(shift).dump()),
        "device_totals": totals_answer(shift.device_totals),
        "links": {
            "self": reverse("api-v1:shift", args=[shift.pk]),
            "receipts": f"{reverse('api-v1:receipts')}?device={shift.device_id}&shift={shift.number}",
        },
    }


def totals_answer(kept: dict[str, Any]) -> dict[str, Any] | None:
    """Counters of a shift, or null where nobody counted yet."""
    if not kept:
        return None
    totals = ShiftTotals.load(kept)
    return {
        "sell": _operation(totals.sell),
        "sell_return": _operation(totals.sell_return),
        "buy": _operation(totals.buy),
        "buy_return": _operation(totals.buy_return),
        "cash_in": {"count": totals.cash_ins, "sum": roubles(totals.cash_in_sum)},
        "cash_out": {"count": totals.cash_outs, "sum": roubles(totals.cash_out_sum)},
        "cash": roubles(totals.cash),
    }


def _operation(totals: OperationTotals) -> dict[str, Any]:
    return {
        "count": totals.count,
        "sum": roubles(totals.sum),
        "cash": roubles(totals.cash),
        "electronically": roubles(totals.electronically),
        "prepaid": roubles(totals.prepaid),
        "credit": roubles(totals.credit),
        "other": roubles(totals.other),
    }


def moment(value: datetime.datetime | None, zone: ZoneInfo) -> str | None:
    return value.astimezone(zone).isoformat(timespec="seconds") if value else None
