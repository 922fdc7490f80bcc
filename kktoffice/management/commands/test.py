"""
`manage.py test`: everything that CI checks; `manage.py test ARGUMENTS…`: pytest alone with those arguments.

bootstrap.py has installed the development lock before this runs. A browser is installed here when we may.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from django.core.management.base import BaseCommand

from kktoffice.processes import PROJECT, manage

OURS = ("devices", "kktoffice", "receipts", "tests", "manage.py", "bootstrap.py")
RESULTS = PROJECT / "test-reports"  # not test-results: pytest-playwright empties that
CHECKS = {
    "style (ruff check)": [sys.executable, "-m", "ruff", "check", "."],
    "format (ruff format)": [sys.executable, "-m", "ruff", "format", "--check", "."],
    "types (mypy)": [sys.executable, "-m", "mypy", *OURS],
    "system checks": manage("check"),
    "migrations": manage("makemigrations", "--check", "--dry-run"),
}
# What has no database or always its own, speaks to devices alone, or tries the words of a face: not run twice.
_ON_ONE_DATABASE = (
    *("tests/unit", "tests/deploy", "tests/browser"),
    *("tests/pipe/test_cases.py", "tests/pipe/test_fuzz.py", "tests/pipe/test_doors.py"),
    *("tests/driver10/test_cases.py", "tests/driver10/test_fuzz.py", "tests/receipts/test_fuzz.py"),
    *("tests/integration/test_chaos.py", "tests/integration/test_demo.py", "tests/integration/test_worked_receipts.py"),
    *("tests/integration/test_library_ring.py", "tests/integration/test_web_ring.py"),
)
SUITES = {
    "SQLite": ["tests"],
    "PostgreSQL": ["tests", "--pg", *(f"--ignore={path}" for path in _ON_ONE_DATABASE)],
}
# Whole files side by side: what a file shares between its tests is made once. One more than there are processors, since
# half of the time is spent waiting for devices, workers and browsers.
PROCESSES = ["-n", str(min((os.cpu_count() or 1) + 1, 5)), "--dist", "loadfile"]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_PACKAGES = ("chromium", "fonts-dejavu-core")


def clean_environment() -> dict[str, str]:
    """Ours without what configures a running system: the tests bring their own database and Redis."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("KKT_") and name not in ("DATABASE_URL", "REDIS_URL")
    }


def count(report: Path) -> Counter[str]:
    """Outcomes of one pytest run by its JUnit report; empty when it was not written."""
    outcomes: Counter[str] = Counter()
    if report.exists():
        for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314 - pytest wrote it just now
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            skipped = int(suite.get("skipped", 0))
            outcomes["passed"] += int(suite.get("tests", 0)) - failed - skipped
            outcomes["failed"] += failed
            outcomes["skipped"] += skipped
    return outcomes


class Command(BaseCommand):
    help = "Run ruff, mypy, the system checks and all tests, on SQLite and on PostgreSQL; with arguments: pytest alone."
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        if argv[2:] in (["--help"], ["-h"]):
            self.print_help(argv[0], argv[1])
            return
        os.chdir(PROJECT)
        if argv[2:]:
            self.install_browser()
            sys.stdout.flush()
            os.execve(sys.executable, [sys.executable, "-m", "pytest", *argv[2:]], clean_environment())  # noqa: S606
        sys.exit(self.run_all())

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(self.run_all())

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def run_all(self) -> int:
        started = time.monotonic()
        self.install_browser()
        failed = [name for name, command in CHECKS.items() if not self.run_check(name, command)]
        outcomes: Counter[str] = Counter()
        for name, arguments in SUITES.items():
            self.say(f"== tests on {name}")
            report = RESULTS / f"{name.lower()}.xml"
            report.unlink(missing_ok=True)
            command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *PROCESSES, *arguments]
            if subprocess.run(command, env=clean_environment(), check=False).returncode != 0:
                failed.append(f"tests on {name}")
            outcomes += count(report)
        counts = ", ".join(f"{outcomes[name]} {name}" for name in ("passed", "failed", "skipped") if outcomes[name])
        verdict = f"FAILED: {', '.join(failed)}; " if failed else "all well: "
        self.say(f"== {verdict}{counts or 'no test ran'} in {time.monotonic() - started:.0f} s")
        return 1 if failed else 0

    def run_check(self, name: str, command: list[str]) -> bool:
        started = time.monotonic()
        result = subprocess.run(
            command, env=clean_environment(), check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        well = result.returncode == 0
        self.say(f"== {name}: {'well' if well else 'FAILED'} ({time.monotonic() - started:.1f} s)")
        if not well:
            self.say(result.stdout.rstrip())
        return well

    def install_browser(self) -> None:
        """Chromium from the distribution, when there is none and we may; otherwise say what its absence means."""
        if any(shutil.which(name) for name in BROWSERS):
            return
        install = ["apt-get", "install", "-y", "--no-install-recommends", *BROWSER_PACKAGES]
        if os.geteuid() != 0 or shutil.which("apt-get") is None:
            self.say(f"== browser: none here, its tests are skipped; to run them, as root: {' '.join(install)}")
            return
        self.say("== browser: installing Chromium for the page tests (some 350 MB, half a minute)")
        log = RESULTS / "browser.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("wb") as output:
            environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
            for command in (install, ["apt-get", "update"], install):
                done = subprocess.run(command, stdout=output, stderr=output, env=environment, check=False)
                if command is install and done.returncode == 0:
                    return
        self.say(f"== browser: apt-get could not install it, its tests are skipped (see {log})")
