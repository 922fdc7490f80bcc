"""Everything that the page of one receipt shows, read once and frozen, as one live fragment."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from devices import alarms
from devices.commands import Identity, RegisterReceipt
from devices.concerns import alarm_words
from devices.decisions import Choices, choices
from devices.errors import ErrorCode
from devices.ffd import VAT_RATES, Vat
from devices.live import Fragment
from devices.messages import Explanation
from devices.models import FiscalDocument, Job, JobEvent
from devices.overview import standing
from devices.signs import Sign, job_sign, payment_word, type_word
from devices.states import JobStatus
from devices.troubles import is_training
from devices.typography import money
from devices.units import plain_quantity
from receipts.course import Step, Told, course, told
from receipts.models import CallbackDelivery, Receipt
from receipts.paper import Extras, Paper, draw, masked, qr_path
from receipts.registered import read
from receipts.rows import is_last_of_its_device, registered_of, visible_receipts


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A position for the table beside the paper, which is hidden from listeners."""

    name: str
    quantity: str
    price: int
    sum: int
    vat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A callback to the client: where to, whether it arrived."""

    url: str
    delivered_at: datetime.datetime | None
    attempts: int
    last_error: str
    next_try_at: datetime.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """The order is paid and has no receipt (R20): its alarm, and what is said of it."""

    alarm: int
    words: Explanation


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """
    The page's facts; times are local to the site and naive. *stamp* is printed across the paper when it is not a
    receipt (yet).
    """

    pk: int
    title: str
    sign: Sign
    at: datetime.datetime
    device: str
    device_pk: int
    device_seen: bool
    shift_number: int
    told: Told | None
    owed: Owed | None
    choices: Choices | None
    paper: Paper
    qr_side: int
    qr_path: str
    stamp: str
    lines: tuple[Line, ...]
    payments: tuple[tuple[str, int], ...]
    total: int
    course: tuple[Step, ...]
    lasted: str
    document: tuple[tuple[str, str], ...]
    fn_number: str
    qr: str
    tr_id: str
    asked_by: str
    key_tail: str
    cashier: str
    contact: str
    electronic: bool
    deliveries: tuple[Delivery, ...]
    public_id: str
    attempts: int
    worker: str
    error_code: str
    error_detail: str
    can_cancel: bool
    can_copy: bool
    is_settled: bool


def sheet(receipt: Receipt, user: object = None) -> Sheet:
    job, device = receipt.job, receipt.device
    zone = ZoneInfo(device.site.time_zone)
    document = registered_of(receipt)
    identity = Identity.load(device.identity) if device.identity else None
    lines, payments = list(receipt.lines.all()), list(receipt.payments.all())
    paper = draw(receipt, lines=lines, payments=payments, document=document, identity=identity, extras=_extras(receipt))
    side, path = qr_path(paper.qr) if paper.qr else (0, "")
    client, decision = receipt.client, choices(job, user)
    asked_by = client.name if client else job.actor or _("the program itself")
    at = (document.at if document else receipt.created_at).astimezone(zone).replace(tzinfo=None)
    return Sheet(
        pk=receipt.pk,
        title=_("%(type)s, %(sum)s") % {"type": _receipt_of(receipt.type), "sum": money(receipt.total)},
        sign=job_sign(job.status, printed=job.printed, error_code=job.error_code),
        at=at,
        device=device.name,
        device_pk=device.pk,
        device_seen=device.is_enabled,
        shift_number=document.shift_number if document else 0,
        told=told(
            job, device, person=decision is not None and decision.is_open and decision.may and not decision.pending
        ),
        owed=_owed(job),
        choices=decision,
        paper=paper,
        qr_side=side,
        qr_path=path,
        stamp=_stamp(JobStatus(job.status), document),
        lines=tuple(
            Line(
                name=line.name,
                quantity=plain_quantity(line.quantity).replace(".", ","),
                price=line.price,
                sum=line.sum,
                vat=VAT_RATES[Vat(line.vat)].paper,
            )
            for line in lines
        ),
        payments=tuple((payment_word(payment.type), payment.sum) for payment in payments),
        total=receipt.total,
        course=tuple(
            course(job, JobEvent.objects.filter(job=job), asked_by=_source(receipt), zone=zone),
        ),
        lasted=_lasted(receipt),
        document=_numbers(document) if document else (),
        fn_number=document.fn_number if document else "",
        qr=document.qr if document else "",
        tr_id=receipt.tr_id,
        asked_by=asked_by,
        key_tail=client.key_tail if client else "",
        cashier=receipt.cashier_name or (read(bytes(document.tlv)).cashier if document else ""),
        contact=masked(receipt.contact) if receipt.contact else "",
        electronic=receipt.electronic,
        deliveries=tuple(_delivery(each, zone) for each in receipt.deliveries.all()),
        public_id=str(job.public_id),
        attempts=job.attempts,
        worker=job.worker,
        error_code=job.error_code,
        error_detail=job.error_detail,
        can_cancel=job.status == JobStatus.QUEUED,
        can_copy=(
            document is not None
            and (job.printed is not False or device.hold_code != ErrorCode.PAPER_OUT_MID_RECEIPT)
            and device.is_enabled
            and is_last_of_its_device(receipt, document)
        ),
        is_settled=job.is_settled and job.printed is not False and job.status != JobStatus.EXPIRED,
    )


def sheet_fragment(user: object, pk: int) -> Fragment:
    """Raises Http404."""
    receipt = (
        visible_receipts(user)
        .filter(pk=pk)
        .select_related("job", "device__site", "client")
        .prefetch_related("lines", "payments", "deliveries")
        .first()
    )
    if receipt is None:
        raise Http404
    receipt.job.device = receipt.device
    shown = sheet(receipt, user)
    said = f"{shown.title}: {shown.sign.word} {shown.sign.tail}".strip()
    return Fragment(name="sheet", template="receipts/_sheet.html", facts=shown, context={"receipt": shown}, said=said)


def _owed(job: Job) -> Owed | None:
    if job.status not in (JobStatus.QUEUED, JobStatus.FAILED):
        return None
    alarm = alarms.standing(job.device, ErrorCode.PAID_WITHOUT_RECEIPT).filter(subject=f"job:{job.pk}").first()
    return Owed(alarm=alarm.pk, words=alarm_words(standing(alarm))) if alarm else None


def _extras(receipt: Receipt) -> Extras:
    command = receipt.job.command
    if not isinstance(command, RegisterReceipt):
        return Extras()
    return Extras(
        header=command.header,
        footer=command.footer,
        positions=command.positions,
        correction=command.correction,
        customer_name=command.customer_name,
        customer_inn=command.customer_inn,
        sender_email=command.sender_email,
        settlement_place=command.settlement_place,
        settlement_address=command.settlement_address,
        machine_number=command.machine_number,
        customer=command.customer,
        user_requisite=command.user_requisite,
    )


def _receipt_of(receipt_type: str) -> str:
    """The title's beginning: «Чек прихода»."""
    return {
        "sell": pgettext("title", "Sale receipt"),
        "sell_return": pgettext("title", "Refund receipt"),
        "buy": pgettext("title", "Purchase receipt"),
        "buy_return": pgettext("title", "Purchase refund receipt"),
    }.get(receipt_type, type_word(receipt_type))


def _stamp(status: JobStatus, document: FiscalDocument | None) -> str:
    """
    Across the paper; Russian, as the paper is. A receipt that is there on somebody's word has no numbers, one of a
    training register is not real (R21).
    """
    if status is JobStatus.DONE and document is None:
        return "БЕЗ ДАННЫХ ФН"
    if status is JobStatus.DONE and document is not None:
        return "УЧЕБНЫЙ" if is_training(document.fn_number) else ""
    return {JobStatus.UNKNOWN: "ПРОВЕРЯЕМ", JobStatus.RUNNING: "ПРОБИВАЕТСЯ"}.get(status, "НЕ ПРОБИТ")


def _source(receipt: Receipt) -> str:
    if receipt.client:
        return _("API client “%(name)s”") % {"name": receipt.client.name}
    return receipt.job.actor or _("the program itself")


def _numbers(document: FiscalDocument) -> tuple[tuple[str, str], ...]:
    return (
        (_("FD"), str(document.fd_number)),
        (_("FPD"), str(document.fpd)),
        (_("RN KKT"), document.rnm),
        (_("No. in the shift"), str(document.receipt_number)),
    )


def _lasted(receipt: Receipt) -> str:
    """From acceptance to the registered receipt, when it went well."""
    job = receipt.job
    if job.status != JobStatus.DONE or job.finished_at is None or job.error_code == ErrorCode.OUTCOME_UNKNOWN:
        return ""
    seconds = (job.finished_at - job.created_at).total_seconds()
    if seconds >= 600:
        return ""
    shown = f"{seconds:.1f}".replace(".", ",") if seconds < 10 else f"{seconds:.0f}"
    return _("%(seconds)s s from acceptance to the receipt") % {"seconds": shown}


def _delivery(delivery: CallbackDelivery, zone: ZoneInfo) -> Delivery:
    at, again = delivery.delivered_at, delivery.next_try_at
    return Delivery(
        url=delivery.url,
        delivered_at=at.astimezone(zone).replace(tzinfo=None) if at else None,
        attempts=delivery.attempts,
        last_error=delivery.last_error,
        next_try_at=again.astimezone(zone).replace(tzinfo=None) if again else None,
    )
