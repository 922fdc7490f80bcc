"""What the web front does when its device, its network or itself goes away."""

from __future__ import annotations

import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from devices.simulator.web.http import WebFront
from tests.unit.simulator.web.conftest import SELL, Shop

V2 = "/api/v2/requests"


@pytest.mark.parametrize(("when", "documents"), [("before", 0), ("after", 1)])
def test_a_sale_whose_device_is_lost_is_blocked_until_the_archive_decides(
    shop: Shop, when: str, documents: int
) -> None:
    fault = shop.troubles.set(f"web_link:command=4A,when={when}")
    shop.ask("POST", V2, {"uuid": "a", "request": [SELL]})
    shop.wait("a", V2, until=("blocked",))
    waiting = shop.ask("POST", V2, {"uuid": "b", "request": [{"type": "getFnStatus"}]})

    queue = json.loads(shop.ask("GET", "/api/v2/getRequestsQueueStatus")[1])
    old = json.loads(shop.ask("GET", "/stat/requests")[1])

    assert (True, "connectionError", "a", 2) == (
        queue["isBlocked"],
        queue["blockReason"],
        queue["blockedUUID"],
        queue["number"],
    )
    assert (True, "a", 2) == (old["is_blocked"], old["block_request_uuid"], old["not_ready_count"])
    assert (201, True) == (waiting[0], json.loads(waiting[1])["isBlocked"])
    assert 409 == shop.ask("DELETE", f"{V2}/a")[0]
    shop.troubles.clear(fault)
    ended = shop.wait("a", V2)[0]
    assert ("ready" if documents else "error") == ended["status"]
    assert documents == shop.device.archive.last_fd - 2
    if documents:
        assert ended["result"]["warnings"]["recovered"]
    assert "ready" == shop.wait("b", V2)[0]["status"]
    assert not json.loads(shop.ask("GET", "/stat/requests")[1])["is_blocked"]


def test_paper_that_ends_while_closing_is_a_warning_and_is_printed_later(shop: Shop) -> None:
    shop.troubles.set("paper_out:command=4A,after=2")

    ended = shop.do(SELL)[0]

    assert ("ready", True) == (ended["status"], ended["result"]["warnings"]["notPrinted"])
    assert 44 == shop.do({"type": "continuePrint"})[0]["errorCode"]
    shop.device.paper = True
    assert "ready" == shop.do({"type": "continuePrint"})[0]["status"]


def test_a_lost_device_keeps_tasks_waiting(shop: Shop) -> None:
    fault = shop.troubles.set("web_link:command=-")
    shop.ask("POST", "/requests", {"uuid": "a", "request": SELL})
    time.sleep(0.2)

    assert "wait" == shop.results("a")[0]["status"]
    shop.troubles.clear(fault)
    assert "ready" == shop.wait("a")[0]["status"]


@pytest.mark.parametrize(("when", "known"), [("before", 404), ("after", 200)])
def test_a_cut_request_is_heard_or_not(shop: Shop, when: str, known: int) -> None:
    shop.troubles.set(f"web:method=POST,when={when}")

    with pytest.raises((http.client.HTTPException, ConnectionError)):
        shop.ask("POST", "/requests", {"uuid": "a", "request": SELL})

    assert known == shop.ask("GET", "/requests/a")[0]


def test_an_error_and_a_late_answer_come_when_they_are_asked_for(shop: Shop) -> None:
    shop.troubles.set("web:method=GET,path=stat,status=500")
    shop.troubles.set("web:method=GET,path=stat,nth=2,seconds=0.2")

    assert 500 == shop.ask("GET", "/stat/requests")[0]
    begun = time.monotonic()
    assert 200 == shop.ask("GET", "/stat/requests")[0]
    assert 200 == shop.ask("GET", "/stat/requests")[0]
    assert 0.2 <= time.monotonic() - begun


def test_a_server_that_starts_anew_knows_its_requests(shop: Shop) -> None:
    shop.do(SELL)
    shop.front.queue.is_active = False
    shop.ask("POST", "/requests", {"uuid": "later", "request": SELL})
    shop.front.__exit__(None, None, None)

    with WebFront(shop.device) as again:
        shop.front = again

        assert 409 == shop.ask("POST", "/requests", {"uuid": "u2", "request": SELL})[0]
        assert "ready" == shop.wait("later")[0]["status"]
        assert 4 == shop.device.archive.last_fd
    shop.front = WebFront(shop.device).__enter__()
    shop.front.__exit__(None, None, None)


def test_a_finished_request_is_told_to_the_clients_address(shop: Shop) -> None:
    heard = []

    class Client(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Client) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        callback = {"resultUrl": f"http://127.0.0.1:{server.server_port}/done?order=5"}
        shop.ask("POST", V2, {"uuid": "a", "request": [SELL], "callbacks": callback})
        thread.join(timeout=10)

    assert ("a", "ready") == (heard[0]["uuid"], heard[0]["results"][0]["status"])
