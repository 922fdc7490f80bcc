"""
Models that the virtual device can be.

Codes and widths: atol-protocol.md appendix A. Dots: raster width there × 8. Firmware versions are inventions in the
vendor's form (version, subversion, language, build): no dump of these models was available.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """
    *code* is the model byte of A5h and 3Fh, *columns* and *dots* the width of the paper, *cutter* whether it has a
    knife.
    """

    code: int
    name: str
    columns: int
    dots: int
    cutter: bool = True
    version: bytes = bytes.fromhex("0500005400")


PROFILES: dict[str, Profile] = {
    "30f": Profile(code=61, name="АТОЛ 30Ф", columns=32, dots=384, cutter=False),
    "77f": Profile(code=69, name="АТОЛ 77Ф", columns=48, dots=576),
    "22ptk": Profile(code=63, name="АТОЛ 22ПТК", columns=48, dots=576),
    "55f": Profile(code=62, name="АТОЛ 55Ф", columns=36, dots=432),
    "52f": Profile(code=64, name="АТОЛ 52Ф", columns=36, dots=416),
    "11f": Profile(code=67, name="АТОЛ 11Ф", columns=32, dots=384, cutter=False),
    "91f": Profile(code=82, name="АТОЛ 91Ф", columns=32, dots=384, cutter=False),
    "92f": Profile(code=84, name="АТОЛ 92Ф", columns=32, dots=384, cutter=False),
    "25f": Profile(code=57, name="АТОЛ 25Ф", columns=48, dots=576),
    "50f": Profile(code=80, name="АТОЛ 50Ф", columns=32, dots=376, cutter=False),
    "20f": Profile(code=81, name="АТОЛ 20Ф", columns=48, dots=576),
    "15f": Profile(code=78, name="АТОЛ 15Ф", columns=32, dots=384, cutter=False),
    "42fs": Profile(code=77, name="АТОЛ 42ФС", columns=32, dots=384, cutter=False),
}
DEFAULT_MODEL = "30f"

_CYRILLIC = str.maketrans({"ф": "f", "с": "s", "п": "p", "т": "t", "к": "k"})


@cache
def find_profile(model: str) -> Profile:
    """By key, name («АТОЛ 30Ф», «30Ф», «30F») or code. Raises ValueError with the known ones."""
    plain = model.lower().removeprefix("атол").removeprefix("atol").strip(" -_").translate(_CYRILLIC)
    if plain in PROFILES:
        return PROFILES[plain]
    by_code = {str(profile.code): profile for profile in PROFILES.values()}
    if plain in by_code:
        return by_code[plain]
    raise ValueError(f"unknown model {model!r}; known: {', '.join(PROFILES)}")
