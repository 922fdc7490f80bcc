"""`manage.py pipe_gateway` as a till's computer runs it: a process, with a worker and a virtual device behind it."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from devices.models import Device, Job, Site
from kktoffice.processes import Family, free_port, manage, spawn
from receipts.models import ApiClient
from tests.pipe.shop import message, sale, through
from tests.receipts.conftest import new_client


@pytest.mark.worker
def test_programs_of_this_machine_are_served_in_the_name_of_their_client(
    family: Family,
    child_environment: dict[str, str],
    virtual_device: Callable[..., Any],
    site_worker: Callable[..., Any],
    tmp_path: Path,
) -> None:
    site = Site.objects.create(code="shop", name="Магазин")
    running = virtual_device()
    Device.objects.create(site=site, name="Касса", url=running.url, number=1)
    client, _ = new_client("Кассы зала")
    site_worker("shop")
    path, port = tmp_path / "pipe", free_port()
    words = ["--client", "Кассы зала", "--unix", str(path), "--tcp", f"127.0.0.1:{port}", "--sample-slip", "1"]
    child = family.add(
        spawn("gateway", manage("pipe_gateway", *words), log=tmp_path / "gateway.log", environment=child_environment)
    )
    child.wait_until(lambda: "listening on" in (tmp_path / "gateway.log").read_text(), timeout=60)
    told = [
        json.loads(through(socket.SOCK_STREAM, str(path), message("INCOME", sale(tr_id=1)))),
        json.loads(through(socket.SOCK_STREAM, ("127.0.0.1", port), message("INCOME", sale(tr_id=1)))),
    ]
    ApiClient.objects.update(is_active=False)
    refused = json.loads(through(socket.SOCK_STREAM, str(path), message("XREPORT")))
    child.process.send_signal(signal.SIGTERM)
    code = child.process.wait(20)

    assert [0, 0] == [each["error_code"] for each in told], told
    assert ["print_text", "receipt"] == list(Job.objects.order_by("pk").values_list("kind", flat=True))
    assert {client.source} == set(Job.objects.values_list("source", flat=True))
    assert "отключена" in refused["error"]
    assert (0, False) == (code, path.exists())


def test_without_a_client_it_says_what_is_missing(db: None) -> None:
    with pytest.raises(CommandError, match="no API client"):
        call_command("pipe_gateway", "--tcp", "127.0.0.1:0")


def test_without_a_door_it_says_what_is_missing(db: None) -> None:
    new_client("Касса")
    with pytest.raises(CommandError, match="nowhere to listen"):
        call_command("pipe_gateway", "--client", "Касса")


def test_forwarding_needs_a_key(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KKT_API_KEY", raising=False)
    with pytest.raises(CommandError, match="no API key"):
        call_command("pipe_gateway", "--url", "https://kkt.example.org/atol/", "--tcp", "127.0.0.1:0")
