"""Buttons of a device: each puts one job in line, once, and says so."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from devices.commands import (
    CashIn,
    CashOut,
    CloseShift,
    CopyLast,
    FinishPrint,
    OpenShift,
    PrintText,
    ShiftState,
    XReport,
)
from devices.errors import ErrorCode
from devices.ffd import ReceiptType
from devices.models import Device, Job
from devices.reactions import reaction
from devices.states import JobStatus
from tests.factories import make_device, make_receipt, make_shift, state
from tests.pages.html import words


@pytest.fixture
def device(db: None) -> Device:
    device = make_device()
    make_shift(device)
    return device


def key() -> str:
    return str(uuid.uuid4())


@pytest.mark.parametrize("command", [OpenShift, XReport, CopyLast])
def test_a_press_puts_one_job_in_line(shop: Client, device: Device, user: User, command: type[OpenShift]) -> None:
    answer = shop.post(f"/devices/{device.pk}/{command.kind}/", {"key": key()}, follow=True)
    job = Job.objects.get()

    assert (command.kind, f"user:{user.pk}", "petrova") == (job.kind, job.source, job.actor)
    assert "отправлено на кассу «Зал»." in words(answer)


def test_the_person_who_pressed_is_the_cashier_unless_the_device_has_one(shop: Client, device: Device) -> None:
    shop.post(f"/devices/{device.pk}/x_report/", {"key": key()})
    Device.objects.filter(pk=device.pk).update(default_cashier="Иванова М. С.", default_cashier_inn="500100732259")
    shop.post(f"/devices/{device.pk}/x_report/", {"key": key()})
    first, second = Job.objects.order_by("id")

    assert "Елена Петрова" == first.payload["cashier"]["name"]
    assert {"name": "Иванова М. С.", "inn": "500100732259"} == second.payload["cashier"]


def test_a_double_press_is_one_job(shop: Client, device: Device) -> None:
    same = key()
    shop.post(f"/devices/{device.pk}/x_report/", {"key": same})
    answer = shop.post(f"/devices/{device.pk}/x_report/", {"key": same}, follow=True)

    assert 1 == Job.objects.count()
    assert "уже в очереди" in words(answer)


@pytest.mark.parametrize(
    ("kind", "data"),
    [("x_report", {}), ("x_report", {"key": "1"}), ("close_shift", {"key": key()}), ("receipt", {"key": key()})],
)
def test_a_press_without_a_key_or_of_another_kind_does_nothing(
    shop: Client, device: Device, kind: str, data: dict[str, str]
) -> None:
    assert 404 == shop.post(f"/devices/{device.pk}/{kind}/", data).status_code
    assert not Job.objects.exists()


def test_a_get_does_nothing(shop: Client, device: Device) -> None:
    assert 405 == shop.get(f"/devices/{device.pk}/x_report/").status_code
    assert not Job.objects.exists()


def test_a_press_comes_back_to_its_own_page_only(shop: Client, device: Device) -> None:
    here = f"/devices/{device.pk}/"

    for target, expected in ((here, here), ("https://evil.example/", "/"), ("//evil.example/devices/", "/")):
        answer = shop.post(f"/devices/{device.pk}/x_report/", {"key": key(), "next": target})

        assert expected == answer.headers["Location"]


def test_a_press_without_the_csrf_token_is_refused_in_words(user: User, device: Device) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    answer = strict.post(f"/devices/{device.pk}/x_report/", {"key": key()})

    assert 403 == answer.status_code
    assert "Страница слишком долго ждала" in words(answer)
    assert not Job.objects.exists()


@pytest.mark.parametrize("path", ["close-shift/", "cash-in/", "cash-out/", "print/", "x_report/"])
def test_strangers_and_devices_out_of_use_get_nothing(shop: Client, client: Client, path: str) -> None:
    device = make_device(is_enabled=False)

    assert 404 == shop.post(f"/devices/{device.pk}/{path}", {"key": key()}).status_code
    assert "/login/" in client.post(f"/devices/{device.pk}/{path}").headers["Location"]


def test_closing_a_shift_asks_first_with_its_sums(shop: Client, device: Device) -> None:
    make_receipt(device, total=8421000, shift=device.shifts.get())
    make_receipt(device, total=130000, shift=device.shifts.get(), type=ReceiptType.SELL_RETURN)
    asked = words(shop.get(f"/devices/{device.pk}/close-shift/"))

    assert "Закрыть смену № 143?" in asked
    assert "новые чеки пойдут в смену № 144" in asked
    assert "Приход, чеков: 1 84 210,00 ₽" in asked
    assert "Выручка 82 910,00 ₽" in asked
    assert not Job.objects.filter(kind=CloseShift.kind).exists()


def test_a_confirmed_closing_is_one_job(shop: Client, device: Device) -> None:
    same = key()
    for _ in range(2):
        shop.post(f"/devices/{device.pk}/close-shift/", {"key": same, "shift": 143})

    assert [(CloseShift.kind, 143)] == list(Job.objects.values_list("kind", "payload__shift_number"))


def test_the_shift_that_was_asked_about_is_the_one_that_is_closed(shop: Client, device: Device) -> None:
    asked = shop.get(f"/devices/{device.pk}/close-shift/").content.decode()

    assert '<input type="hidden" name="shift" value="143"' in asked
    assert 200 == shop.post(f"/devices/{device.pk}/close-shift/", {"key": key()}).status_code
    assert not Job.objects.exists()


def test_closing_warns_about_what_waits(shop: Client, device: Device) -> None:
    for _ in range(2):
        make_receipt(device, status=JobStatus.QUEUED)

    assert "В очереди 2 задания" in words(shop.get(f"/devices/{device.pk}/close-shift/"))


def test_a_closed_shift_has_nothing_to_close(shop: Client) -> None:
    device = make_device(state=state(shift=ShiftState.CLOSED))
    make_shift(device, closed_at=timezone.now(), age=datetime.timedelta(hours=9))
    asked = shop.get(f"/devices/{device.pk}/close-shift/")

    assert "Смена уже закрыта" in words(asked)
    assert "data-once" not in asked.content.decode()


@pytest.mark.parametrize(("path", "kind"), [("cash-in", CashIn.kind), ("cash-out", CashOut.kind)])
@pytest.mark.parametrize("typed", ["1250,5", "1 250.50", "1250,50 ₽"])
def test_cash_is_typed_as_people_write_it(shop: Client, device: Device, path: str, kind: str, typed: str) -> None:
    shop.post(f"/devices/{device.pk}/{path}/", {"key": key(), "sum": typed})
    job = Job.objects.get()

    assert (kind, 125050) == (job.kind, job.payload["sum"])


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Обязательное поле."),
        ("0", "Сумма должна быть больше нуля."),
        ("-5", "Напишите сумму так: 1250,50."),
        ("12,345", "Напишите сумму так: 1250,50."),
        ("13000", "В кассе 12 180,00 ₽, а нужно выдать 13 000,00 ₽. Сначала внесите 820,00 ₽."),
    ],
)
def test_a_wrong_sum_is_told_at_the_field_and_moves_nothing(
    shop: Client, device: Device, typed: str, says: str
) -> None:
    answer = shop.post(f"/devices/{device.pk}/cash-out/", {"key": key(), "sum": typed})

    assert says in words(answer)
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Job.objects.exists()


def test_text_goes_to_the_tape_line_by_line(shop: Client, device: Device) -> None:
    shop.post(f"/devices/{device.pk}/print/", {"key": key(), "text": "Wi-Fi: Гость  \r\n  пароль 12345"})
    job = Job.objects.get()

    assert PrintText.kind == job.kind
    assert ["Wi-Fi: Гость", "  пароль 12345"] == [line["text"] for line in job.payload["lines"]]


def test_the_devices_page_lists_its_jobs_with_their_ends(shop: Client, device: Device) -> None:
    make_receipt(device, total=125050, status=JobStatus.FAILED, error_code="cover_open")
    shop.post(f"/devices/{device.pk}/x_report/", {"key": key()})
    page = words(shop.get(f"/devices/{device.pk}/"))

    assert "X-отчёт — petrova В очереди" in page
    assert "Не пробит Открыта крышка" in page
    assert "00047182930561" in page


def test_a_device_that_never_answered_has_a_page(shop: Client) -> None:
    device = make_device(identity=None, state=None)
    page = words(shop.get(f"/devices/{device.pk}/"))

    assert "Ещё не проверена" in page
    assert "Касса ещё не отвечала." in page


def test_the_devices_page_does_not_grow_its_queries(
    shop: Client, device: Device, django_assert_num_queries: object
) -> None:
    for _ in range(5):
        make_receipt(device)
    with django_assert_num_queries(16):  # type: ignore[operator]
        shop.get(f"/devices/{device.pk}/")


@pytest.mark.parametrize(
    ("code", "word", "kind"),
    [
        (ErrorCode.Z_INTERRUPTED, "Допечатать отчёт", CloseShift.kind),
        (ErrorCode.REPORT_INTERRUPTED, "Допечатать", FinishPrint.kind),
    ],
)
def test_a_report_that_was_cut_off_has_a_button(
    shop: Client, device: Device, code: ErrorCode, word: str, kind: str
) -> None:
    Device.objects.update(hold_code=code.value, hold_since=timezone.now())
    shown = shop.get("/").content.decode()

    assert f"</svg>{word}</button>" in shown
    shop.post(f"/devices/{device.pk}/finish_print/", {"key": key()})
    job = Job.objects.get()
    assert kind == job.kind
    assert kind in reaction(code).cures  # type: ignore[union-attr]
