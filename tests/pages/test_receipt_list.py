"""The receipts list: every filter, the search box, totals, pages, and what an empty list says."""

from __future__ import annotations

import datetime
import time

import pytest
from django.test import Client
from django.utils import timezone

from devices.ffd import PaymentType, ReceiptType
from devices.models import Device, FiscalDocument, Job, Site
from devices.states import JobStatus
from receipts.filters_pages import PAGE
from receipts.models import Receipt, ReceiptPayment
from tests.factories import make_device, make_document, make_receipt
from tests.pages.html import words
from tests.pages.scene import Scene

HOUR = 3600


def found(shop: Client, **query: str | int) -> list[int]:
    """Ids of the receipts that a filter leaves, in the order of the page."""
    answer = shop.get("/receipts/", {"period": "all", **query})
    return [fragment.facts.pk for fragment in answer.context["rows"]]


@pytest.fixture
def device(db: None) -> Device:
    return make_device()


def test_today_is_the_first_choice(shop: Client, device: Device) -> None:
    make_receipt(device, ago=30 * HOUR)
    today = make_receipt(device)
    answer = shop.get("/receipts/")

    assert [today.pk] == [fragment.facts.pk for fragment in answer.context["rows"]]


@pytest.mark.parametrize(
    ("period", "days_ago"),
    [
        ("today", {0}),
        ("yesterday", {1}),
        ("week", {0, 1, 6}),
        ("all", {0, 1, 6, 8, 400}),
        ("nonsense", {0}),
    ],
)
def test_a_period_is_counted_in_days_of_the_place(
    shop: Client, device: Device, period: str, days_ago: set[int]
) -> None:
    made = {}
    for days in (400, 8, 6, 1, 0):
        at = timezone.localtime() - datetime.timedelta(days=days)
        made[days] = make_receipt(device)
        Receipt.objects.filter(pk=made[days].pk).update(created_at=at)

    assert {made[days].pk for days in days_ago} == set(found(shop, period=period))


def test_a_day_begins_at_the_places_midnight(shop: Client) -> None:
    device = make_device(Site.objects.create(code="kamchatka", name="Петропавловск", time_zone="Asia/Kamchatka"))
    receipt = make_receipt(device)
    # 13:30 in Moscow is half past twelve at night of the next day there.
    Receipt.objects.filter(pk=receipt.pk).update(created_at=datetime.datetime(2026, 5, 4, 12, 30, tzinfo=datetime.UTC))

    assert [] == found(shop, period="own", since="2026-05-04", until="2026-05-04")
    assert [receipt.pk] == found(shop, period="own", since="2026-05-05", until="2026-05-05")


def test_filters_by_device_type_payment_and_sum(shop: Client, device: Device) -> None:
    other = make_device(device.site, name="Склад")
    cash = make_receipt(device, total=1000, paid=PaymentType.CASH)
    back = make_receipt(device, total=2000, type=ReceiptType.SELL_RETURN)
    away = make_receipt(other, total=3000)

    assert [away.pk] == found(shop, device=other.pk)
    assert [back.pk] == found(shop, type="sell_return")
    assert [cash.pk] == found(shop, payment="cash")
    assert [away.pk, back.pk] == found(shop, least="20")
    assert [back.pk, cash.pk] == found(shop, most="20,00")
    assert [back.pk] == found(shop, least="15", most="25 ₽")


def test_a_receipt_paid_twice_in_cash_stands_once(shop: Client, device: Device) -> None:
    receipt = make_receipt(device, paid=PaymentType.CASH)
    ReceiptPayment.objects.create(receipt=receipt, type=PaymentType.CASH, sum=1, tendered=1)

    assert [receipt.pk] == found(shop, payment="cash")


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (JobStatus.DONE, "done"),
        (JobStatus.FAILED, "failed"),
        (JobStatus.UNKNOWN, "unknown"),
        (JobStatus.QUEUED, "waiting"),
        (JobStatus.EXPIRED, "expired"),
        (JobStatus.CANCELLED, "cancelled"),
    ],
)
def test_filters_by_state(shop: Client, device: Device, status: JobStatus, name: str) -> None:
    other = JobStatus.FAILED if status is JobStatus.DONE else JobStatus.DONE
    make_receipt(device, status=other)
    wanted = make_receipt(device, status=status)

    assert [wanted.pk] == found(shop, status=name)


def test_only_problems(shop: Client, device: Device) -> None:
    make_receipt(device)
    unprinted = make_receipt(device, printed=False)
    failed = make_receipt(device, status=JobStatus.FAILED)

    assert [failed.pk, unprinted.pk] == found(shop, problems="on")
    assert [unprinted.pk] == found(shop, status="unprinted")


@pytest.fixture
def wanted(device: Device) -> Receipt:
    make_receipt(device, total=777, tr_id="other")
    receipt = make_receipt(device, total=125050, tr_id="order-10518", status=JobStatus.QUEUED)
    Job.objects.filter(pk=receipt.job_id).update(status=JobStatus.DONE)
    make_document(receipt, fd_number=30020, fpd=87654321)
    return receipt


@pytest.mark.parametrize(
    "query",
    [
        "1250,50",
        "1250.5",
        "1 250,50 ₽",
        "order-10518",
        "ORDER-105",
        "30020",
        "87654321",
        "0087654321",
        "t=20261120T1402&s=1250.50&fn=FN&i=30020&fp=0087654321&n=1",
        "https://example.org/check?t=20261120T1402&s=1250.50&fn=FN&i=30020&fp=87654321&n=1",
    ],
)
def test_one_box_understands_what_people_copy(shop: Client, wanted: Receipt, query: str) -> None:
    assert [wanted.pk] == found(shop, q=query.replace("FN", wanted.device.fn_number))


@pytest.mark.parametrize("query", ["no such order", "999999999999999999", "fn=1&i=2", "i=x&fn=y", "9" * 200, "0", "%"])
def test_the_box_finds_nothing_without_falling(shop: Client, wanted: Receipt, query: str) -> None:
    assert [] == found(shop, q=query)


def test_wrong_sums_are_said_at_their_field_and_hide_nothing(shop: Client, wanted: Receipt) -> None:
    answer = shop.get("/receipts/", {"period": "all", "least": "много"})

    assert "Напишите сумму так: 1250,50." in words(answer)
    assert 2 == len(answer.context["rows"])


def test_totals_are_of_the_registered_receipts_of_the_filter(shop: Client, device: Device) -> None:
    make_receipt(device, total=16565050)
    make_receipt(device, total=174000, type=ReceiptType.SELL_RETURN)
    make_receipt(device, total=99900, status=JobStatus.FAILED)
    make_receipt(device, total=215000, status=JobStatus.UNKNOWN)
    shown = words(shop.get("/receipts/"))

    assert "Выручка 163 910 ,50 ₽ Приход 165 650,50 ₽ Возвраты 1 740,00 ₽ Чеков 2" in shown
    assert "Только пробитые. Проверяем: 1 на 2 150,00 ₽. Не пробито: 1." in shown


def test_pages_go_by_their_borders(shop: Client, device: Device) -> None:
    made = [make_receipt(device, total=100 + number).pk for number in range(PAGE + 7)][::-1]
    first = shop.get("/receipts/")
    second = shop.get("/receipts/", {"before": first.context["page"].older})
    back = shop.get("/receipts/", {"after": second.context["page"].newer})

    def shown(answer: object) -> list[int]:
        return [fragment.facts.pk for fragment in answer.context["rows"]]  # type: ignore[attr-defined]

    assert made[:PAGE] == shown(first) == shown(back)
    assert made[PAGE:] == shown(second)
    assert f"1–{PAGE} из {PAGE + 7}" in words(first)
    assert f"{PAGE + 1}–{PAGE + 7} из {PAGE + 7}" in words(second)
    assert second.context["page"].older is None


@pytest.mark.parametrize("border", [{"before": "1"}, {"after": "999999999"}, {"before": "x"}, {"after": "-1"}])
def test_a_border_that_leads_nowhere_is_no_error(shop: Client, device: Device, border: dict[str, str]) -> None:
    make_receipt(device)

    assert 200 == shop.get("/receipts/", border).status_code


def test_an_empty_day_offers_the_week(shop: Client, device: Device) -> None:
    shown = words(shop.get("/receipts/"))

    assert "За выбранный период чеков нет" in shown
    assert "Показать неделю" in shown


def test_nothing_found_offers_to_look_further(shop: Client, device: Device) -> None:
    shown = words(shop.get("/receipts/", {"q": "<b>1250</b>"}))

    assert "Не нашли «<b>1250</b>»" in shown
    assert "Искать за всё время" in shown


def test_the_list_costs_the_same_whatever_its_length(
    shop: Client, scene: Scene, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(11):  # type: ignore[operator]
        shop.get("/receipts/")


def test_ten_thousand_receipts_do_not_make_the_pages_slow(shop: Client) -> None:
    device = make_device()
    first = make_receipt(device)
    now = timezone.now()
    first_job = first.job_id
    jobs = [
        Job(
            site=device.site, device=device, kind="receipt", payload=first.job.payload, source="api:1",
            request_hash="x", deadline=now, status=JobStatus.DONE, key=f"order-{number}",
        )
        for number in range(10_000)
    ]  # fmt: skip
    Job.objects.bulk_create(jobs, batch_size=2000)
    made = list(Job.objects.filter(pk__gt=first_job).order_by("pk"))
    Receipt.objects.bulk_create(
        [Receipt(job=job, device=device, tr_id=job.key, type="sell", total=100 + at) for at, job in enumerate(made)],
        batch_size=2000,
    )
    FiscalDocument.objects.bulk_create(
        [
            FiscalDocument(
                device=device, job=job, document_type=3, operation=1, fn_number=device.fn_number, fd_number=at,
                fpd=at * 7, local_time="2026-11-20T10:00:00", at=now, shift_number=143, receipt_number=at, total=100,
            )
            for at, job in enumerate(made, 50_000)
        ],
        batch_size=2000,
    )  # fmt: skip

    for path in ("/", "/receipts/", "/receipts/?q=order-77&period=all", "/receipts/?q=350007&period=all"):
        shop.get(path)
        begun = time.perf_counter()
        answer = shop.get(path)

        assert 200 == answer.status_code
        assert time.perf_counter() - begun < 1.0, path
