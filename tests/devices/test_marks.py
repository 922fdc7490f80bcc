"""Marked goods through the line: every lost answer is resolved, what is wrong with a code stops its receipt alone."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.utils import translation

from devices import concerns, line, overview, resolve, watch
from devices.commands import Mark, RegisterReceipt
from devices.ffd import PaymentObject
from devices.messages import explain_code
from devices.models import Alarm, FiscalDocument, Job
from devices.services import enqueue
from devices.simulator.trouble.fault import Rig
from devices.simulator.trouble.troubles import Troubles
from devices.states import JobStatus
from tests.devices.asking import sale
from tests.devices.virtual import OpenShop, Shop, open_shop

__all__ = ["open_shop"]

pytestmark = pytest.mark.django_db(transaction=True)

WATER = "0104600000000015215ABC123456789\x1d91EE06\x1d92" + "A" * 44


def marked(code: str = WATER, **more: Any) -> RegisterReceipt:
    plain = sale()
    goods = dataclasses.replace(
        plain.positions[0],
        mark=Mark(code=code),
        measure=0,
        payment_object=PaymentObject.COMMODITY_WITH_MARKING,
    )
    return dataclasses.replace(plain, positions=(goods, *plain.positions[1:]), **more)


@pytest.fixture
def troubled(open_shop: OpenShop) -> tuple[Shop, Troubles]:
    troubles = Troubles()
    shop = open_shop(faults=troubles)
    troubles.rig = Rig(shop.device, shop.line)
    shop.run(sale())
    return shop, troubles


def until_settled(shop: Shop, job: Job) -> Job:
    for _ in range(6):
        Job.objects.update(not_before=None)
        shop.poll()
        watch.look(shop.row.site.code)
        job.refresh_from_db()
        if job.status == JobStatus.UNKNOWN:
            resolve.resolve(job)
            job.refresh_from_db()
        if job.is_settled:
            break
    return job


def receipts(shop: Shop) -> list[int]:
    return [document.meta.fd for document in shop.device.documents if document.meta.marks]


@pytest.mark.parametrize(
    "fault",
    [
        "cut:command=4A,direction=out,after=6",
        "cut:command=4A,direction=in,after=4",
        "cut:command=E8,nth=3,direction=out,after=6",
        "cut:command=EB,direction=in,after=5",
        "cut:command=A4,nth=4,direction=out,after=6",
        "power:command=4A,when=recorded",
        "power:command=4A,when=record",
        "power:command=4A,when=after",
        "power:command=EB,when=after",
        "power:command=A4,nth=4,when=before",
    ],
)
def test_a_marked_receipt_whose_answer_is_lost_is_registered_exactly_once(
    troubled: tuple[Shop, Troubles], fault: str
) -> None:
    shop, troubles = troubled
    troubles.set(fault)

    job = until_settled(shop, shop.run(marked()))
    [registered] = receipts(shop)

    assert troubles.report()[0]["hits"]
    assert (JobStatus.DONE, registered) == (job.status, FiscalDocument.objects.get(job=job).fd_number)
    assert (1, {WATER.encode().hex(): 1}) == (shop.device.state.notices, shop.device.state.marks_gone)


@pytest.mark.parametrize(
    ("says", "code", "words"),
    [
        ("refused", "mark_refused", "Товар «Молоко» продавать нельзя: система маркировки не разрешает."),
        ("invalid", "mark_refused", "Товар «Молоко» продавать нельзя: код маркировки неверный."),
        ("timeout", "mark_timeout", "«Честный знак» не ответил."),
        ("blocked", "mark_blocked", "Продажа маркированных товаров временно закрыта."),
    ],
)
def test_a_code_that_is_not_sold_stops_its_receipt_alone(
    troubled: tuple[Shop, Troubles], says: str, code: str, words: str
) -> None:
    shop, troubles = troubled
    troubles.set(f"marking:says={says}")

    job = shop.run(marked())
    other = shop.run(sale())

    assert (JobStatus.FAILED, code, JobStatus.DONE) == (job.status, job.error_code, other.status)
    assert ([], "") == (receipts(shop), shop.row.hold_code)
    with translation.override("ru"):
        assert words.replace("Молоко", job.command.positions[0].name) == explain_code(code, job=job).title  # type: ignore[attr-defined]


def test_a_storage_that_is_busy_is_waited_for(troubled: tuple[Shop, Troubles]) -> None:
    shop, troubles = troubled
    number = troubles.set("marking:says=busy")
    job = shop.run(marked())
    waiting = (job.status, job.error_code)
    troubles.clear(number)
    shop.row.hold_code = ""
    shop.row.save()

    assert (JobStatus.QUEUED, "mark_busy") == waiting
    assert JobStatus.DONE == until_settled(shop, job).status
    assert 1 == len(receipts(shop))


def test_codes_are_checked_on_the_line_before_the_job_is_claimed(troubled: tuple[Shop, Troubles]) -> None:
    shop, troubles = troubled
    troubles.set("marking:says=timeout,times=1")
    job, _ = enqueue(device=shop.row, command=marked(), source="test")
    line.run_line(shop.row.site.code)
    job.refresh_from_db()

    assert (JobStatus.DONE, 1) == (job.status, job.attempts)


def test_codes_that_are_checked_offline_are_warned_of_until_the_marking_system_is_back(
    troubled: tuple[Shop, Troubles],
) -> None:
    shop, _ = troubled
    shop.device.marking.is_online = False
    shop.run(marked())
    shop.run(marked(WATER.replace("ABC", "ABD")))
    [alarm] = Alarm.objects.filter(kind="mark_offline", closed_at=None)
    with translation.override("ru"):
        said = concerns.alarm_words(overview.standing(alarm)).title
    shop.device.marking.is_online = True
    shop.run(sale())
    still = Alarm.objects.filter(closed_at=None).count()
    shop.run(marked(WATER.replace("ABC", "ABE")))

    assert "Коды проверяются без связи с «Честным знаком» с " in said
    assert (1, 0) == (still, Alarm.objects.filter(closed_at=None).count())
