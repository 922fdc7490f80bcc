"""`manage.py demo`: everything on this machine, one sale through it, and then yours to click and call until Ctrl-C."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from kktoffice.demo import NUMBER, Card, SaleFailed, next_tr_id, sale, sell
from kktoffice.processes import PROJECT, Family, PortBusy, ProcessFailed, free_port, hold_port
from kktoffice.sandbox import FolderBusy, Sandbox, alone, prepare
from kktoffice.terminal import framed, newest_paper

DEFAULT_PORT = 8000


class Command(BaseCommand):
    help = "Set everything up on this machine, register a sale on a virtual device, and stay until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="register the sale, stop everything and exit")
        parser.add_argument("--port", type=int, help=f"of the web server; by default {DEFAULT_PORT} or a free one")
        parser.add_argument("--dir", help="folder of all state (var/)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["dir"] or PROJECT / "var").resolve()
        words = ["demo", f"--dir={folder}", *(["--once"] if options["once"] else [])]
        if options["port"] is not None:
            words.append(f"--port={options['port']}")
        try:
            prepare(folder, words)
        except OSError as error:
            raise CommandError(f"cannot write to {folder} ({error.strerror}): choose another --dir") from error
        signal.signal(signal.SIGTERM, interrupt)
        signal.signal(signal.SIGHUP, interrupt)
        try:
            with alone(folder):
                self.run_demo(folder, port=options["port"], once=options["once"])
        except KeyboardInterrupt:
            self.say("everything is stopped")
        except (ProcessFailed, SaleFailed, FolderBusy, OSError) as error:
            raise CommandError(str(error)) from error

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
        port = self.claim_port(port)
        card = Card.read(folder)
        card.status, card.pids = "starting", {}
        self.say(f"kktoffice demo in {folder}")
        try:
            with Family() as family:
                sandbox = Sandbox(family, folder, card, self.step)
                sandbox.start(port)
                if not once:
                    sandbox.start_gateway()
                receipt = self.register_sale(card, folder)
                card.status = "running"
                card.write(folder)
                self.tell(card, receipt)
                if dead := family.dead():
                    raise dead.failure(f"stopped by itself with exit code {dead.process.returncode}")
                if not once:
                    self.stay(family)
                self.say("stopping …")
        finally:
            card.status, card.pids = "stopped", {}
            card.write(folder)
        self.say("everything is stopped")

    def claim_port(self, wished: int | None) -> int:
        """The port that the web server will have, ours from here on; 0 stands for any."""
        if wished == 0:
            wished = free_port()
        try:
            self.claim = hold_port("127.0.0.1", DEFAULT_PORT if wished is None else wished)
        except PortBusy as error:
            if wished is not None:
                raise CommandError(f"port {wished} cannot be taken ({error}): choose another --port") from error
            port = free_port()
            self.claim = hold_port("127.0.0.1", port)
            self.say(f"port {DEFAULT_PORT} is busy, taking {port}; choose one with --port")
            return port
        return DEFAULT_PORT if wished is None else wished

    def register_sale(self, card: Card, folder: Path) -> dict[str, Any]:
        tr_id = next_tr_id()
        connections.close_all()
        with self.step(f"sale {tr_id}: HTTP, queue, serial line, fiscal storage, paper"):
            receipt = sell(card, sale(tr_id=tr_id, device=card.device_id))
        self.say("\n" + framed(newest_paper(folder / "device").read_text()) + "\n")
        return receipt

    def tell(self, card: Card, receipt: dict[str, Any]) -> None:
        fiscal = receipt["fiscal"]
        control = card.device.get("control")
        trouble = f"\n  trouble    {control}   (docs/virtual-device.md)" if control else ""
        self.say(
            f"registered: {fiscal['total']} as document {fiscal['fd_number']} of fiscal storage {fiscal['fn_number']}, "
            f"sign {fiscal['fpd']}, shift {fiscal['shift_number']}, receipt {fiscal['receipt_number']}, {fiscal['at']}"
            "\n"
            f"\n  pages      {card.url}   login {card.login}   password {card.password}"
            f"\n  API        {card.api}   key {card.api_key}"
            f"\n  reading    {card.url}api/docs/"
            f"\n  pipe       {'   '.join(card.pipe.values())}   device {NUMBER} (docs/pipe.md)"
            f"\n  driver 10  {'   '.join(card.driver10.values())}   any login, the key is the password"
            f"\n  devices    {card.device['pty']} (the site's)   {card.device['tcp']} (free for experiments)"
            f"{trouble}"
            f"\n  logs       {card.logs}\n"
        )

    def stay(self, family: Family) -> None:
        self.say("Ctrl-C stops everything.")
        try:
            while (dead := family.dead()) is None:
                time.sleep(0.5)
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            self.say("")
            return
        raise dead.failure(f"stopped by itself with exit code {dead.process.returncode}")


def interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt
