"""A till of the old service: a virtual device with its worker, and every way that a message may come."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.db import connection

from devices import watch
from receipts.models import ApiClient
from tests.devices.virtual import OpenShop, Shop

Way = Callable[[bytes], bytes]


@contextmanager
def worker(code: str) -> Iterator[None]:
    """The real rounds of a site's worker, in a thread of this process."""
    stop = threading.Event()

    def rounds() -> None:
        while not stop.is_set():
            watch.look(code)
            stop.wait(0.02)
        connection.close()

    thread = threading.Thread(target=rounds)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def post(url: str, body: bytes, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    parts = urlsplit(url)
    asked = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        asked.request("POST", parts.path, body, {"Content-Type": "application/json", **headers})
        answer = asked.getresponse()
        return answer.status, answer.read(), dict(answer.headers)
    finally:
        asked.close()


def through(kind: int, address: Any, body: bytes, *, says_end: bool = False) -> bytes:
    """One message over a socket, and all that comes back until its other end closes it."""
    family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
    with socket.socket(family, kind) as connected:
        connected.settimeout(30)
        connected.connect(address)
        connected.sendall(body)
        if says_end:
            connected.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connected.recv(1 << 20):
            answer += piece
        return answer


class Till:
    """*ways* by their names; *ask* takes the first, HTTP. *open_shop* adds a device of the same site."""

    def __init__(
        self, shop: Shop, client: ApiClient, key: str, url: str, ways: dict[str, Way], open_shop: OpenShop
    ) -> None:
        self.shop, self.client, self.key, self.url, self.ways, self.open_shop = shop, client, key, url, ways, open_shop

    def ask(self, comand: str, data: Any = "", **device: Any) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.ways["http"](message(comand, data, **device)))
        return told


def message(comand: str, data: Any = "", *, number: Any = 1) -> bytes:
    device = {"atol_device_number": number, "atol_operator_password": "30"}
    return json.dumps({"atol_device_data": device, "comand": comand, "data": data}, ensure_ascii=False).encode()


def sale(**changes: Any) -> dict[str, Any]:
    """A bag for 1.40 in cash."""
    bag = {"name": "Пакет", "price": 0.7, "kol": 2, "nds": "ndsNo", "barcode": "", "dep": 0, "discount": 0}
    whole: dict[str, Any] = {
        "header_text": [],
        "goods": [bag],
        "footer_text": [],
        "check_sm": 1.4,
        "check_discount_sm": 0,
        "type_close": "tcCash",
        "cash_sm": 1.4,
        "tr_id": 0,
    }
    return whole | changes
