"""A shift that is over 24 hours old by the device's own clock, on a real line (S01)."""

from __future__ import annotations

import datetime

import pytest
from django.utils import translation

from devices import watch
from devices.commands import CloseShift, OpenShift
from devices.ffd import DocumentType
from devices.messages import explain_hold
from devices.models import Job, ShiftPolicy
from devices.services import enqueue
from devices.states import JobStatus
from tests.devices.asking import sale
from tests.devices.virtual import OpenShop, Shop, open_shop, shop

__all__ = ["open_shop", "shop"]

DAY = datetime.timedelta(hours=24)
CLOSE, OPEN, RECEIPT = DocumentType.SHIFT_CLOSE, DocumentType.SHIFT_OPEN, DocumentType.RECEIPT


def kinds(shop: Shop) -> list[int]:
    return [document.meta.type for document in shop.device.documents][1:]  # without its registration


@pytest.mark.parametrize("over", [-10, 60])
def test_an_unattended_shift_is_renewed_and_the_receipt_registered_once(shop: Shop, over: int) -> None:
    shop.run(sale(100))
    shop.offset = DAY + datetime.timedelta(seconds=over)

    job = shop.run(sale(200))

    assert (JobStatus.DONE, "") == (job.status, shop.row.hold_code)
    assert [OPEN, RECEIPT, *([CLOSE, OPEN] if over > 0 else []), RECEIPT] == kinds(shop)


def test_a_staffed_shift_is_asked_for_and_the_receipt_waits(open_shop: OpenShop) -> None:
    shop = open_shop(row={"shift_policy": ShiftPolicy.STAFFED})
    shop.run(OpenShift())
    shop.offset = DAY + datetime.timedelta(seconds=60)

    job = shop.run(sale(200))
    shop.poll()
    assert (JobStatus.QUEUED, "shift_expired") == (job.status, shop.row.hold_code)
    with translation.override("ru"):
        assert "Закройте смену: чек пробьётся сразу в новой." == explain_hold(shop.row).action  # type: ignore[union-attr]

    shop.run(CloseShift())
    shop.poll()
    shop.run(OpenShift())
    shop.poll()
    Job.objects.update(not_before=None)
    watch.look("shop")
    job.refresh_from_db()
    assert JobStatus.DONE == job.status
    assert [OPEN, CLOSE, OPEN, RECEIPT] == kinds(shop)


def test_the_last_two_hours_are_warned_of_by_the_devices_clock(shop: Shop) -> None:
    """A shift that was opened past us: only the device tells when it must end."""
    shop.run(OpenShift())
    shop.row.shifts.update(opened_at=None)
    shop.device.state.shift_opened_at = (shop.device.now - datetime.timedelta(hours=22, minutes=5)).isoformat()

    shop.poll()

    assert [22] == [alarm.detail["hours"] for alarm in shop.row.alarms.all()]


def test_a_persons_close_passes_a_close_that_stands_behind_a_waiting_receipt(open_shop: OpenShop) -> None:
    """A program sent both in one request: its close waits for its receipt, and neither may keep the person waiting."""
    shop = open_shop(row={"shift_policy": ShiftPolicy.STAFFED})
    shop.run(OpenShift())
    shop.offset = DAY + datetime.timedelta(seconds=60)
    sold = shop.run(sale(200))
    behind, _ = enqueue(device=shop.row, command=CloseShift(), source="api:1", after=sold)

    job = shop.run(CloseShift())

    behind.refresh_from_db()
    assert (JobStatus.DONE, JobStatus.QUEUED) == (job.status, behind.status)
    assert [OPEN, CLOSE] == kinds(shop)
