"""Whatever is sent: never a 500, nothing in line from a request that was refused, memory bounded."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from devices.models import Job
from receipts.api.driver10 import views
from receipts.api.driver10.results import are_final
from receipts.api.driver10.tasks import TASKS
from receipts.models import Receipt, Task, TaskRequest
from tests.driver10.conftest import Program, position
from tests.receipts.test_fuzz import JSON, places, replaced

pytestmark = pytest.mark.django_db
QUICK = settings(
    max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
CODE = "MDEwNDYwMDQzOTkzMTI1NjIxLi4u"
CHECKED = dict.fromkeys(
    ("imcCheckFlag", "imcCheckResult", "imcStatusInfo", "imcEstimatedStatusCorrect", "ecrStandAloneFlag"), True
)
FULL: dict[str, Any] = {
    "type": "sell",
    "taxationType": "osn",
    "electronically": False,
    "ignoreNonFiscalPrintErrors": True,
    "useVAT18": False,
    "operator": {"name": "Иванова", "vatin": "123654789507"},
    "clientInfo": {"emailOrPhone": "a@b.ru", "name": "Петров", "vatin": "7707083893", "birthDate": "1990.01.02"},
    "companyInfo": {"email": "shop@example.org"},
    "paymentsPlace": "Магазин",
    "paymentsAddress": "Москва",
    "machineNumber": "1",
    "agentInfo": {"agents": ["another"], "payingAgent": {"operation": "x", "phones": ["+79000000001"]}},
    "supplierInfo": {"phones": ["+79000000002"], "name": "ООО", "vatin": "7707083893"},
    "operationInfo": {"id": 0, "data": "x", "dateTime": "2026.01.01 10:00:00"},
    "industryInfo": [{"fois": "030", "date": "2026.01.01", "number": "1", "industryAttribute": "x"}],
    "preItems": [{"type": "text", "text": "до\nчека", "alignment": "center", "font": 1, "doubleWidth": True}],
    "items": [
        {"type": "userAttribute", "name": "a", "value": "b"},
        {"type": "additionalAttribute", "value": "c"},
        position(
            price=100.5,
            quantity=2,
            measurementUnit="piece",
            paymentMethod="fullPayment",
            paymentObject="commodity",
            infoDiscountAmount=0,
            department=1,
            additionalAttribute="x",
            exciseSum=1.5,
            countryCode="643",
            customsDeclaration="1",
            markingCode={"type": "other", "mark": CODE},
        ),
        position(
            amount=100,
            imcParams={
                "imc": CODE,
                "itemEstimatedStatus": "itemPieceSold",
                "imcModeProcessing": 0,
                "itemFractionalAmount": "1/2",
                "itemInfoCheckResult": CHECKED,
            },
        ),
        {"type": "barcode", "barcode": "4601234567893", "barcodeType": "EAN13", "scale": 2, "printText": True},
        {"type": "pictureFromMemory", "pictureNumber": 1},
    ],
    "payments": [{"type": "cash", "sum": 300}, {"type": "electronically", "sum": 1}],
    "total": 301,
    "postItems": [{"type": "barcode", "barcode": "x", "barcodeType": "QR"}],
}
CORRECTION = {
    **FULL,
    "type": "sellCorrection",
    "correctionType": "self",
    "correctionBaseDate": "2026.01.09",
    "correctionBaseNumber": "1",
    "correctionBaseName": "x",
    "taxes": [{"type": "none", "sum": 1}],
}
OTHERS = [
    {"type": "openShift", "operator": {"name": "x"}, "postItems": []},
    {"type": "cashIn", "cashSum": 1.5},
    {"type": "nonFiscal", "items": [{"type": "text", "text": "x"}], "printFooter": False},
    {"type": "setDateTime", "dateTime": "2026.01.01 10:00:00"},
    {"type": "getFnDocument", "fiscalDocumentNumber": 1, "withRawData": True},
    {"type": "beginMarkingCodeValidation", "params": FULL["items"][3]["imcParams"]},
]
ODD = JSON | st.sampled_from(
    [
        -1,
        10**39,
        1e308,
        -0.0,
        1e-300,
        "",
        "2026.02.31",
        "0000.00.00 00:00:00",
        "\x1d",
        "vat18",
        "5",
        [[[[]]]],
        {"type": 1},
    ]
)


def well_behaved(program: Program, answer: Any, uuid: str, before: int) -> None:
    """What must be true of any answer to a POST."""
    jobs = Job.objects.count()
    kept = TaskRequest.objects.filter(uuid=uuid)
    assert answer.status_code in (201, 400, 409, 413), answer.content
    if answer.status_code != 201:
        assert before == jobs
        assert answer.json()["error"]["description"]
        assert 409 == answer.status_code or not kept.exists()
        return
    request = kept.get()
    queued = Task.objects.filter(request=request, job__isnull=False)
    assert jobs - before == queued.count()
    results = program.results(quote(uuid, safe=""))
    assert request.tasks.count() == len(results)
    assert queued.exists() or are_final(results)
    if any(element["errorCode"] == 501 for element in results):
        assert not queued.exists()
    assert Receipt.objects.filter(tr_id=uuid).count() <= len(results)


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PATIENCE", 0.0)


@pytest.mark.parametrize("task", [FULL, CORRECTION, *OTHERS], ids=lambda task: task["type"])
def test_the_good_tasks_are_good(paper_program: Program, task: dict[str, Any]) -> None:
    paper_program.post("a", task)

    assert ["wait"] == paper_program.statuses("a"), paper_program.results("a")


@pytest.mark.parametrize("task", [FULL, CORRECTION, *OTHERS], ids=lambda task: task["type"])
def test_one_part_of_a_good_task_replaced_by_anything(paper_program: Program, task: dict[str, Any]) -> None:
    @settings(QUICK, max_examples=100 if task is FULL else 20)
    @given(st.sampled_from(places(task)), ODD)
    def run(place: tuple[Any, ...], new: Any) -> None:
        before = Job.objects.count()
        uuid = f"u{TaskRequest.objects.count()}"
        body = json.dumps({"uuid": uuid, "request": replaced(task, place, new)})

        well_behaved(paper_program, paper_program.ask("POST", "/requests", body), uuid, before)

    run()


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_of_any_fields(paper_program: Program, name: str) -> None:
    fields = st.dictionaries(st.sampled_from([*FULL, "params", "cashSum", "dateTime", "fiscalDocumentNumber"]), ODD)

    @settings(QUICK, max_examples=5)
    @given(fields)
    def run(task: dict[str, Any]) -> None:
        before = Job.objects.count()
        uuid = f"u{TaskRequest.objects.count()}"
        answer = paper_program.post(uuid, {**task, "type": name}, path="/api/v2/requests")

        well_behaved(paper_program, answer, uuid, before)

    run()


@pytest.mark.parametrize("path", ["/requests", "/api/v2/requests", "/api/v2/operations/queryReceiptTotals"])
def test_any_body_is_taken_or_refused(paper_program: Program, path: str) -> None:
    envelope = st.fixed_dictionaries(
        {}, optional={"uuid": JSON, "request": JSON, "callbacks": JSON, "deviceID": JSON, "lockUuid": JSON}
    )

    @settings(QUICK, max_examples=60)
    @given(st.binary(max_size=200) | (JSON | envelope).map(lambda value: json.dumps(value).encode()))
    def run(body: bytes) -> None:
        before = Job.objects.count()
        answer = paper_program.ask("POST", path, body)

        assert answer.status_code < 500, answer.content
        assert 201 == answer.status_code or before == Job.objects.exclude(kind="read_totals").count()

    run()


def test_any_uuid_and_device_may_be_asked_for(paper_program: Program) -> None:
    @settings(QUICK, max_examples=60)
    @given(st.text(max_size=150), st.text(max_size=20), st.sampled_from(["GET", "DELETE", "POST", "PUT", "PATCH"]))
    def run(uuid: str, device: str, method: str) -> None:
        for path in ("/requests/", "/api/v2/requests/", "/api/v2/devices/", "/api/v2/operations/", "/api/v2/"):
            where = f"{path}{quote(uuid, safe='/', errors='replace')}?deviceID={quote(device, errors='replace')}"

            assert paper_program.ask(method, where).status_code in (400, 401, 403, 404, 405, 408, 409, 420, 200)

    run()


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 500_000,
        b'{"a":' * 150_000,
        b"9" * 1_000_000,
        b'{"uuid":"a","request":{"type":"sell","items":[' + b'{"type":"text","text":"x"},' * 35_000 + b"]}}",
        b'{"uuid":"a","request":{"type":"nonFiscal","items":[{"type":"text","text":"' + b"\\n" * 450_000 + b'"}]}}',
        b'{"uuid":"a","request":[' + b"{}," * 300_000 + b"{}]}",
        b'{"uuid":"a","request":{"type":"reportX","operator":{"name":1e999999999}}}',
        b'{"uuid":"a"' + b"," * 900_000 + b"}",
        b'{"uuid":"a","request":{"type":"reportX"}}"' + b"x" * 900_000,
    ],
    ids=["arrays", "objects", "digits", "texts", "lines", "tasks", "exponent", "commas", "stray string"],
)
def test_a_megabyte_of_malice_costs_little(paper_program: Program, body: bytes) -> None:
    tracemalloc.start()
    try:
        answer = paper_program.ask("POST", "/api/v2/requests", body)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert answer.status_code in (201, 400)
    assert peak < 100 * 2**20
    assert Job.objects.count() <= 1
