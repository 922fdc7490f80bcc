from __future__ import annotations

from devices.drivers.profiles import FIRST_ONLINE_MODEL, PROFILES, find
from devices.protocol.atol.tables_models import MODELS, RASTER_BYTES


def test_every_model_of_the_online_age_has_one_row_with_a_key_and_a_name() -> None:
    assert {code for code in MODELS if code >= FIRST_ONLINE_MODEL} == set(PROFILES)
    assert len(PROFILES) == len({profile.key for profile in PROFILES.values()})
    assert len(PROFILES) == len({profile.name for profile in PROFILES.values()})


def test_a_model_is_found_by_its_code() -> None:
    profile = find(61)

    assert profile is not None
    assert ("atol-61", "АТОЛ 30Ф", 32) == (profile.key, profile.name, profile.columns)
    assert find(16) is None


def test_raster_widths_are_of_known_models() -> None:
    assert set(RASTER_BYTES) <= set(MODELS)
