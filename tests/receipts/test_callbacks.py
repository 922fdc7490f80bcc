"""Callbacks: made when a job ends, signed, tried again, given up."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import threading
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from devices import jobs
from devices.errors import ErrorCode
from devices.models import Device, Job
from devices.states import JobStatus
from receipts import callbacks
from receipts.callbacks import PAUSES, deliver_due, deliver_until, make_due, signature
from receipts.models import ApiClient, CallbackDelivery
from tests.receipts.conftest import Send, sale
from tests.receipts.test_outgoing import Listener, answering

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(send: Send, device: Device) -> Job:
    send("POST", "receipts/", sale(device, callback_url="https://shop.example.com/kkt", customer={"email": "a@b.ru"}))
    return Job.objects.get()


def settle(job: Job, capture: Any, status: JobStatus = JobStatus.CANCELLED) -> CallbackDelivery:
    with capture(execute=True):
        jobs.move(job, status, code=ErrorCode.CANCELLED_BY_PERSON)
    return CallbackDelivery.objects.get()


def test_a_settled_receipt_makes_one_delivery(job: Job, django_capture_on_commit_callbacks: Any) -> None:
    assert not CallbackDelivery.objects.exists()
    delivery = settle(job, django_capture_on_commit_callbacks)

    assert "https://shop.example.com/kkt" == delivery.url
    assert ("receipt.settled", "cancelled", str(job.public_id)) == (
        delivery.body["event"],
        delivery.body["receipt"]["status"],
        delivery.body["receipt"]["id"],
    )
    assert "a@b.ru" not in json.dumps(delivery.body)


def test_a_receipt_without_an_address_makes_none(
    send: Send, device: Device, django_capture_on_commit_callbacks: Any
) -> None:
    send("POST", "receipts/", sale(device))
    with django_capture_on_commit_callbacks(execute=True):
        jobs.move(Job.objects.get(), JobStatus.CANCELLED)

    assert not CallbackDelivery.objects.exists()


@pytest.mark.parametrize(("allowed", "status"), [(False, 422), (True, 202)])
def test_a_developer_may_name_an_address_of_his_own_machine(
    send: Send, device: Device, settings: Any, allowed: bool, status: int
) -> None:
    settings.KKT_CALLBACKS_ALLOW_PRIVATE = allowed
    answer = send("POST", "receipts/", sale(device, callback_url="http://127.0.0.1:9000/kkt"))

    assert status == answer.status_code


def test_a_delivery_is_signed_over_time_and_body(
    job: Job, shop: ApiClient, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.KKT_CALLBACKS_ALLOW_PRIVATE = True
    delivery = settle(job, django_capture_on_commit_callbacks)
    with Listener(answering(200)) as listener:
        CallbackDelivery.objects.update(url=listener.url)

        assert 1 == deliver_due()
        assert 0 == deliver_due()
    _, headers, body = listener.got[0]
    parts = dict(part.split("=", 1) for part in headers["Kkt-Signature"].split(","))
    wanted = hmac.new(shop.callback_secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    delivery.refresh_from_db()

    assert wanted == parts["v1"]
    assert abs(time.time() - int(parts["t"])) < 5
    assert (delivery.pk, "receipt.settled") == (json.loads(body)["id"], json.loads(body)["event"])
    assert (1, None) == (delivery.attempts, delivery.next_try_at)
    assert delivery.delivered_at is not None


def test_the_published_vector_of_the_signature() -> None:
    # From: printf '1795000000.{"id": 1}' | openssl dgst -sha256 -hmac secret
    expected = "t=1795000000,v1=f58d9c94759a18347f1d1c5c9366eb62418c16a3853f83c93d383454df4ebc4c"

    assert expected == signature("secret", b'{"id": 1}', at=1795000000)


def test_a_refusal_is_tried_again_with_growing_pauses_for_three_days(
    job: Job, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.KKT_CALLBACKS_ALLOW_PRIVATE = True
    delivery = settle(job, django_capture_on_commit_callbacks)
    pauses: list[float] = []
    with Listener(answering(500)) as listener:
        CallbackDelivery.objects.update(url=listener.url)
        while True:
            CallbackDelivery.objects.filter(delivered_at=None).exclude(next_try_at=None).update(
                next_try_at=timezone.now()
            )
            deliver_due()
            delivery.refresh_from_db()
            if delivery.next_try_at is None:
                break
            pauses.append(round((delivery.next_try_at - timezone.now()).total_seconds()))

    assert list(PAUSES) == pauses
    assert datetime.timedelta(days=2.9) < datetime.timedelta(seconds=sum(PAUSES)) < datetime.timedelta(days=3)
    assert (len(PAUSES) + 1, "HTTP 500") == (delivery.attempts, delivery.last_error)
    assert sorted(pauses) == pauses


def test_a_delivery_that_was_given_up_is_sent_again_by_a_person(
    job: Job, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.KKT_CALLBACKS_ALLOW_PRIVATE = True
    settle(job, django_capture_on_commit_callbacks)
    CallbackDelivery.objects.update(next_try_at=None, attempts=15)
    with Listener(answering(200)) as listener:
        CallbackDelivery.objects.update(url=listener.url)
        make_due(CallbackDelivery.objects.all())

        assert 1 == deliver_due()


def test_a_private_address_is_not_posted_to(job: Job, django_capture_on_commit_callbacks: Any) -> None:
    delivery = settle(job, django_capture_on_commit_callbacks)
    with Listener(answering(200)) as listener:
        CallbackDelivery.objects.update(url=listener.url.replace("http:", "https:"))
        deliver_due()
    delivery.refresh_from_db()

    assert not listener.got
    assert delivery.last_error
    assert delivery.delivered_at is None


def test_two_processes_deliver_one_message_once(
    job: Job, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.KKT_CALLBACKS_ALLOW_PRIVATE = True
    delivery = settle(job, django_capture_on_commit_callbacks)
    with Listener(answering(200)) as listener:
        CallbackDelivery.objects.update(url=listener.url)
        delivery.refresh_from_db()
        same = CallbackDelivery.objects.select_related("receipt__client").get()

        assert [True, False] == [callbacks.deliver(delivery), callbacks.deliver(same)]
    assert 1 == len(listener.got)


def test_no_log_names_the_buyer(
    job: Job, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    settle(job, django_capture_on_commit_callbacks)
    CallbackDelivery.objects.update(url="https://127.0.0.1/")
    deliver_due()

    assert "delivery" in caplog.text
    assert "a@b.ru" not in caplog.text


def test_the_command_delivers_what_is_due(
    job: Job, settings: Any, django_capture_on_commit_callbacks: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KKT_CALLBACKS_ALLOW_PRIVATE = True
    settle(job, django_capture_on_commit_callbacks)
    with Listener(answering(200)) as listener:
        CallbackDelivery.objects.update(url=listener.url)
        call_command("deliver_callbacks", "--once")

    assert "1" == capsys.readouterr().out.strip()


def test_the_loop_goes_on_after_a_failure_and_ends_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, looks = threading.Event(), []

    def fail() -> int:
        looks.append(1)
        if len(looks) == 3:
            stop.set()
        raise RuntimeError("the database is away")

    monkeypatch.setattr(callbacks, "deliver_due", fail)
    deliver_until(stop, every=0.01)

    assert 3 == len(looks)
