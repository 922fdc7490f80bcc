"""`manage.py demo`: everything on this machine, one sale through it, and then yours to click and call until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from kktoffice.demo import SITE, Card, SaleFailed, furnish, next_tr_id, sale, secret_key, sell
from kktoffice.health import is_heard
from kktoffice.management.commands.health import Command as Health
from kktoffice.management.commands.web import server_command
from kktoffice.processes import (
    PROJECT,
    Family,
    ProcessFailed,
    free_port,
    listens,
    manage,
    spawn,
    start_redis,
    virtual_device,
)
from kktoffice.terminal import framed, newest_paper

DEFAULT_PORT = 8000
# The folder that this process was prepared for: settings are read before arguments, so the command starts itself twice.
PREPARED = "KKT_DEMO_DIR"


class Command(BaseCommand):
    help = "Set everything up on this machine, register a sale on a virtual device, and stay until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="register the sale, stop everything and exit")
        parser.add_argument("--port", type=int, help=f"of the web server; by default {DEFAULT_PORT} or a free one")
        parser.add_argument("--dir", help="folder of all state (var/)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["dir"] or PROJECT / "var").resolve()
        if os.environ.get(PREPARED) != str(folder):
            self.start_again(folder, options)
        signal.signal(signal.SIGTERM, interrupt)
        signal.signal(signal.SIGHUP, interrupt)
        try:
            with only_demo_in(folder):
                self.run_demo(folder, port=options["port"], once=options["once"])
        except KeyboardInterrupt:
            self.say("stopped")
        except (ProcessFailed, SaleFailed) as error:
            raise CommandError(str(error)) from error

    def start_again(self, folder: Path, options: dict[str, Any]) -> NoReturn:
        """Become the same command with the demo's own settings; a real database or secret key is never touched."""
        try:
            (folder / "static").mkdir(parents=True, exist_ok=True)
            key = secret_key(folder)
        except OSError as error:
            raise CommandError(f"cannot write to {folder} ({error.strerror}): choose another --dir") from error
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "KKT_ALLOWED_HOSTS")}
        environment = {
            **kept,
            PREPARED: str(folder),
            "KKT_VAR_DIR": str(folder),
            "KKT_SECRET_KEY": key,
            "KKT_TLS": "0",
            "KKT_DEBUG": "0",
            "KKT_CALLBACKS_ALLOW_PRIVATE": "1",  # a developer's own server on this machine
        }
        words = [f"--dir={folder}", *(["--once"] if options["once"] else [])]
        if options["port"]:
            words.append(f"--port={options['port']}")
        sys.stdout.flush()
        os.execve(sys.executable, manage("demo", *words), environment)  # noqa: S606

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One line per step, with its seconds."""
        started = time.monotonic()
        self.stdout.write(f"  {what} …", ending="")
        self.stdout.flush()
        try:
            yield
        except BaseException:
            self.say("")
            raise
        self.say(f" {time.monotonic() - started:.1f} s")

    def run_demo(self, folder: Path, *, port: int | None, once: bool) -> None:
        port = self.choose_port(port)
        card = Card.read(folder)
        card.status, card.pids, card.logs = "starting", {}, str(folder / "logs")
        card.url = f"http://127.0.0.1:{port}/"
        card.api = f"{card.url}api/v1/"
        card.write(folder)
        self.say(f"kktoffice demo in {folder}")
        try:
            with Family() as family:
                self.start(family, folder, card, port)
                receipt = self.register_sale(card, folder)
                card.status, card.pids = "running", {child.name: child.pid for child in family.children}
                card.write(folder)
                self.tell(card, receipt, once=once)
                if not once:
                    self.stay(family)
                self.say("stopping …")
        finally:
            card.status, card.pids = "stopped", {}
            card.write(folder)
        self.say("everything is stopped")

    def choose_port(self, wished: int | None) -> int:
        if wished is not None:
            if listens(wished):
                raise CommandError(f"port {wished} of this machine is busy: choose another --port")
            return wished
        if not listens(DEFAULT_PORT):
            return DEFAULT_PORT
        port = free_port()
        self.say(f"port {DEFAULT_PORT} is busy, taking {port} (choose one with --port)")
        return port

    def start(self, family: Family, folder: Path, card: Card, port: int) -> None:
        logs = folder / "logs"
        environment: dict[str, str] = {}
        with self.step("database (SQLite)"):
            call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
            furnish(card, device_url=str(folder / "kkt0"))
            card.write(folder)
            connections.close_all()
        if not os.environ.get("REDIS_URL"):
            with self.step("Redis server"):
                child, environment["REDIS_URL"] = start_redis(folder / "redis", log=logs / "redis.log")
                family.add(child)
        with self.step("virtual devices: a pseudo-terminal for the site, TCP for experiments"):
            card.device = start_devices(family, folder)
        with self.step("web server"):
            web = family.add(
                spawn(
                    "web server",
                    server_command(host="127.0.0.1", port=port),
                    log=logs / "web.log",
                    environment=environment,
                )
            )
            web.wait_until(lambda: not Health().web_trouble(card.url), timeout=30)
        with self.step("site worker"):
            started = timezone.now()
            worker = family.add(
                spawn("site worker", manage("site_worker", SITE), log=logs / "worker.log", environment=environment)
            )
            worker.wait_until(lambda: is_heard(SITE, since=started), timeout=30)
        if "deliver_callbacks" in get_commands():
            family.add(
                spawn(
                    "callbacks",
                    manage("deliver_callbacks", "--loop"),
                    log=logs / "callbacks.log",
                    environment=environment,
                )
            )

    def register_sale(self, card: Card, folder: Path) -> dict[str, Any]:
        tr_id = next_tr_id()
        connections.close_all()
        with self.step(f"sale {tr_id}: HTTP, queue, serial line, fiscal storage, paper"):
            receipt = sell(card, sale(tr_id=tr_id, device=card.device_id))
        self.say("\n" + framed(newest_paper(folder / "device").read_text()) + "\n")
        return receipt

    def tell(self, card: Card, receipt: dict[str, Any], *, once: bool) -> None:
        fiscal = receipt["fiscal"]
        self.say(
            f"registered: {fiscal['total']} as document {fiscal['fd_number']} of fiscal storage {fiscal['fn_number']}, "
            f"sign {fiscal['fpd']}, shift {fiscal['shift_number']}, receipt {fiscal['receipt_number']}, {fiscal['at']}"
        )
        if once:
            return
        self.say(
            f"\n  pages    {card.url}   login {card.login}   password {card.password}"
            f"\n  API      {card.api}   key {card.api_key}"
            f"\n  reading  {card.url}api/docs/"
            f"\n  device   {', '.join(card.device.values())}"
            f"\n  logs     {card.logs}"
            "\n\nCtrl-C stops everything."
        )

    def stay(self, family: Family) -> None:
        try:
            while (dead := family.dead()) is None:
                time.sleep(0.5)
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self.say("")
            return
        raise dead.failure(f"stopped by itself with exit code {dead.process.returncode}")


def start_devices(family: Family, folder: Path) -> dict[str, str]:
    """One device for the site's worker, one for whoever wants to speak the protocol; returns where they are."""
    pty, port = folder / "kkt0", free_port()
    pty.unlink(missing_ok=True)
    ours = virtual_device("--pty", str(pty), "--state", str(folder / "device"))
    theirs = virtual_device(
        *("--tcp", f"127.0.0.1:{port}", "--state", str(folder / "device-tcp")),
        *("--serial", "00106900000043", "--fn", "9999078900004313"),
    )
    first = family.add(spawn("virtual device", ours, log=folder / "logs" / "device.log"))
    second = family.add(spawn("virtual device on TCP", theirs, log=folder / "logs" / "device-tcp.log"))
    first.wait_until(pty.exists, timeout=20)
    second.wait_until(lambda: listens(port), timeout=20)
    return {"pty": str(pty), "tcp": f"socket://127.0.0.1:{port}"}


def interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def only_demo_in(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. Raises CommandError: another demo runs in there."""
    with (folder / "demo.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            url = Card.read(folder).url
            raise CommandError(f"a demo runs in {folder} already ({url}): stop it or choose another --dir") from error
        yield
