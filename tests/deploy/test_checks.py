"""What `check --deploy` says of a dangerous configuration, and that a good one is silent."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import CheckMessage, run_checks
from pytest_django import Settings

from devices.models import Device, Site

pytestmark = pytest.mark.django_db
GOOD: dict[str, Any] = {
    "SECRET_KEY_IS_SET": True,
    "DEBUG": False,
    "ALLOWED_HOSTS": ["kkt.example.org"],
    "KKT_TLS": True,
    "KKT_CALLBACKS_ALLOW_PRIVATE": False,
}


def ours() -> list[CheckMessage]:
    found = run_checks(include_deployment_checks=True, databases=["default"])
    return [message for message in found if str(message.id).startswith("kktoffice.") and message.id != "kktoffice.W003"]


@pytest.fixture(autouse=True)
def good(settings: Settings) -> None:
    for name, value in GOOD.items():
        setattr(settings, name, value)


def device(name: str, url: str, fn_number: str = "7380440800000001") -> Device:
    site, _ = Site.objects.get_or_create(code="shop", defaults={"name": "Shop"})
    return Device.objects.create(site=site, name=name, url=url, fn_number=fn_number)


def test_a_good_configuration_is_silent() -> None:
    device("one", "/dev/ttyACM0")
    device("two", "/dev/ttyACM1")

    assert [] == ours()


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY_IS_SET", False, "kktoffice.E001"),
        ("DEBUG", True, "kktoffice.E002"),
        ("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], "kktoffice.W004"),
        ("KKT_TLS", False, "kktoffice.W005"),
        ("KKT_CALLBACKS_ALLOW_PRIVATE", True, "kktoffice.W006"),
    ],
)
def test_a_dangerous_setting_is_named_with_its_remedy(
    settings: Settings, name: str, value: object, expected: str
) -> None:
    setattr(settings, name, value)
    found = ours()

    assert [expected] == [message.id for message in found]
    assert all(message.hint for message in found)


def test_sqlite_is_a_warning_and_postgresql_is_none(settings: Settings) -> None:
    engine = settings.DATABASES["default"]["ENGINE"]
    ids = [message.id for message in run_checks(include_deployment_checks=True)]

    assert ("sqlite" in engine) == ("kktoffice.W003" in ids)


def test_two_devices_in_use_on_one_address_are_named() -> None:
    device("one", "/dev/ttyACM0")
    second = device("two", "/dev/ttyACM0")
    shared = [message.id for message in ours()]
    second.is_enabled = False
    second.save()

    assert (["kktoffice.W007"], []) == (shared, ours())


def test_a_mock_up_fiscal_storage_is_named() -> None:
    device("toy", "/dev/ttyACM0", fn_number="9999078900004312")
    found = ours()

    assert ["kktoffice.W008"] == [message.id for message in found]
    assert "«toy»" in str(found[0].msg)
