"""Models, formats and who the device says it is (atol-protocol.md 5.1, 5.7, appendix A)."""

from __future__ import annotations

from pathlib import Path

import pytest

from devices.simulator.device import VirtualDevice
from devices.simulator.options import Options
from devices.simulator.profiles import PROFILES, find_profile
from tests.unit.simulator.client import hexed
from tests.unit.simulator.messages import Wall, bcd, text

WIDTHS = {
    "30f": (61, 32, 384),
    "77f": (69, 48, 576),
    "22ptk": (63, 48, 576),
    "55f": (62, 36, 432),
    "11f": (67, 32, 384),
}


def ask(device: VirtualDevice, command: str) -> bytes:
    return device.execute(hexed("0000" + command))


@pytest.mark.parametrize("model", PROFILES)
def test_every_model_tells_its_code_name_and_width(tmp_path: Path, model: str) -> None:
    profile = PROFILES[model]
    code, columns, dots = WIDTHS.get(model, (profile.code, profile.columns, profile.dots))
    with VirtualDevice(tmp_path, model=model) as device:
        kind, width, table = ask(device, "A5"), ask(device, "91 18 00 00"), ask(device, "46 02 00 01 37")
        state = ask(device, "3F")

    assert b"\x00\x01\x01" + bytes((code,)) == kind[:4]
    assert text(profile.name) == kind[11:]
    assert hexed("55 00" + (bcd(columns, 1) + bcd(dots, 2)) * 3) == width
    assert hexed("55 00" + bcd(columns, 1)) == table
    assert code == state[14]


@pytest.mark.parametrize("name", ["30f", "30Ф", "АТОЛ 30Ф", "atol 30f", "61"])
def test_a_model_has_many_names(name: str) -> None:
    assert "АТОЛ 30Ф" == find_profile(name).name


@pytest.mark.parametrize(("ffd", "code"), [("1.05", 2), ("1.1", 3), ("1.2", 4)])
def test_the_format_is_in_register_36_and_in_the_registration(tmp_path: Path, wall: Wall, ffd: str, code: int) -> None:
    with VirtualDevice(tmp_path, clock=wall, ffd=ffd) as device:
        assert bytes((0x55, 0, code, code, code)) == ask(device, "91 36 00 00")[:5]
        assert hexed("55 00 01 B9 04 01 00") + bytes((code,)) == ask(device, "E9 B9 04 00")
        old, new = hexed("54 04 01 00 00"), hexed("0A 05 04 00 00 01 00 00")
        assert (code == 4) == (new in device.documents[0].tlv)
        assert (code == 4) != (old in device.documents[0].tlv)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"ffd": "1.0"}, "unknown FFD version"),
        ({"vat_mode": "none"}, "unknown VAT mode"),
        ({"fn": "12345678901234567"}, "fn must be up to 16 digits"),
        ({"serial": "abc"}, "serial must be"),
        ({"inn": "123"}, "inn must be 10 or 12 digits"),
        ({"taxations": 64}, "taxations must be a mask"),
    ],
)
def test_nonsense_is_refused_with_words(options: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        Options(**options)  # type: ignore[arg-type]
