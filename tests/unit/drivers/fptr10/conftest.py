"""A library with the C interface of the vendor's, made by the system's compiler, and a virtual device behind it."""

from __future__ import annotations

import contextlib
import json
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pytest

from devices.commands import Baseline, Command, OpenShift, Result
from devices.drivers import connect
from devices.drivers.base import Endpoint
from devices.drivers.driver10.driver import Driver10
from devices.drivers.fptr10.channel import LibraryChannel
from devices.errors import DeviceError
from devices.ffd import DocumentType
from devices.simulator.device import VirtualDevice
from devices.simulator.trouble.fault import Rig
from devices.simulator.trouble.troubles import Troubles
from devices.simulator.web import tasks
from devices.simulator.web.errors import NO_LINK, TaskError
from devices.simulator.web.fields import lenient
from devices.simulator.web.host import Host
from tests.unit.drivers.conftest import CASHIER

SOURCE = Path(__file__).with_name("library.c")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library, compiled once."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler: the library cannot be made")
    made = tmp_path_factory.mktemp("fptr10") / "libfptr10.so"
    command = [compiler, "-D_GNU_SOURCE", "-shared", "-fPIC", "-Wall", "-Werror", "-o", str(made), str(SOURCE)]
    subprocess.run(command, check=True, timeout=60)
    return made


class Behind:
    """What the library talks to: each line is a task for the virtual device. A lost device ends the connection."""

    def __init__(self, device: VirtualDevice) -> None:
        self._host = Host(device)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(timeout=5)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with contextlib.closing(client), client.makefile("rwb") as stream, contextlib.suppress(OSError):
                if not self._host.is_linked:
                    continue
                for line in stream:
                    if not self._answer(stream, line):
                        break

    def _answer(self, stream: Any, line: bytes) -> bool:
        number, words, told = 0, "", ""
        try:
            told = json.dumps(tasks.run(self._host, lenient(line)) or "", ensure_ascii=False)
        except TaskError as error:
            if error.code == NO_LINK:
                return False
            number, words = error.code, error.words
        stream.write(f"{number}\t{words}\t{told}\n".encode())
        stream.flush()
        return True


@dataclass
class Shop:
    device: VirtualDevice
    troubles: Troubles
    driver: Driver10
    endpoint: Endpoint
    baselines: list[Baseline] = field(default_factory=list)

    def run(self, command: Command) -> Result:
        return self.driver.run(command, fence=self.baselines.append)

    def ending(self, command: Command) -> DeviceError | None:
        try:
            self.run(command)
        except DeviceError as error:
            return error
        return None

    def receipts(self) -> list[int]:
        kinds = (DocumentType.RECEIPT, DocumentType.CORRECTION)
        return [document.meta.total for document in self.device.documents if document.meta.type in kinds]


OpenShop = Callable[..., Shop]


@pytest.fixture
def open_shop(tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenShop]:
    """A device behind the library, with an open shift."""
    monkeypatch.setattr(LibraryChannel, "patience", 0.3)
    monkeypatch.setattr(LibraryChannel, "pause", 0.02)
    with ExitStack() as stack:

        def build(**wanted: Any) -> Shop:
            troubles = Troubles()
            device = stack.enter_context(VirtualDevice(tmp_path / "device", faults=troubles, **wanted))
            troubles.rig = Rig(device)
            behind = stack.enter_context(Behind(device))
            url = f"socket://{behind.address[0]}:{behind.address[1]}"
            endpoint = Endpoint(driver="fptr10", url=url, library=str(library))
            driver = connect(endpoint)
            assert isinstance(driver, Driver10)
            shop = Shop(device, troubles, driver, endpoint)
            stack.push(lambda *_: shop.driver.close())
            driver.run(OpenShift(cashier=CASHIER))
            return shop

        yield build


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop()
