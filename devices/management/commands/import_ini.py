"""The settings of the old pipe service, taken over: a site, its devices, and how they serve the old programs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from devices import journal, old_ini
from devices.models import Device, Site
from devices.old_ini import OldDevice, OldSettings, Trouble
from devices.pipe_models import PaperLine, PipeSettings

WORDS = {
    "no_value": lazy("line %(key)s is neither a section nor KEY=value"),
    "no_devices": lazy("no device is named"),
    "no_section": lazy("there is no such section"),
    "number_twice": lazy("number %(value)s belongs to a device above"),
    "password": lazy("a password is up to 8 digits"),
    "twice": lazy("stands twice, the first one counts"),
    "unused": lazy("is not needed here"),
    "one_password": lazy("is not needed: the administrator's opens every mode"),
    "device_tells": lazy("is not needed: the register says which FFD it works by"),
    "taxes": lazy("is not taken over, the old service did nothing with it; if it is meant, set “VAT of every item”"),
}


class Command(BaseCommand):
    help = "Takes over ini.ini of the old pipe service: lists what it finds, then creates or changes site and devices."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="ini.ini, in Windows-1251 or UTF-8")
        parser.add_argument("--dry-run", action="store_true", help="only list what would be done")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--site", default="main", help="code of the site (main)")
        parser.add_argument("--site-name", default="", help="its name, if it is new; by default Name of [Variables]")
        parser.add_argument(
            "--address",
            action="append",
            default=[],
            metavar="NUMBER=ADDRESS",
            help="where a device is, as 1=/dev/serial/by-id/… or 2=socket://10.0.0.5:5555; the old file does not know",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            settings = old_ini.read(old_ini.decoded(options["file"].read_bytes()))
        except OSError as error:
            raise CommandError(_("%(file)s cannot be read: %(why)s.") % {
                "file": options["file"], "why": error.strerror,
            }) from error  # fmt: skip
        addresses = _addresses(options["address"])
        code = options["site"]
        validate_slug(code)
        for line in _listed(settings, code, addresses):
            self.stdout.write(line)
        for note in settings.notes:
            self.stdout.write(f"  ! {_told(note)}")
        if settings.errors:
            told = "\n".join(f"  {_told(error)}" for error in settings.errors)
            raise CommandError(_("Nothing was taken over:\n%(errors)s") % {"errors": told})
        if options["dry_run"]:
            self.stdout.write(_("Nothing was changed (--dry-run)."))
            return
        if not options["yes"] and sys.stdin.isatty() and input(_("Take this over? [y/N] ")).strip().lower() != "y":
            self.stdout.write(_("Nothing was changed."))
            return
        taken = take_over(settings, code=code, name=options["site_name"], addresses=addresses)
        self.stdout.write(_("Taken over: site %(site)s, %(n)d devices.") % {"site": code, "n": len(taken)})
        for device in taken:
            if not device.url:
                words = _("Device %(number)s has no address and is not in use: set it in /admin/ or with --address.")
                self.stdout.write(words % {"number": device.number})


def _told(trouble: Trouble) -> str:
    if trouble.code.startswith("0.."):
        words = _("“%(value)s” is not a number from 0 to %(most)s")
        return f"{trouble.at}: {words % {'value': trouble.value, 'most': trouble.code[3:]}}"
    return f"{trouble.at}: {WORDS[trouble.code] % {'key': trouble.at.key, 'value': trouble.value}}"


def _addresses(told: Iterable[str]) -> dict[int, str]:
    found = {}
    for each in told:
        number, sign, address = each.partition("=")
        if not (sign and number.isdigit() and address):
            raise CommandError(_("--address %(told)s: NUMBER=ADDRESS is expected.") % {"told": each})
        found[int(number)] = address
    return found


def _listed(settings: OldSettings, code: str, addresses: dict[int, str]) -> Iterable[str]:
    """What is going to be done. No password is in it."""
    site = Site.objects.filter(code=code).first()
    yield _("Site %(code)s: %(state)s") % {"code": code, "state": _("is there") if site else _("new")}
    for device in settings.devices:
        known = site.devices.filter(number=device.number).first() if site else None
        parts = [
            f"[{device.section}]",
            _("device %(number)s") % {"number": device.number},
            _("changed") if known else _("new"),
            addresses.get(device.number) or (known.url if known else _("no address")),
            *(f"{name}={value}" for name, value in _fields(device, settings).items()),
        ]
        yield "  " + ", ".join(str(part) for part in parts)
    for name, lines in (("AtolHeader", settings.header), ("AtolFooter", settings.footer)):
        for line in lines:
            yield f"  [{name}] {line.align.value} {' '.join(sorted(line.looks))}: {line.text}".replace(" :", ":")
    for name, value in settings.variables.items():
        yield f"  [Variables] {name}={value}"
    if settings.dry_run:
        yield "  ! " + _("AtolRunComands=0: the devices will answer without doing anything (dry run).")
    if settings.pipe:
        yield "  " + _("Its programs find it again by: pipe_gateway --pipe %(name)s") % {"name": settings.pipe}
    if settings.sample_slip:
        yield "  " + _("A sample slip at start is an option: pipe_gateway --sample-slip 1")


def _fields(device: OldDevice, settings: OldSettings) -> dict[str, Any]:
    """What the file decides, by the names of our rows; of the device and of its settings for old programs."""
    return {
        "is_enabled": device.in_use,
        "sets_clock": device.sets_clock,
        "register_number": device.register_number,
        "prints_discounts": device.prints_discounts,
        "prints_barcodes": device.prints_barcodes,
        "cut": device.cut.value,
        "dry_run": settings.dry_run,
    }


@journal.atomic()
def take_over(settings: OldSettings, *, code: str, name: str, addresses: dict[int, str]) -> list[Device]:
    """Create or change the site *code* and its devices as *settings* says; all of it or nothing."""
    named = name or settings.variables.get("Name", "")[:120] or code
    site, _created = Site.objects.get_or_create(code=code, defaults={"name": named})
    site.variables = "\n".join(f"{name}={value}" for name, value in settings.variables.items())
    site.save(update_fields=["variables"])
    devices = []
    for old in settings.devices:
        device, _created = Device.objects.get_or_create(
            site=site, number=old.number, defaults={"name": _free_name(site, old.number), "url": ""}
        )
        fields = _fields(old, settings)
        device.url = addresses.get(old.number, device.url)
        device.is_enabled = fields.pop("is_enabled") and bool(device.url)
        device.sets_clock = fields.pop("sets_clock")
        device.operator_password = old.password
        device.save(update_fields=["url", "is_enabled", "sets_clock", "operator_password"])
        PipeSettings.objects.update_or_create(device=device, defaults=fields)
        _paper(device, settings)
        after = {"number": old.number, "url": device.url, "is_enabled": device.is_enabled, **fields}
        journal.add("device.imported", f"device:{device.pk}", actor="console: import_ini", after=after)
        devices.append(device)
    return devices


def _free_name(site: Site, number: int) -> str:
    name = f"Касса {number}"
    taken = set(site.devices.values_list("name", flat=True))
    return next(each for each in (name, *(f"{name} ({more})" for more in range(2, 1000))) if each not in taken)


def _paper(device: Device, settings: OldSettings) -> None:
    device.paper_lines.all().delete()
    PaperLine.objects.bulk_create(
        PaperLine(
            device=device,
            place=place,
            order=order,
            text=line.text[:500],
            align=line.align.value,
            **dict.fromkeys(line.looks, True),
        )
        for place, lines in ((PaperLine.Place.HEADER, settings.header), (PaperLine.Place.FOOTER, settings.footer))
        for order, line in enumerate(lines, 1)
    )
