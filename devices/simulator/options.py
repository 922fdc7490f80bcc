"""Who the virtual device is: everything that a registration fixes, kept in device.json from the first start on."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from devices.ffd import FfdVersion
from devices.simulator.files import write_whole
from devices.simulator.profiles import DEFAULT_MODEL, Profile, find_profile

FFD_BY_LABEL = {version.label: version for version in FfdVersion if version is not FfdVersion.V1_0}
VAT_MODES = ("positions", "rate_total")


class StateMismatch(ValueError):
    """The state folder belongs to another device than the one asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    Identity and registration. Defaults are the invented seller A of ffd.md section 9.

    *taxations* is the bit mask of tag 1062. *vat_mode*: the receipt's VAT of a rate is the sum of the rounded position
    taxes («positions») or the tax of the rate's total («rate_total»), ffd.md 5.5. *ffd* is a label: 1.05, 1.1, 1.2.
    """

    model: str = DEFAULT_MODEL
    ffd: str = "1.2"
    serial: str = "00106900000042"
    fn: str = "9999078900004312"
    rnm: str = "1234567890043947"
    inn: str = "7700001235"
    organisation: str = 'ООО "Ромашка"'
    address: str = "109012, г. Москва, ул. Никольская, д. 1"
    place: str = "Магазин"
    taxations: int = 1
    vat_mode: str = "positions"
    sender_email: str = "shop@example.com"
    fns_site: str = "www.nalog.gov.ru"
    ofd_inn: str = "7710000009"
    ofd_name: str = "Виртуальный ОФД"

    def __post_init__(self) -> None:
        find_profile(self.model)
        if self.ffd not in FFD_BY_LABEL:
            raise ValueError(f"unknown FFD version {self.ffd!r}; known: {', '.join(FFD_BY_LABEL)}")
        if self.vat_mode not in VAT_MODES:
            raise ValueError(f"unknown VAT mode {self.vat_mode!r}; known: {', '.join(VAT_MODES)}")
        for name, size in (("serial", 14), ("fn", 16)):
            if not (getattr(self, name).isdecimal() and len(getattr(self, name)) <= size):
                raise ValueError(f"{name} must be up to {size} digits")
        if not (self.inn.isdecimal() and len(self.inn) in (10, 12)):
            raise ValueError("inn must be 10 or 12 digits")
        if not 0 < self.taxations < 64:
            raise ValueError("taxations must be a mask of the six tax systems, 1..63")

    @property
    def profile(self) -> Profile:
        return find_profile(self.model)

    @property
    def version(self) -> FfdVersion:
        return FFD_BY_LABEL[self.ffd]

    @property
    def default_taxation(self) -> int:
        """The lowest bit: what a receipt carries when the host says nothing (table 2 field 110)."""
        return self.taxations & -self.taxations


def load_options(directory: Path, **wanted: Any) -> Options:
    """
    The device of *directory*: what its first start fixed; at the first start, defaults with *wanted* over them.

    Raises StateMismatch: *wanted* names something that the device living there is not.
    """
    path = directory / "device.json"
    if not path.exists():
        options = Options(**wanted)
        write_whole(path, json.dumps(asdict(options), ensure_ascii=False, indent=1), durable=True)
        return options
    stored = json.loads(path.read_text(encoding="utf-8"))
    known = {field.name for field in fields(Options)}
    options = Options(**{name: value for name, value in stored.items() if name in known})
    differing = sorted(name for name, value in wanted.items() if getattr(options, name) != value)
    if differing:
        raise StateMismatch(f"{directory} holds another device: {', '.join(differing)} differ")
    return options
