"""The administration shows everything, changes settings only, and never writes over what the worker saw."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from devices import line
from devices.device_form import DRIVER_NAMES
from devices.drivers import DRIVERS
from devices.models import Device, FiscalDocument, Job, JournalEntry, Shift, Site
from tests.devices.asking import form_as_it_came, queued

MODELS = ["site", "device", "job", "shift", "fiscaldocument"]


@pytest.fixture
def administrator(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("root", password="correct horse"))
    return client


@pytest.mark.parametrize("model", MODELS)
def test_lists_and_rows_are_shown(administrator: Client, device: Device, model: str) -> None:
    queued(device)
    line.run_line("shop")
    row = {"site": Site, "device": Device, "job": Job, "shift": Shift, "fiscaldocument": FiscalDocument}[
        model
    ].objects.first()  # type: ignore[attr-defined]

    assert 200 == administrator.get(reverse(f"admin:devices_{model}_changelist")).status_code
    assert 200 == administrator.get(reverse(f"admin:devices_{model}_change", args=[row.pk])).status_code


@pytest.mark.parametrize("model", ["job", "shift", "fiscaldocument"])
def test_what_happened_cannot_be_added_or_changed(administrator: Client, device: Device, model: str) -> None:
    job = queued(device)

    assert 403 == administrator.get(reverse(f"admin:devices_{model}_add")).status_code
    assert 403 == administrator.post(reverse("admin:devices_job_change", args=[job.pk]), {"status": "done"}).status_code
    assert 403 == administrator.post(reverse("admin:devices_job_delete", args=[job.pk]), {"post": "yes"}).status_code


def test_a_saved_form_leaves_alone_what_the_worker_wrote_meanwhile(administrator: Client, device: Device) -> None:
    address = reverse("admin:devices_device_change", args=[device.pk])
    fields = form_as_it_came(administrator.get(address).context)
    Device.objects.update(hold_code="paper_out")

    answer = administrator.post(address, fields | {"name": "Зал", "pipe-0-nds18": "refuse"})
    device.refresh_from_db()

    assert 302 == answer.status_code
    assert ("Зал", "paper_out") == (device.name, device.hold_code)
    assert "refuse" == device.pipe.nds18
    assert "refuse" in JournalEntry.objects.get(kind="device.pipesettings").after


def test_a_replacement_is_confirmed_from_the_list(administrator: Client, device: Device) -> None:
    Device.objects.update(serial_number="1", fn_number="2", hold_code="wrong_device")

    administrator.post(
        reverse("admin:devices_device_changelist"),
        {"action": "confirm_replacement", "_selected_action": [device.pk]},
    )
    device.refresh_from_db()

    assert ("", "", "") == (device.serial_number, device.fn_number, device.hold_code)


def test_every_driver_can_be_chosen_by_its_name(administrator: Client, device: Device) -> None:
    page = administrator.get(reverse("admin:devices_device_add")).content.decode()

    assert set(DRIVERS) - {"memory"} == set(DRIVER_NAMES)
    for driver in DRIVER_NAMES:
        assert f'<option value="{driver}"' in page


def test_a_driver_is_changed_and_noted(administrator: Client, device: Device) -> None:
    address = reverse("admin:devices_device_change", args=[device.pk])
    fields = form_as_it_came(administrator.get(address).context)

    assert "memory" == fields["driver"]
    administrator.post(address, fields | {"driver": "atol_web", "url": "http://127.0.0.1:16732/?deviceID=till"})
    device.refresh_from_db()

    assert ("atol_web", "http://127.0.0.1:16732/?deviceID=till") == (device.driver, device.url)
    assert "atol_web" in JournalEntry.objects.get(kind="device.changed").after


def save(administrator: Client, device: Device, **fields: str) -> Any:
    """The form of *device* as a browser sends it back, its empty password box among it."""
    address = reverse("admin:devices_device_change", args=[device.pk])
    page = administrator.get(address)
    assert b"s3cret" not in page.content
    return administrator.post(address, form_as_it_came(page.context) | {"password": "", **fields})


def test_the_password_of_a_web_server_is_given_and_never_shown(administrator: Client, device: Device) -> None:
    where = {"driver": "atol_web", "url": "http://10.0.0.5:16732", "login": "till"}

    assert 302 == save(administrator, device, password="s3cret 1", **where).status_code
    device.refresh_from_db()
    assert "s3cret 1" == device.password
    assert 302 == save(administrator, device, name="Бар").status_code
    device.refresh_from_db()
    assert ("Бар", "s3cret 1") == (device.name, device.password)
    assert not JournalEntry.objects.filter(after__contains="s3cret").exists()
    assert not JournalEntry.objects.filter(before__contains="s3cret").exists()


@pytest.mark.parametrize("url", ["http://10.0.0.6:16732", "https://10.0.0.5:16732", "http://10.0.0.5:80"])
def test_a_kept_password_goes_to_no_other_server(administrator: Client, device: Device, url: str) -> None:
    where = {"driver": "atol_web", "url": "http://10.0.0.5:16732", "login": "till"}
    save(administrator, device, password="s3cret", **where)
    answer = save(administrator, device, url=url)
    device.refresh_from_db()

    assert (200, "http://10.0.0.5:16732") == (answer.status_code, device.url)
    assert b"s3cret" not in answer.content


def test_without_a_login_there_is_no_password(administrator: Client, device: Device) -> None:
    save(administrator, device, driver="atol_web", url="http://10.0.0.5", login="till", password="s3cret")
    save(administrator, device, login="")
    device.refresh_from_db()

    assert ("", "") == (device.login, device.password)


def test_an_address_holds_no_password(administrator: Client, device: Device) -> None:
    answer = save(administrator, device, driver="atol_web", url="http://till:s3cret@10.0.0.5")

    assert 200 == answer.status_code
    assert not Device.objects.filter(url__contains="s3cret").exists()
