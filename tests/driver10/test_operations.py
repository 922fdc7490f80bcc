"""Questions without a queue: asked of the device while the program waits."""

from __future__ import annotations

from typing import Any

import pytest

from devices import monitor
from devices.errors import ErrorCode
from devices.models import Job
from devices.states import JobStatus
from receipts.api import limits
from receipts.api.driver10 import operations
from tests.driver10.conftest import OpenProgram, Program, sell
from tests.driver10.test_cases import same

PAYMENTS = {"cash": 100.0, "electronically": 0.0, "credit": 0.0, "prepaid": 0.0, "other": 0.0, "userTypes": []}
NO_PAYMENTS = {**PAYMENTS, "cash": 0.0}
WARNINGS = dict.fromkeys(
    ("criticalError", "memoryOverflow", "needReplacement", "ofdTimeout", "resourceExhausted"), False
)


@pytest.fixture
def served(open_program: OpenProgram, monkeypatch: pytest.MonkeyPatch) -> Program:
    """A program whose device answers while it waits, after a sale and some cash."""
    program = open_program()
    program.do("before", sell())
    program.do("cash", {"type": "cashIn", "cashSum": 5.5})
    monkeypatch.setattr(operations, "SECONDS", 20.0)
    monkeypatch.setattr(limits, "pause", lambda seconds: program.work())
    return program


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("queryDeviceInfo", {"deviceInfo": {"model": 61, "serial": "00106900000042", "appVersion": "<text>"}}),
        ("queryDeviceStatus", {"deviceStatus": {"shift": "opened", "currentDateTime": "<time>"}}),
        ("queryShiftStatus", {"shiftStatus": {"state": "opened", "number": 1, "expiredAt": "<time>"}}),
        (
            "queryShiftTotals",
            {
                "shiftTotals": {
                    "cashDrawerTotals": {"sum": 105.5},
                    "incomeTotals": {"sum": 5.5, "count": 1},
                    "outcomeTotals": {"sum": 0.0, "count": 0},
                    "receiptsTotals": {
                        "sell": {"count": 1, "payments": PAYMENTS},
                        "buyReturn": {"count": 0, "payments": NO_PAYMENTS},
                    },
                }
            },
        ),
        ("queryIncomeTotals", {"incomeTotals": {"sum": 5.5, "count": 1}}),
        ("queryOutcomeTotals", {"outcomeTotals": {"sum": 0.0, "count": 0}}),
        ("queryReceiptTotals?type=sell", {"receiptTotals": {"count": 1, "payments": PAYMENTS}}),
        (
            "queryFnInfo",
            {
                "fnInfo": {
                    "serial": "9999078900004312",
                    "livePhase": "fiscalMode",
                    "ffdVersion": "1.2",
                    "fnFfdVersion": "1.2",
                    "validity": {"numberOfRegistrations": 1, "validityDate": "<time>"},
                    "warnings": WARNINGS,
                }
            },
        ),
        ("queryFnStatus", {"fnStatus": {"fiscalDocumentNumber": 3, "fiscalReceiptNumber": 1, "warnings": WARNINGS}}),
        ("queryOfdExchangeStatus", {"ofdExchangeStatus": {"notSentCount": "<number>"}, "ofdExchangeErrors": {}}),
    ],
)
def test_a_question_is_answered_at_once(served: Program, name: str, expected: dict[str, Any]) -> None:
    answer = served.ask("POST", f"/api/v2/operations/{name}", {})

    assert 200 == answer.status_code
    assert [] == same(expected, answer.json())


def test_a_question_may_have_no_body(served: Program) -> None:
    assert 200 == served.ask("POST", "/api/v2/operations/queryShiftStatus", b"").status_code


def test_a_type_that_is_none_is_told(served: Program) -> None:
    answer = served.ask("POST", "/api/v2/operations/queryReceiptTotals", {"type": "sold"})

    assert 400 == answer.status_code


def test_a_device_without_link_is_told_at_once_and_asked_nothing(paper_program: Program) -> None:
    monitor.hold(paper_program.device, ErrorCode.DEVICE_OFFLINE, "")

    answer = paper_program.ask("POST", "/api/v2/operations/queryShiftStatus", {})

    assert (420, 2) == (answer.status_code, answer.json()["error"]["code"])
    assert not Job.objects.exists()


def test_a_question_that_is_not_answered_in_time_is_given_up(paper_program: Program) -> None:
    answer = paper_program.ask("POST", "/api/v2/operations/queryShiftStatus", {})

    assert 408 == answer.status_code
    assert JobStatus.CANCELLED == Job.objects.get().status
