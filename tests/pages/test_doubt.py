"""A receipt that nothing proves yet: each turn of events has its own words (R01, R18, L04, Q02)."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from devices import jobs, lease, line
from devices.errors import ErrorCode
from devices.models import Device, Job, JobEvent, Link, Site
from devices.states import JobStatus
from receipts.models import Receipt
from tests.factories import make_device, make_receipt
from tests.pages.html import words

pytestmark = pytest.mark.django_db


def doubtful(**fields: Any) -> Receipt:
    """A receipt that went into doubt a minute ago."""
    known = {"status": JobStatus.UNKNOWN, "error_code": ErrorCode.OUTCOME_UNKNOWN.value, "total": 125050, "ago": 60}
    device = make_device(link=Link.OFFLINE, hold_code="outcome_unknown")
    return make_receipt(device, **{**known, "started_at": timezone.now() - datetime.timedelta(seconds=60), **fields})


def page(shop: Client, receipt: Receipt) -> str:
    return words(shop.get(f"/receipts/{receipt.pk}/"))


def test_at_first_people_are_told_not_to_repeat(shop: Client) -> None:
    assert "Связь прервалась во время пробития чека на 1 250,50 ₽. Не пробивайте повторно:" in page(shop, doubtful())


def test_when_the_link_is_back_they_are_told_when(shop: Client) -> None:
    receipt = doubtful()
    back = timezone.now() - datetime.timedelta(seconds=10)
    Device.objects.update(link=Link.ONLINE, link_changed_at=back)

    said = f"Связь с кассой прервалась и восстановлена в {timezone.localtime(back):%H:%M}. Проверяем последний чек."
    assert said in page(shop, receipt)


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (line.WORKER_STOPPED, "Программа перезапустилась во время чека на 1 250,50 ₽. Проверяем, пробит ли он."),
        (line.POWER_LOST, "Питание пропадало. Проверяем, чем закончился последний чек. Подождите."),
    ],
)
def test_a_program_or_a_computer_that_stopped_is_named(shop: Client, detail: str, said: str) -> None:
    assert said in page(shop, doubtful(error_detail=detail))


def test_whoever_may_decide_is_told_what_to_look_for(shop: Client, user: User) -> None:
    receipt = doubtful(ago=3600)
    before = page(shop, receipt)
    user.user_permissions.add(Permission.objects.get(codename="decide_unknown"))
    after = page(shop, receipt)

    said = "Не удалось понять, пробит ли чек на 1 250,50 ₽. Найдите его на ленте или в кабинете ОФД"
    assert said not in before
    assert "Позовите того" in before
    assert said in after
    assert "До этого касса чеки не пробивает." in after


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (JobStatus.DONE, "Проверили: чек на 1 250,50 ₽ пробит (ФД № 30021). Повторять не нужно."),
        (JobStatus.QUEUED, "Проверили: чек на 1 250,50 ₽ не пробит. Пробиваем сейчас."),
    ],
)
def test_the_course_tells_what_the_archive_said(shop: Client, to: JobStatus, said: str) -> None:
    receipt = doubtful()
    jobs.move(receipt.job, to, result={"document": {"fd_number": 30021, "fn_number": "9"}})
    shown = page(shop, receipt)

    for sentence in said.split(". "):
        assert sentence.rstrip(".") in shown


@pytest.mark.parametrize(
    ("minutes", "host", "detail"),
    [
        (0, "", line.WORKER_STOPPED),
        (1, "", line.POWER_LOST),
        (1, "elsewhere:7:8", line.WORKER_STOPPED),
    ],
    ids=["began since the start", "began before the start", "began on another computer"],
)
def test_a_job_that_began_before_the_computer_did_lost_its_power(minutes: int, host: str, detail: str) -> None:
    booted_at = lease.booted_at()
    assert booted_at is not None
    receipt = doubtful(status=JobStatus.RUNNING, baseline={"last_fd": 1}, worker=host or lease.owner())
    began = booted_at - datetime.timedelta(minutes=1) if minutes else timezone.now()
    Job.objects.update(started_at=began)
    line.settle_abandoned(Site.objects.get())
    receipt.job.refresh_from_db()

    assert (JobStatus.UNKNOWN, detail) == (receipt.job.status, receipt.job.error_detail)
    assert detail == JobEvent.objects.filter(job=receipt.job).last().detail  # type: ignore[union-attr]
