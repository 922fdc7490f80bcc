"""The old service's ini.ini is taken over in either code page; what is wrong with it is told by section and key."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from devices.models import Device, JournalEntry, Site
from devices.pipe_models import PaperLine

pytestmark = pytest.mark.django_db

INI = r"""
[Logs]
LocalLog=1
[Options]
AtolCashRegisterPipe=\\.\PIPE\atol_service
AtolRunComands=1
PrintTestChequeOnDevice1AfterInit=1
[Devices]
# how many
Count=2
[1Device]
AtolCashRegister=1
AtolDeviceNumber=1
AtolFFDVersion=1
AtolSetTimeOnConnect=1
AtolRegProductDiscount=1
AtolRegProductBarcode=0
AtolAdminPassword=4711
AtolOperatorPassword=1917
AtolCashRegisterNumber=7
AtolCutAcquiringCheque=2
[2device]
atolcashregister=0
AtolDeviceNumber=2
AtolRegProductNdsZero=1
[AtolHeader]
Count=2
1Str=ЗАО Рога и Копыта
1Align=1
1FontBold=1
2Str=ИНН {INN} КПП {kpp}
2Align=2
[AtolFooter]
Count=1
1Str=Спасибо!
[Variables]
INN=6600023456
KPP=660001001
Name=Рога и Копыта
"""


def run(folder: Path, text: str = INI, *words: str, encoding: str = "cp1251", **options: Any) -> str:
    file = folder / "ini.ini"
    file.write_bytes(text.replace("\n", "\r\n").encode(encoding))
    told = StringIO()
    with translation.override("en"):
        call_command("import_ini", str(file), *words, stdout=told, **options)
    return told.getvalue()


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8", "utf-8-sig"])
def test_site_devices_and_paper_are_taken_over_from_either_code_page(tmp_path: Path, encoding: str) -> None:
    run(tmp_path, INI, "--address", "1=socket://127.0.0.1:5555", encoding=encoding)
    site = Site.objects.get(code="main")
    first, second = site.devices.order_by("number")

    assert ("Рога и Копыта", "INN=6600023456\nKPP=660001001\nName=Рога и Копыта") == (site.name, site.variables)
    assert ("Касса 1", "socket://127.0.0.1:5555", True, True, "4711") == (
        first.name,
        first.url,
        first.is_enabled,
        first.sets_clock,
        first.operator_password,
    )
    assert (7, True, False, "full", False) == (
        first.pipe.register_number,
        first.pipe.prints_discounts,
        first.pipe.prints_barcodes,
        first.pipe.cut,
        first.pipe.dry_run,
    )
    assert (2, False, "") == (second.number, second.is_enabled, second.url)
    assert [
        ("header", "ЗАО Рога и Копыта", "center", True),
        ("header", "ИНН {INN} КПП {kpp}", "right", False),
        ("footer", "Спасибо!", "left", False),
    ] == [(row.place, row.text, row.align, row.bold) for row in first.paper_lines.all()]


def test_what_would_be_done_is_listed_first_and_a_dry_run_ends_there(tmp_path: Path) -> None:
    told = run(tmp_path, INI, "--dry-run")

    assert not Site.objects.exists()
    assert "[1Device], device 1, new, no address, is_enabled=True" in told
    assert "[AtolHeader] center bold: ЗАО Рога и Копыта" in told
    assert r"pipe_gateway --pipe \\.\PIPE\atol_service" in told
    assert "[2Device] AtolRegProductNdsZero: is not taken over" in told
    assert "Nothing was changed (--dry-run)." in told


def test_no_password_is_shown_or_noted(tmp_path: Path) -> None:
    told = run(tmp_path)

    assert not {word for word in ("4711", "1917") if word in told}
    assert not JournalEntry.objects.filter(after__contains="4711").exists()


def test_a_second_import_changes_and_doubles_nothing(tmp_path: Path) -> None:
    run(tmp_path, INI, "--address", "1=socket://127.0.0.1:5555")
    told = run(tmp_path, INI.replace("AtolCutAcquiringCheque=2", "AtolCutAcquiringCheque=1"))

    assert "device 1, changed, socket://127.0.0.1:5555" in told
    assert (2, 6) == (Device.objects.count(), PaperLine.objects.count())
    assert "partial" == Device.objects.get(number=1).pipe.cut


def test_answers_without_work_are_said_aloud(tmp_path: Path) -> None:
    told = run(tmp_path, INI.replace("AtolRunComands=1", "AtolRunComands=0"))

    assert "AtolRunComands=0" in told
    assert Device.objects.get(number=1).pipe.dry_run


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("Count=2", "Count=3", "[3Device]: there is no such section"),
        ("Count=2", "Count=0", "[Devices] Count: no device is named"),
        ("Count=2", "Count=two", "[Devices] Count: “two” is not a number from 0 to 100"),
        (
            "AtolCutAcquiringCheque=2",
            "AtolCutAcquiringCheque=3",
            "[1Device] AtolCutAcquiringCheque: “3” is not a number",
        ),
        ("AtolDeviceNumber=2", "AtolDeviceNumber=1", "[2Device] AtolDeviceNumber: number 1 belongs to a device above"),
        (
            "AtolAdminPassword=4711",
            "AtolAdminPassword=47x1",
            "[1Device] AtolAdminPassword: a password is up to 8 digits",
        ),
        ("1Align=1", "1Align=5", "[AtolHeader] 1Align: “5” is not a number from 0 to 2"),
        ("[Logs]", "[Logs]\nnonsense", "[Logs] № 3: line № 3 is neither a section nor KEY=value"),
    ],
)
def test_what_is_wrong_is_told_by_section_and_key_and_nothing_is_taken_over(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    with pytest.raises(CommandError) as error:
        run(tmp_path, INI.replace(before, after))

    assert told in str(error.value)
    assert "47x1" not in str(error.value)
    assert not Site.objects.exists()


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with translation.override("en"), pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_ini", str(tmp_path / "none.ini"))


def test_an_address_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="--address COM3: NUMBER=ADDRESS is expected"):
        run(tmp_path, INI, "--address", "COM3")
