"""
Prepare .venv with the standard library alone, so that `python3 manage.py …` works where there is nothing but Python.

Where Django can be imported nothing happens: a prepared environment or a container is left as it is. Otherwise the
pinned lock is installed into .venv beside this file, by uv (itself installed by pip) or by pip when uv cannot, and the
command runs again in there. `test` needs more than the rest: the development lock. A stamp with the hashes of the lock
files says what .venv holds, so the second start costs nothing. Indexes, proxies and certificates are pip's and uv's own
settings; pip's are handed on to uv.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "kktoffice.json"
LOG = VENV / "kktoffice-setup.log"
RUNTIME_LOCK = PROJECT / "requirements.lock"
DEV_LOCK = PROJECT / "requirements-dev.lock"
UV = "uv==0.13.8"
# Set for the process that runs inside the prepared environment, so that a broken one is an error and not a loop.
MARK = "KKT_BOOTSTRAPPED"

# pip's setting -> uv's environment variable.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
}


class SetupError(Exception):
    """A step failed; the message is one line for a person."""


def ensure(argv: list[str]) -> None:
    """Return when this interpreter can run the command in *argv*; otherwise prepare .venv and become its Python."""
    dev = argv[1:2] == ["test"]
    came_from_here = os.environ.pop(MARK, "")
    if _is_ready(dev=dev):
        return
    if came_from_here:
        sys.exit(f"kktoffice: {VENV} is broken (it has no Django): remove that folder and run the same again.")
    try:
        with _alone():
            if not _is_stamped(dev=dev):
                _prepare(dev=dev)
    except (SetupError, OSError) as error:
        sys.exit(f"kktoffice: {error}")
    except KeyboardInterrupt:
        sys.exit("kktoffice: stopped; the next run goes on from here.")
    os.environ[MARK] = "1"
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(PYTHON, [str(PYTHON), str(PROJECT / "manage.py"), *argv[1:]])


def _is_ready(*, dev: bool) -> bool:
    if importlib.util.find_spec("django") is None:
        return False
    if not dev:
        return True
    if Path(sys.prefix).resolve() == VENV:
        return _is_stamped(dev=True)
    return all(importlib.util.find_spec(name) is not None for name in ("pytest_django", "mypy", "ruff"))


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _is_stamped(*, dev: bool) -> bool:
    """Whether .venv holds what the lock files say; the development lock holds all of the runtime one."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return False
    if not PYTHON.exists() or stamp.get("runtime") != _hash(RUNTIME_LOCK):
        return False
    return not dev or stamp.get("dev") == _hash(DEV_LOCK)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the project's lock: of two commands started at once the second waits and then finds everything done."""
    import fcntl

    with RUNTIME_LOCK.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("another command is preparing .venv, waiting for it …")
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            pass  # a file system without locks: go on alone
        yield


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _prepare(*, dev: bool) -> None:
    started = time.monotonic()
    lock = DEV_LOCK if dev else RUNTIME_LOCK
    what = "the tools of the tests" if dev else "what kktoffice runs on"
    _say(f"kktoffice: installing {what} into {VENV} (about half a minute, only once)")
    pip = _environment()
    _install(pip, lock)
    stamp = {"runtime": _hash(RUNTIME_LOCK), "dev": _hash(DEV_LOCK) if dev else ""}
    partial = STAMP.with_suffix(".part")
    partial.write_text(json.dumps(stamp))
    partial.replace(STAMP)
    _say(f"kktoffice: ready in {time.monotonic() - started:.0f} s")


def _environment() -> list[str]:
    """Make .venv when it is missing or broken; return the command that is its pip."""
    try:
        VENV.mkdir(exist_ok=True)
    except OSError as error:
        raise SetupError(
            f"cannot write to {PROJECT} ({error.strerror}): put the project into a folder of yours."
        ) from error
    pip = [str(PYTHON), "-m", "pip"]
    if PYTHON.exists() and _works([*pip, "--version"]):
        return pip
    STAMP.unlink(missing_ok=True)
    if importlib.util.find_spec("ensurepip") is None:
        # Debian keeps ensurepip in a package of its own; a pip from elsewhere can serve an environment without one.
        outer = [sys.executable, "-m", "pip"]
        if _works([*outer, "--version"]):
            _make(["--without-pip"])
            return [*outer, "--python", str(PYTHON)]
        _install_venv_package()
    _make([])
    return pip


def _make(options: list[str]) -> None:
    for old in VENV.iterdir():
        if old.is_dir() and not old.is_symlink():
            shutil.rmtree(old)
        elif old != LOG:
            old.unlink()
    _step("a Python environment", [sys.executable, "-m", "venv", *options, str(VENV)])


def _install_venv_package() -> None:
    remedy = "apt-get install -y python3-venv"
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise SetupError(f"this Python has neither venv nor pip. As root: {remedy}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    if not _try(f"this Python lacks venv: {remedy}", remedy.split(), quiet):
        _try("the list of packages: apt-get update", ["apt-get", "update"], quiet)
        _step(remedy, remedy.split(), quiet)


def _install(pip: list[str], lock: Path) -> None:
    uv = VENV / "bin" / "uv"
    if uv.exists() or _try("the installer (uv)", [*pip, "install", "--quiet", UV]):
        command = [str(uv), "pip", "install", "--python", str(PYTHON), "--compile-bytecode", "-r", str(lock)]
        if _try(f"{_count(lock)} packages, by uv", command, _uv_settings(pip)):
            return
    try:
        _step(f"{_count(lock)} packages, by pip", [*pip, "install", "-r", str(lock)])
    except SetupError as error:
        raise SetupError(f"{error} Check the network and pip's settings (pip config list), then try again.") from error


def _count(lock: Path) -> int:
    return len(re.findall(r"^[\w.-]+==", lock.read_text(), re.MULTILINE))


def _uv_settings(pip: list[str]) -> dict[str, str]:
    """uv's environment with what pip is configured to use; a variable of uv's own always wins."""
    settings: dict[str, str] = {}
    listed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False).stdout
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}  # the later beats the earlier
    for section, name, value in re.findall(r"^(:env:|[\w-]+)\.([\w-]+)=(.+)$", listed, re.MULTILINE):
        with contextlib.suppress(ValueError, SyntaxError):
            found.setdefault(section, {})[name] = str(ast.literal_eval(value))
    for section in ("global", "install", ":env:"):
        for name, value in found[section].items():
            if name in UV_NAMES:
                separator = "," if name == "find-links" else " "
                settings[UV_NAMES[name]] = separator.join(value.split())
    if "UV_INDEX" in settings:
        settings["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip does: all indexes are equal
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    if not os.access(cache if cache.exists() else cache.parent, os.W_OK):
        settings["UV_NO_CACHE"] = "1"
    return {name: value for name, value in settings.items() if name not in os.environ}


def _works(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _try(title: str, command: list[str], environment: dict[str, str] | None = None) -> bool:
    try:
        _step(title, command, environment)
    except SetupError as error:
        _say(f"    did not work, trying another way ({error})")
        return False
    return True


def _step(title: str, command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run *command*, its words into the log, with a sign of life every five seconds. Raises SetupError: its error."""
    started = time.monotonic()
    _say(f"  - {title}")
    with LOG.open("ab") as log:
        log.write(f"\n$ {' '.join(command)}\n".encode())
        log.flush()
        begin = log.tell()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **(environment or {})}
        )
        while True:
            try:
                code = process.wait(timeout=5)
                break
            except subprocess.TimeoutExpired:
                _say(f"    still at it, {time.monotonic() - started:.0f} s")
            except BaseException:
                process.terminate()
                process.wait()
                raise
    if code != 0:
        words = LOG.read_bytes()[begin:].decode(errors="replace")
        lines = [line.strip() for line in words.splitlines() if line.strip()] or [f"exit code {code}"]
        told = next((line for line in lines if line.lower().startswith(("error", "e:"))), lines[-1])
        raise SetupError(f"{title} failed: {told} (the whole story: {LOG}).")
