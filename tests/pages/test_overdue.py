"""What piled up while a register was away: a person decides about each receipt, or about all (Q01)."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from devices.models import Device, JournalEntry
from devices.states import JobStatus
from receipts.models import Receipt
from tests.factories import PASSWORD, make_device, make_receipt, make_user
from tests.pages.html import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def till() -> Device:
    return make_device(name="Зал")


@pytest.fixture
def boss() -> Client:
    user = make_user("boss")
    user.user_permissions.add(Permission.objects.get(codename="decide_unknown"))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def piled(till: Device) -> list[Receipt]:
    return [make_receipt(till, status=JobStatus.EXPIRED, tr_id=f"1051{n}", ago=3600 - n) for n in range(3)]


def post(client: Client, till: Device, piled: list[Receipt], **fields: Any) -> Any:
    known = {"shown": [receipt.job_id for receipt in piled], "reason": "обрыв связи", "password": PASSWORD}
    return client.post(f"/devices/{till.pk}/overdue/", {**known, **fields})


def states(piled: list[Receipt]) -> list[str]:
    for receipt in piled:
        receipt.job.refresh_from_db()
    return [receipt.job.status for receipt in piled]


def test_the_list_names_each_receipt_the_oldest_first(boss: Client, till: Device, piled: list[Receipt]) -> None:
    make_receipt(till, status=JobStatus.CANCELLED, tr_id="other")
    shown = words(boss.get(f"/devices/{till.pk}/overdue/"))

    assert "Пока касса не работала, накопилось заданий: 3. Самое старое от" in shown
    assert "Выберите, что пробить, а что отменить." in shown
    assert shown.index("10510") < shown.index("10511") < shown.index("10512")
    assert "other" not in shown


def test_each_is_decided_by_itself_with_reason_and_name(boss: Client, till: Device, piled: list[Receipt]) -> None:
    first, second, _ = (receipt.job for receipt in piled)
    chosen = {f"job-{first.pk}": "register_now", f"job-{second.pk}": "not_registered"}
    answer = post(boss, till, piled, **chosen, all="each")

    assert f"/devices/{till.pk}/overdue/" == answer["Location"]
    assert ["queued", "cancelled", "expired"] == states(piled)
    assert "Снова в очереди: 1. Отменено: 1." in words(boss.get(answer["Location"]))
    kept = JournalEntry.objects.filter(kind="job.decided")
    assert [("boss", f"job:{first.pk}"), ("boss", f"job:{second.pk}")] == list(kept.values_list("actor", "subject"))
    assert all("обрыв связи" in entry.after for entry in kept)


@pytest.mark.parametrize(("outcome", "status"), [("register_now", "queued"), ("not_registered", "cancelled")])
def test_one_word_for_all_that_were_shown(
    boss: Client, till: Device, piled: list[Receipt], outcome: str, status: str
) -> None:
    late = make_receipt(till, status=JobStatus.EXPIRED)  # came while the person was reading
    post(boss, till, piled, all=outcome)

    assert [status] * 3 == states(piled)
    assert ["expired"] == states([late])


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"all": "register_now", "password": "wrong"}, "Пароль не подходит"),
        ({"all": "register_now", "reason": " "}, "Обязательное поле"),
        ({"all": "each"}, "Ничего не выбрано."),
        ({"all": "flux"}, "Ничего не выбрано."),
    ],
)
def test_without_password_reason_and_choice_nothing_happens(
    boss: Client, till: Device, piled: list[Receipt], fields: dict[str, str], said: str
) -> None:
    answer = post(boss, till, piled, **fields)

    assert said in words(answer)
    assert ["expired"] * 3 == states(piled)


def test_what_was_chosen_stays_chosen_after_a_mistake(boss: Client, till: Device, piled: list[Receipt]) -> None:
    job = piled[1].job_id
    answer = post(boss, till, piled, **{f"job-{job}": "not_registered"}, password="wrong")

    assert f'id="job-{job}-not_registered" value="not_registered" checked' in answer.content.decode()


def test_whoever_may_not_decide_only_looks(till: Device, piled: list[Receipt]) -> None:
    novice = Client()
    novice.force_login(make_user("novice"))
    post(novice, till, piled, all="register_now")
    shown = words(novice.get(f"/devices/{till.pk}/overdue/"))

    assert ["expired"] * 3 == states(piled)
    assert "Позовите" in shown
    assert "Ваш пароль" not in shown


def test_when_all_is_decided_the_page_says_so(boss: Client, till: Device, piled: list[Receipt]) -> None:
    answer = post(boss, till, piled, all="not_registered")

    assert "/" == answer["Location"]
    assert "Решать нечего" in words(boss.get(f"/devices/{till.pk}/overdue/"))


def test_the_page_costs_the_same_whatever_piled_up(
    boss: Client, till: Device, piled: list[Receipt], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(9):
        boss.get(f"/devices/{till.pk}/overdue/")
