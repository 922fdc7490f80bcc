"""GET /api/v1/devices/ and GET /api/v1/devices/<id>/"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from devices import alarms
from devices.commands import DeviceState, Identity, ShiftState
from devices.errors import ErrorCode
from devices.models import Alarm, Device, Site
from tests.receipts.conftest import Send, new_client, sale, sender

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen(device: Device) -> Device:
    device.identity = Identity(
        serial_number="00106900000042",
        model="ATOL 30Ф",
        model_code=61,
        firmware="5.8.20",
        fn_number="9999078900004312",
        ffd=4,
        columns=32,
        rnm="1234567890043947",
        inn="7700001235",
        organisation="ООО Ромашка",
        taxations=3,
    ).dump()
    device.state = DeviceState(
        shift=ShiftState.OPEN,
        shift_number=118,
        shift_ends_at=datetime.datetime(2026, 11, 21, 9),
        receipt_open=False,
        paper=True,
        cover_open=False,
        printer_fault=False,
        unprinted=False,
        cash=123450,
        clock=datetime.datetime(2026, 11, 20, 9, 5),
        last_fd=4711,
        fn_valid_until=datetime.date(2028, 1, 1),
    ).dump()
    device.state_at = timezone.now()
    device.link = "online"
    device.save()
    return device


def test_a_register_shows_what_was_seen_of_it(send: Send, seen: Device) -> None:
    answer = send("GET", f"devices/{seen.pk}/").json()

    assert ("Касса 1", "main", "online", "ATOL 30Ф", "1.2", ["osn", "usn_income"]) == (
        answer["name"],
        answer["site"],
        answer["link"],
        answer["model"],
        answer["ffd"],
        answer["taxations"],
    )
    assert ("open", 118, True, "1234.50", 4711) == tuple(
        answer["state"][name] for name in ("shift", "shift_number", "paper", "cash", "last_fd")
    )
    assert ("2026-11-21T09:00:00+03:00", "2026-11-20T09:05:00+03:00", None) == tuple(
        answer["state"][name] for name in ("shift_ends_at", "clock", "ofd_unsent_since")
    )
    assert answer["hold"] is None


def test_a_register_that_was_never_seen_has_no_state(send: Send, device: Device) -> None:
    answer = send("GET", f"devices/{device.pk}/").json()

    assert (None, None, "unknown", 0) == (answer["state"], answer["ffd"], answer["link"], answer["waiting"])


def test_a_register_on_hold_says_why_and_how_many_wait(send: Send, device: Device) -> None:
    Device.objects.update(hold_code="paper_out", hold_detail="atol 0x67")
    send("POST", "receipts/", sale(device))
    answer = send("GET", f"devices/{device.pk}/").json()

    assert ("paper_out", "atol 0x67", 1) == (answer["hold"]["code"], answer["hold"]["device"], answer["waiting"])
    assert answer["hold"]["title"]
    assert answer["hold"]["action"]


def test_passwords_and_addresses_stay_inside(send: Send, seen: Device) -> None:
    text = send("GET", f"devices/{seen.pk}/").content.decode()

    assert "/dev/null" not in text
    assert "password" not in text


def test_a_key_sees_the_registers_of_its_sites(device: Device) -> None:
    other = Site.objects.create(code="other", name="Другой")
    second = Device.objects.create(site=other, name="Касса", url="/dev/null")
    _, key = new_client("Другая", sites=(other,))
    send = sender(key)

    assert [second.pk] == [row["id"] for row in send("GET", "devices/").json()["results"]]
    assert (404, 200) == tuple(send("GET", f"devices/{each.pk}/").status_code for each in (device, second))


@pytest.mark.parametrize("what", ["999", "0", "-1", "x", "9" * 30, "9" * 5000, "1.5"])
def test_what_is_not_there_is_not_found(send: Send, device: Device, what: str) -> None:
    for method, path in (("GET", f"devices/{what}/"), ("POST", f"devices/{what}/commands/")):
        answer = send(method, path, {"type": "x_report"} if method == "POST" else None)

        assert 404 == answer.status_code
        assert "application/problem+json" == answer["Content-Type"]


def test_the_list_costs_the_same_whatever_its_size(
    send: Send, site: Site, seen: Device, django_assert_num_queries: Callable[..., Any]
) -> None:
    Device.objects.create(site=site, name="Касса 2", url="/dev/null")
    send("GET", "devices/")

    with django_assert_num_queries(4):
        assert 2 == len(send("GET", "devices/").json()["results"])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_registers_are_not_changed_here(send: Send, device: Device, method: str) -> None:
    assert [405, 405] == [send(method, path, {}).status_code for path in ("devices/", f"devices/{device.pk}/")]


def told(send: Send, device: Device, language: str = "ru") -> dict[str, dict[str, Any]]:
    answer = send("GET", f"devices/{device.pk}/", headers={"Accept-Language": language}).json()
    return {alarm["code"]: alarm for alarm in answer["alarms"]}


def test_a_healthy_register_has_no_alarms(send: Send, site: Site, seen: Device) -> None:

    assert {} == told(send, seen)


def test_alarms_say_what_people_see_on_the_page(send: Send, site: Site, seen: Device) -> None:
    alarms.rise(seen, ErrorCode.SHIFT_TOTALS_DIFFER, "shift:1/143", shift=143, diff=2500)
    until = timezone.now() + datetime.timedelta(hours=2)
    alarms.rise(seen, ErrorCode.SHIFT_ENDS_SOON, "shift:1/143:22", hours=22, until=until.isoformat())
    alarms.rise(seen, ErrorCode.TOTAL_DIFFERS, "job:1", fd=30021, actual=125000, expected=125050)
    found = told(send, seen)

    assert ["shift_totals_differ", "shift_ends_soon", "total_differs"] == list(found)
    assert ["warning", "warning", "alarm"] == [alarm["level"] for alarm in found.values()]
    assert "Итоги смены № 143 по кассе и по программе расходятся на 25.00." == found["shift_totals_differ"]["title"]
    assert "Смена открыта 22 ч." == found["shift_ends_soon"]["title"]
    assert found["shift_ends_soon"]["action"].startswith("Закройте её до ")
    assert "В чеке ФД № 30021 сумма 1250.00, а в заказе 1250.50." == found["total_differs"]["title"]
    assert "A correction is needed." in told(send, seen, "en")["total_differs"]["action"]
    alarms.acknowledge(Alarm.objects.get(kind="total_differs"), actor="boss", reason="вернули")
    assert "total_differs" not in told(send, seen)


def test_a_service_that_is_down_is_told_of_register_and_receipt(send: Send, site: Site, seen: Device) -> None:
    since = timezone.now() - datetime.timedelta(minutes=5)
    Site.objects.update(heartbeat_at=since, lease_owner="kassa-1:42:7")
    began = time.monotonic()
    receipt = send("POST", "receipts/?wait=20", sale(seen))
    found = told(send, seen)["worker_down"]

    assert time.monotonic() - began < 5  # nobody is there to wait for
    assert 202 == receipt.status_code
    waits = receipt.json()["waits_for"]
    assert ("worker_down", "alarm") == (waits["code"], found["level"])
    assert f"Служба кассы на компьютере «kassa-1» не работает с {timezone.localtime(since):%H:%M}." == found["title"]
    assert (found["title"], "Чеки принимаются и ждут.") == (waits["title"], waits["message"])


def test_a_training_register_and_an_ending_storage_are_told(send: Send, site: Site, seen: Device) -> None:
    soon = (timezone.localdate() + datetime.timedelta(days=12)).isoformat()
    Device.objects.update(fn_number="9999078900004312", state=seen.state | {"fn_valid_until": soon})
    found = told(send, seen)

    assert {"fn_expiring": "warning", "test_device": "note"} == {code: alarm["level"] for code, alarm in found.items()}
    assert "(осталось 12 дн.)" in found["fn_expiring"]["title"]
