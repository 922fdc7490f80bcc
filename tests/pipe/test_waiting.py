"""
What a program is told when its command does not go through at once: the truth about it, soon, and nothing prints later.
"""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection

from devices import ports, watch
from devices.commands import CloseShift, CutPaper
from devices.ffd import DocumentType
from devices.models import Job
from devices.pipe_models import Cut, PipeSettings
from devices.services import expire
from devices.simulator.faults import Faults, LinkCut
from devices.states import JobStatus
from receipts.api import limits
from receipts.api.pipe import comands, errors, line, serving
from receipts.models import Receipt
from receipts.services import submit_command
from tests.pipe.conftest import OpenTill
from tests.pipe.shop import Till, message, sale, worker

pytestmark = pytest.mark.django_db(transaction=True)
READY = {"response": "готово", "error": "", "error_code": 0}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "HOLD_PATIENCE", 0.1)
    monkeypatch.setattr(line, "LOOK_PATIENCE", 1.0)


class CutAfterReceipt(Faults):
    """The receipt enters the fiscal storage, and that is the last that is heard until the cable is back."""

    is_out = False

    def after_record(self, document_type: int, fd_number: int) -> None:
        self.is_out = self.is_out or document_type == DocumentType.RECEIPT

    def received(self, data: bytes) -> bytes:
        if self.is_out:
            raise LinkCut
        return data

    def sent(self, data: bytes) -> bytes:
        if self.is_out:
            raise LinkCut
        return data


def documents(till: Till) -> int:
    return len(till.shop.device.documents)


def test_without_paper_the_reason_is_told_and_nothing_is_printed_when_there_is_some(till: Till) -> None:
    till.ask("OPEN_SESSION")
    before = documents(till)
    till.shop.device.paper = False
    told = till.ask("INCOME", sale(tr_id=5))
    till.shop.device.paper = True
    state = till.ask("CASH_REGISTER_INF")
    job = Job.objects.get(kind="receipt")

    assert -3807 == told["error_code"]
    assert "Закончилась бумага." in told["error"]
    assert (JobStatus.CANCELLED, "paper_out") == (job.status, job.error_code)
    assert 0 == state["error_code"]
    assert before == documents(till)


def test_the_same_tr_id_is_taken_again_after_it_was_proved_not_to_be_registered(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "LOOK_PATIENCE", 3.0)  # the paper is seen at the next poll
    till.ask("OPEN_SESSION")
    before = documents(till)
    till.shop.device.paper = False
    failed = till.ask("INCOME", sale(tr_id=5))
    till.shop.device.paper = True
    told = [till.ask("INCOME", sale(tr_id=5)) for _ in range(2)]

    assert -3807 == failed["error_code"]
    assert [READY, READY] == told
    assert before + 1 == documents(till)


def test_how_a_device_is_may_be_asked_while_its_paper_is_out(till: Till) -> None:
    till.shop.device.paper = False
    till.ask("XREPORT")
    told = till.ask("CASH_REGISTER_INF")

    assert 0 == told["error_code"]
    assert "00106900000042" == told["response"]["SerialNumber"]


def test_a_device_that_is_off_is_told_as_driver_8_told_it(till: Till) -> None:
    till.shop.unplug()
    told = till.ask("XREPORT")

    assert told["error_code"] in (-1, -3, -21)
    assert "Команда не выполнена и не будет" in told["error"]
    assert [JobStatus.CANCELLED] == list(Job.objects.values_list("status", flat=True))


def test_what_its_worker_did_not_begin_in_time_is_never_done(open_till: OpenTill, settings: Any) -> None:
    settings.KKT_PIPE_SECONDS = 1
    till = open_till(works=False)
    told = till.ask("INCOME", sale())
    watch.look("shop")
    job = Job.objects.get()

    assert errors.NOT_IN_TIME == told["error_code"]
    assert "не будет" in told["error"]
    assert JobStatus.CANCELLED == job.status
    assert 1 == documents(till)  # its registration


def test_what_was_told_as_too_late_is_left_to_no_person_to_register(
    open_till: OpenTill, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker was a moment quicker to give it up than the one who waits."""
    settings.KKT_PIPE_SECONDS = 0.5
    monkeypatch.setattr(line, "_MARGIN", -2.0)
    till = open_till(works=False)

    def give_up(seconds: float) -> None:
        expire(site=till.shop.row.site)

    monkeypatch.setattr(limits, "pause", give_up)
    told = json.loads(serving.serve(till.client, message("INCOME", sale())))

    assert errors.NOT_IN_TIME == told["error_code"]
    assert ["queued", "expired", "cancelled"] == [event.to_status for event in Job.objects.get().events.order_by("pk")]


def test_without_room_on_the_disk_a_sale_is_refused_and_nothing_queued(open_till: OpenTill, settings: Any) -> None:
    till = open_till(works=False)
    settings.KKT_DISK_RESERVE_MB = 10**9
    told = till.ask("INCOME", sale())

    assert (-1, True) == (told["error_code"], told["error"].startswith("На сервере закончилось место. Новые чеки"))
    assert not Job.objects.exists()


def test_a_commit_without_an_answer_is_no_promise_that_nothing_was_queued(
    open_till: OpenTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = open_till(works=False)
    commit = connection.commit

    def lost() -> None:
        commit()
        raise OperationalError("server closed the connection unexpectedly")

    def serve() -> bytes:
        monkeypatch.setattr(connection, "commit", lost)
        try:
            return serving.serve(till.client, message("INCOME", sale(tr_id=0)))
        finally:
            monkeypatch.undo()

    told = json.loads(serve())

    assert errors.OUTCOME_UNKNOWN == told["error_code"]
    assert 1 == Job.objects.count()


def test_a_print_and_its_cut_are_queued_together_or_not_at_all(
    open_till: OpenTill, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = open_till(works=False)
    PipeSettings.objects.update_or_create(device=till.shop.row, defaults={"cut": Cut.FULL})

    def fails(**words: Any) -> Any:
        if isinstance(words["command"], CutPaper):
            raise OperationalError("database is locked")
        return submit_command(**words)

    monkeypatch.setattr(comands, "submit_command", fails)
    with pytest.raises(serving.Unavailable):
        serving.serve(till.client, message("PRINT_TEXT_CHEQUE"))

    assert not Job.objects.exists()


def test_an_outcome_that_nobody_knows_yet_is_no_success_and_the_repeat_finds_it(
    open_till: OpenTill, settings: Any
) -> None:
    cable = CutAfterReceipt()
    till = open_till(faults=cable)
    till.ask("OPEN_SESSION")
    settings.KKT_PIPE_SECONDS = 2
    told = till.ask("INCOME", sale(tr_id=9))
    status = Job.objects.get(kind="receipt").status
    cable.is_out = False
    settings.KKT_PIPE_SECONDS = 30
    again = till.ask("INCOME", sale(tr_id=9))

    assert errors.OUTCOME_UNKNOWN == told["error_code"]
    assert "Не давайте её снова" in told["error"]
    assert status in (JobStatus.UNKNOWN, JobStatus.RUNNING)
    assert READY == again
    assert 1 == Receipt.objects.count()
    assert 3 == documents(till)


def test_one_tr_id_from_ten_at_once_is_one_receipt_and_ten_equal_answers(till: Till) -> None:
    ways = list(till.ways.values())
    with ThreadPoolExecutor(10) as pool:
        told = list(pool.map(lambda n: ways[n % 2](message("INCOME", sale(tr_id=3))), range(10)))

    assert [READY] * 10 == [json.loads(each) for each in told]
    assert 1 == Receipt.objects.count()
    assert 3 == documents(till)  # registration, shift, receipt


def test_an_overdue_receipt_that_is_asked_for_again_waits_for_nobody(open_till: OpenTill, settings: Any) -> None:
    settings.KKT_PIPE_SECONDS = 0.3
    till = open_till(works=False)
    till.ask("INCOME", sale(tr_id=3))
    Job.objects.update(status=JobStatus.EXPIRED)  # as the worker leaves it when the web server died meanwhile
    settings.KKT_PIPE_SECONDS = 20
    with worker("shop"):
        told = till.ask("INCOME", sale(tr_id=3))

    assert READY == told
    assert [JobStatus.CANCELLED, JobStatus.DONE] == list(
        Job.objects.filter(kind="receipt").order_by("pk").values_list("status", flat=True)
    )


def test_a_tr_id_is_free_again_in_the_next_shift_and_for_the_return(till: Till) -> None:
    told = [
        till.ask("INCOME", sale(tr_id=3)),
        till.ask("RETURN", sale(tr_id=3)),
        till.ask("ZREPORT"),
        till.ask("INCOME", sale(tr_id=3)),
        till.ask("INCOME", sale(tr_id=3)),
    ]

    assert [READY] * 5 == told
    assert ["sell", "sell_return", "sell"] == list(Receipt.objects.order_by("pk").values_list("type", flat=True))


def test_a_shift_that_another_program_closed_frees_the_tr_id_too(till: Till) -> None:
    till.ask("INCOME", sale(tr_id=3))
    with ports.take(till.shop.row) as driver:
        driver.run(CloseShift())
    till.shop.poll()
    told = till.ask("INCOME", sale(tr_id=3))

    assert READY == told
    assert 2 == Receipt.objects.count()


def test_every_repeat_is_registered_where_the_settings_say_so(till: Till) -> None:
    PipeSettings.objects.create(device=till.shop.row, repeats_are_first=False)
    told = [till.ask("INCOME", sale(tr_id=3)) for _ in range(2)]

    assert [READY, READY] == told
    assert ["3", "3"] == list(Receipt.objects.values_list("tr_id", flat=True))


def test_a_dry_run_answers_and_asks_no_device(till: Till) -> None:
    PipeSettings.objects.create(device=till.shop.row, dry_run=True)
    told = [till.ask("INCOME", sale()), till.ask("ZREPORT")]
    state = till.ask("CASH_REGISTER_INF")
    wrong = till.ask("INCOME", sale(cash_sm=1))

    assert [READY, READY] == told
    assert "1234567890" == state["response"]["SerialNumber"]
    assert -1 == wrong["error_code"]
    assert not Job.objects.exists()


def test_past_the_bound_of_waiters_nothing_is_queued(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_waiters", threading.BoundedSemaphore(1))
    monkeypatch.setattr(line, "PLACE_PATIENCE", 0.1)
    with limits.waiting_place():
        told = till.ask("XREPORT")

    assert errors.BUSY == told["error_code"]
    assert not Job.objects.exists()


def test_a_device_on_hold_does_not_stop_another(open_till: OpenTill, settings: Any) -> None:
    settings.KKT_PIPE_SECONDS = 5
    till = open_till()
    other = till.open_shop(row={"number": 2})
    till.shop.device.paper = False
    told = till.ask("XREPORT"), till.ask("XREPORT", number=2)
    other.device.roll._tape.flush()

    assert (-3807, 0) == (told[0]["error_code"], told[1]["error_code"])


def test_a_torn_receipt_is_registered_and_its_repeat_is_not(till: Till) -> None:
    class OneLineShort(Faults):
        def before_line(self, text: str) -> bool:
            return "ИТОГ" not in text

    till.ask("OPEN_SESSION")
    till.shop.device.faults = OneLineShort()
    told = till.ask("INCOME", sale(tr_id=4))
    till.shop.device.faults = Faults()
    till.shop.device.paper = True
    again = till.ask("INCOME", sale(tr_id=4))

    assert READY == told
    assert READY == again
    assert 3 == documents(till)
