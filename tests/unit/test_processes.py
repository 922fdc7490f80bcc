"""Children live exactly as long as we do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kktoffice.processes import PROJECT, Child, Family, ProcessFailed, free_port, listens, spawn
from tests.living import is_running

PATIENT = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]


def has_said(child: Child, word: str) -> bool:
    return word in child.log.read_text()


def test_a_child_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from kktoffice.processes import spawn\n"
        f"child = spawn('child', {PATIENT!r}, log=Path({str(tmp_path / 'log')!r}))\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=PROJECT) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        lived_before = is_running(pid)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        deadline = time.monotonic() + 5
        while is_running(pid) and time.monotonic() < deadline:
            time.sleep(0.02)

    assert (True, False) == (lived_before, is_running(pid))


def test_a_family_is_stopped_from_the_last_to_the_first(tmp_path: Path) -> None:
    ended: list[str] = []

    class Noting(Child):
        def stop(self, *, timeout: float = 15.0) -> None:
            super().stop(timeout=timeout)
            ended.append(self.name)

    with Family() as family:
        for name in ("first", "second", "third"):
            child = spawn(name, PATIENT, log=tmp_path / name)
            family.add(Noting(child.name, child.process, child.log))
        pids = [child.pid for child in family.children]

    assert ["third", "second", "first"] == ended
    assert [False, False, False] == [is_running(pid) for pid in pids]


def test_a_child_that_ignores_the_wish_to_stop_is_killed(tmp_path: Path) -> None:
    child = spawn("stubborn", STUBBORN, log=tmp_path / "log")
    child.wait_until(lambda: has_said(child, "up"), timeout=10)
    child.stop(timeout=0.2)

    assert -signal.SIGKILL == child.process.returncode


def test_a_child_that_ends_at_once_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    child = spawn("broken", [sys.executable, "-c", "raise SystemExit('no such port')"], log=tmp_path / "log")

    with pytest.raises(ProcessFailed, match=r"broken stopped with exit code 1\.(.|\n)*no such port"):
        child.wait_until(lambda: False, timeout=10)


def test_a_child_that_is_never_ready_is_told_after_the_time_out(tmp_path: Path) -> None:
    with Family() as family:
        child = family.add(spawn("slow", PATIENT, log=tmp_path / "log"))

        with pytest.raises(ProcessFailed, match="slow is not ready after 0 s"):
            child.wait_until(lambda: False, timeout=0.1)


def test_a_missing_program_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProcessFailed, match="no program /nowhere/at-all"):
        spawn("nothing", ["/nowhere/at-all"], log=tmp_path / "log")


def test_a_free_port_is_one_that_nobody_listens_on() -> None:
    port = free_port()

    assert not listens(port)


def test_our_own_process_runs_and_a_past_one_does_not() -> None:
    past = subprocess.Popen([sys.executable, "-c", ""])
    past.wait()

    assert (True, False) == (is_running(os.getpid()), is_running(past.pid))
