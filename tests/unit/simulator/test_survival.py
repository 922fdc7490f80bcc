"""The device as a program: its command line, restarts, kill -9 at any moment (real processes)."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from devices.simulator.archive import Archive, Document, Meta
from devices.simulator.device import DirectoryInUse, VirtualDevice
from devices.simulator.options import StateMismatch
from devices.simulator.paper import Text
from tests.unit.simulator.client import Host2, Host3, hexed
from tests.unit.simulator.messages import BEGIN, MODE, Wall, bcd, close, decoded, eb, pay

ROOT = Path(__file__).parents[3]
BREAD = eb("Хлеб", price="1.00", amount="1.00")


def start(*arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "devices.simulator", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its URL; killed at the end if it still lives."""
    with start(*arguments) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline().split()
            assert ready[:1] == ["ready"], process.stderr and process.stderr.read()
            yield process, ready[1]
        finally:
            process.kill()
            process.communicate()


def failed(*arguments: str) -> tuple[int, str]:
    """Exit code and the one line that says why."""
    with start(*arguments) as process:
        _, said = process.communicate(timeout=20)
        return process.returncode, said


def sell(host: Host3) -> None:
    host.ok("92 00 01")
    host.ok(BEGIN)
    host.ok(BREAD)
    host.ok(pay(1, "1.00"))
    host.ok(close())


def begin(host: Host3) -> None:
    """To an open shift, whatever was before."""
    if host.ask("3F")[22]:
        host.ask("59")
    host.ask("48")
    host.ok(MODE[1])
    host.ask("9A 00")


def test_it_says_ready_and_ends_cleanly(tmp_path: Path) -> None:
    link = tmp_path / "tty"
    for number in (signal.SIGTERM, signal.SIGINT):
        with running("--pty", str(link), "--state", str(tmp_path / "state"), "--model", "77Ф") as (process, url):
            assert str(link) == url
            with Host3(url) as host:
                assert 69 == host.ask("A5")[3]
            process.send_signal(number)

            assert 0 == process.wait(timeout=10)
        assert not link.is_symlink()


def test_a_client_of_either_transport_is_answered_without_an_option(tmp_path: Path) -> None:
    with running("--tcp", "127.0.0.1:0", "--state", str(tmp_path)) as (_, url):
        with Host2(url) as host:
            old = host.ok("91 16 00 00")
        with Host3(url) as host:
            new = host.ok("91 16 00 00")

    assert hexed("00 10 69 00 00 00 42") == old == new


def test_a_port_and_identity_from_the_command_line(tmp_path: Path) -> None:
    identity = ("--serial", "106900000077", "--fn", "9999078900004399", "--rnm", "1111111111111111")
    who = ("--inn", "7800004568", "--organisation", "ИП Петров", "--taxation", "usn_income,psn", "--ffd", "1.05")
    with running("--tcp", "127.0.0.1:0", "--state", str(tmp_path), *identity, *who) as (_, url), Host3(url) as host:
        assert hexed("00 10 69 00 00 00 77") == host.ok("91 16 00 00")
        assert b"9999078900004399" == host.ok("A4 31")
        assert b"\x22" == host.ok("E9 26 04 00")[5:]
        assert "ИП Петров".encode("cp866") == host.ok("E9 18 04 00")[5:]
        assert hexed("02 02 02") == host.ok("91 36 00 00")[:3]


def test_it_does_not_start_where_it_cannot(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state"))
    with running("--tcp", "127.0.0.1:0", *state) as (_, url):
        port = url.rpartition(":")[2]
        code, said = failed("--tcp", "127.0.0.1:0", *state)
        assert (2, True) == (code, "another process keeps a device" in said)
        code, said = failed("--tcp", f"127.0.0.1:{port}", "--state", str(tmp_path / "other"))
        assert (2, True) == (code, "in use" in said)
    code, said = failed("--tcp", "127.0.0.1:0", *state, "--fn", "9999078900009999")
    assert (2, True) == (code, "holds another device: fn differ" in said)
    code, said = failed("--tcp", "127.0.0.1:0", *state, "--model", "nothing")
    assert (2, True) == (code, "unknown model 'nothing'; known: 30f" in said)


def test_everything_is_there_after_a_restart(tmp_path: Path, wall: Wall) -> None:
    with VirtualDevice(tmp_path, clock=wall) as device:
        for command in (MODE[1], "9A 00", "92 00 01", BEGIN, BREAD, pay(1, "5.00"), close(), "49 00 " + bcd(700, 5)):
            assert 0 == device.execute(hexed("0000" + command))[1]
        for command in ("50 04 00 01 01 00", "92 00 02", BEGIN, BREAD):
            assert 0 == device.execute(hexed("0000" + command))[1]
        asked = ("91 34 00 00", "91 33 00 00", "91 01 01 00", "91 0A 00 00", "91 14 00 00", "46 04 00 01 01", "A4 30")
        before = [device.execute(hexed("0000" + each)) for each in asked]
        state = device.execute(hexed("00003F"))

    with VirtualDevice(tmp_path, clock=wall) as device:
        assert before == [device.execute(hexed("0000" + each)) for each in asked]
        assert state[2:] == device.execute(hexed("00003F"))[2:]
        assert hexed("55 00 00") == device.execute(hexed("0000" + pay(1, "1.00")))[:3]
        assert hexed("55 00 00") == device.execute(hexed("0000" + close()))


@pytest.mark.timeout(180)
def test_kill_9_at_any_moment_loses_no_document_and_no_counter(tmp_path: Path) -> None:
    """Six times: sell until killed, start again, and the archive, the registers and the answers agree."""
    dice = random.Random(20261120)
    confirmed = 0
    for _ in range(6):
        with running("--tcp", "127.0.0.1:0", "--state", str(tmp_path)) as (process, url), Host3(url) as host:
            begin(host)
            end = time.monotonic() + dice.uniform(0.05, 0.4)
            try:
                while True:
                    sell(host)
                    confirmed += 1
                    if time.monotonic() > end:
                        host.ok("92 00 01")
                        host.ok(BEGIN)
                        host.ok(BREAD)
                        host.post(b"\xc1\x01\xd0\0\0" + hexed(pay(1, "1.00")))
                        host.post(b"\xc1\x01\xd1\0\0" + hexed(close()))
                        time.sleep(dice.uniform(0, 0.003))
                        process.kill()
                        host.read()
                        host.read()
                        host.read()
                        host.read()
                        process.wait()
                        break
            except (AssertionError, OSError, ValueError):
                process.wait()
    with VirtualDevice(tmp_path) as device:
        documents = device.documents
        receipts = [document for document in documents if document.meta.type == 3]

        assert list(range(1, len(documents) + 1)) == [document.meta.fd for document in documents]
        assert list(range(1, len(documents) + 1)) == [decoded(document.tlv)[1040] for document in documents]
        assert confirmed <= len(receipts) <= confirmed + 6
        assert list(range(1, len(receipts) + 1)) == [document.meta.receipt for document in receipts]
        assert 100 * len(receipts) == device.state.shift.of(1).sum == device.state.cash
        assert len(receipts) == device.state.fn_shift.of(1).count == device.state.shift_receipts


def test_a_document_registered_without_its_effects_gets_them_at_the_next_start(tmp_path: Path, wall: Wall) -> None:
    with VirtualDevice(tmp_path, clock=wall) as device:
        for command in (MODE[1], "9A 00", "92 00 01", BEGIN, BREAD, pay(1, "5.00")):
            device.execute(hexed("0000" + command))
        saved = (tmp_path / "state.json").read_text(encoding="utf-8")
        device.execute(hexed("0000" + close()))
    (tmp_path / "state.json").write_text(saved, encoding="utf-8")

    with VirtualDevice(tmp_path, clock=wall) as device:
        assert 0 == device.execute(hexed("00003F"))[22]
        assert hexed("55 00" + bcd(100, 7)) == device.execute(hexed("0000910A0000"))
        assert 0x12 == device.execute(hexed("0000913B0000"))[2]
        assert hexed("55 00 00") == device.execute(hexed("0000EE"))
        assert Text("ИТОГ                       =1.00") in device.roll.last()


def test_a_lost_state_is_told_again_by_the_documents(tmp_path: Path, wall: Wall) -> None:
    with VirtualDevice(tmp_path, clock=wall) as device:
        for command in (MODE[1], "9A 00", "92 00 01", BEGIN, BREAD, pay(1, "5.00"), close()):
            device.execute(hexed("0000" + command))
    (tmp_path / "state.json").write_text("{", encoding="utf-8")

    with VirtualDevice(tmp_path, clock=wall) as device:
        assert hexed("55 00" + bcd(100, 6)) == device.execute(hexed("000091010100"))
        assert device.state.shift_open
    assert (tmp_path / "state.broken").exists()


def test_a_torn_record_was_never_a_document(tmp_path: Path) -> None:
    path = tmp_path / "archive.fn"
    archive = Archive(path)
    for fd in (1, 2):
        archive.append(Document(Meta(type=3, fd=fd, fpd=fd, at="2026-11-20T09:00:00"), b"\x01" * 50))
    archive.close()
    whole = path.read_bytes()
    for size in range(len(whole) // 2, len(whole)):
        path.write_bytes(whole[:size])
        archive = Archive(path)

        assert 1 == archive.last_fd
        assert archive.get(2) is None
        archive.close()


def test_a_damaged_document_in_the_middle_is_not_hidden(tmp_path: Path) -> None:
    path = tmp_path / "archive.fn"
    archive = Archive(path)
    for fd in (1, 2):
        archive.append(Document(Meta(type=3, fd=fd, fpd=fd, at="2026-11-20T09:00:00"), b"\x01" * 50))
    archive.close()
    raw = bytearray(path.read_bytes())
    raw[60] ^= 0xFF
    path.write_bytes(raw)

    with pytest.raises(ValueError, match="document 1 is damaged"):
        Archive(path)


def test_documents_are_numbered_without_holes(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive.fn")
    with pytest.raises(ValueError, match="document 3 does not follow 0"):
        archive.append(Document(Meta(type=3, fd=3, fpd=1, at=""), b""))
    archive.close()


def test_a_folder_holds_one_device(tmp_path: Path) -> None:
    with VirtualDevice(tmp_path), pytest.raises(DirectoryInUse):
        VirtualDevice(tmp_path)
    with pytest.raises(StateMismatch, match="inn"):
        VirtualDevice(tmp_path, inn="7800004568")


def test_the_fiscal_sign_follows_from_the_storage_and_the_document(tmp_path: Path, wall: Wall) -> None:
    signs = []
    makes: dict[str, dict[str, Any]] = {"a": {}, "b": {}, "c": {"fn": "9999078900004313"}}
    for name, options in makes.items():
        with VirtualDevice(tmp_path / name, clock=wall, **options) as device:
            signs.append(device.documents[0].meta.fpd)

    assert signs[0] == signs[1] != signs[2]


def test_a_receipt_costs_one_fsync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    with VirtualDevice(tmp_path) as device:
        for command in (MODE[1], "9A 00"):
            device.execute(hexed("0000" + command))
        monkeypatch.setattr("os.fsync", synced.append)
        for command in ("92 00 01", BEGIN, BREAD, pay(1, "5.00"), close()):
            assert 0 == device.execute(hexed("0000" + command))[1]

    assert 1 == len(synced)


def test_an_archive_that_lost_documents_is_not_taken_for_the_same(tmp_path: Path) -> None:
    with VirtualDevice(tmp_path) as device:
        for command in (MODE[1], "9A 00"):
            device.execute(hexed("0000" + command))
    (tmp_path / "archive.fn").write_bytes(b"")

    with pytest.raises(ValueError, match="knows document 2, the archive ends at 0"):
        VirtualDevice(tmp_path)
    with pytest.raises(ValueError, match="knows document 2"):
        VirtualDevice(tmp_path)
