"""callbacks.resultUrl: the results go out once, when all of them are final."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from devices.errors import ErrorCode
from devices.states import JobStatus
from receipts.callbacks import deliver_due
from receipts.models import CallbackDelivery, TaskRequest
from tests.driver10.conftest import Program, sell
from tests.driver10.test_queue import job_of, put

pytestmark = pytest.mark.django_db(transaction=True)
HEARD: list[dict[str, Any]] = []


class Shop(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        HEARD.append({"path": self.path, "body": json.loads(self.rfile.read(length))})
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@pytest.fixture
def shop(settings: Any) -> Iterator[str]:
    settings.KKT_CALLBACKS_ALLOW_PRIVATE = True
    HEARD.clear()
    with HTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/atol/done?order=1045"
        server.shutdown()
        thread.join()


def test_results_are_posted_as_the_driver_does_once_all_are_final(paper_program: Program, shop: str) -> None:
    paper_program.post("a", {"type": "reportX"}, {"type": "lineFeed"}, callbacks={"resultUrl": shop})
    put(job_of("a"), JobStatus.DONE)
    assert 0 == deliver_due()

    put(job_of("a", 1), JobStatus.DONE)

    assert 1 == deliver_due()
    assert 0 == deliver_due()
    results = paper_program.results("a")
    assert [{"path": "/atol/done?order=1045", "body": {"uuid": "a", "results": results}}] == HEARD


def test_a_failure_is_told_at_once(paper_program: Program, shop: str) -> None:
    paper_program.post("a", {"type": "reportX"}, {"type": "lineFeed"}, callbacks={"resultUrl": shop})
    put(job_of("a"), JobStatus.FAILED, ErrorCode.WRONG_MODE)

    assert 1 == deliver_due()
    assert ["error", "interrupted"] == [element["status"] for element in HEARD[0]["body"]["results"]]


def test_a_request_that_is_wrong_itself_is_told_too(paper_program: Program, shop: str) -> None:
    paper_program.post("a", {"type": "sell"}, callbacks={"resultUrl": shop})

    assert 1 == deliver_due()
    assert 501 == HEARD[0]["body"]["results"][0]["error"]["code"]


def test_an_address_that_does_not_answer_is_tried_again(paper_program: Program, settings: Any) -> None:
    settings.KKT_CALLBACKS_ALLOW_PRIVATE = True
    paper_program.post("a", {"type": "sell"}, callbacks={"resultUrl": "http://127.0.0.1:9/x"})

    assert 0 == deliver_due()
    delivery = CallbackDelivery.objects.get()
    assert delivery.next_try_at
    assert delivery.last_error


@pytest.mark.parametrize(
    "url", ["http://shop.example.org/x", "https://10.0.0.1/x", "https://u:p@shop.example.org/", 17, "x"]
)
def test_an_address_that_is_not_called_is_refused_with_its_request(paper_program: Program, url: Any) -> None:
    answer = paper_program.post("a", sell(), callbacks={"resultUrl": url})

    assert 400 == answer.status_code
    assert "resultUrl" in answer.json()["error"]["description"]
    assert not TaskRequest.objects.exists()


@pytest.mark.parametrize("callbacks", [None, {}, {"resultUrl": None}, {"resultUrl": ""}, []])
def test_no_address_is_no_callback(paper_program: Program, callbacks: Any) -> None:
    assert 201 == paper_program.post("a", {"type": "sell"}, callbacks=callbacks).status_code

    assert not CallbackDelivery.objects.exists()
