"""Rows for tests: each function makes one thing and takes by keyword only what the test is about."""

from __future__ import annotations

import datetime
import hashlib
import itertools
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone

from devices.commands import Cashier, DeviceState, Identity, Payment, Position, RegisterReceipt, ShiftState
from devices.ffd import (
    VAT_RATES,
    DocumentType,
    Operation,
    PaymentMethod,
    PaymentObject,
    PaymentType,
    ReceiptType,
    Taxation,
    Vat,
    qr_text,
)
from devices.models import Device, FiscalDocument, Job, JobEvent, Link, Shift, Site
from devices.states import FINAL, JobStatus
from devices.units import line_sum, tax_inside
from receipts.models import ApiClient, Receipt, ReceiptLine, ReceiptPayment

_count = itertools.count(1)
PASSWORD = "correct horse battery"


def make_user(username: str = "petrova", *, is_staff: bool = False, **fields: Any) -> User:
    names = {"first_name": "Елена", "last_name": "Петрова"}
    return User.objects.create_user(username, password=PASSWORD, is_staff=is_staff, **{**names, **fields})


def make_site(code: str = "", *, name: str = "Лиговский, 50", **fields: Any) -> Site:
    """A place whose worker is alive."""
    code = code or f"site{next(_count)}"
    return Site.objects.create(code=code, name=name, **{"heartbeat_at": timezone.now(), **fields})


def make_client(name: str = "Сайт", *, tail: str = "4f2a") -> ApiClient:
    number = next(_count)
    return ApiClient.objects.create(
        name=name, key_prefix=f"prefix{number}", key_hash=f"hash{number}", key_tail=tail, callback_secret="secret"
    )


def identity(**fields: Any) -> Identity:
    known: dict[str, Any] = {
        "serial_number": "00106329417752",
        "model": "АТОЛ 30Ф",
        "model_code": 61,
        "firmware": "3.0.8000",
        "fn_number": "7280440700004312",
        "ffd": 2,
        "columns": 42,
        "transport": 3,
        "rnm": "0004718293056127",
        "inn": "7842509176",
        "organisation": "ООО «Северный ветер»",
        "address": "191040, Санкт-Петербург, Лиговский пр., д. 50",
        "taxations": 1,
    }
    return Identity(**{**known, **fields})


def state(**fields: Any) -> DeviceState:
    """An open shift, paper in place, nothing wrong."""
    known: dict[str, Any] = {
        "shift": ShiftState.OPEN,
        "shift_number": 143,
        "shift_ends_at": None,
        "receipt_open": False,
        "paper": True,
        "cover_open": False,
        "printer_fault": False,
        "unprinted": False,
        "cash": 1218000,
        "clock": timezone.localtime().replace(tzinfo=None, microsecond=0),
        "last_fd": 30020,
        "fn_valid_until": timezone.localdate() + datetime.timedelta(days=300),
    }
    return DeviceState(**{**known, **fields})


def make_device(site: Site | None = None, *, name: str = "Зал", **fields: Any) -> Device:
    """A device that is online; *identity* and *state* are values, or None for one that never answered."""
    number = next(_count)
    who = fields.pop("identity", identity(fn_number=f"72804407{number:08d}", serial_number=f"001063{number:08d}"))
    seen = fields.pop("state", state())
    known: dict[str, Any] = {
        "url": f"socket://127.0.0.1:{5000 + number}",
        "identity": who.dump() if who else {},
        "state": seen.dump() if seen else {},
        "state_at": timezone.now() if seen else None,
        "serial_number": who.serial_number if who else "",
        "fn_number": who.fn_number if who else "",
        "link": Link.ONLINE if seen else Link.UNKNOWN,
        "link_changed_at": timezone.now() - datetime.timedelta(hours=1),
    }
    return Device.objects.create(site=site or make_site(), name=name, **{**known, **fields})


def make_shift(device: Device, *, number: int = 143, age: datetime.timedelta | None = None, **fields: Any) -> Shift:
    opened_at = timezone.now() - (age if age is not None else datetime.timedelta(hours=5, minutes=8))
    return Shift.objects.create(
        **{"device": device, "fn_number": device.fn_number, "number": number, "opened_at": opened_at, **fields}
    )


def position(name: str = "Кофе", price: int = 125050, quantity: str = "1", vat: Vat = Vat.VAT22) -> Position:
    return Position(name=name, price=price, quantity=Decimal(quantity), sum=line_sum(price, Decimal(quantity)), vat=vat)


def make_job(
    device: Device,
    *,
    command: Any,
    status: JobStatus = JobStatus.QUEUED,
    source: str = "user:1",
    actor: str = "petrova",
    ago: float = 0,
    **fields: Any,
) -> Job:
    """A job that reached *status* by itself, with its events; *ago* in seconds is when it was created."""
    created = timezone.now() - datetime.timedelta(seconds=ago)
    job = Job.objects.create(
        site=device.site,
        device=device,
        kind=command.kind,
        payload=command.dump(),
        source=source,
        actor=actor,
        request_hash=hashlib.sha256(str(next(_count)).encode()).hexdigest(),
        deadline=created + datetime.timedelta(hours=24),
        status=status,
        **fields,
    )
    course = [JobStatus.QUEUED]
    if status not in (JobStatus.QUEUED, JobStatus.CANCELLED, JobStatus.EXPIRED):
        course.append(JobStatus.RUNNING)
    if status not in course:
        course.append(status)
    before = ""
    for step, to in enumerate(course):
        code = fields.get("error_code", "") if to == course[-1] else ""
        event = JobEvent.objects.create(job=job, from_status=before, to_status=to, code=code)
        JobEvent.objects.filter(pk=event.pk).update(at=created + datetime.timedelta(seconds=step))
        before = to
    finished = created + datetime.timedelta(seconds=2) if status in FINAL else None
    Job.objects.filter(pk=job.pk).update(created_at=created, finished_at=finished)
    job.refresh_from_db()
    return job


def make_receipt(
    device: Device,
    *,
    positions: tuple[Position, ...] = (),
    total: int | None = None,
    type: ReceiptType = ReceiptType.SELL,
    paid: PaymentType = PaymentType.ELECTRONICALLY,
    tendered: int | None = None,
    status: JobStatus = JobStatus.DONE,
    tr_id: str = "",
    client: ApiClient | None = None,
    shift: Shift | None = None,
    number: int = 0,
    fd_number: int = 0,
    ago: float = 0,
    cashier: str = "Иванова М. С.",
    contact: str = "",
    extras: dict[str, Any] | None = None,
    **job_fields: Any,
) -> Receipt:
    """A receipt with its job, lines and payment, and with its fiscal document when it is done."""
    lines = positions or (position(price=total or 125050),)
    whole = total if total is not None else sum(line.sum for line in lines)
    command = RegisterReceipt(
        type=type,
        positions=lines,
        payments=(Payment(type=paid, sum=tendered or whole),),
        total=whole,
        taxation=Taxation.OSN,
        cashier=Cashier(name=cashier) if cashier else None,
        contact=contact,
        **(extras or {}),
    )
    source = client.source if client else "user:1"
    job = make_job(device, command=command, status=status, source=source, key=tr_id, ago=ago, **job_fields)
    receipt = Receipt.objects.create(
        job=job,
        device=device,
        client=client,
        tr_id=tr_id,
        type=type,
        total=whole,
        taxation=Taxation.OSN,
        contact=contact,
        cashier_name=cashier,
    )
    Receipt.objects.filter(pk=receipt.pk).update(created_at=job.created_at)
    receipt.refresh_from_db()
    ReceiptLine.objects.bulk_create(
        ReceiptLine(
            receipt=receipt,
            position=at,
            name=line.name,
            price=line.price,
            quantity=line.quantity,
            sum=line.sum,
            vat=line.vat,
            vat_sum=tax_inside(line.sum, VAT_RATES[line.vat].numerator, VAT_RATES[line.vat].denominator),
            payment_method=PaymentMethod.FULL_PAYMENT,
            payment_object=PaymentObject.COMMODITY,
        )
        for at, line in enumerate(lines, 1)
    )
    ReceiptPayment.objects.create(receipt=receipt, type=paid, sum=whole, tendered=tendered or whole)
    if status is JobStatus.DONE:
        make_document(receipt, shift=shift, number=number, fd_number=fd_number)
    return receipt


def make_document(
    receipt: Receipt, *, shift: Shift | None = None, number: int = 0, fd_number: int = 0, fpd: int = 0
) -> FiscalDocument:
    at = timezone.localtime(receipt.created_at)
    serial = next(_count)
    fd_number = fd_number or 30000 + serial
    fpd = fpd or 2397484188 + serial
    operation = ReceiptType(receipt.type).operation
    fn_number = receipt.device.fn_number
    local = at.replace(tzinfo=None, microsecond=0)
    return FiscalDocument.objects.create(
        device=receipt.device,
        job=receipt.job,
        shift=shift,
        document_type=DocumentType.RECEIPT,
        operation=operation,
        fn_number=fn_number,
        fd_number=fd_number,
        fpd=fpd,
        local_time=local.isoformat(),
        at=at,
        shift_number=shift.number if shift else 143,
        receipt_number=number or serial,
        total=receipt.total,
        rnm="0004718293056127",
        qr=qr_text(
            at=local,
            total=receipt.total,
            fn_number=fn_number,
            fd_number=fd_number,
            fpd=fpd,
            operation=Operation(operation),
        ),
    )
