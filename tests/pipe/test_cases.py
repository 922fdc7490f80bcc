"""
What goes in and what comes out, byte for byte, over HTTP and through every door: pairs of files in cases/.

NAME.request.json is the message, NAME.response.json its answer; a new case is a new pair. What a case needs is in
NAME.setup.json: `device` (words of the virtual device), `row` and `pipe` (fields of the device and of its settings),
`clock`, `paper`, `before` (messages), `before_each` (messages before each way). `documents` is how many the fiscal
storage holds at the end. The cases readme-… are the examples of the old service's description.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from devices.pipe_models import PipeSettings
from receipts.api.pipe import line
from tests.pipe.conftest import OpenTill

pytestmark = pytest.mark.django_db(transaction=True)
CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name.removesuffix(".request.json") for path in CASES.glob("*.request.json"))


def part(name: str, kind: str) -> bytes:
    return (CASES / f"{name}.{kind}.json").read_bytes().removesuffix(b"\n")


def setup_of(name: str) -> dict[str, Any]:
    path = CASES / f"{name}.setup.json"
    found: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_message_is_answered_byte_for_byte_whichever_way_it_comes(
    open_till: OpenTill, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "HOLD_PATIENCE", 0.1)
    monkeypatch.setattr(line, "LOOK_PATIENCE", 0.5)
    wanted = setup_of(name)
    till = open_till(row=wanted.get("row"), **wanted.get("device", {}))
    if "pipe" in wanted:
        PipeSettings.objects.create(device=till.shop.row, **wanted["pipe"])
    if "clock" in wanted:
        clock = datetime.datetime.fromisoformat(wanted["clock"])
        monkeypatch.setattr(till.shop.device, "_clock", lambda: clock)
    till.shop.device.paper = wanted.get("paper", True)
    for before in wanted.get("before", []):
        assert 0 == json.loads(till.ways["http"](json.dumps(before).encode()))["error_code"]
    answers = {}
    for way, ask in till.ways.items():
        for before in wanted.get("before_each", []):
            assert 0 == json.loads(ask(json.dumps(before).encode()))["error_code"]
        answers[way] = ask(part(name, "request")).decode()

    assert dict.fromkeys(till.ways, part(name, "response").decode()) == answers
    assert wanted.get("documents") in (None, len(till.shop.device.documents))


def test_every_answer_belongs_to_a_request() -> None:
    answers = {path.name.partition(".")[0] for path in CASES.glob("*.response.json")}

    assert set(NAMES) == answers
    assert 17 == len([name for name in NAMES if name.startswith("readme-")])
