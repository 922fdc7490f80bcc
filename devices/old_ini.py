"""
The settings file of the old pipe service (ini.ini): what it says, and what of it cannot be understood.

Plain Python. Sections and keys are read as Windows did: in any case, the first of two wins; `;` and `#` open a comment.
Source: seed-pipe-protocol.md, «Settings it had per device»; the words and their order are those of the file that came
with the service, which also says what its cut modes are (0 none, 1 partial, 2 full).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from devices.commands import Align
from devices.pipe_models import Cut

MOST_DEVICES = 100
MOST_LINES = 50
ENCODINGS = ("utf-8-sig", "cp1251")
VARIABLES = (
    *("INN", "KPP", "Phone", "Phone2", "Fax", "Email", "WWW", "WorkTime", "Adr", "Name", "BankName", "KS", "RS", "BIK"),
    *(f"P{number}" for number in range(1, 11)),
)
_ALIGN = {0: Align.LEFT, 1: Align.CENTER, 2: Align.RIGHT}
_CUT = {0: Cut.NONE, 1: Cut.PARTIAL, 2: Cut.FULL}
_LOOKS = {
    "FontBold": "bold",
    "FontItalic": "italic",
    "FontUnderline": "underline",
    "FontNegative": "negative",
    "FontDblWidth": "double_width",
    "FontDblHeight": "double_height",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line above or below receipts, with its {variables} as they stand in the file."""

    text: str
    align: Align = Align.LEFT
    looks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OldDevice:
    """*section* is where it stands; *password* is the administrator's, which opens every mode of a device."""

    section: str
    number: int
    in_use: bool
    sets_clock: bool
    prints_discounts: bool
    prints_barcodes: bool
    password: str
    register_number: int
    cut: Cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A key of the file; shown as «[section] key»."""

    section: str
    key: str

    def __str__(self) -> str:
        return f"[{self.section}] {self.key}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """*code* names a sentence of the command, *value* what stands in the file (never of a password)."""

    at: Place
    code: str
    value: str = ""


@dataclass(slots=True, kw_only=True)
class OldSettings:
    """*errors* make a take-over impossible, *notes* are what is not taken over and why."""

    devices: list[OldDevice] = field(default_factory=list)
    header: list[Line] = field(default_factory=list)
    footer: list[Line] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    dry_run: bool = False
    pipe: str = ""
    sample_slip: bool = False
    errors: list[Trouble] = field(default_factory=list)
    notes: list[Trouble] = field(default_factory=list)


def decoded(raw: bytes) -> str:
    """The text of the file: UTF-8, or Windows-1251 where it is not."""
    try:
        return raw.decode(ENCODINGS[0])
    except UnicodeDecodeError:
        return raw.decode(ENCODINGS[1], "replace")


def read(text: str) -> OldSettings:
    """Everything at once: what can be taken over, and all that is wrong."""
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.found = OldSettings()
        self.values: dict[tuple[str, str], str] = {}
        self.names: dict[tuple[str, str], Place] = {}
        self.used: set[tuple[str, str]] = set()
        self._parse(text)

    def _parse(self, text: str) -> None:
        section = ""
        for number, raw in enumerate(re.split(r"\r\n|\r|\n", text.replace("\0", "")), 1):
            line = raw.strip("\ufeff \t")
            if not line or line[0] in ";#":
                continue
            if line.startswith("[") and line.endswith("]"):
                section = line[1:-1].strip()
                continue
            key, sign, value = line.partition("=")
            at = Place(section=section, key=key.strip())
            where = (section.lower(), at.key.lower())
            if not sign or not section:
                self.found.errors.append(Trouble(at=Place(section=section, key=f"№ {number}"), code="no_value"))
            elif where in self.values:
                self.found.notes.append(Trouble(at=at, code="twice"))
            else:
                self.values[where], self.names[where] = value.strip(), at

    def read(self) -> OldSettings:
        found = self.found
        found.dry_run = not self.flag("Options", "AtolRunComands", default=True)
        found.pipe = self.text("Options", "AtolCashRegisterPipe")
        found.sample_slip = self.flag("Options", "PrintTestChequeOnDevice1AfterInit", default=False)
        for number in range(1, self.whole("Devices", "Count", default=0, most=MOST_DEVICES) + 1):
            self.device(f"{number}Device")
        if not found.devices:
            found.errors.append(Trouble(at=Place(section="Devices", key="Count"), code="no_devices"))
        found.variables = {name: value for name in VARIABLES if (value := self.text("Variables", name))}
        found.header = self.lines("AtolHeader")
        found.footer = self.lines("AtolFooter")
        for where, at in self.names.items():
            if where not in self.used and at.section.lower() != "logs":
                found.notes.append(Trouble(at=at, code="unused"))
        return found

    def device(self, section: str) -> None:
        if not any(where[0] == section.lower() for where in self.values):
            self.found.errors.append(Trouble(at=Place(section=section, key=""), code="no_section"))
            return
        device = OldDevice(
            section=section,
            number=self.whole(section, "AtolDeviceNumber", default=1, most=10_000),
            in_use=self.flag(section, "AtolCashRegister", default=False),
            sets_clock=self.flag(section, "AtolSetTimeOnConnect", default=False),
            prints_discounts=self.flag(section, "AtolRegProductDiscount", default=False),
            prints_barcodes=self.flag(section, "AtolRegProductBarcode", default=False),
            password=self.password(section, "AtolAdminPassword"),
            register_number=self.whole(section, "AtolCashRegisterNumber", default=1, most=255),
            cut=_CUT[self.whole(section, "AtolCutAcquiringCheque", default=0, most=2)],
        )
        self.password(section, "AtolOperatorPassword")
        self.note(section, "AtolOperatorPassword", "one_password")
        self.note(section, "AtolFFDVersion", "device_tells")
        self.note(section, "AtolPrintReportsOnRealPrinter", "unused")
        if self.flag(section, "AtolRegProductNdsZero", default=False):
            self.note(section, "AtolRegProductNdsZero", "taxes")
        if any(other.number == device.number for other in self.found.devices):
            at = Place(section=section, key="AtolDeviceNumber")
            self.found.errors.append(Trouble(at=at, code="number_twice", value=str(device.number)))
        self.found.devices.append(device)

    def lines(self, section: str) -> list[Line]:
        count = self.whole(section, "Count", default=0, most=MOST_LINES)
        return [self.line(section, number) for number in range(1, count + 1)]

    def line(self, section: str, number: int) -> Line:
        looks = {look for key, look in _LOOKS.items() if self.flag(section, f"{number}{key}", default=False)}
        align = _ALIGN[self.whole(section, f"{number}Align", default=0, most=2)]
        return Line(text=self.text(section, f"{number}Str"), align=align, looks=frozenset(looks))

    def text(self, section: str, key: str) -> str:
        where = (section.lower(), key.lower())
        self.used.add(where)
        return self.values.get(where, "")

    def whole(self, section: str, key: str, *, default: int, most: int) -> int:
        text = self.text(section, key)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and int(text[:9]) <= most and len(text) < 9):
            at = Place(section=section, key=key)
            self.found.errors.append(Trouble(at=at, code=f"0..{most}", value=text[:40]))
            return default
        return int(text)

    def flag(self, section: str, key: str, *, default: bool) -> bool:
        return bool(self.whole(section, key, default=int(default), most=1))

    def password(self, section: str, key: str) -> str:
        text = self.text(section, key) or "30"
        if not (text.isascii() and text.isdigit() and len(text) <= 8):
            self.found.errors.append(Trouble(at=Place(section=section, key=key), code="password"))
        return text

    def note(self, section: str, key: str, code: str) -> None:
        if self.text(section, key):
            self.found.notes.append(Trouble(at=Place(section=section, key=key), code=code))
