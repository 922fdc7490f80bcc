"""Alarms on pages: what differs, who may take note, and that nobody does without a reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from devices import alarms
from devices.errors import ErrorCode
from devices.ffd import FfdVersion
from devices.models import Alarm, Device, JournalEntry
from tests.factories import PASSWORD, identity, make_device, make_user
from tests.pages.html import words as text

pytestmark = pytest.mark.django_db

ROWS = [["sell.sum", 14000, 16500, "device"], ["sell.count", 1, 2, "fn"], ["cash", 0, 2500, "device"]]


def may(user: User, *names: str) -> User:
    user.user_permissions.add(*Permission.objects.filter(codename__in=names))
    return user


@pytest.fixture
def shop(client: Client) -> Client:
    user = may(make_user("boss"), "acknowledge_alarm", "change_device")
    assert client.login(username=user.username, password=PASSWORD)
    return client


@pytest.fixture
def stranger() -> Client:
    client = Client()
    assert client.login(username=make_user("novice").username, password=PASSWORD)
    return client


def alarm_of(device: Device, kind: ErrorCode = ErrorCode.SHIFT_TOTALS_DIFFER, **detail: Any) -> Alarm:
    known = detail or {"shift": 143, "diff": 2500, "rows": ROWS, "missing": [58]}
    alarms.rise(device, kind, "shift:1/143", **known)
    return Alarm.objects.get()


def page(client: Client, path: str) -> str:
    return text(client.get(path))


def test_the_strip_leads_to_the_figures(shop: Client) -> None:
    alarm = alarm_of(make_device())

    assert f"/devices/alarms/{alarm.pk}/" in shop.get("/").content.decode()
    shown = page(shop, f"/devices/alarms/{alarm.pk}/")
    assert "Итоги смены № 143 по кассе и по программе расходятся на 25,00 ₽." in shown
    assert "Приход: сумма 140,00 ₽ 165,00 ₽ касса" in shown
    assert "Приход: чеков 1 2 ФН" in shown
    assert "ФД № 58" in shown


def test_a_person_takes_note_with_a_reason(shop: Client) -> None:
    alarm = alarm_of(make_device())

    assert "Обязательное поле" in text(shop.post(f"/devices/alarms/{alarm.pk}/", {"reason": " "}))
    assert 302 == shop.post(f"/devices/alarms/{alarm.pk}/", {"reason": "чек с пульта"}).status_code

    alarm.refresh_from_db()
    assert ("boss", "чек с пульта") == (alarm.acknowledged_by, alarm.reason)
    assert "Нужно внимание: 0" in page(shop, "/")
    assert "чек с пульта" in page(shop, f"/devices/alarms/{alarm.pk}/")
    assert 1 == JournalEntry.objects.filter(kind="alarm.acknowledged", actor="boss").count()


def test_whoever_may_not_only_looks(stranger: Client) -> None:
    alarm = alarm_of(make_device())

    assert "Принять к сведению" not in page(stranger, f"/devices/alarms/{alarm.pk}/")
    stranger.post(f"/devices/alarms/{alarm.pk}/", {"reason": "я"})
    alarm.refresh_from_db()
    assert alarm.closed_at is None


def test_another_total_is_told_and_its_hold_ends_with_the_note(shop: Client) -> None:
    told = {"fd": 30020, "actual": 125000, "expected": 125050, "fpd": 77}
    device = make_device(hold_code="total_differs", hold_detail=alarms.hold_detail(told))
    alarm = alarm_of(device, ErrorCode.TOTAL_DIFFERS, **told)

    words = "чеке ФД № 30020 сумма 1 250,00 ₽, а в заказе 1 250,50 ₽."
    assert 2 == page(shop, "/").count(words)  # the strip, and the card
    assert "ФП неверного чека: 77" in page(shop, f"/devices/alarms/{alarm.pk}/")
    Device.objects.update(identity=identity(ffd=FfdVersion.V1_2).dump())
    assert "Пробейте чек коррекции" in page(shop, f"/devices/alarms/{alarm.pk}/")
    shop.post(f"/devices/alarms/{alarm.pk}/", {"reason": "сделали возврат"})
    device.refresh_from_db()
    assert "" == device.hold_code


def test_a_replaced_register_is_confirmed_on_its_page(shop: Client, stranger: Client) -> None:
    device = make_device(hold_code="wrong_device", hold_detail="expected 1/2, found 1/3")

    assert f"/devices/{device.pk}/replacement/" in shop.get("/").content.decode()
    assert "ожидали № 1/2, отвечает № 1/3" in page(shop, f"/devices/{device.pk}/replacement/")
    stranger.post(f"/devices/{device.pk}/replacement/")
    device.refresh_from_db()
    assert "wrong_device" == device.hold_code

    assert 302 == shop.post(f"/devices/{device.pk}/replacement/").status_code
    device.refresh_from_db()
    assert ("", "", "") == (device.hold_code, device.serial_number, device.fn_number)


@pytest.mark.parametrize(
    ("way", "will_set", "words"),
    [
        ("slow", True, "часы кассы отстают на 6 мин. Торговать можно. Поправим их после закрытия смены."),
        ("fast", True, "часы кассы спешат на 6 мин."),
        ("fast", False, "Проверьте часовой пояс точки"),
    ],
)
def test_a_wrong_clock_is_told(shop: Client, way: str, will_set: bool, words: str) -> None:
    alarms.rise(make_device(), ErrorCode.CLOCK_DRIFT, level="alarm", way=way, min=6, will_set=will_set)

    assert words in page(shop, "/")
    assert words.split(".", maxsplit=1)[0][1:] in page(shop, f"/devices/alarms/{Alarm.objects.get().pk}/")


def test_flags_of_the_fiscal_storage_are_told(shop: Client) -> None:
    for number, flags in enumerate((0x01, 0x02, 0x04, 0x08, 0x10, 0x80)):
        device = make_device(name=f"касса {number}")
        device.state["fn_warnings"] = flags
        device.save()

    shown = page(shop, "/")
    assert "Нужно внимание: 6" in shown
    assert 2 == shown.count("срок фискального накопителя скоро закончится")
    assert "почти нет места" in shown
    assert "не отправляет чеки оператору" in shown
    assert "оператор (ОФД) не принимает чеки этой кассы" in shown
    assert "неисправность фискального накопителя" in shown
