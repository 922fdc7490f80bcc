"""A virtual device in this process, at the far end of a real line: for tests, for the demo and for the command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.simulator.device import VirtualDevice
from devices.simulator.lines import PtyLine, TcpLine
from devices.simulator.port import Port

SERIAL, ETHERNET = 1, 6  # byte 29 of 3Fh
_NAMES = {0: "auto", 2: "2", 3: "3"}


def _transport(transport: int | str) -> str:
    return _NAMES[transport] if isinstance(transport, int) else transport


@contextmanager
def _started(port: Port) -> Iterator[Port]:
    """A port that is stopped again when its line cannot be had."""
    try:
        yield port
    except BaseException:
        port.stop()
        raise


def serve_pty(device: VirtualDevice, path: Path, *, transport: int | str = 3) -> PtyLine:
    """
    *device* behind a pseudo-terminal whose name is the link *path*; use it as a context manager, `line.url` is what
    pyserial opens.

    *transport*: 3, 2 or 0 (auto). Raises FileExistsError: *path* is something else than a link.
    """
    with _started(Port(device, _transport(transport), interface=SERIAL)) as port:
        return PtyLine(port, path)


def serve_tcp(device: VirtualDevice, host: str = "127.0.0.1", port: int = 0, *, transport: int | str = 3) -> TcpLine:
    """As `serve_pty`, behind a TCP socket; port 0 picks a free one. Raises OSError: the address is taken."""
    with _started(Port(device, _transport(transport), interface=ETHERNET)) as plug:
        return TcpLine(plug, host, port)


@contextmanager
def running_device(
    directory: Path, *, transport: int | str = 3, tcp: bool = False, speed: str = "fast", **wanted: Any
) -> Iterator[str]:
    """
    A device of *directory* for as long as the block lasts; gives its pyserial URL. *wanted* are fields of Options.
    """
    with VirtualDevice(directory, speed=speed, **wanted) as device:
        line = (
            serve_tcp(device, transport=transport) if tcp else serve_pty(device, directory / "tty", transport=transport)
        )
        with line:
            yield line.url
