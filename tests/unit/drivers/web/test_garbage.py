"""A server that answers anything at all: the driver ends as it always ends, and never with a mistake of its own."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from devices.commands import CashIn, CloseShift, Command, OpenShift, ReadState, ReadStorage
from devices.drivers import connect
from devices.drivers.atol_web.channel import WebChannel
from devices.errors import DeviceError
from devices.simulator.web.asked import Told
from tests.unit.drivers.goods import BREAD
from tests.unit.drivers.web.conftest import GENERATIONS, OpenShop

COMMANDS: tuple[Command, ...] = (BREAD, CashIn(sum=5), CloseShift(), OpenShift(), ReadState(), ReadStorage())
STATUSES = ("wait", "inProgress", "ready", "error", "interrupted", "blocked", "canceled", "poem", None, 5)
RESULTS: tuple[Any, ...] = (
    None,
    {},
    [],
    "x",
    {"fnStatus": {"fiscalDocumentNumber": "x"}},
    {"fnStatus": {"fiscalDocumentNumber": 5}},
    {"shiftStatus": {"state": "opened", "number": 3, "expiredTime": None}},
    {"deviceInfo": {"serial": 5, "ffdVersion": "9.9"}},
    {"documentTLV": {"fiscalDocumentType": "receipt"}},
)
PLAIN: tuple[Any, ...] = (None, "<html>", [], {}, 5, {"results": []}, {"results": 5}, {"isBlocked": "yes"})


def element(random_: random.Random) -> Any:
    if random_.random() < 0.1:
        return random_.choice((None, 5, "x", []))
    error: dict[str, Any] = {"error": {"code": random_.choice((0, 2, 44, 66, "x", None)), "description": None}}
    if random_.random() < 0.5:
        error = {"errorCode": random_.choice((0, 2, 44, "2")), "errorDescription": 5}
    return {"status": random_.choice(STATUSES), "result": random_.choice(RESULTS), **error}


def lie(random_: random.Random) -> Told:
    status = random_.choice((200, 200, 200, 200, 201, 400, 401, 403, 404, 408, 409, 420, 500, 302))
    if random_.random() < 0.2:
        return Told(status=status, data=random_.choice(PLAIN))
    return Told(status=status, data={"results": [element(random_) for _ in range(random_.choice((1, 1, 3, 5, 6)))]})


@GENERATIONS
@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_server_says_the_driver_ends_in_one_of_its_ways(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch, api: str, seed: int
) -> None:
    """A server that is right most of the time, so that its lies come at every step."""
    shop = open_shop(api=api)
    monkeypatch.setattr(WebChannel, "patience", 0.02)
    monkeypatch.setattr(WebChannel, "pause", 0.001)
    random_, truth = random.Random(seed), shop.front.answer
    monkeypatch.setattr(shop.front, "answer", lambda asked: lie(random_) if random_.random() < 0.06 else truth(asked))
    ended: Counter[str] = Counter()
    for _ in range(60):
        fences: list[object] = []
        ending = "done"
        try:
            with connect(shop.endpoint) as driver:
                driver.state()
                driver.run(random_.choice(COMMANDS), fence=fences.append)
        except DeviceError as error:
            ending = type(error).__name__

        assert fences or ending != "OutcomeUnknown"
        ended[ending] += 1

    assert {"done", "LinkError", "Refused"} <= set(ended), ended
