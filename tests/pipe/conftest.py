"""A till with a virtual device behind it, reached over HTTP and over each door of the gateway."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection

from kktoffice.processes import free_port
from receipts.api.limits import KeyThrottle
from receipts.api.pipe import gateway, serving
from receipts.keys import Scope
from receipts.models import ApiClient
from tests.devices.virtual import OpenShop, open_shop
from tests.pipe.shop import Till, post, through, worker
from tests.receipts.conftest import new_client

__all__ = ["open_shop"]


@pytest.fixture(autouse=True)
def quick(settings: Any) -> None:
    settings.KKT_PIPE_SECONDS = 20
    KeyThrottle._buckets.clear()


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the tests say what went wrong."""


@pytest.fixture
def server(quick: None, db: None) -> Iterator[str]:
    """The web server of Django on a port of its own; its address."""
    served = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    served.set_app(get_wsgi_application())
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    served.server_close()
    thread.join()


def here(client: ApiClient) -> Callable[[bytes], bytes]:
    def answer(message: bytes) -> bytes:
        try:
            return serving.serve(client, message)
        finally:
            connection.close()

    return answer


@contextmanager
def doors(folder: Path, answer: gateway.Answer, **wanted: Any) -> Iterator[dict[str, Any]]:
    """A gateway with all of its doors; where they are."""
    where = {"unix": [str(folder / "pipe")], "seqpacket": [str(folder / "packets")]}
    port = free_port()
    options = {"tcp": [f"127.0.0.1:{port}"], "pipe": [], "mode": "600", "ansi": False, **where, **wanted}
    opened = gateway.open_doors(options, answer)
    try:
        yield {"unix": where["unix"][0], "seqpacket": where["seqpacket"][0], "tcp": ("127.0.0.1", port)}
    finally:
        gateway.close_doors(opened, options)


OpenTill = Callable[..., Till]


@pytest.fixture
def open_till(open_shop: OpenShop, server: str, tmp_path: Path) -> Iterator[OpenTill]:
    """`open_till(row={…}, …)`: words go to the virtual device. Its number is 1; works=False: it has no worker."""
    with ExitStack() as stack:

        def build(
            *,
            scopes: tuple[Scope, ...] = tuple(Scope),
            row: dict[str, Any] | None = None,
            works: bool = True,
            **wanted: Any,
        ) -> Till:
            shop = open_shop(row={"number": 1, "default_cashier": "Иванова А. А.", **(row or {})}, **wanted)
            client, key = new_client("Касса", *scopes)
            url = f"{server}/atol/"
            if works:
                stack.enter_context(worker("shop"))
            near, far = tmp_path / "near", tmp_path / "far"
            near.mkdir()
            far.mkdir()
            at = stack.enter_context(doors(near, here(client)))
            forward = stack.enter_context(doors(far, gateway.Forward(url, key)))
            ways = {
                "http": lambda body: post(url, body, Authorization=f"Bearer {key}")[1],
                "unix": lambda body: through(socket.SOCK_STREAM, at["unix"], body),
                "packets": lambda body: through(socket.SOCK_SEQPACKET, at["seqpacket"], body),
                "tcp": lambda body: through(socket.SOCK_STREAM, at["tcp"], body),
                "tcp forwarded": lambda body: through(socket.SOCK_STREAM, forward["tcp"], body),
            }
            return Till(shop, client, key, url, ways, open_shop)

        yield build


@pytest.fixture
def till(open_till: OpenTill) -> Till:
    return open_till()
