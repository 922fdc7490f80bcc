"""What USB does to a register: put to sleep (L05), asked for a modem when it is plugged in (L06)."""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
import subprocess
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices import drivers, line, plugged, ports, watch
from devices.errors import ErrorCode, LinkError
from devices.models import Device, Job, Link
from devices.plugged import Plugged
from devices.protocol.atol.detect import open_session
from devices.protocol.atol.transport2 import Timers as Timers2
from devices.protocol.atol.transport3 import Timers as Timers3
from devices.protocol.link import Link as Wire
from devices.states import JobStatus
from tests.devices import memory_device
from tests.devices.asking import queued
from tests.devices.memory_device import DEVICES, MemoryDevice, Step
from tests.devices.test_watch import no_link as silence


@pytest.fixture
def usb(add_device: Callable[..., Device]) -> Device:
    """A register whose address looks like a port on USB."""
    return add_device("ttyACM0")


@pytest.fixture
def far_end(usb: Device) -> MemoryDevice:
    return DEVICES[usb.url]


def rest(device: Device, seconds: float) -> None:
    """The connection was last used so long ago."""
    ports.port_of(device).used_at -= seconds


@pytest.mark.django_db
def test_silence_after_a_rest_is_sleep_and_not_an_offline_register(usb: Device, far_end: MemoryDevice) -> None:
    watch.poll(usb)
    rest(usb, 3)
    far_end.faults[Step.LOOK] = silence
    watch.poll(usb)
    usb.refresh_from_db()
    assert ("link_slept", Link.ONLINE) == (usb.hold_code, usb.link)

    far_end.faults.clear()
    watch.poll(usb)
    usb.refresh_from_db()
    assert ("", Link.ONLINE) == (usb.hold_code, usb.link)


@pytest.mark.django_db
def test_a_second_silence_is_an_offline_register(usb: Device, far_end: MemoryDevice) -> None:
    watch.poll(usb)
    rest(usb, 3)
    far_end.faults[Step.LOOK] = far_end.faults[Step.CONNECT] = silence
    watch.poll(usb)
    watch.poll(usb)
    usb.refresh_from_db()

    assert ("device_offline", Link.OFFLINE) == (usb.hold_code, usb.link)


@pytest.mark.django_db
@pytest.mark.parametrize("seconds", [0.0, 3.0])
def test_silence_without_a_rest_or_in_the_network_is_what_it_is(
    add_device: Callable[..., Device], usb: Device, far_end: MemoryDevice, seconds: float
) -> None:
    device, memory = (usb, far_end) if not seconds else ((other := add_device("socket://till")), DEVICES[other.url])
    watch.poll(device)
    rest(device, seconds)
    memory.faults[Step.LOOK] = silence
    watch.poll(device)
    device.refresh_from_db()

    assert "device_offline" == device.hold_code


@pytest.mark.django_db
def test_a_receipt_that_met_a_sleeping_register_is_registered_once(usb: Device, far_end: MemoryDevice) -> None:
    watch.poll(usb)
    rest(usb, 3)
    far_end.faults[Step.START] = silence
    job = queued(usb)
    line.run_line("shop")
    job.refresh_from_db()
    assert (JobStatus.QUEUED, "link_slept") == (job.status, job.error_code)

    far_end.faults.clear()
    usb.refresh_from_db()
    watch.poll(usb)
    Job.objects.update(not_before=None)
    line.run_line("shop")
    job.refresh_from_db()
    assert JobStatus.DONE == job.status
    assert 1 == far_end.commands.count("receipt")


@pytest.fixture
def modem_seeker(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """A process of that name; *stdin* is what it holds."""
    path = tmp_path / "ModemManager"
    shutil.copy(shutil.which("sleep") or "/bin/sleep", path)
    running: list[subprocess.Popen[bytes]] = []

    def start(**more: object) -> subprocess.Popen[bytes]:
        running.append(subprocess.Popen([path, "30"], **more))  # type: ignore[call-overload]
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A pseudo-terminal under the name of a port on USB: its far end, and a path that may be unplugged."""
    far, near = pty.openpty()
    tty.setraw(near)
    port = tmp_path / "ttyACM0"
    port.symlink_to(os.ttyname(near))
    yield far, port
    os.close(near)
    os.close(far)


def test_a_port_that_a_seeker_of_modems_holds_is_probed(
    terminal: tuple[int, Path], modem_seeker: Callable[..., subprocess.Popen[bytes]]
) -> None:
    held = os.open(terminal[1], os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(held, fcntl.LOCK_EX)
    modem_seeker(stdin=held)
    os.close(held)

    with pytest.raises(LinkError, match=r"held by ModemManager \(\d+\)") as caught:
        Wire(str(terminal[1]))
    assert ErrorCode.PORT_PROBED == caught.value.code


@pytest.mark.parametrize(
    ("said", "code"),
    [(b"", ErrorCode.DEVICE_OFFLINE), (b"AT+GCAP\r", ErrorCode.PORT_PROBED)],
    ids=["silence", "rubbish"],
)
def test_rubbish_before_our_first_byte_and_no_answer_is_a_probed_port(
    terminal: tuple[int, Path], said: bytes, code: ErrorCode
) -> None:
    with Wire(str(terminal[1])) as wire:
        os.write(terminal[0], said)
        with pytest.raises(LinkError) as caught:
            open_session(wire, timers2=Timers2(enq=0.02), timers3=Timers3(hello=0.02))

    assert code == caught.value.code


def missing(port: Path) -> Plugged:
    """A port that was looked for in vain."""
    known = Plugged()
    known.failed(LinkError(ErrorCode.PORT_MISSING, str(port)))
    known.check(str(port))
    return known


def test_a_port_that_comes_back_is_left_alone_while_a_seeker_of_modems_runs(
    tmp_path: Path, modem_seeker: Callable[..., subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = tmp_path / "ttyACM0"
    known = missing(port)
    modem_seeker()
    port.touch()
    with pytest.raises(LinkError, match="ready in 15 s") as caught:
        known.check(str(port))
    monkeypatch.setattr(plugged, "WAIT_SECONDS", 0.0)
    known.check(str(port))

    assert ErrorCode.PORT_PROBED == caught.value.code
    assert not known.was_missing


def test_where_nothing_looks_for_modems_nobody_waits(tmp_path: Path) -> None:
    port = tmp_path / "ttyACM0"
    known = missing(port)
    port.touch()
    known.check(str(port))

    assert not known.was_missing


@pytest.mark.django_db
def test_a_port_that_was_missing_is_remembered_by_its_connection(usb: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: object) -> None:
        raise LinkError(ErrorCode.PORT_MISSING, usb.url)

    monkeypatch.setitem(drivers.DRIVERS, "memory", gone)
    watch.poll(usb)
    assert ports.port_of(usb).plugged.was_missing

    monkeypatch.setitem(drivers.DRIVERS, "memory", memory_device.connect)
    watch.poll(usb)
    usb.refresh_from_db()
    assert "" == usb.hold_code
