"""A short run of `manage.py chaos`: everything real, faults at random, an audit of every archive (seed by chance)."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from kktoffice.processes import manage

pytestmark = [pytest.mark.worker, pytest.mark.timeout(300)]


def chaos(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KKT_")}
    return subprocess.run(
        manage("chaos", *words), capture_output=True, text=True, check=False, timeout=280, env=environment
    )


def test_under_fire_every_wish_is_registered_once(tmp_path: Path) -> None:
    ended = chaos("--sales", "24", "--dir", str(tmp_path / "town"))

    assert 0 == ended.returncode, ended.stdout[-6000:] + ended.stderr[-2000:]
    assert re.search(r"seed \d+: no difference", ended.stdout)
    assert "0 lost, 0 doubled, 0 wrong total, 0 wrong state, 0 unknown, 0 stuck" in ended.stdout


def test_nonsense_is_refused_in_words(tmp_path: Path) -> None:
    ended = chaos("--sales", "0")

    assert 1 == ended.returncode
    assert "--sales is 1 or more" in ended.stderr
