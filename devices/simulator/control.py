"""
The control socket: faults, buttons and state of a running virtual device, for programs and for people with `nc`.

One JSON object per line asks, one per line answers: {"ok": true, …} or {"ok": false, "error": "why"}.

    {"do": "set", "fault": "cut:command=4A,after=3"}   -> {"ok": true, "id": 1}
    {"do": "clear", "id": 1}, {"do": "clear"}          -> {"ok": true, "cleared": 1}
    {"do": "list"}                                     -> {"ok": true, "faults": [{"id", "fault", "hits", "spent"}]}
    {"do": "press", "button": "clock", "seconds": 60}  -> {"ok": true}
    {"do": "status"}                                   -> {"ok": true, "serial", "fn", "last_fd", "paper", …}
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import socketserver
import threading
from pathlib import Path
from typing import Any, Self

from devices.simulator.trouble.buttons import BUTTONS, press
from devices.simulator.trouble.fault import Rig
from devices.simulator.trouble.troubles import KINDS, Troubles

_LINE = 65536


def status(rig: Rig) -> dict[str, Any]:
    """How the device is, without waiting for the command that runs."""
    device, state = rig.device, rig.device.state
    return {
        "serial": device.options.serial,
        "fn": device.options.fn,
        "last_fd": device.archive.last_fd,
        "url": rig.line.url if rig.line else "",
        "clock": device.now.isoformat(),
        "power": not device.power_off_wanted,
        "shift": "closed" if not state.shift_open else "expired" if device.shift_expired else "open",
        "shift_number": state.shift_number,
        "receipt_open": state.receipt is not None,
        "unprinted": bool(state.pending),
        "unsent": device.unsent_count,
        **{name: getattr(state, name) for name in ("mode", "cash", "paper", "cover_open", "printer_fault")},
        "ofd_online": device.ofd_online,
    }


def answer(troubles: Troubles, asked: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError, KeyError, TypeError: the request makes no sense."""
    if troubles.rig is None:
        raise ValueError("the device is not up yet")
    words = {name: value for name, value in asked.items() if name != "do"}
    match asked.get("do"):
        case "set":
            return {"id": troubles.set(str(words["fault"]))}
        case "clear":
            return {"cleared": troubles.clear(words.get("id"))}
        case "list":
            return {"faults": troubles.report()}
        case "press":
            press(troubles.rig, str(words.pop("button")), words)
            return {}
        case "status":
            return status(troubles.rig)
        case "help":
            return {"faults": {kind: _words(found) for kind, found in KINDS.items()}, "buttons": list(BUTTONS)}
        case other:
            raise ValueError(f"do what? {other!r} is none of set, clear, list, press, status, help")


def _words(kind: type[object]) -> str:
    return " ".join((kind.__doc__ or "").split())


class _Asked(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        while line := self.rfile.readline(_LINE):
            if line.strip():
                self.wfile.write(self._answer(line) + b"\n")

    def _answer(self, line: bytes) -> bytes:
        try:
            said = {"ok": True, **answer(self.server.troubles, json.loads(line))}
        except KeyError as error:
            said = {"ok": False, "error": f"there is no {error}"}
        except (ValueError, TypeError, AttributeError, OSError) as error:
            said = {"ok": False, "error": str(error)}
        return json.dumps(said, ensure_ascii=False).encode()


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    troubles: Troubles


class _UnixServer(_Server):
    address_family = socket.AF_UNIX


class Control:
    """Listens at *address*, a path or HOST:PORT (port 0 picks a free one), while the block lasts. Raises OSError."""

    def __init__(self, troubles: Troubles, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._path: Path | None = None
        if host and port.isdecimal():
            self._server: _Server = _Server((host, int(port)), _Asked)
            bound = self._server.server_address
            self.address = f"{bound[0]!s}:{bound[1]}"
        else:
            self._path = Path(address)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                os.unlink(address)
            self._server = _UnixServer(address, _Asked)  # type: ignore[arg-type]
            self.address = address
        self._server.troubles = troubles
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), name="control", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._thread.join(timeout=5)
        self._server.server_close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
