"""What may be asked for: a receipt, a command for a device. Every face ends here; what follows is devices.services."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from devices import journal
from devices.commands import Cashier, Command
from devices.ffd import Taxation
from devices.models import Device, Job
from devices.services import KeyConflict, enqueue
from receipts import alike
from receipts.draft import Draft, Rules
from receipts.models import ApiClient, Receipt, ReceiptLine, ReceiptPayment
from receipts.pricing import Priced, price, vat_inside


def rules_of(device: Device, *, now: datetime.datetime | None = None) -> Rules:
    """What *device* allows and supplies today, by the clock of its site and by what was last seen of it."""
    identity: dict[str, Any] = device.identity or {}
    return Rules(
        on=(now or timezone.now()).astimezone(ZoneInfo(device.site.time_zone)).date(),
        ffd=int(identity.get("ffd") or 0),
        taxations=int(identity.get("taxations") or 0),
        taxation=Taxation(device.default_taxation) if device.default_taxation else None,
        cashier=default_cashier(device),
    )


def default_cashier(device: Device) -> Cashier | None:
    if not device.default_cashier:
        return None
    return Cashier(name=device.default_cashier, inn=device.default_cashier_inn)


def hash_of_request(request: Mapping[str, Any]) -> str:
    """What makes two requests of one client the same: every field as it was sent, in any order."""
    return hashlib.sha256(json.dumps(request, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def earlier_job(*, source: str, key: str, request: Mapping[str, Any]) -> Job | None:
    """
    The job of an earlier request with this key; None for a new one. Look here first: a repeat is answered as it
    stands, even if it would not pass today.

    Raises:
        KeyConflict: the key belongs to another request.
    """
    job = Job.objects.filter(source=source, key=key).first() if key else None
    if job is not None and job.request_hash != hash_of_request(request):
        raise KeyConflict(job)
    return job


@journal.atomic()
def register_receipt(
    *,
    device: Device,
    draft: Draft,
    source: str,
    client: ApiClient | None = None,
    actor: str = "",
    tr_id: str = "",
    key: str | None = None,
    request: Mapping[str, Any] | None = None,
    callback_url: str = "",
    deadline: datetime.datetime | None = None,
    after: Job | None = None,
) -> tuple[Receipt, bool]:
    """
    Price *draft*, put it in line for *device* and keep it with its lines and payments; the receipt and whether it is
    new.

    *source* says who asks ("api:7", "user:2"), *tr_id* is the asker's own name, unique for ever per source, unless a
    *key* says otherwise ("": the same name may come again). *request* is what was sent, for the comparison of repeats;
    without it the priced command is compared. *after* is the job before it in one request of several: it must end well
    first.

    Raises:
        Invalid: with every fault; nothing was queued.
        KeyConflict: *tr_id* belongs to another request.
    """
    priced = price(draft, rules_of(device))
    job, created = enqueue(
        device=device,
        command=priced.command,
        source=source,
        actor=actor,
        key=tr_id if key is None else key,
        request_hash=hash_of_request(request) if request is not None else None,
        deadline=deadline,
        after=after,
    )
    if not created:
        return job.receipt, False
    receipt = Receipt.objects.create(
        job=job,
        device=device,
        client=client,
        tr_id=tr_id,
        type=draft.type.value,
        total=priced.command.total,
        taxation=priced.command.taxation,
        contact=draft.contact,
        cashier_name=priced.command.cashier.name if priced.command.cashier else "",
        cashier_inn=priced.command.cashier.inn if priced.command.cashier else "",
        electronic=draft.electronic,
        callback_url=callback_url,
        request=dict(request or {}),
    )
    _keep_lines(receipt, priced)
    alike.note(receipt, priced.command)
    return receipt, True


def _keep_lines(receipt: Receipt, priced: Priced) -> None:
    ReceiptLine.objects.bulk_create(
        ReceiptLine(
            receipt=receipt,
            position=number,
            name=position.name,
            price=position.price,
            quantity=position.quantity,
            sum=position.sum,
            vat=position.vat.value,
            vat_sum=vat_inside(position.sum, position.vat),
            discount=position.discount,
            payment_method=position.payment_method.value,
            payment_object=position.payment_object.value,
            department=position.department,
            barcode=position.barcode,
        )
        for number, position in enumerate(priced.command.positions, start=1)
    )
    tendered = {payment.type: payment.sum for payment in priced.command.payments}
    registered = {payment.type: payment.sum for payment in priced.registered}
    ReceiptPayment.objects.bulk_create(
        ReceiptPayment(receipt=receipt, type=kind.value, sum=registered.get(kind, 0), tendered=amount)
        for kind, amount in tendered.items()
    )


def submit_command(
    *,
    device: Device,
    command: Command,
    source: str,
    actor: str = "",
    tr_id: str = "",
    request: Mapping[str, Any] | None = None,
    deadline: datetime.datetime | None = None,
    after: Job | None = None,
) -> tuple[Job, bool]:
    """
    Put *command* in line for *device*; the job and whether it is new.

    Raises:
        KeyConflict: *tr_id* belongs to another request.
    """
    return enqueue(
        device=device,
        command=command,
        source=source,
        actor=actor,
        key=tr_id,
        request_hash=hash_of_request(request) if request is not None else None,
        deadline=deadline,
        after=after,
    )


def differing(job: Job, request: Mapping[str, Any]) -> list[str]:
    """The fields in which *request* differs from the one that *job* came from, as far as it was kept; for people."""
    receipt = Receipt.objects.filter(job=job).first()
    first = receipt.request if receipt else {}
    if not first:
        return []
    return sorted(name for name in first.keys() | request.keys() if first.get(name) != request.get(name))
