"""
A bare machine: a Python without Django and a project without .venv.

The real environment takes a network and half a minute; here a package of one file stands for Django, installed by the
real pip from a folder, so that every step runs as it does for a newcomer.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import bootstrap
from kktoffice.processes import PROJECT

BARE = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
STAND_IN = 'import sys\n\n\ndef execute_from_command_line(argv):\n    print("ran", *argv[1:], "in", sys.prefix)\n'

pytestmark = pytest.mark.skipif(
    sys.prefix == sys.base_prefix or not BARE.exists(), reason="no Python without Django beside this one"
)


def wheel(folder: Path, version: str) -> None:
    """Write a package «django» whose only word is execute_from_command_line."""
    info = f"django-{version}.dist-info"
    files = {
        "django/__init__.py": "",
        "django/core/__init__.py": "",
        "django/core/management/__init__.py": STAND_IN,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: django\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
    with zipfile.ZipFile(folder / f"django-{version}-py3-none-any.whl", "w") as archive:
        for name, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(name, text)


def project_in(folder: Path) -> Path:
    (folder / "wheels").mkdir(parents=True)
    for version in ("1.0", "2.0"):
        wheel(folder / "wheels", version)
    for name in ("manage.py", "bootstrap.py"):
        shutil.copy(PROJECT / name, folder)
    (folder / "requirements.lock").write_text("# made by hand\ndjango==1.0\n")
    (folder / "requirements-dev.lock").write_text("# made by hand\ndjango==1.0\n")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_in(tmp_path_factory.mktemp("bare") / "a project")


def environment(project: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_", "PYTHON", "VIRTUAL"))
    }
    folder = f"{project}/wheels".replace(" ", "%20")
    return {**kept, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": f"file://{folder}", "PIP_CONFIG_FILE": os.devnull}


def run(project: Path, *words: str, cwd: str = "/", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(BARE), str(project / "manage.py"), *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env={**environment(project), **more},
        timeout=100,
    )


def test_a_bare_machine_is_prepared_from_any_folder_and_the_second_start_does_nothing(project: Path) -> None:
    first = run(project, "demo", "--once", cwd="/")
    second = run(project, "demo", cwd=str(project))

    assert (0, f"ran demo --once in {project}/.venv\n") == (first.returncode, first.stdout)
    assert "installing what kktoffice runs on" in first.stderr
    assert (0, f"ran demo in {project}/.venv\n", "") == (second.returncode, second.stdout, second.stderr)


def test_pip_does_it_where_uv_cannot_be_had(project: Path) -> None:
    run(project, "version")
    log = (project / ".venv" / "kktoffice-setup.log").read_text()

    assert f"pip install --quiet {bootstrap.UV}" in log
    assert f"-m pip install -r {project}/requirements.lock" in log


def test_the_tests_get_the_development_lock_and_the_demo_keeps_working(project: Path) -> None:
    tested = run(project, "test", "tests/unit")
    tested_again = run(project, "test")
    other = run(project, "demo")

    assert "installing the tools of the tests" in tested.stderr
    assert f"ran test tests/unit in {project}/.venv\n" == tested.stdout
    assert ["", ""] == [tested_again.stderr, other.stderr]


def test_a_changed_lock_is_installed_over_the_old_one(project: Path) -> None:
    run(project, "version")
    (project / "requirements.lock").write_text("django==2.0\n")
    changed = run(project, "version")
    held = sorted(path.name for path in project.glob(".venv/lib/*/site-packages/django-*"))

    assert "installing what kktoffice runs on" in changed.stderr
    assert ["django-2.0.dist-info"] == held


def test_a_broken_environment_is_made_anew(project: Path) -> None:
    run(project, "version")
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    run_again = run(project, "version")

    assert (0, f"ran version in {project}/.venv\n") == (run_again.returncode, run_again.stdout)


def test_two_first_starts_at_once_prepare_it_once(tmp_path: Path) -> None:
    project = project_in(tmp_path / "two")
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda word: run(project, word), ("one", "other")))
    told = "".join(each.stderr for each in runs)

    assert [0, 0] == [each.returncode for each in runs]
    assert 1 == told.count("installing what kktoffice runs on")


def test_what_cannot_be_installed_is_one_line_with_the_remedy(project: Path, tmp_path: Path) -> None:
    for name in ("manage.py", "bootstrap.py", "requirements-dev.lock"):
        shutil.copy(project / name, tmp_path)
    (tmp_path / "requirements.lock").write_text("not-there-at-all==1.0\n")
    failed = run(tmp_path, "demo")
    last = failed.stderr.splitlines()[-1]

    assert 1 == failed.returncode
    assert last.startswith("kktoffice: 1 packages, by pip failed: ERROR: Could not find a version")
    assert last.endswith("Check the network and pip's settings (pip config list), then try again.")
    assert not (tmp_path / ".venv" / bootstrap.STAMP.name).exists()


def test_an_environment_with_django_is_left_as_it_is(tmp_path: Path) -> None:
    project = project_in(tmp_path / "prepared")
    ran = run(project, "demo", PYTHONPATH=str(next(project.glob("wheels/django-1.0*.whl"))))

    assert (0, f"ran demo in {sys.base_prefix}\n", "") == (ran.returncode, ran.stdout, ran.stderr)
    assert not (project / ".venv").exists()


def test_uv_gets_what_pip_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = tmp_path / "pip.conf"
    settings.write_text(
        "[global]\nindex-url = http://127.0.0.1:1/simple\nextra-index-url = http://127.0.0.1:2/a http://127.0.0.1:2/b\n"
        "cert = /etc/ssl/own.pem\n[install]\nindex-url = http://127.0.0.1:3/simple\n"
    )
    for name in [*os.environ]:
        if name.startswith(("PIP_", "UV_", "SSL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_FIND_LINKS", "/one /two")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:4/simple")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    given = bootstrap._uv_settings([str(BARE), "-m", "pip"])
    wanted = {
        "UV_INDEX": "http://127.0.0.1:2/a http://127.0.0.1:2/b",
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "SSL_CERT_FILE": "/etc/ssl/own.pem",
        "UV_FIND_LINKS": "/one,/two",
    }

    assert wanted == {name: given.get(name) for name in wanted}
    assert "UV_DEFAULT_INDEX" not in given


def test_an_old_python_can_read_manage_py_far_enough_to_say_so() -> None:
    tree = ast.parse((PROJECT / "manage.py").read_text(), feature_version=(3, 4))
    first = next(node for node in tree.body if isinstance(node, ast.If))

    assert "sys.version_info < (3, 11)" == ast.unparse(first.test)
    assert not any(isinstance(node, ast.JoinedStr | ast.AnnAssign) for node in ast.walk(tree))


def test_the_locks_hold_every_requirement_exactly() -> None:
    for name in ("requirements", "requirements-dev"):
        lines = (PROJECT / f"{name}.lock").read_text().splitlines()
        pins = [line for line in lines if line and not line.startswith((" ", "#"))]

        assert [] == [pin for pin in pins if "==" not in pin]
        assert "index" not in "".join(pins)


def test_the_runtime_lock_is_part_of_the_development_lock() -> None:
    def pins(name: str) -> set[str]:
        lines = (PROJECT / name).read_text().splitlines()
        return {line.split(" ;")[0] for line in lines if line and not line.startswith((" ", "#"))}

    assert set() == pins("requirements.lock") - pins("requirements-dev.lock")


def test_a_stamp_is_plain_json_with_both_hashes(project: Path) -> None:
    run(project, "version")
    stamp = json.loads((project / ".venv" / bootstrap.STAMP.name).read_text())

    assert {"runtime", "dev"} == set(stamp)
