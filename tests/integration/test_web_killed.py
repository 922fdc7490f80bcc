"""kill -9 of the web server with its device, in the middle of a sale: what it had taken it knows again, once."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from devices import ports, resolve
from devices.commands import OpenShift
from devices.drivers.atol_web.channel import WebChannel
from devices.drivers.driver10.driver import Driver10
from devices.ffd import DocumentType
from devices.models import Device, FiscalDocument, Site
from devices.states import JobStatus
from kktoffice.processes import Child, Family, free_port, listens, spawn
from kktoffice.processes import virtual_device as virtual_device_command
from tests.devices.asking import sale
from tests.integration.settling import ask, settle

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def server(family: Family, tmp_path: Path) -> Callable[..., Child]:
    """`server(port, "--fault", …)` starts the device with its web server, again and again in one folder."""
    count = 0

    def start(port: int, *arguments: str) -> Child:
        nonlocal count
        count += 1
        command = virtual_device_command("--web", f"127.0.0.1:{port}", "--state", str(tmp_path / "kkt"), *arguments)
        child = family.add(spawn(f"server {count}", command, log=tmp_path / f"server{count}.log"))
        child.wait_until(lambda: listens(port), timeout=20)
        return child

    return start


def told(port: int, path: str) -> Any:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    data = json.loads(connection.getresponse().read())
    connection.close()
    return data


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("code", ["EB", "4A"])
def test_a_sale_that_was_under_way_is_registered_once(
    server: Callable[..., Child], monkeypatch: pytest.MonkeyPatch, code: str, when: str
) -> None:
    monkeypatch.setattr(resolve, "SECOND_LOOK_SECONDS", 0.05)
    monkeypatch.setattr(WebChannel, "patience", 0.5)
    port = free_port()
    child = server(port)
    site = Site.objects.create(code="shop", name="Магазин")
    row = Device.objects.create(site=site, name="till", driver="atol_web", url=f"http://127.0.0.1:{port}")
    opened = ask(row, OpenShift())
    assert JobStatus.DONE == settle(opened, rounds=5)
    child.stop()
    ports.close()
    child = server(port, "--fault", f"slow:command={code},when={when},seconds=30")
    job = ask(row, sale())
    monkeypatch.setattr(Driver10._fiscal, "__kwdefaults__", {"timeout": 0.7})
    monkeypatch.setattr(WebChannel.ask, "__kwdefaults__", {"timeout": 1.0, "optional": 0})

    assert JobStatus.UNKNOWN == settle(job, rounds=1)
    child.process.kill()
    child.process.wait(timeout=10)
    ports.close()
    server(port)
    assert JobStatus.DONE == settle(job, rounds=20), (job.error_code, job.error_detail)
    time.sleep(0.2)  # whatever the new server may still do
    documents = FiscalDocument.objects.filter(document_type=DocumentType.RECEIPT)
    assert 1 == documents.count()
    assert 0 == told(port, "/stat/requests")["not_ready_count"]
    last = ask(row, sale(15000))
    assert JobStatus.DONE == settle(last, rounds=5)
    assert [2] == [FiscalDocument.objects.get(job=last).receipt_number]
    ports.close()
    ports.forget()
