"""A person decides on the page: who may, what is asked, what stays."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from devices import jobs
from devices.commands import CashIn
from devices.decisions import Outcome
from devices.errors import ErrorCode
from devices.models import Job
from devices.states import JobStatus
from receipts.models import Receipt
from tests.factories import PASSWORD, make_device, make_job, make_receipt
from tests.pages.html import words


@pytest.fixture
def manager(user: User, shop: Client) -> Client:
    user.user_permissions.add(Permission.objects.get(codename="decide_unknown"))
    return shop


@pytest.fixture
def unsure(db: None) -> Receipt:
    """A receipt that the archive could not decide."""
    receipt = make_receipt(
        make_device(), total=125050, status=JobStatus.UNKNOWN, attempts=1, baseline={"last_fd": 30019}
    )
    note(receipt.job)
    return receipt


def note(job: Job) -> None:
    jobs.note(job, JobStatus.UNKNOWN, JobStatus.UNKNOWN, code=ErrorCode.OUTCOME_UNKNOWN, detail="two alike")


def decide(page: Client, job: Job, outcome: str, **fields: object) -> str:
    body = {"reason": "на ленте", "password": PASSWORD, **fields}
    return words(page.post(f"/devices/jobs/{job.pk}/{outcome}/", body, follow=True))


def test_the_page_asks_who_may_decide(manager: Client, unsure: Receipt) -> None:
    page = words(manager.get(f"/receipts/{unsure.pk}/"))

    assert "Решить должен человек" in page
    assert "Чек есть" in page
    assert "Чека нет, пробить сейчас" in page


def test_who_may_not_is_told_to_call_somebody(shop: Client, unsure: Receipt) -> None:
    page = words(shop.get(f"/receipts/{unsure.pk}/"))
    answer = shop.post(
        f"/devices/jobs/{unsure.job_id}/registered/", {"fd_number": 1, "reason": "а", "password": PASSWORD}
    )

    assert "Позовите того, кто может это решить." in page
    assert "Чек есть" not in page
    assert 403 == answer.status_code


@pytest.mark.parametrize("outcome", Outcome)
def test_a_decision_is_kept_with_its_reason(manager: Client, user: User, unsure: Receipt, outcome: Outcome) -> None:
    fields = {"fd_number": 30020} if outcome is Outcome.REGISTERED else {}
    page = decide(manager, unsure.job, outcome, **fields)

    unsure.job.refresh_from_db()
    assert (outcome, "на ленте", user.username) == (
        unsure.job.decision["outcome"],
        unsure.job.decision["reason"],
        unsure.job.decision["actor"],
    )
    assert "спрашиваем кассу ещё раз" in page
    assert f"Решение принято: {user.username}" in page


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"password": "не тот"}, "Пароль не подходит."),
        ({"reason": ""}, "Обязательное поле."),
        ({"fd_number": "0"}, "1"),
    ],
)
def test_without_password_reason_and_number_nothing_is_decided(
    manager: Client, unsure: Receipt, fields: dict[str, str], says: str
) -> None:
    page = decide(manager, unsure.job, "registered", **{"fd_number": 30020, **fields})

    assert says in page
    unsure.job.refresh_from_db()
    assert {} == unsure.job.decision


def test_while_the_program_checks_nothing_is_offered(manager: Client, unsure: Receipt) -> None:
    unsure.job.events.filter(code=ErrorCode.OUTCOME_UNKNOWN).delete()
    page = words(manager.get(f"/receipts/{unsure.pk}/"))

    assert "Решить должен человек" not in page
    assert "Решать нечего" in words(manager.get(f"/devices/jobs/{unsure.job_id}/registered/"))


def test_an_overdue_receipt_offers_to_register_it_now(manager: Client, unsure: Receipt) -> None:
    Job.objects.update(status=JobStatus.EXPIRED, deadline=timezone.now())
    page = words(manager.get(f"/receipts/{unsure.pk}/"))
    after = decide(manager, unsure.job, "register_now")

    assert "Пробить сейчас" in page
    unsure.job.refresh_from_db()
    assert JobStatus.QUEUED == unsure.job.status
    assert "пробить, снова в очереди" in after


def test_an_overdue_receipt_is_cancelled(manager: Client, unsure: Receipt) -> None:
    Job.objects.update(status=JobStatus.EXPIRED, deadline=timezone.now())
    asked = words(manager.get(f"/devices/jobs/{unsure.job_id}/not_registered/"))
    decide(manager, unsure.job, "not_registered")

    assert "Почему так?" in asked
    unsure.job.refresh_from_db()
    assert JobStatus.CANCELLED == unsure.job.status


def test_cash_is_decided_on_the_devices_page(manager: Client) -> None:
    job = make_job(make_device(), command=CashIn(sum=70000), status=JobStatus.UNKNOWN, baseline={"last_fd": 1})
    note(job)
    page = words(manager.get(f"/devices/{job.device_id}/"))
    decide(manager, job, "registered")

    assert "Не выполнено, выполнить сейчас" in page
    job.refresh_from_db()
    assert "registered" == job.decision["outcome"]
    assert "спрашиваем кассу ещё раз" in words(manager.get(f"/devices/{job.device_id}/"))


def test_only_the_three_outcomes_have_a_page(manager: Client, unsure: Receipt) -> None:
    assert 404 == manager.get(f"/devices/jobs/{unsure.job_id}/perhaps/").status_code


def test_what_a_person_told_is_marked_so_on_the_page(manager: Client, unsure: Receipt) -> None:
    jobs.move(unsure.job, JobStatus.DONE, actor="olga", result={"document": None, "told_fd": 30020}, printed=True)
    page = words(manager.get(f"/receipts/{unsure.pk}/"))

    assert "БЕЗ ДАННЫХ ФН" in page
    assert "Пробит, говорит olga" in page
    assert "ФД № 30020, с накопителем не сверен" in page
