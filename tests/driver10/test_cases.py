"""
What a program sends and what it gets: pairs of files in cases/, a new case is a new pair.

NAME.request.json: `method` (POST), `path`, `body` as JSON or `text` as it goes over the wire, `headers`; `device` are
words of the virtual device, `row` fields of its row, `settings` ours; `before` are tasks that were done earlier.
NAME.answer.json: `status`, `body` (null: empty), `headers`; `results` after the site's worker was at it, `jobs` that
were put in line by kind, `document` what the fiscal storage holds of it, by tag. Objects are compared by the names that
the answer has; «<number>», «<text>», «<time>» stand for any of these.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from devices.commands import FiscalData
from devices.models import FiscalDocument, Job
from receipts.api.driver10.documents import document_tlv
from tests.driver10.conftest import OpenProgram, Program

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name.removesuffix(".request.json") for path in CASES.glob("*.request.json"))


def same(expected: Any, actual: Any, path: str = "") -> list[str]:
    """Where *actual* is not as *expected*."""
    if expected == "<number>":
        return [] if isinstance(actual, int | float) and not isinstance(actual, bool) else [f"{path}: {actual!r}"]
    if expected == "<text>":
        return [] if isinstance(actual, str) and actual else [f"{path}: {actual!r}"]
    if expected == "<time>":
        return (
            [] if isinstance(actual, str) and datetime.datetime.fromisoformat(actual).tzinfo else [f"{path}: no time"]
        )
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [
            wrong
            for name, part in expected.items()
            for wrong in (
                same(part, actual[name], f"{path}.{name}") if name in actual else [f"{path}.{name} is missing"]
            )
        ]
    if isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        return [wrong for at, part in enumerate(expected) for wrong in same(part, actual[at], f"{path}[{at}]")]
    return [] if expected == actual and type(expected) is type(actual) else [f"{path}: {actual!r}, not {expected!r}"]


def document_of(job: Job) -> dict[str, Any]:
    kept = FiscalDocument.objects.get(job=job, document_type__in=[3, 4, 31, 41])
    data = FiscalData(
        document_type=kept.document_type,
        fn_number=kept.fn_number,
        fd_number=kept.fd_number,
        fpd=kept.fpd,
        at=datetime.datetime.fromisoformat(kept.local_time),
        shift_number=kept.shift_number,
        tlv=bytes(kept.tlv),
    )
    told: dict[str, Any] = document_tlv(data, zone=ZoneInfo("Europe/Moscow"), raw=False)["documentTLV"]
    return told


def read(name: str, what: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((CASES / f"{name}.{what}.json").read_text(encoding="utf-8"))
    return read


def send(program: Program, asked: dict[str, Any]) -> Any:
    body = asked["text"].encode() if "text" in asked else asked.get("body")
    headers = {"Authorization": ""} if asked.get("without_key") else {}
    return program.ask(
        asked.get("method", "POST"), asked.get("path", "/requests"), body, **headers, **asked.get("headers", {})
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_answered_as_it_stands(name: str, open_program: OpenProgram, settings: Any) -> None:
    asked, answer = read(name, "request"), read(name, "answer")
    for setting, value in asked.get("settings", {}).items():
        setattr(settings, setting, value)
    program = open_program(row=asked.get("row"), **asked.get("device", {}))
    for number, task in enumerate(asked.get("before", [])):
        done = program.do(f"before-{number}", task)
        assert "ready" == done[0]["status"], done
    known = set(Job.objects.values_list("pk", flat=True))

    got = send(program, asked)

    assert answer["status"] == got.status_code, got.content.decode()
    if "body" in answer:
        said = json.loads(got.content) if got.content else None
        assert [] == same(answer["body"], said)
    for header, value in answer.get("headers", {}).items():
        assert value == got.headers.get(header)
    jobs = Job.objects.exclude(pk__in=known).order_by("pk")
    assert answer.get("jobs", [] if got.status_code >= 400 else None) in (None, [job.kind for job in jobs])
    if "results" in answer:
        path = asked.get("path", "/requests").partition("?")[0].rstrip("/")
        uuid = asked["body"]["uuid"] if "body" in asked else asked["uuid"]
        program.work()
        results = program.results(uuid, path)
        assert [] == same(answer["results"], results)
    if "document" in answer:
        told = document_of(next(job for job in jobs if job.kind == "receipt"))
        assert [] == same(answer["document"], told)


def test_no_case_lacks_its_answer() -> None:
    answers = {path.name.removesuffix(".answer.json") for path in CASES.glob("*.answer.json")}

    assert set(NAMES) == answers
