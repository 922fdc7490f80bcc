"""`manage.py demo` as a newcomer starts it: the sale is registered, all is stopped again, and scripts find the card."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from kktoffice.demo import Card, sale
from kktoffice.processes import Child, Family, free_port, hold_port, manage, spawn
from tests.living import is_running

pytestmark = pytest.mark.worker
NAMES = [item["name"] for item in sale(tr_id="", device=0)["items"]]


def environment() -> dict[str, str]:
    """A newcomer's: nothing configured."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KKT_") and name != "REDIS_URL"}


def demo_once(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        manage("demo", "--once", "--dir", str(folder), "--port", str(free_port()), *words),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
        env=environment(),
    )


def start_demo(family: Family, folder: Path) -> tuple[Child, Card]:
    child = family.add(
        spawn("demo", manage("demo", "--dir", str(folder), "--port", str(free_port())), log=folder / "demo.log")
    )
    child.wait_until(lambda: Card.read(folder).status == "running", timeout=90)
    return child, Card.read(folder)


def get(card: Card, path: str) -> Any:
    request = urllib.request.Request(card.api + path, headers={"Authorization": f"Bearer {card.api_key}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def ask_device_1(card: Card) -> dict[str, float]:
    """The cash of device 1 as programs of the old pipe service are told it, by each way in."""
    body = b'{"atol_device_data": {"atol_device_number": 1}, "comand": "CASH_REGISTER_INF", "data": ""}'
    request = urllib.request.Request(card.pipe["http"], body, {"Authorization": f"Bearer {card.api_key}"})
    told = {}
    with urllib.request.urlopen(request, timeout=30) as answer:
        told["http"] = answer.read()
    host, _, port = card.pipe["tcp"].partition(":")
    for way, family, address in (
        ("tcp", socket.AF_INET, (host, int(port))),
        ("unix", socket.AF_UNIX, card.pipe["unix"]),
    ):
        with socket.socket(family) as connected:
            connected.settimeout(30)
            connected.connect(address)
            connected.sendall(body)
            told[way] = connected.makefile("rb").read()
    return {way: json.loads(each)["response"]["KKMSum"] for way, each in told.items()}


def ask_by_driver_10(card: Card) -> str:
    """The serial number that a program of driver 10 is told, by the address and the account of the card."""
    account = base64.b64encode(f"any:{card.api_key}".encode()).decode()
    request = urllib.request.Request(
        f"{card.driver10['api']}/operations/queryDeviceInfo", b"{}", {"Authorization": f"Basic {account}"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        serial: str = json.load(answer)["deviceInfo"]["serial"]
    return serial


def pull_the_cable(card: Card) -> dict[str, Any]:
    """By the socket for faults; what it answers."""
    with socket.socket(socket.AF_UNIX) as connected:
        connected.settimeout(30)
        connected.connect(card.device["control"])
        connected.sendall(b'{"do": "press", "button": "unplug"}\n')
        answer: dict[str, Any] = json.loads(connected.makefile("rb").readline())
    return answer


def paper_text(printed: str) -> str:
    """The lines in the frame, joined where the tape was too narrow for them."""
    return "".join(line[2:-2].strip() for line in printed.splitlines() if line.startswith("│"))


def test_one_run_registers_the_sale_prints_its_paper_and_stops_everything(tmp_path: Path) -> None:
    run = demo_once(tmp_path)
    card = Card.read(tmp_path)
    paper = re.sub(r"\s", "", paper_text(run.stdout))

    assert (0, "") == (run.returncode, run.stderr)
    assert [] == [name for name in NAMES if re.sub(r"\s", "", name) not in paper]
    assert "ИТОГ=2012.00" in paper
    assert "▀▄" in run.stdout
    assert "registered: 2012.00 as document 3 of fiscal storage 9999078900004312" in run.stdout
    assert card.password in run.stdout
    assert card.api_key in run.stdout
    assert [] == [path for path in tmp_path.rglob("*") if not path.is_symlink() and path.stat().st_mode & 0o077]
    assert ("stopped", {}) == (card.status, card.pids)


def test_a_second_run_keeps_the_state_and_sells_once_more(tmp_path: Path) -> None:
    first, card = demo_once(tmp_path), Card.read(tmp_path)
    second, card_again = demo_once(tmp_path), Card.read(tmp_path)

    assert "sale 1097333" in first.stdout
    assert "sale 1097334" in second.stdout
    assert "as document 4 of" in second.stdout
    assert (card.password, card.api_key) == (card_again.password, card_again.api_key)


def test_a_running_demo_serves_until_ctrl_c_and_leaves_no_process(tmp_path: Path) -> None:
    with Family() as family:
        child, card = start_demo(family, tmp_path)
        receipts = get(card, "receipts/")["results"]
        by_pipe = ask_device_1(card)
        serial = ask_by_driver_10(card)
        unplugged = pull_the_cable(card)
        os.kill(child.pid, signal.SIGINT)
        code = child.process.wait(30)

    assert [("1097333", "done", "2012.00")] == [(each["tr_id"], each["status"], each["total"]) for each in receipts]
    assert {"http": 2012, "tcp": 2012, "unix": 2012} == by_pipe
    assert "00106900000042" == serial
    assert {"ok": True} == unplugged
    assert 0 == code
    assert [] == [name for name, pid in card.pids.items() if is_running(pid)]
    assert "stopped" == Card.read(tmp_path).status


def test_a_killed_demo_takes_its_children_along(tmp_path: Path) -> None:
    with Family() as family:
        child, card = start_demo(family, tmp_path)
        os.kill(child.pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while (alive := [name for name, pid in card.pids.items() if is_running(pid)]) and time.monotonic() < deadline:
            time.sleep(0.1)

    assert {"redis", "virtual device", "virtual device on TCP", "web server", "site worker"} <= set(card.pids)
    assert [] == alive


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    with Family() as family:
        _, card = start_demo(family, tmp_path)
        second = demo_once(tmp_path)

    assert 1 == second.returncode
    assert f"CommandError: a demo runs in {tmp_path} already ({card.url}): stop it or choose another --dir\n" == (
        second.stderr
    )


def test_a_busy_port_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    port = free_port()
    with hold_port("127.0.0.1", port):
        run = subprocess.run(
            manage("demo", "--once", "--dir", str(tmp_path), "--port", str(port)),
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
        )

    assert 1 == run.returncode
    assert re.fullmatch(rf"CommandError: port {port} cannot be taken \(.+\): choose another --port\n", run.stderr)


def test_a_part_that_cannot_start_is_told_with_its_log(tmp_path: Path) -> None:
    (tmp_path / "device").mkdir()
    (tmp_path / "device" / "device.json").write_text("{")
    run = demo_once(tmp_path)

    assert 1 == run.returncode
    assert "CommandError: virtual device stopped with exit code" in run.stderr
    assert str(tmp_path / "logs" / "device.log") in run.stderr
    assert "stopped" == Card.read(tmp_path).status


def test_a_broken_card_of_an_older_run_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "demo.json").write_text('["not a card"]')

    assert Card() == Card.read(tmp_path)
