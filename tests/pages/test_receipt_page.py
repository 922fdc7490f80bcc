"""The page of one receipt: its paper, its course, what is true about it in every state."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from devices import jobs
from devices.commands import Align, TextLine
from devices.errors import ErrorCode
from devices.models import Device, Job
from devices.states import JobStatus
from receipts.models import CallbackDelivery, Receipt
from tests.factories import make_client, make_device, make_document, make_receipt, make_shift
from tests.pages.html import words
from tests.pages.scene import Scene


def shown(shop: Client, receipt: Receipt) -> str:
    return words(shop.get(f"/receipts/{receipt.pk}/"))


def test_a_registered_receipt_shows_paper_course_and_fiscal_data(shop: Client, scene: Scene) -> None:
    page = shown(shop, scene.full)
    document = scene.full.job.documents.get()

    assert "Чек прихода на 1 250,50 ₽ Пробит" in page
    assert "КАССОВЫЙ ЧЕК" in page
    assert "Кофе зерновой «Бразилия», 1 кг" in page
    assert f"ФД {document.fd_number}" in page
    assert "Принят от клиента API «Сайт», в очереди" in page
    assert "До начала: последний ФД 30019" in page
    assert "Пробит, записан в накопитель" in page
    assert "2,0 с от приёма до чека" in page
    assert document.qr in page


def test_the_paper_is_hidden_from_listeners_and_a_table_stands_instead(shop: Client, scene: Scene) -> None:
    html = shop.get(f"/receipts/{scene.full.pk}/").content.decode()

    assert 'data-roll="80" data-cols="42" aria-hidden="true"' in html
    assert "<caption>Состав чека</caption>" in html
    assert '<svg class="tape__qr" viewBox="0 0 ' in html


@pytest.mark.parametrize(("columns", "roll"), [(32, 58), (48, 80)])
def test_the_tape_is_as_wide_as_the_devices(shop: Client, columns: int, roll: int) -> None:
    device = make_device()
    Device.objects.filter(pk=device.pk).update(identity={**device.identity, "columns": columns})
    html = shop.get(f"/receipts/{make_receipt(device).pk}/").content.decode()

    assert f'data-roll="{roll}" data-cols="{columns}"' in html


@pytest.mark.parametrize(
    ("status", "code", "says", "stamp"),
    [
        (JobStatus.QUEUED, "", "В очереди", "НЕ ПРОБИТ"),
        (JobStatus.RUNNING, "", "Пробивается", "ПРОБИВАЕТСЯ"),
        (JobStatus.DONE, "", "Пробит", ""),
        (JobStatus.FAILED, ErrorCode.NOT_ENOUGH_CASH, "Не пробит", "НЕ ПРОБИТ"),
        (JobStatus.FAILED, ErrorCode.BAD_REQUISITE, "Отклонён: ошибка в данных", "НЕ ПРОБИТ"),
        (JobStatus.UNKNOWN, ErrorCode.OUTCOME_UNKNOWN, "Пока неизвестно, пробит ли чек", "ПРОВЕРЯЕМ"),
        (JobStatus.EXPIRED, ErrorCode.DEADLINE_PASSED, "Не пробит: срок прошёл", "НЕ ПРОБИТ"),
        (JobStatus.CANCELLED, ErrorCode.CANCELLED_BY_PERSON, "Отменён", "НЕ ПРОБИТ"),
    ],
)
def test_every_state_says_what_is_true_and_stamps_the_paper(
    shop: Client, status: JobStatus, code: str, says: str, stamp: str
) -> None:
    receipt = make_receipt(make_device(), status=status, error_code=code)
    answer = shop.get(f"/receipts/{receipt.pk}/")

    assert says in words(answer)
    assert bool(stamp) is ("tape__stamp" in answer.content.decode())
    assert stamp in words(answer)


def test_an_unknown_receipt_is_hatched_and_offers_no_repeat(shop: Client, scene: Scene) -> None:
    answer = shop.get(f"/receipts/{scene.unknown.pk}/")
    html, page = answer.content.decode(), words(answer)

    assert 'class="explain unsure no-roll"' in html
    assert "Не пробивайте повторно:" in page
    assert "Пробить снова" not in page
    assert "Копия на печать" not in page
    assert "Скажем: пробит или не пробит" in page
    assert "Код: outcome_unknown , касса: atol: no answer to 4Ah within 10 s" in page


def test_an_unprinted_receipt_says_that_it_is_registered(shop: Client, scene: Scene) -> None:
    page = shown(shop, scene.unprinted)

    assert "Пробит. Не допечатан" in page
    assert "НЕ ПРОБИТ" not in page


def test_a_queued_receipt_on_a_held_device_says_why_it_waits(shop: Client, scene: Scene) -> None:
    page = shown(shop, scene.queued)

    assert "Ещё не пробит, ждёт" in page
    assert "Касса «Интернет-магазин» не отвечает с" in page
    assert "Ждёт 23 мин." in page
    assert "Отменить чек…" in page


def test_another_total_than_asked_is_told_in_the_course(shop: Client) -> None:
    receipt = make_receipt(make_device(), total=125050)
    Job.objects.filter(pk=receipt.job_id).update(result={"document": {"fd_number": 30020}})
    done = JobStatus.DONE
    jobs.note(receipt.job, done, done, code=ErrorCode.TOTAL_DIFFERS, detail="125000")

    assert "1 250,00 ₽" in shown(shop, receipt)


def test_a_job_that_went_back_to_its_place_tells_it(shop: Client) -> None:
    receipt = make_receipt(make_device(), status=JobStatus.RUNNING)
    jobs.move(receipt.job, JobStatus.QUEUED, code=ErrorCode.DEVICE_OFFLINE, detail="no answer")

    assert "На кассу ничего не ушло: вернулся на своё место в очереди" in shown(shop, receipt)


def test_a_copy_is_offered_only_for_the_last_document_of_a_device(shop: Client) -> None:
    device = make_device()
    shift = make_shift(device)
    first, last = make_receipt(device, shift=shift), make_receipt(device, shift=shift)

    assert "Копия на печать" not in shown(shop, first)
    assert "Копия на печать" in shown(shop, last)


def test_free_lines_of_the_command_are_on_the_paper(shop: Client) -> None:
    header = (TextLine(text="ЗАО Рога и Копыта", align=Align.CENTER),)
    receipt = make_receipt(make_device(), extras={"header": header})

    assert "ЗАО Рога и Копыта" in shown(shop, receipt)


def test_the_buyers_contact_is_masked_everywhere(shop: Client) -> None:
    receipt = make_receipt(make_device(), contact="marina@mail.ru")
    html = shop.get(f"/receipts/{receipt.pk}/").content.decode()

    assert "marina@mail.ru" not in html
    assert "m***@mail.ru" in html


def test_answers_to_the_client_are_listed(shop: Client) -> None:
    receipt = make_receipt(make_device(), client=make_client())
    CallbackDelivery.objects.create(receipt=receipt, url="https://x", body={}, delivered_at=timezone.now())
    CallbackDelivery.objects.create(receipt=receipt, url="https://x", body={}, attempts=3, last_error="HTTP 500")

    assert "пока не доставлен, попыток: 3 HTTP 500" in shown(shop, receipt)


def test_a_receipt_without_events_or_identity_is_still_a_page(shop: Client) -> None:
    receipt = make_receipt(make_device(identity=None, state=None), status=JobStatus.QUEUED)
    receipt.job.events.all().delete()

    assert "Чек прихода" in shown(shop, receipt)


def test_a_document_beside_the_receipt_is_not_taken_for_it(shop: Client) -> None:
    receipt = make_receipt(make_device())
    opening = make_document(receipt)
    opening.document_type = 2
    opening.fd_number = 29999
    opening.save()

    assert "ФД 29999" not in shown(shop, receipt)


@pytest.mark.parametrize("path", ["/receipts/999/", "/receipts/of-job/999/", "/devices/999/", "/receipts/999/cancel/"])
def test_what_is_not_there_is_a_page_in_words(shop: Client, path: str) -> None:
    answer = shop.get(path)

    assert 404 == answer.status_code
    assert "Такой страницы нет" in words(answer)


def test_from_a_job_to_its_receipt(shop: Client) -> None:
    receipt = make_receipt(make_device())

    assert f"/receipts/{receipt.pk}/" == shop.get(f"/receipts/of-job/{receipt.job_id}/").headers["Location"]


def test_a_queued_receipt_is_cancelled_after_a_question(shop: Client) -> None:
    receipt = make_receipt(make_device(), status=JobStatus.QUEUED)
    asked = shop.get(f"/receipts/{receipt.pk}/cancel/")
    answer = shop.post(f"/receipts/{receipt.pk}/cancel/", follow=True)
    receipt.job.refresh_from_db()

    assert "Отменить чек на 1 250,50 ₽?" in words(asked)
    assert JobStatus.CANCELLED == receipt.job.status
    assert ["", "petrova"] == list(receipt.job.events.values_list("actor", flat=True))
    assert "Чек отменён, ничего не пробито." in words(answer)


@pytest.mark.parametrize("status", [JobStatus.RUNNING, JobStatus.UNKNOWN, JobStatus.DONE, JobStatus.FAILED])
def test_what_left_the_line_cannot_be_cancelled(shop: Client, status: JobStatus) -> None:
    receipt = make_receipt(make_device(), status=status)
    answer = shop.post(f"/receipts/{receipt.pk}/cancel/", follow=True)
    receipt.job.refresh_from_db()

    assert status == receipt.job.status
    assert "Отменить уже нельзя" in words(answer)
    assert "Отменить уже нельзя" in words(shop.get(f"/receipts/{receipt.pk}/cancel/"))


def test_the_page_costs_the_same_whatever_the_receipt_holds(
    shop: Client, scene: Scene, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(12):  # type: ignore[operator]
        shop.get(f"/receipts/{scene.full.pk}/")


def test_the_same_page_in_english(shop: Client, scene: Scene) -> None:
    shop.cookies["django_language"] = "en"
    page = shown(shop, scene.full)

    assert "Sale receipt, 1 250,50 ₽ Registered" in page
    assert "Fiscal data" in page
    assert "КАССОВЫЙ ЧЕК" in page  # the paper is Russian in every language
