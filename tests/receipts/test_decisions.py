"""POST /api/v1/receipts/<id>/decision/, and how long jobs of a client may wait."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from devices import jobs, services
from devices.errors import ErrorCode
from devices.models import Device, Job
from devices.states import JobStatus
from receipts.keys import USUAL_SCOPES, Scope
from receipts.models import ApiClient
from tests.receipts.conftest import Send, sale

pytestmark = pytest.mark.django_db

NOT_SEEN = {"outcome": "not_registered", "reason": "нет на ленте"}


@pytest.fixture
def decider(shop: ApiClient, send: Send) -> Send:
    shop.scopes = [*(scope.value for scope in USUAL_SCOPES), Scope.RECEIPTS_DECIDE.value]
    shop.save()
    return send


def doubtful(send: Send, device: Device) -> tuple[Job, str]:
    """A receipt that the archive could not decide, and where to say so."""
    made = send("POST", "receipts/", sale(device)).json()
    job = Job.objects.get(public_id=made["id"])
    Job.objects.filter(pk=job.pk).update(status=JobStatus.UNKNOWN, attempts=1, baseline={"last_fd": 7})
    job.refresh_from_db()
    jobs.note(job, JobStatus.UNKNOWN, JobStatus.UNKNOWN, code=ErrorCode.OUTCOME_UNKNOWN, detail="two of them")
    return job, f"{made['links']['self']}decision/"


def test_a_decision_is_kept_with_reason_and_name(decider: Send, device: Device, shop: ApiClient) -> None:
    job, where = doubtful(decider, device)
    answer = decider("POST", where, {"outcome": "registered", "fd_number": 9, "reason": "есть на ленте"})

    assert (202, "unknown", shop.name) == (answer.status_code, answer.json()["status"], answer.json()["decided_by"])
    job.refresh_from_db()
    assert {"outcome": "registered", "fd_number": 9, "actor": shop.name, "reason": "есть на ленте"} == job.decision


def test_an_overdue_receipt_is_registered_now_under_its_own_name(decider: Send, device: Device) -> None:
    body = sale(device)
    made = decider("POST", "receipts/", body).json()
    Job.objects.update(deadline=timezone.now())
    services.expire(site=device.site)
    answer = decider("POST", f"{made['links']['self']}decision/", {"outcome": "register_now", "reason": "ждёт"})
    again = decider("POST", "receipts/", body)

    assert (202, "queued") == (answer.status_code, answer.json()["status"])
    assert (200, made["id"], "queued") == (again.status_code, again.json()["id"], again.json()["status"])


def test_an_overdue_receipt_is_cancelled(decider: Send, device: Device) -> None:
    made = decider("POST", "receipts/", sale(device)).json()
    Job.objects.update(deadline=timezone.now())
    services.expire(site=device.site)
    answer = decider("POST", f"{made['links']['self']}decision/", NOT_SEEN)

    assert (200, "cancelled") == (answer.status_code, answer.json()["status"])


def test_what_is_queued_is_not_for_people(decider: Send, device: Device) -> None:
    made = decider("POST", "receipts/", sale(device)).json()
    answer = decider("POST", f"{made['links']['self']}decision/", NOT_SEEN)

    assert (409, "nothing_to_decide", "queued") == (
        answer.status_code,
        answer.json()["code"],
        answer.json()["job_status"],
    )


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"outcome": "perhaps", "reason": "да"}, "outcome"),
        ({"outcome": "registered", "reason": "да"}, "fd_number"),
        ({"outcome": "not_registered", "reason": "да", "fd_number": 4}, "fd_number"),
        ({"outcome": "not_registered"}, "reason"),
    ],
)
def test_a_wrong_decision_names_its_field(decider: Send, device: Device, body: dict[str, Any], path: str) -> None:
    job, where = doubtful(decider, device)
    answer = decider("POST", where, body)

    assert (422, [path]) == (answer.status_code, [error["path"] for error in answer.json()["errors"]])
    job.refresh_from_db()
    assert {} == job.decision


def test_deciding_is_a_right_that_keys_do_not_have_by_themselves(send: Send, device: Device) -> None:
    _, where = doubtful(send, device)
    answer = send("POST", where, NOT_SEEN)

    assert (403, "receipts:decide") == (answer.status_code, answer.json()["scope"])


def test_a_client_may_have_a_deadline_of_its_own_and_a_request_another(
    send: Send, device: Device, shop: ApiClient
) -> None:
    def left(**fields: Any) -> datetime.timedelta:
        name = f"order-{Job.objects.count()}"
        made = send("POST", "receipts/", sale(device, tr_id=name, **fields)).json()
        return Job.objects.get(public_id=made["id"]).deadline - timezone.now()

    usual = left()
    shop.default_deadline_minutes = 90
    shop.save()
    own = left()
    asked = left(deadline=(timezone.now() + datetime.timedelta(minutes=10)).isoformat())

    assert [1440, 90, 10] == [round(each.total_seconds() / 60) for each in (usual, own, asked)]
