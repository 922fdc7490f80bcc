"""«Today»: what a glance at the cards must tell."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from devices.commands import CloseShift, ShiftState, XReport
from devices.errors import ErrorCode
from devices.ffd import ReceiptType
from devices.models import Alarm, Device, Link, Site
from devices.states import JobStatus
from tests.factories import make_device, make_job, make_receipt, make_shift, make_site, make_user, state
from tests.pages.html import known, words
from tests.pages.scene import Scene


def seen(shop: Client) -> str:
    return words(shop.get("/"))


def test_without_devices_the_page_says_what_to_do(shop: Client) -> None:
    assert "Касс пока нет" in seen(shop)
    assert "Кассу добавляет администратор." in seen(shop)


def test_the_administrator_is_led_to_the_first_device(client: Client, db: None) -> None:
    client.force_login(make_user("admin", is_staff=True))

    assert "Добавить кассу" in seen(client)


def test_a_healthy_day_has_no_attention_strip(shop: Client) -> None:
    make_shift(make_device())
    shown = shop.get("/").content.decode()

    assert "Готова" in words(shop.get("/"))
    assert 'id="attention" aria-labelledby="attention-head" hidden' in shown


def test_a_card_tells_the_shift_its_sums_and_the_cash(shop: Client) -> None:
    device = make_device()
    shift = make_shift(device, age=datetime.timedelta(hours=5, minutes=8, seconds=30))
    make_receipt(device, total=4638050, shift=shift)
    make_receipt(device, total=45000, shift=shift, type=ReceiptType.SELL_RETURN)
    shown = seen(shop)

    assert "Смена 143 5 ч 8 мин, с" in shown
    assert "Чеков 1 на 46 380,50 ₽" in shown
    assert "Возвраты 1 на 450,00 ₽" in shown
    assert "В кассе 12 180,00 ₽" in shown


def test_receipts_of_earlier_shifts_are_not_in_the_sums(shop: Client) -> None:
    device = make_device()
    make_receipt(device, total=99900, shift=make_shift(device, number=142, closed_at=timezone.now()))
    make_shift(device)

    assert "Чеков —" in seen(shop)


def test_no_link_is_said_with_what_waits(shop: Client) -> None:
    device = make_device(link=Link.OFFLINE, hold_code=ErrorCode.DEVICE_OFFLINE.value)
    for order in ("10519", "10521", "10522"):
        make_receipt(device, total=199000, status=JobStatus.QUEUED, tr_id=order)
    shown = seen(shop)

    assert "Ждут 3 задания." in shown
    assert "Нет связи с" in shown
    assert "Ждут печати 10519 1 990,00 10521 1 990,00 и ещё 1 1 990,00" in shown
    assert "Закрыть смену…" not in shown


def test_paper_out_in_the_middle_says_that_the_receipt_is_registered(shop: Client) -> None:
    device = make_device(state=state(paper=False, unprinted=True))
    make_receipt(device, total=125050, printed=False)
    shown = seen(shop)

    assert "Нет бумаги" in shown
    assert "Чек на 1 250,50 ₽ уже пробит" in shown
    assert "Новый не пробивайте." in shown


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"cover_open": True}, "Открыта крышка"),
        ({"paper": False}, "Нет бумаги"),
        ({"printer_fault": True}, "Не печатает"),
    ],
)
def test_a_printers_trouble_is_named(shop: Client, fields: dict[str, bool], word: str) -> None:
    make_device(state=state(**fields))

    assert word in seen(shop)
    assert "Нужно внимание: 1" in seen(shop)


def test_what_is_true_of_a_waiting_receipt_is_said_only_when_one_waits(shop: Client) -> None:
    device = make_device(state=state(paper=False))
    before = seen(shop)
    make_receipt(device, status=JobStatus.QUEUED)

    assert "Чек ещё не пробит." not in before
    assert "Чек ещё не пробит." in seen(shop)


def test_an_unknown_outcome_never_offers_to_repeat(shop: Client) -> None:
    make_receipt(make_device(), total=215000, status=JobStatus.UNKNOWN)
    shown = seen(shop)

    assert "проверяем, пробит ли чек на 2 150,00 ₽" in shown
    assert "Не пробивайте повторно:" in shown
    assert "Пробить" not in shown


def test_an_unknown_closing_is_named_as_what_it_is(shop: Client) -> None:
    make_job(make_device(), command=CloseShift(), status=JobStatus.UNKNOWN)
    shown = seen(shop)

    assert "Касса «Зал»: проверяем, чем закончилось: закрытие смены." in shown
    assert "на 0,00 ₽" not in shown


def test_only_receipts_are_missed_when_their_time_has_passed(shop: Client) -> None:
    device = make_device()
    make_job(device, command=XReport(), status=JobStatus.EXPIRED)
    before = seen(shop)
    for _ in range(2):
        make_receipt(device, status=JobStatus.EXPIRED)

    assert "Нужно внимание: 0" in before
    assert "Касса «Зал»: пока касса не работала, накопилось заданий: 2. Самое старое от" in seen(shop)
    assert f"/devices/{device.pk}/overdue/" in shop.get("/").content.decode()


@pytest.mark.parametrize(
    ("hours", "words_of_it"),
    [(21.5, ""), (22.2, "смена открыта 22 ч. Закройте её до"), (24.5, "смена длится больше 24 часов")],
)
def test_a_long_shift_warns_two_hours_before_its_end(shop: Client, hours: float, words_of_it: str) -> None:
    make_shift(make_device(), age=datetime.timedelta(hours=hours, seconds=10))
    shown = seen(shop)

    assert bool(words_of_it) is ("Нужно внимание: 1" in shown)
    assert words_of_it in shown


def test_a_shift_that_somebody_else_opened_has_the_age_that_the_device_tells(shop: Client) -> None:
    ends_at = timezone.localtime().replace(tzinfo=None) + datetime.timedelta(hours=19, seconds=-30)
    make_device(state=state(shift_ends_at=ends_at))

    assert "Смена 143 5 ч 0 мин, с" in seen(shop)


def test_a_closed_shift_offers_to_open_one(shop: Client) -> None:
    device = make_device(state=state(shift=ShiftState.CLOSED))
    make_shift(device, closed_at=timezone.now())
    shown = seen(shop)

    assert "Открыть смену" in shown
    assert "Закрыть смену" not in shown
    assert "закрыта в" in shown


def test_a_running_receipt_feeds_the_slip(shop: Client) -> None:
    make_receipt(make_device(), total=64000, status=JobStatus.RUNNING)

    assert "slip--run" in shop.get("/").content.decode()


def test_a_silent_service_is_the_loudest_thing(shop: Client) -> None:
    make_device(make_site(heartbeat_at=timezone.now() - datetime.timedelta(minutes=5), lease_owner="kassa-1:42:7"))

    assert "Служба кассы на компьютере «kassa-1» не работает с" in seen(shop)
    assert "Чеки принимаются и ждут. Включите компьютер или позовите администратора." in seen(shop)
    assert "Нет службы" in seen(shop)


def test_the_end_of_the_fiscal_storage_is_told_a_month_before(shop: Client) -> None:
    make_device(state=state(fn_valid_until=timezone.localdate() + datetime.timedelta(days=21)))

    assert "(осталось 21 дн.)." in seen(shop)


def test_documents_that_do_not_reach_the_ofd_are_told_after_a_day(shop: Client) -> None:
    since = timezone.localtime().replace(tzinfo=None, microsecond=0) - datetime.timedelta(hours=30)
    make_device(state=state(ofd_unsent=12, ofd_unsent_since=since))

    assert "накопилось 12. Торговать можно. Проверьте интернет." in seen(shop)


def test_an_open_alarm_stays_in_the_strip_until_it_is_closed(shop: Client) -> None:
    device = make_device()
    known = {"shift": 143, "diff": 125000, "missing": [58]}
    alarm = Alarm.objects.create(device=device, kind=ErrorCode.SHIFT_TOTALS_DIFFER, subject="shift:1/143", detail=known)
    before = seen(shop)
    Alarm.objects.filter(pk=alarm.pk).update(closed_at=timezone.now())

    assert "1 250,00 ₽" in before
    assert "143" in before
    assert "Нужно внимание: 1" in before
    assert "Нужно внимание: 0" in seen(shop)


def test_problems_come_first_among_the_cards(shop: Client, scene: Scene) -> None:
    shown = shop.get("/").content.decode()
    order = [shown.index(f'id="device-{device.pk}"') for device in (scene.web, scene.hall, scene.coffee, scene.pickup)]

    assert sorted(order) == order


def test_a_device_out_of_use_is_not_shown(shop: Client) -> None:
    make_device(is_enabled=False)

    assert "Касс пока нет" in seen(shop)


def test_a_place_can_be_chosen_when_there_are_several(shop: Client) -> None:
    make_receipt(make_device(make_site("one", name="Первая"), name="Касса 1"))
    make_receipt(make_device(make_site("two", name="Вторая"), name="Касса 2"))
    shown = words(shop.get("/?site=two"))

    assert "Касса 2" in shown
    assert "Касса 1" not in shown


def test_the_last_receipts_stand_under_the_cards(shop: Client, scene: Scene) -> None:
    shown = seen(shop)

    assert "Возврат −450,00 ₽ наличные" in shown
    assert "Пробит не допечатан" in shown


def test_the_same_page_in_english(shop: Client, scene: Scene) -> None:
    shop.cookies["django_language"] = "en"
    shown = seen(shop)

    assert "Needs attention: 5" in shown
    assert "Register “Интернет-магазин” has not answered since" in shown
    assert "The receipt for 1 250,50 ₽ is already registered." in shown


def test_the_page_does_not_grow_its_queries_with_devices_and_receipts(
    shop: Client, scene: Scene, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(18):  # type: ignore[operator]
        shop.get("/")


def test_a_poll_without_news_costs_seven_small_queries(
    shop: Client, scene: Scene, django_assert_num_queries: object
) -> None:
    tick = next(value for value in known(shop.get("/")) if value.startswith("tick="))
    with django_assert_num_queries(7):  # type: ignore[operator]
        answer = shop.get("/live/", {"v": tick})

    assert 204 == answer.status_code


def test_names_of_people_and_devices_are_escaped(shop: Client, user: User) -> None:
    User.objects.filter(pk=user.pk).update(first_name="<b>x</b>")
    make_device(name="<script>alert(1)</script>")

    assert "<script>alert(1)" not in shop.get("/").content.decode()
    assert "<b>x</b>" not in shop.get("/").content.decode()


def test_a_broken_heartbeat_of_another_place_does_not_hide_this_one(shop: Client) -> None:
    Device.objects.all().delete()
    make_device(make_site("live"), name="Живая")
    Site.objects.create(code="empty", name="Без касс")

    assert "Нужно внимание: 0" in seen(shop)


@pytest.mark.parametrize(("waited", "said"), [(30, False), (90, True)])
def test_what_should_have_passed_by_now_is_told(shop: Client, waited: int, said: bool) -> None:
    device = make_device(hold_code=ErrorCode.DEVICE_BUSY.value)
    make_receipt(device, status=JobStatus.QUEUED, error_code=ErrorCode.DEVICE_BUSY.value, ago=waited)
    shown = seen(shop)

    assert said is ("Касса «Зал»: касса занята печатью. Ждёт 1 задание. Позовите администратора." in shown)
    assert said is ("Ждут 1 задание с " in shown)
