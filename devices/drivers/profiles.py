"""
The models, one row each: what a person chooses from, and what is known of a model that does not tell it itself.

Codes, names and widths come from the protocol's own table. Which FFD versions a model can be registered with depends
on its firmware and was found in no source [C]; the device's register 36h has the last word.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.ffd import FfdVersion
from devices.protocol.atol.tables_models import MODELS


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """*code* is the model byte of A5h and 3Fh; *columns* 0: only the device knows."""

    code: int
    name: str
    columns: int
    ffd: tuple[FfdVersion, ...] = (FfdVersion.V1_05, FfdVersion.V1_1, FfdVersion.V1_2)
    driver: str = "atol"
    baudrate: int = 115200

    @property
    def key(self) -> str:
        """What a device's row keeps: «atol-61»."""
        return f"{self.driver}-{self.code}"


FIRST_ONLINE_MODEL = 57  # codes below are devices of before 54-ФЗ, without a fiscal storage

PROFILES: dict[int, Profile] = {
    code: Profile(code=code, name=name, columns=columns)
    for code, (name, columns) in MODELS.items()
    if code >= FIRST_ONLINE_MODEL
}


def find(code: int) -> Profile | None:
    """The model with this code, if anybody knows it."""
    return PROFILES.get(code)
