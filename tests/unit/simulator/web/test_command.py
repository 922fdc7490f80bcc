"""The command `virtual_device --web`, as a person starts it."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

PROJECT = Path(__file__).resolve().parents[4]


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "devices.simulator", *arguments]
    return subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize("line", [(), ("--tcp", "127.0.0.1:0")], ids=["alone", "beside a line"])
def test_it_says_where_it_listens_and_ends_when_it_is_told(tmp_path: Path, line: tuple[str, ...]) -> None:
    with start("--web", "127.0.0.1:0", "--state", str(tmp_path), *line) as process:
        assert process.stdout is not None
        words = process.stdout.readline().split()
        url = urlsplit(next(word for word in words if word.startswith("http://")))
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=10)
        connection.request("GET", "/api/v2/serverInfo")
        status = connection.getresponse().status
        connection.close()
        process.send_signal(signal.SIGTERM)

        assert 0 == process.wait(timeout=20)
    assert ("ready", 200) == (words[0], status)
    assert bool(line) == any(word.startswith("socket://") for word in words)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "one of --pty, --tcp and --web is needed"),
        (("--web", "16732"), "--web wants HOST:PORT"),
        (("--web", "127.0.0.1:0", "--fault", "renamed"), "the device has no line"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    with start("--state", str(tmp_path), *arguments) as process:
        _, said = process.communicate(timeout=20)

    assert 2 == process.returncode
    assert words in said
    assert 1 == said.count("\n")
