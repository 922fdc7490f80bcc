"""The connection on a real line: which port it is, who else has it, whose clock is right, and who waits for whom."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import serial
from django.db import connection
from django.utils import translation
from serial.tools import list_ports
from serial.tools.list_ports_common import ListPortInfo

from devices import alarms, line, monitor, ports, watch
from devices.commands import CloseShift, CopyLast, OpenShift
from devices.errors import ErrorCode
from devices.messages import explain_hold
from devices.models import Device, Job, JobEvent, JournalEntry, Link
from devices.protocol import ports_of_host
from devices.protocol.atol import wire
from devices.simulator.faults import Faults
from devices.simulator.running import serve_pty
from devices.states import JobStatus
from tests.devices.asking import sale
from tests.devices.virtual import OpenShop, Shop, open_shop, shop
from tests.unit.drivers.conftest import impatient
from tests.unit.drivers.trouble import DeafAfter, PaperUntil

__all__ = ["impatient", "open_shop", "shop"]


def hold_words(row: Device, language: str = "ru") -> str:
    with translation.override(language):
        return str(explain_hold(row))


# Which port


def test_a_device_is_found_by_its_usb_serial_under_its_new_name(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(row={"url": "usb:00106900000001"})
    name = [os.path.realpath(shop.line.url)]

    def comports() -> list[ListPortInfo]:
        other, ours = ListPortInfo("/dev/ttyACM7"), ListPortInfo(name[0])
        other.serial_number, ours.serial_number = "another", "00106900000001"
        return [other, ours]

    monkeypatch.setattr(list_ports, "comports", comports)
    assert Link.ONLINE == shop.poll().link

    shop.unplug()
    assert Link.OFFLINE == shop.poll().link
    with serve_pty(shop.device, shop.device.directory / "tty again") as again:
        name[0] = os.path.realpath(again.url)
        assert (Link.ONLINE, "") == (shop.poll().link, shop.row.hold_code)
        assert JobStatus.DONE == shop.run(sale()).status


def test_a_serial_that_is_not_there_is_a_missing_port_and_no_other_is_tried(
    open_shop: OpenShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(row={"url": "usb:00106900000001"})
    other = ListPortInfo(os.path.realpath(shop.line.url))
    other.serial_number = "another"
    monkeypatch.setattr(list_ports, "comports", lambda: [other])

    assert (Link.OFFLINE, "port_missing") == (shop.poll().link, shop.row.hold_code)


@pytest.mark.parametrize(("url", "device"), [("usb:1", "/dev/a"), ("usb:1/2", "/dev/b"), ("/dev/c", "/dev/c")])
def test_of_two_interfaces_the_first_is_for_commands(monkeypatch: pytest.MonkeyPatch, url: str, device: str) -> None:
    found = []
    for name, location in (("/dev/b", "1-1:1.2"), ("/dev/a", "1-1:1.0")):
        port = ListPortInfo(name)
        port.serial_number, port.location = "1", location
        found.append(port)
    monkeypatch.setattr(list_ports, "comports", lambda: found)

    assert device == ports_of_host.resolve(url)


def test_a_link_that_points_elsewhere_after_plugging_is_followed(shop: Shop) -> None:
    assert JobStatus.DONE == shop.run(sale()).status
    shop.unplug()
    shop.poll()
    taken = os.openpty()  # so that the old number is not given again
    with serve_pty(shop.device, Path(shop.row.url)):
        assert Link.ONLINE == shop.poll().link
        assert JobStatus.DONE == shop.run(sale(200)).status
    for end in taken:
        os.close(end)


# Who else has it


def test_another_program_on_the_port_is_named(shop: Shop) -> None:
    path = os.path.realpath(shop.line.url)
    code = (
        f"import serial, sys; port = serial.Serial({path!r}, exclusive=True); print('has it', flush=True); "
        "sys.stdin.read()"
    )
    other = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert "has it" in other.stdout.readline()

        row = shop.poll()

        assert "port_busy" == row.hold_code
        assert f"({other.pid})" in row.hold_detail
        assert f"({other.pid}). Чеки ждут. Закройте её" in hold_words(row)
    finally:
        other.communicate("")

    assert (Link.ONLINE, "") == (shop.poll().link, shop.row.hold_code)


def test_a_program_without_a_port_holds_nothing(tmp_path: Path) -> None:
    assert "" == ports_of_host.holder(str(tmp_path / "nothing"))
    assert "" == ports_of_host.holder(str(tmp_path))


def test_our_port_is_not_given_to_a_second_program(shop: Shop) -> None:
    shop.poll()

    with pytest.raises(serial.SerialException):
        serial.Serial(os.path.realpath(shop.line.url), exclusive=True)


# Who answers


def test_another_storage_stops_everything_until_a_person_confirms_it(shop: Shop) -> None:
    shop.poll()
    ports.close()
    Device.objects.update(fn_number="9999078900009999")
    shop.row.refresh_from_db()

    job = shop.run(sale())
    assert (JobStatus.QUEUED, "wrong_device") == (job.status, shop.row.hold_code)
    words = hold_words(shop.row)
    assert "ожидали № " in words
    assert "9999078900009999" in words
    assert 1 == len(shop.device.documents)  # its registration

    monitor.adopt(shop.row, actor="petrova")
    shop.poll()
    line.run_line("shop")
    Job.objects.update(not_before=None)
    line.run_line("shop")
    job.refresh_from_db()
    assert JobStatus.DONE == job.status


# Whose clock


@pytest.mark.parametrize(
    ("off", "told"),
    [
        (30, None),
        (-50, None),
        (100, ("warning", "fast", 2)),
        (-240, ("warning", "slow", 4)),
        (360, ("alarm", "fast", 6)),
        (3 * 3600, ("alarm", "fast", 180)),
    ],
)
def test_a_clock_that_is_off_is_told(open_shop: OpenShop, off: int, told: tuple[str, str, int] | None) -> None:
    shop = open_shop(row={"sets_clock": False})
    shop.offset = datetime.timedelta(seconds=off)

    shop.poll()

    found = alarms.standing(shop.row, ErrorCode.CLOCK_DRIFT).first()
    assert told == (found and (found.detail["level"], found.detail["way"], found.detail["min"]))
    shop.offset = datetime.timedelta()
    shop.poll()
    assert 0 == alarms.standing(shop.row).count()


def test_a_clock_is_put_right_once_the_shift_is_closed(shop: Shop) -> None:
    shop.run(OpenShift())
    shop.offset = datetime.timedelta(minutes=6)
    shop.poll()
    assert 1 == alarms.standing(shop.row, ErrorCode.CLOCK_DRIFT).count()

    shop.offset = datetime.timedelta(minutes=-6)
    shop.device.state.last_document_at = ""
    shop.run(CloseShift())
    shop.poll()

    now = datetime.datetime.now(datetime.UTC).astimezone(datetime.timezone(datetime.timedelta(hours=3)))
    assert abs(shop.device.now - now.replace(tzinfo=None)) < datetime.timedelta(seconds=5)
    assert 0 == alarms.standing(shop.row).count()
    assert 1 == JournalEntry.objects.filter(kind="device.clock_set").count()


@pytest.mark.parametrize(
    ("row", "off"), [({"sets_clock": False}, 6), ({}, 180)], ids=["not allowed", "a wrong time zone"]
)
def test_a_clock_is_left_alone(open_shop: OpenShop, row: dict[str, object], off: int) -> None:
    shop = open_shop(row=row)
    shop.offset = datetime.timedelta(minutes=off)

    shop.poll()

    assert 0 == JournalEntry.objects.filter(kind="device.clock_set").count()
    assert 0 == shop.device.state.clock_offset


def test_a_clock_behind_the_last_document_stops_the_device_until_it_is_right(shop: Shop) -> None:
    shop.run(sale())
    shop.offset = datetime.timedelta(hours=-1)
    shop.poll()
    job = shop.run(sale(200))
    assert ("clock_behind", JobStatus.QUEUED) == (shop.row.hold_code, job.status)
    assert "На кассе стоит время раньше последнего чека." in hold_words(shop.row)

    shop.offset = datetime.timedelta()
    shop.poll()
    line.run_line("shop")
    job.refresh_from_db()
    assert ("", JobStatus.DONE) == (shop.row.hold_code, job.status)


# Who waits for whom


class Slow(Faults):
    """Every command takes its time once `seconds` is set."""

    seconds = 0.0
    count = 0

    def before_command(self, message: bytes) -> bytes | None:
        self.count += 1
        time.sleep(self.seconds)
        return None


@pytest.mark.django_db(transaction=True)
def test_a_sale_waits_for_one_exchange_of_a_poll_at_most(open_shop: OpenShop) -> None:
    slow = Slow()
    shop = open_shop(faults=slow)
    shop.poll()
    slow.seconds, slow.count = 0.2, 0

    def poll() -> None:
        watch.poll(Device.objects.select_related("site").get(pk=shop.row.pk))
        connection.close()

    started = time.monotonic()
    poll()
    whole, exchanges = time.monotonic() - started, slow.count
    waits = []
    for delay in (0.05, 0.3, 0.7):
        thread = threading.Thread(target=poll)
        thread.start()
        time.sleep(delay)
        started = time.monotonic()
        with ports.take(shop.row) as driver:
            waits.append(time.monotonic() - started)
            assert driver.last_document_number() == 1
        thread.join()

    print(f"a poll: {exchanges} exchanges, {whole:.2f} s; a sale waited {max(waits):.2f} s")
    assert 8 < exchanges
    assert max(waits) < 0.2 + 0.15
    assert ports.port_of(shop.row).driver is not None  # the same connection goes on


def test_the_times_of_commands_fit_what_devices_do() -> None:
    closing = (wire.OPEN_SHIFT, wire.CLOSE_RECEIPT, wire.Z_REPORT)
    state = (wire.STATE, wire.STATE_CODE, wire.DEVICE_TYPE)

    assert {row.name for row in closing if row.timeout < 60} == set()
    assert {row.name for row in state if not 3 <= row.timeout <= 10} == set()
    assert {row.name for row in wire.WIRE if not 3 <= row.timeout <= 180} == set()


# A dead network


def test_a_network_device_that_is_gone_without_a_word_is_told_with_its_address(open_shop: OpenShop) -> None:
    shop = open_shop(tcp=True)
    shop.poll()
    shop.unplug()

    row = shop.poll()

    assert Link.OFFLINE == row.link
    ports.close()
    row = shop.poll()
    assert f"Касса в сети не отвечает по адресу {row.url.removeprefix('socket://')}." in hold_words(row)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("tcp", [True, False])
def test_a_line_that_says_nothing_any_more_is_given_up_and_taken_up_again(open_shop: OpenShop, tcp: bool) -> None:
    deaf = DeafAfter()
    shop = open_shop(tcp=tcp, faults=deaf)
    shop.poll()
    deaf.left = 0

    assert (Link.OFFLINE, "link_lost") == (shop.poll().link, shop.row.hold_code)
    assert ports.port_of(shop.row).driver is None
    deaf.left = -1
    assert (Link.ONLINE, "") == (shop.poll().link, shop.row.hold_code)


# Paper


def test_a_torn_receipt_is_finished_when_paper_is_back_and_never_sent_again(open_shop: OpenShop) -> None:
    shop = open_shop(faults=PaperUntil("ИТОГ"))
    shop.run(OpenShift())
    shop.poll()
    job = shop.run(sale(14000))
    assert (JobStatus.DONE, False, "paper_out_mid_receipt") == (job.status, job.printed, shop.row.hold_code)
    documents = len(shop.device.documents)

    shop.poll()
    assert "paper_out_mid_receipt" == shop.row.hold_code
    shop.device.paper = True
    shop.poll()
    job.refresh_from_db()

    assert (True, "") == (job.printed, shop.row.hold_code)
    assert documents == len(shop.device.documents)
    assert ["print finished"] == [event.detail for event in JobEvent.objects.filter(job=job, detail__gt="")]
    assert 1 == shop.paper().count("ИТОГ")


def test_a_device_that_cannot_finish_goes_on_and_offers_a_copy(open_shop: OpenShop) -> None:
    class Stubborn(PaperUntil):
        def before_command(self, message: bytes) -> bytes | None:
            return bytes((0x55, 0x7A, 0)) if message[2] == 0xEE else None

    shop = open_shop(faults=Stubborn("ИТОГ"))
    job = shop.run(sale(14000))
    shop.device.paper = True
    for _ in range(2):
        shop.poll()
    job.refresh_from_db()

    assert (False, "") == (job.printed, shop.row.hold_code)
    assert 1 == JobEvent.objects.filter(job=job, detail="the register cannot finish the print").count()
    assert JobStatus.DONE == shop.run(CopyLast()).status


def test_a_device_that_finished_by_itself_is_believed(open_shop: OpenShop) -> None:
    shop = open_shop(faults=PaperUntil("ИТОГ"))
    job = shop.run(sale(14000))
    shop.device.paper = True
    shop.device.printer.print_pending()

    shop.poll()
    job.refresh_from_db()

    assert (True, "") == (job.printed, shop.row.hold_code)


def test_an_interrupted_closing_report_is_repeated_by_a_job_of_its_own_before_anything_else(
    open_shop: OpenShop,
) -> None:
    shop = open_shop()
    shop.run(sale())
    shop.device.state.z_interrupted = True
    waiting = shop.run(sale(300))
    assert (JobStatus.QUEUED, "z_interrupted") == (waiting.status, shop.row.hold_code)

    shop.poll()
    Job.objects.update(not_before=None)
    watch.look("shop")
    shop.poll()
    Job.objects.update(not_before=None)
    watch.look("shop")
    waiting.refresh_from_db()

    close = Job.objects.get(kind=CloseShift.kind)
    assert ("system", JobStatus.DONE) == (close.source, close.status)
    assert close.baseline
    assert JobStatus.DONE == waiting.status
    assert [close.result["document"]["fd_number"] + 2] == [waiting.result["document"]["fd_number"]]
