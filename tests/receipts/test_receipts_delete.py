"""DELETE /api/v1/receipts/<id>/"""

from __future__ import annotations

import uuid

import pytest

from devices.models import Device, Job
from devices.states import JobStatus
from receipts.keys import Scope
from tests.receipts.conftest import Send, new_client, sale, sender

pytestmark = pytest.mark.django_db


def test_a_queued_receipt_is_taken_back(send: Send, device: Device) -> None:
    made = send("POST", "receipts/", sale(device)).json()
    answer = send("DELETE", made["links"]["self"])

    assert (200, "cancelled") == (answer.status_code, answer.json()["status"])
    assert JobStatus.CANCELLED == Job.objects.get().status


@pytest.mark.parametrize("status", [status for status in JobStatus if status is not JobStatus.QUEUED])
def test_what_is_no_longer_queued_stays_and_the_answer_says_how_it_stands(
    send: Send, device: Device, status: JobStatus
) -> None:
    made = send("POST", "receipts/", sale(device)).json()
    Job.objects.update(status=status)
    answer = send("DELETE", made["links"]["self"])

    assert (409, "not_queued", status) == (answer.status_code, answer.json()["code"], answer.json()["job_status"])
    assert status == Job.objects.get().status


def test_nobody_takes_back_what_another_client_asked_for(send: Send, device: Device) -> None:
    made = send("POST", "receipts/", sale(device)).json()
    _, key = new_client("Бухгалтерия", *Scope)

    assert 404 == sender(key)("DELETE", made["links"]["self"]).status_code
    assert 404 == send("DELETE", f"receipts/{uuid.uuid4()}/").status_code
    assert JobStatus.QUEUED == Job.objects.get().status


def test_taking_back_needs_the_right_to_create(device: Device, shop: object, send: Send) -> None:
    made = send("POST", "receipts/", sale(device)).json()
    shop.scopes = [Scope.RECEIPTS_READ.value]  # type: ignore[attr-defined]
    shop.save()  # type: ignore[attr-defined]

    assert 403 == send("DELETE", made["links"]["self"]).status_code
