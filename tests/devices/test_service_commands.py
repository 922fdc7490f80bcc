"""Commands beside receipts, from the row of a job to a virtual device on a real line and back."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone, translation

from devices import decisions, watch
from devices.commands import (
    OfdReport,
    OpenShift,
    ReadDocument,
    ReadState,
    ReadStorage,
    ResetTotals,
    Result,
    SetClock,
    TechReset,
    XReport,
)
from devices.decisions import Outcome
from devices.errors import ErrorCode
from devices.ffd import DocumentType
from devices.messages import explain_code
from devices.models import FiscalDocument, Job
from devices.simulator.faults import Faults, LinkCut
from devices.states import JobStatus
from tests.devices.asking import sale
from tests.devices.virtual import OpenShop, Shop, open_shop, shop
from tests.unit.drivers.conftest import impatient

__all__ = ["impatient", "open_shop", "shop"]


class CutAfter(Faults):
    """The cable comes out once *command* was executed the first time, before its answer."""

    def __init__(self, command: int) -> None:
        self._command = command
        self.executed = 0
        self._cut = False

    def after_command(self, message: bytes, answer: bytes) -> bytes:
        if message[2] == self._command and answer[1] == 0:
            self.executed += 1
            self._cut = self.executed == 1
        return answer

    def sent(self, data: bytes) -> bytes:
        if self._cut:
            self._cut = False
            raise LinkCut
        return data


def settled(shop: Shop, job: Job, *, tries: int = 20) -> Job:
    """Look at the line until the job is settled, as a worker does."""
    for _ in range(tries):
        Job.objects.update(not_before=None)
        shop.poll()
        watch.look(shop.row.site.code)
        job.refresh_from_db()
        if job.is_settled:
            break
    shop.row.refresh_from_db()
    return job


@pytest.mark.usefixtures("impatient")
def test_a_report_on_settlements_whose_answer_was_lost_is_found_by_its_kind(open_shop: OpenShop) -> None:
    faults = CutAfter(0x67)
    shop = open_shop(faults=faults)

    job = settled(shop, shop.run(OfdReport()))
    assert job.events.filter(to_status=JobStatus.UNKNOWN).exists()

    kinds = [document.meta.type for document in shop.device.documents]
    assert (JobStatus.DONE, "", 1) == (job.status, shop.row.hold_code, faults.executed)
    assert [DocumentType.STATE_REPORT] == [each.document_type for each in FiscalDocument.objects.filter(job=job)]
    assert 1 == kinds.count(DocumentType.STATE_REPORT)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("command", "code"), [(ResetTotals(), 0x77), (TechReset(), 0x6B)])
def test_a_reset_whose_answer_was_lost_waits_for_a_person_and_is_not_sent_again(
    open_shop: OpenShop, command: ResetTotals | TechReset, code: int
) -> None:
    faults = CutAfter(code)
    shop = open_shop(faults=faults)
    job = settled(shop, shop.run(command), tries=3)
    assert (JobStatus.UNKNOWN, 1) == (job.status, faults.executed)
    assert ErrorCode.OUTCOME_UNKNOWN == shop.row.hold_code
    assert decisions.needs_person(job)
    with translation.override("en"):
        assert "being reset" in explain_code(job.error_code, job=job).title

    decisions.decide(job=job, outcome=Outcome.REGISTERED, actor="Петров", reason="Касса обнулена.")
    settled(shop, job)

    assert (JobStatus.DONE, 1, "") == (job.status, faults.executed, shop.row.hold_code)


def test_a_reset_that_was_refused_fails_plainly(shop: Shop) -> None:
    shop.run(OpenShift())

    job = shop.run(ResetTotals())

    assert (JobStatus.FAILED, ErrorCode.SHIFT_OPEN, "") == (job.status, job.error_code, shop.row.hold_code)


def test_a_question_is_answered_while_the_device_waits_for_paper(shop: Shop) -> None:
    shop.run(OpenShift())
    shop.device.paper = False
    waiting = shop.run(XReport())
    assert (JobStatus.QUEUED, ErrorCode.PAPER_OUT) == (waiting.status, shop.row.hold_code)

    job = shop.run(ReadState())
    waiting.refresh_from_db()

    assert (JobStatus.DONE, JobStatus.QUEUED) == (job.status, waiting.status)
    state = Result.load(job.result).state
    assert state is not None
    assert not state.paper


def test_a_document_that_was_read_is_nobodys_new_one(shop: Shop) -> None:
    sold = shop.run(sale())
    assert JobStatus.DONE == sold.status
    before = set(FiscalDocument.objects.values_list("pk", "job"))

    job = shop.run(ReadDocument())

    document = Result.load(job.result).document
    assert document is not None
    assert 14000 == document.total
    assert before == set(FiscalDocument.objects.values_list("pk", "job"))


def test_the_clock_is_set_to_the_time_at_the_site(shop: Shop) -> None:
    shop.device.state.clock_offset = -3600.0

    job = shop.run(SetClock())
    moscow = (timezone.now() + datetime.timedelta(hours=3)).replace(tzinfo=None)

    assert JobStatus.DONE == job.status
    assert abs(shop.device.now - moscow) < datetime.timedelta(seconds=10)


def test_the_storage_tells_of_itself_in_json(shop: Shop) -> None:
    job = shop.run(ReadStorage())

    assert ("9999078900004312", 3) == (job.result["storage"]["fn_number"], job.result["storage"]["phase"])
