"""
Telling a client that its receipt is settled: a row when the job ends, a signed POST from a process of its own.

A delivery may come twice and in any order: the receiver tells them apart by `id` and looks at `status`. The signature
is HMAC-SHA256 of «timestamp.body» with the client's callback secret: `Kkt-Signature: t=1795000000,v1=<hex>`; a
receiver refuses what is older than five minutes. Source: failure-modes.md, Q12, X11, X12.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import logging
import threading
import time
from typing import Any

from django.conf import settings
from django.db import close_old_connections
from django.db.models import QuerySet
from django.dispatch import receiver
from django.utils import timezone

from devices import rows
from devices.commands import RegisterReceipt
from devices.models import Job
from devices.signals import job_finished
from receipts.models import CallbackDelivery, Receipt
from receipts.outgoing import BadUrl, NotDelivered, post

log = logging.getLogger(__name__)

# Seconds before each further try; together three days, then a person may send it again.
PAUSES = (10, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, *[12 * 3600] * 5)
# A try that nobody settled (the process died) becomes due again after this.
CLAIM = datetime.timedelta(minutes=2)


@receiver(job_finished)
def note_delivery(sender: object, job: Job, **kwargs: Any) -> None:
    """On job_finished: keep what is to be told. Writes a row and returns."""
    if job.kind != RegisterReceipt.kind:
        return
    if rows.number(Receipt, "callback_url <> ''", job=job.pk):
        receipt = Receipt.objects.get(job=job)
        CallbackDelivery.objects.create(
            receipt=receipt, url=receipt.callback_url, body=_body(receipt), next_try_at=timezone.now()
        )


def _body(receipt: Receipt) -> dict[str, Any]:
    from receipts.api.v1.answers import receipt_answer, whole_receipts  # the words of API v1, without a cycle at start

    answer = receipt_answer(whole_receipts(Receipt.objects.filter(pk=receipt.pk)).get())
    return {"event": "receipt.settled", "receipt": answer}


def signature(secret: str, body: bytes, *, at: int) -> str:
    """The value of Kkt-Signature for *body* posted at the Unix second *at*."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def deliver_due(*, now: datetime.datetime | None = None) -> int:
    """Try every delivery that is due once; say how many were delivered."""
    due = CallbackDelivery.objects.filter(delivered_at=None, next_try_at__lte=now or timezone.now())
    whole = due.select_related("receipt__client", "task_request__client")
    return sum(deliver(delivery) for delivery in whole.order_by("next_try_at")[:100])


def deliver(delivery: CallbackDelivery) -> bool:
    """One try; False when another process has it or the other side did not take it."""
    mine = CallbackDelivery.objects.filter(
        pk=delivery.pk, attempts=delivery.attempts, delivered_at=None, next_try_at=delivery.next_try_at
    )
    if not mine.update(attempts=delivery.attempts + 1, next_try_at=timezone.now() + CLAIM):
        return False
    attempts = delivery.attempts + 1
    row = CallbackDelivery.objects.filter(pk=delivery.pk, attempts=attempts)
    # Programs of driver 10 get what its own server sends, and not a field more.
    name = {} if delivery.task_request else {"id": delivery.pk}
    body = json.dumps({**name, **delivery.body}, ensure_ascii=False).encode()
    about = delivery.receipt or delivery.task_request
    client = about.client if about else None
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "kktoffice",
        "Kkt-Signature": signature(client.callback_secret if client else "", body, at=int(time.time())),
    }
    try:
        post(delivery.url, body, headers, allow_private=settings.KKT_CALLBACKS_ALLOW_PRIVATE)
    except (BadUrl, NotDelivered) as error:
        again = _next_try(delivery, attempts)
        row.update(next_try_at=again, last_error=str(error)[:255])
        log.warning("delivery %s, try %s: %s; again %s", delivery.pk, attempts, type(error).__name__, again)
        return False
    row.update(delivered_at=timezone.now(), next_try_at=None, last_error="")
    log.info("delivery %s delivered by try %s", delivery.pk, attempts)
    return True


def _next_try(delivery: CallbackDelivery, attempts: int) -> datetime.datetime | None:
    """When to try again after so many tries; None: given up."""
    if attempts > len(PAUSES):
        return None
    return timezone.now() + datetime.timedelta(seconds=PAUSES[attempts - 1])


def make_due(deliveries: QuerySet[CallbackDelivery]) -> int:
    """A person wants them sent again, from the first pause on; say how many."""
    return deliveries.update(next_try_at=timezone.now(), delivered_at=None, attempts=0)


def deliver_until(stop: threading.Event, *, every: float = 2.0) -> None:
    """The body of a thread of the scheduler: deliver what is due every so many seconds, whatever goes wrong."""
    while not stop.is_set():
        try:
            close_old_connections()
            deliver_due()
        except Exception:
            log.exception("callbacks")
        finally:
            close_old_connections()
        stop.wait(every)
