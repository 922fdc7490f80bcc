"""Orders that are paid and have no receipt: told after a quarter of an hour, until somebody has solved it (R20)."""

from __future__ import annotations

from typing import Any

import pytest

from devices import alarms, paid
from devices.ffd import PaymentType, ReceiptType
from devices.models import Alarm, Device, Job
from devices.states import JobStatus
from receipts.models import Receipt
from tests.factories import make_client, make_device, make_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Device:
    return make_device(name="Зал")


def order(till: Device, **fields: Any) -> Receipt:
    """An order of a web shop, paid by card twenty minutes ago."""
    known = {"status": JobStatus.QUEUED, "client": make_client(f"Сайт {Job.objects.count()}"), "ago": 20 * 60}
    return make_receipt(till, **{**known, **fields})


def look(till: Device) -> list[str]:
    """Subjects of the alarms that are open afterwards."""
    paid.look(till.site)
    return sorted(Alarm.objects.filter(closed_at__isnull=True).values_list("subject", flat=True))


@pytest.mark.parametrize("status", [JobStatus.QUEUED, JobStatus.FAILED])
def test_an_order_without_a_receipt_is_told_once(till: Device, status: JobStatus) -> None:
    owed = order(till, status=status)

    assert [f"job:{owed.job_id}"] == look(till) == look(till)
    assert 1 == Alarm.objects.count()


@pytest.mark.parametrize(
    "fields",
    [
        {"ago": 14 * 60},
        {"status": JobStatus.DONE},
        {"status": JobStatus.CANCELLED},
        {"status": JobStatus.EXPIRED},
        {"status": JobStatus.UNKNOWN},
        {"paid": PaymentType.CASH},
        {"paid": PaymentType.CREDIT},
        {"type": ReceiptType.SELL_RETURN},
        {"client": None},
    ],
    ids=[
        "too early",
        "registered",
        "taken back",
        "told with what piled up",
        "nobody knows",
        "cash",
        "credit",
        "refund",
        "at the counter",
    ],
)
def test_what_is_not_owed_is_not_told(till: Device, fields: dict[str, Any]) -> None:
    order(till, **fields)

    assert [] == look(till)


@pytest.mark.parametrize(
    "settled",
    [
        {"status": JobStatus.DONE},
        {"status": JobStatus.CANCELLED},
        {"status": JobStatus.FAILED, "decision": {"outcome": "not_registered", "actor": "boss"}},
    ],
    ids=["registered", "taken back", "decided"],
)
def test_the_alarm_ends_with_the_order(till: Device, settled: dict[str, Any]) -> None:
    order(till)
    look(till)
    Job.objects.update(**settled)

    assert [] == look(till)


def test_an_order_that_somebody_has_solved_is_not_told_again(till: Device) -> None:
    order(till, status=JobStatus.FAILED)
    look(till)
    alarms.acknowledge(Alarm.objects.get(), actor="boss", reason="вернули деньги")

    assert [] == look(till)
