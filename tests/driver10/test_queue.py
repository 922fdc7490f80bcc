"""A request on its way: what is told while it waits, when it is taken back, late, blocked, or recovered."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from devices import jobs, monitor
from devices.commands import ReadState, Result, ShiftState
from devices.errors import ErrorCode
from devices.models import Device, FiscalDocument, Job
from devices.services import enqueue
from devices.simulator.faults import Faults, LinkCut
from devices.states import JobStatus
from receipts.models import Receipt, TaskRequest
from tests.driver10.conftest import OpenProgram, Program, sell
from tests.factories import make_device, state
from tests.receipts.conftest import new_client

V2 = "/api/v2/requests"


def put(job: Job, status: JobStatus, code: ErrorCode | None = None, **fields: Any) -> None:
    """Move *job* there by hand."""
    if status is JobStatus.DONE and job.status == JobStatus.QUEUED:
        assert jobs.move(job, JobStatus.RUNNING)
    if status in (JobStatus.FAILED, JobStatus.UNKNOWN) and job.status == JobStatus.QUEUED:
        assert jobs.move(job, JobStatus.RUNNING)
    assert jobs.move(job, status, code=code, **fields)


def job_of(uuid: str, position: int = 0) -> Job:
    return Job.objects.select_related("device__site").get(task__request__uuid=uuid, task__position=position)


def test_what_is_not_final_is_wait_on_the_first_path_and_in_progress_on_the_later_one(paper_program: Program) -> None:
    paper_program.post("a", {"type": "reportX"})

    assert ["wait"] == paper_program.statuses("a")
    assert ["inProgress"] == paper_program.statuses("a", V2)
    assert jobs.move(job_of("a"), JobStatus.RUNNING)
    assert ["wait"] == paper_program.statuses("a")
    assert ["inProgress"] == paper_program.statuses("a", V2)


def test_an_unsettled_element_says_nothing_of_an_error(paper_program: Program) -> None:
    paper_program.post("a", {"type": "reportX"})

    expected = {"code": 0, "description": ""}
    assert [
        {"status": "wait", "errorCode": 0, "errorDescription": "", "error": expected, "result": None}
    ] == paper_program.results("a")


def test_each_task_waits_for_the_one_before(paper_program: Program) -> None:
    paper_program.post("a", {"type": "openShift"}, {"type": "reportX"}, {"type": "openCashDrawer"}, path=V2)

    assert [None, job_of("a").pk, job_of("a", 1).pk] == [job_of("a", at).after_id for at in range(3)]
    assert ["a", "", ""] == [job_of("a", at).key for at in range(3)]


def test_without_room_on_the_disk_nothing_of_a_request_is_kept(paper_program: Program, settings: Any) -> None:
    settings.KKT_DISK_RESERVE_MB = 10**9
    answer = paper_program.post("a", {"type": "openShift"}, sell(), path=V2)

    assert (503, 505) == (answer.status_code, answer.json()["error"]["code"])
    assert (0, 0) == (Job.objects.count(), TaskRequest.objects.count())
    settings.KKT_DISK_RESERVE_MB = 0
    assert 201 == paper_program.post("a", {"type": "openShift"}, sell(), path=V2).status_code


def test_what_stands_behind_a_failure_is_interrupted_at_once(paper_program: Program) -> None:
    paper_program.post("a", {"type": "openShift"}, {"type": "reportX"}, path=V2)
    put(job_of("a"), JobStatus.FAILED, ErrorCode.SHIFT_OPEN)

    first, second = paper_program.results("a", V2)

    assert ("error", 83) == (first["status"], first["errorCode"])
    assert ("interrupted", 502) == (second["status"], second["error"]["code"])


def test_nothing_is_sold_behind_a_question_about_a_code_that_nobody_checks(program: Program) -> None:
    program.do("before", {"type": "openShift"})
    results = program.do("a", {"type": "getMarkingCodeValidationStatus"}, sell(), path=V2)

    assert [("error", 410), ("interrupted", 502)] == [(each["status"], each["errorCode"]) for each in results]
    assert not Receipt.objects.exists()


def test_what_was_told_as_late_is_left_to_no_person_and_what_stands_behind_it_never_runs(
    paper_program: Program,
) -> None:
    """A program that was told an error sells anew: «register all» of a person would sell twice."""
    paper_program.post("a", {"type": "openShift"}, sell(), path=V2)
    for at in range(2):
        put(job_of("a", at), JobStatus.EXPIRED, ErrorCode.DEADLINE_PASSED)

    assert ["error", "interrupted"] == paper_program.statuses("a", V2)
    assert [JobStatus.CANCELLED] * 2 == [job_of("a", at).status for at in range(2)]
    assert 505 == paper_program.results("a", V2)[0]["errorCode"]
    assert 1 == paper_program.ask("GET", "/stat/requests").json()["canceled_count"]


def test_a_task_that_a_worker_has_begun_is_told_as_it_is(paper_program: Program) -> None:
    paper_program.post("a", {"type": "openShift"}, {"type": "reportX"}, path=V2)
    assert jobs.move(job_of("a", 1), JobStatus.RUNNING)
    put(job_of("a"), JobStatus.CANCELLED)

    assert ["canceled", "inProgress"] == paper_program.statuses("a", V2)


def test_the_worker_takes_the_rest_of_a_failed_request_out_of_the_line(program: Program) -> None:
    program.do("before", {"type": "openShift"})
    results = program.do("a", {"type": "cashOut", "cashSum": 10}, {"type": "reportX"}, path=V2)

    assert ["error", "interrupted"] == [element["status"] for element in results]
    assert ErrorCode.EARLIER_FAILED == job_of("a", 1).error_code


def test_a_waiting_request_is_taken_back_whole(paper_program: Program) -> None:
    paper_program.post("a", {"type": "openShift"}, {"type": "reportX"}, path=V2)

    answer = paper_program.ask("DELETE", f"{V2}/a")

    assert 200 == answer.status_code
    assert ["canceled", "canceled"] == paper_program.statuses("a", V2)
    assert 503 == paper_program.results("a")[0]["errorCode"]
    assert {JobStatus.CANCELLED} == set(Job.objects.values_list("status", flat=True))


def test_the_first_generation_takes_back_with_an_empty_answer(paper_program: Program) -> None:
    paper_program.post("a", {"type": "reportX"})

    answer = paper_program.ask("DELETE", "/requests/a")

    assert (200, b"") == (answer.status_code, answer.content)


@pytest.mark.parametrize(("path", "status"), [("/requests", 405), (V2, 409)])
@pytest.mark.parametrize("moved", [JobStatus.RUNNING, JobStatus.DONE, JobStatus.CANCELLED])
def test_what_has_begun_is_not_taken_back(paper_program: Program, path: str, status: int, moved: JobStatus) -> None:
    paper_program.post("a", {"type": "openShift"}, {"type": "reportX"}, path=V2)
    put(job_of("a"), moved)

    answer = paper_program.ask("DELETE", f"{path}/a")

    assert status == answer.status_code
    assert answer.json()["error"]["description"]
    assert JobStatus.QUEUED == job_of("a", 1).status


def test_a_uuid_is_taken_for_ever_whatever_became_of_it(paper_program: Program) -> None:
    paper_program.post("a", {"type": "reportX"})
    paper_program.ask("DELETE", "/requests/a")
    paper_program.post("wrong", {"type": "sell"})

    for uuid in ("a", "wrong"):
        answer = paper_program.post(uuid, {"type": "openShift"})

        assert 409 == answer.status_code
        assert "задание с таким UUID уже есть" in answer.json()["error"]["description"][1:]


def test_a_uuid_and_the_tr_id_of_the_other_face_are_one_name(paper_program: Program) -> None:
    enqueue(device=paper_program.device, command=ReadState(), source=paper_program.client.source, key="order-1")

    answer = paper_program.post("order-1", {"type": "reportX"})

    assert 409 == answer.status_code
    assert not TaskRequest.objects.exists()


@pytest.mark.parametrize("uuid", ["32 hex", "order/17/3", "Ж" * 128, "a?b=c#d", "prefix:1097333", "  x "])
def test_any_printable_text_is_a_uuid(paper_program: Program, uuid: str) -> None:
    assert 201 == paper_program.post(uuid, {"type": "reportX"}).status_code

    assert 200 == paper_program.ask("GET", f"/requests/{quote(uuid, safe='')}").status_code


@pytest.mark.parametrize("uuid", ["", "   ", "x" * 129, "a\x00b", "a\nb", 17, None, ["a"]])
def test_no_text_is_no_uuid(paper_program: Program, uuid: Any) -> None:
    answer = paper_program.ask("POST", "/requests", {"uuid": uuid, "request": {"type": "reportX"}})

    assert 400 == answer.status_code
    assert not Job.objects.exists()


def test_a_task_waits_as_long_as_the_setting_says_or_the_client(paper_program: Program, settings: Any) -> None:
    settings.KKT_DRIVER10_DEADLINE = 25.0
    paper_program.post("a", {"type": "reportX"})
    paper_program.client.default_deadline_minutes = 90
    paper_program.client.save()
    paper_program.post("b", {"type": "reportX"})

    waits = [job_of(uuid).deadline - timezone.now() for uuid in "ab"]

    assert [25, 5400] == [round(wait.total_seconds()) for wait in waits]


def test_a_task_that_waited_too_long_is_an_error_and_is_not_done_later(program: Program) -> None:
    program.post("a", sell())
    Job.objects.update(deadline=timezone.now() - datetime.timedelta(seconds=1))

    (told,) = program.results("a")
    program.work()

    assert ("error", 505) == (told["status"], told["errorCode"])
    assert JobStatus.CANCELLED == job_of("a").status
    assert not FiscalDocument.objects.exists()
    assert ["error"] == program.statuses("a")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (ErrorCode.PAPER_OUT, "paperError"),
        (ErrorCode.COVER_OPEN, "paperError"),
        (ErrorCode.DEVICE_OFFLINE, "connectionError"),
        (ErrorCode.FN_FULL, "fnError"),
        (ErrorCode.SHIFT_EXPIRED, ""),
    ],
)
def test_a_device_on_hold_is_told_as_blocked(paper_program: Program, code: ErrorCode, reason: str) -> None:
    monitor.hold(paper_program.device, code, "")

    answer = paper_program.post("a", {"type": "reportX"}, path=V2).json()
    later = paper_program.ask("GET", "/api/v2/getRequestsQueueStatus").json()
    first = paper_program.ask("GET", "/stat/requests").json()

    uuid = "a" if reason else ""
    assert {"number": answer["number"], "uuid": "a"} | {
        "isBlocked": bool(reason),
        "blockReason": reason,
        "blockedUUID": uuid,
    } == answer
    assert (1, bool(reason), reason, uuid) == tuple(
        later[name] for name in ("number", "isBlocked", "blockReason", "blockedUUID")
    )
    assert (1, bool(reason), uuid) == tuple(
        first[name] for name in ("not_ready_count", "is_blocked", "block_request_uuid")
    )


def test_nobody_is_told_the_uuid_of_another_client(paper_program: Program) -> None:
    put(_job_of_other(paper_program), JobStatus.UNKNOWN, ErrorCode.OUTCOME_UNKNOWN)

    told = paper_program.ask("GET", "/stat/requests").json()

    assert (True, "") == (told["is_blocked"], told["block_request_uuid"])


def _job_of_other(program: Program) -> Job:
    job, _ = enqueue(device=program.device, command=ReadState(), source="api:999", key="secret")
    return job


def test_the_counts_are_those_of_the_tasks(paper_program: Program) -> None:
    paper_program.post("a", {"type": "reportX"})
    put(job_of("a"), JobStatus.DONE)
    paper_program.post("b", {"type": "reportX"})
    paper_program.ask("DELETE", "/requests/b")
    paper_program.post("c", {"type": "reportX"}, {"type": "openCashDrawer"})
    paper_program.post("d", {"type": "sell"})

    told = paper_program.ask("GET", "/stat/requests").json()

    assert (2, 2, 1) == (told["ready_count"], told["not_ready_count"], told["canceled_count"])


class Torn(Faults):
    """The link is lost for good right after a receipt entered the fiscal storage, until somebody mends it."""

    def __init__(self) -> None:
        self.is_cut = False
        self.is_armed = True

    def after_record(self, document_type: int, fd_number: int) -> None:
        if document_type == 3 and self.is_armed:
            self.is_cut = True

    def sent(self, data: bytes) -> bytes:
        if self.is_cut:
            raise LinkCut
        return data

    def mend(self) -> None:
        self.is_cut = self.is_armed = False


def test_a_sale_whose_answer_was_lost_is_blocked_and_then_recovered(open_program: OpenProgram) -> None:
    torn = Torn()
    program = open_program(faults=torn)

    (told,) = program.do("7a3d2c10", sell())

    assert ("blocked", 2, None) == (told["status"], told["error"]["code"], told["result"])
    stat = program.ask("GET", "/stat/requests").json()
    assert (True, "7a3d2c10") == (stat["is_blocked"], stat["block_request_uuid"])
    assert "connectionError" == program.ask("GET", "/api/v2/getRequestsQueueStatus").json()["blockReason"]
    assert 405 == program.ask("DELETE", "/requests/7a3d2c10").status_code

    torn.mend()
    assert program.shop
    program.shop.poll()
    program.work()
    (told,) = program.results("7a3d2c10")

    assert "ready" == told["status"]
    assert {"recovered": True} == told["result"]["warnings"]
    assert 100.0 == told["result"]["fiscalParams"]["total"]
    assert 1 == FiscalDocument.objects.filter(document_type=3).count()


def test_a_registered_receipt_without_its_paper_is_ready_with_a_warning(paper_program: Program) -> None:
    paper_program.post("a", sell())
    put(job_of("a"), JobStatus.DONE, result=Result(printed=False, told_fd=7).dump(), printed=False)

    (told,) = paper_program.results("a")

    assert "ready" == told["status"]
    assert {"notPrinted": True} == told["result"]["warnings"]
    assert 7 == told["result"]["fiscalParams"]["fiscalDocumentNumber"]


def test_a_receipt_is_found_by_the_name_of_its_request(paper_program: Program) -> None:
    paper_program.post("order-5", {"type": "getDeviceStatus"}, sell())

    receipt = Receipt.objects.get()

    assert ("order-5", paper_program.client) == (receipt.tr_id, receipt.client)
    assert "sell" == receipt.request["task"]["type"]


def test_requests_of_others_are_not_there(paper_program: Program) -> None:
    paper_program.post("a", {"type": "reportX"})
    other, key = new_client("Другая программа")
    stranger = Program(other, key, paper_program.device)

    assert 404 == stranger.ask("GET", "/requests/a").status_code
    assert 404 == stranger.ask("DELETE", f"{V2}/a").status_code


def test_several_devices_have_no_default_but_the_one_that_is_called_so(paper_program: Program) -> None:
    second = make_device(paper_program.device.site, name="Вторая", code="two")

    assert 404 == paper_program.post("a", {"type": "reportX"}).status_code
    assert 201 == paper_program.post("b", {"type": "reportX"}, deviceID="two").status_code
    assert (
        201
        == paper_program.post(
            "c", {"type": "reportX"}, path=f"/requests?deviceID={paper_program.device.pk}"
        ).status_code
    )
    Device.objects.filter(pk=second.pk).update(code="default")
    assert 201 == paper_program.post("d", {"type": "reportX"}).status_code
    assert [second.pk, paper_program.device.pk, second.pk] == [job_of(uuid).device_id for uuid in "bcd"]


def test_what_is_asked_of_a_closed_shift_has_a_date_all_the_same(paper_program: Program) -> None:
    told = Result(state=state(shift=ShiftState.CLOSED, shift_number=4, shift_ends_at=None)).dump()
    paper_program.post("a", {"type": "getShiftStatus"}, {"type": "ofdExchangeStatus"})
    put(job_of("a"), JobStatus.DONE, result=told)
    put(job_of("a", 1), JobStatus.DONE, result=told)

    shift, ofd = (element["result"] for element in paper_program.results("a"))

    assert ("closed", 4) == (shift["shiftStatus"]["state"], shift["shiftStatus"]["number"])
    assert datetime.datetime.fromisoformat(shift["shiftStatus"]["expiredTime"]).tzinfo
    assert datetime.datetime.fromisoformat(ofd["status"]["notSentFirstDocDateTime"]).tzinfo


@pytest.mark.django_db(transaction=True)
def test_a_uuid_that_comes_twice_at_once_is_taken_once(paper_program: Program) -> None:
    body = {"uuid": "order-7", "request": [{"type": "openShift"}, sell()]}

    def post(_number: int) -> int:
        try:
            return int(paper_program.ask("POST", V2, body).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        codes = sorted(threads.map(post, range(8)))

    assert [201, *[409] * 7] == codes
    assert 2 == Job.objects.count()
