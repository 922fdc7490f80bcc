"""Every code of an error reads whole on the receipt's page, on the register's card and in the API, in two languages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from devices.commands import Baseline, CashOut, Command, OpenShift, SetClock, ShiftState
from devices.errors import ErrorCode
from devices.ffd import PaymentType, ReceiptType
from devices.messages import explain_code
from devices.models import Device, Job
from devices.states import JobStatus
from receipts.models import Receipt
from tests.factories import make_device, make_job, make_receipt, make_user
from tests.pages.html import words
from tests.receipts.conftest import Send

pytestmark = pytest.mark.django_db
CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# What the raw side of an error looks like, where words are made of it.
DETAILS = {
    ErrorCode.PORT_BUSY: ("held by fptr10 (4242)", "fptr10 (4242)"),
    ErrorCode.WRONG_DEVICE: ("expected 0010690001/999, found 0010690002/999", "0010690002/999"),
    ErrorCode.BAD_REQUISITE: (
        "atol 0xEE, command 0xE8, extended 0x0206, data f0 03: required requisite missing",
        "mail",
    ),
    ErrorCode.PRINTER_FAULT: ("atol 0xD1, command 0x45: print head overheated", ""),
    ErrorCode.TOTAL_DIFFERS: ("FD 30021: 125000 instead of 125050", "30021"),
}


@pytest.fixture
def boss() -> Client:
    client = Client()
    client.force_login(make_user("boss", is_superuser=True))
    return client


@pytest.fixture
def till() -> Device:
    return make_device(name="Зал")


def whole(said: str) -> bool:
    return "%(" not in said and "None" not in said and "  " not in said


def meet(code: ErrorCode) -> tuple[str, str]:
    """Every failed job failed of *code*, and every device is held for it; the detail, and what of it must be named."""
    detail, named = DETAILS.get(code, ("atol 0x67", ""))
    Job.objects.filter(status=JobStatus.FAILED).update(error_code=code.value, error_detail=detail)
    Device.objects.update(hold_code=code.value, hold_detail=detail, hold_since=timezone.now())
    return detail, named


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_code_reads_whole_in_the_api(send: Send, till: Device, shop: Any, language: str) -> None:
    failed, queued = (make_receipt(till, status=to, client=shop) for to in (JobStatus.FAILED, JobStatus.QUEUED))
    ask = {"headers": {"Accept-Language": language}}
    for code in ErrorCode:
        detail, named = meet(code)
        answers = [
            send("GET", f"receipts/{failed.job.public_id}/", **ask).json()["error"],
            send("GET", f"receipts/{queued.job.public_id}/", **ask).json()["waits_for"],
            send("GET", f"devices/{till.pk}/", **ask).json()["hold"],
        ]
        for answer in answers:
            said = " ".join(filter(None, (answer["title"], answer["message"], answer["action"])))
            assert (code, detail) == (answer["code"], answer["device"])
            assert answer["title"], code
            assert answer["message"], code
            assert whole(said), said
            assert bool(CYRILLIC.search(said.replace("Зал", ""))) is (language == "ru"), said
            assert named in said


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_code_reads_whole_on_the_pages(boss: Client, till: Device, language: str) -> None:
    failed, queued = (make_receipt(till, status=to) for to in (JobStatus.FAILED, JobStatus.QUEUED))
    boss.cookies["django_language"] = language
    for code in ErrorCode:
        _, named = meet(code)
        for path in (f"/receipts/{failed.pk}/", f"/receipts/{queued.pk}/", "/"):
            said = words(boss.get(path))
            assert whole(said), (path, said)
            assert named in said or path == "/", (path, code)


def test_what_is_known_of_receipt_and_register_is_named(send: Send, till: Device, shop: Any) -> None:
    receipt = make_receipt(till, status=JobStatus.FAILED, client=shop, total=125050)

    def said(code: ErrorCode, **changes: Any) -> str:
        Job.objects.filter(pk=receipt.job_id).update(error_code=code.value, **changes)
        answer = send("GET", f"receipts/{receipt.job.public_id}/").json()["error"]
        return " ".join((answer["title"], answer["message"], answer["action"]))

    assert "Сумма оплат (1250.50) не равна итогу чека (1250.50)." in said(ErrorCode.PAYMENTS_MISMATCH)
    assert "Чек на 1250.50 ждёт." in said(ErrorCode.SHIFT_EXPIRED)
    assert "Бумага кончилась посередине. Чек на 1250.50 уже пробит" in said(ErrorCode.PAPER_OUT_MID_RECEIPT)
    assert "Чек не пробит." in said(ErrorCode.PRINTER_FAULT)
    assert "Связь прервалась во время пробития чека на 1250.50." in said(ErrorCode.OUTCOME_UNKNOWN, status="unknown")


def test_missing_cash_is_counted(send: Send, till: Device, shop: Any) -> None:
    receipt = make_receipt(
        till,
        status=JobStatus.FAILED,
        client=shop,
        type=ReceiptType.SELL_RETURN,
        paid=PaymentType.CASH,
        total=2000000,
        error_code=ErrorCode.NOT_ENOUGH_CASH.value,
    )

    answer = send("GET", f"receipts/{receipt.job.public_id}/").json()["error"]

    assert "В кассе 12180.00, а нужно выдать 20000.00." == answer["title"]
    assert "Сначала внесите 7820.00." == answer["action"]
    assert Receipt.objects.count() == 1


def test_missing_cash_is_what_the_drawer_held_then(send: Send, till: Device, shop: Any) -> None:
    before = Baseline(
        serial_number="1",
        fn_number="9",
        last_fd=7,
        shift=ShiftState.OPEN,
        shift_number=1,
        cash=412680,
        cash_ins=1,
        cash_in_sum=10000,
        cash_outs=0,
        cash_out_sum=0,
    )
    job = make_job(
        till,
        command=CashOut(sum=500000),
        status=JobStatus.FAILED,
        source=f"api:{shop.pk}",
        error_code=ErrorCode.NOT_ENOUGH_CASH.value,
        baseline=before.dump(),
    )

    answer = send("GET", f"commands/{job.public_id}/").json()["error"]

    assert ("В кассе 4126.80, а нужно выдать 5000.00.", "Деньги не выданы.", "Сначала внесите 873.20.") == (
        answer["title"],
        answer["message"],
        answer["action"],
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (OpenShift(), "Смена уже открыта."),
        (SetClock(), "Касса делает это только при закрытой смене. Ничего не изменилось. Закройте смену и повторите."),
    ],
)
def test_an_open_shift_in_the_way_says_what_to_do(till: Device, command: Command, said: str) -> None:
    job = make_job(till, command=command, status=JobStatus.FAILED)

    assert str(explain_code(ErrorCode.SHIFT_OPEN, job=job)).startswith(said)


def test_a_receipt_behind_one_in_doubt_is_not_called_in_doubt(send: Send, till: Device, shop: Any) -> None:
    receipt = make_receipt(till, status=JobStatus.QUEUED, client=shop, total=700)
    Device.objects.update(hold_code=ErrorCode.OUTCOME_UNKNOWN.value, hold_detail="job 22", hold_since=timezone.now())

    waits_for = send("GET", f"receipts/{receipt.job.public_id}/").json()["waits_for"]

    assert (
        "Связь прервалась на более раннем задании, оно проверяется.",
        "Не повторяйте: очередь дойдёт после проверки.",
    ) == (
        waits_for["title"],
        waits_for["action"],
    )
    assert "задание ждёт в очереди" in waits_for["message"]


def test_what_was_taken_back_does_not_say_that_it_waits(send: Send, till: Device, shop: Any) -> None:
    receipt = make_receipt(
        till, status=JobStatus.CANCELLED, client=shop, error_code=ErrorCode.PAPER_OUT.value, error_detail="told"
    )

    error = send("GET", f"receipts/{receipt.job.public_id}/").json()["error"]

    assert ("Закончилась бумага.", "Ничего не пробито, из очереди задание снято.") == (error["title"], error["message"])
    assert "Если оно ещё нужно, отправьте снова, когда это пройдёт." == error["action"]
