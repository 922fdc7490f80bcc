"""Who signed in, who changed what, who made a key: in the journal, with before and after and without secrets."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from devices.journal import people
from devices.models import Device, JournalEntry, Site
from receipts.models import ApiClient
from tests.devices.asking import form_as_it_came
from tests.factories import PASSWORD, make_user


@pytest.fixture
def boss(db: None) -> User:
    return make_user("boss", is_staff=True, is_superuser=True)


@pytest.fixture
def administrator(boss: User) -> Client:
    client = Client()
    client.force_login(boss)
    return client


def last(kind: str) -> JournalEntry:
    return JournalEntry.objects.filter(kind=kind).order_by("seq").last() or pytest.fail(f"no {kind}")


def post_form(client: Client, address: str, **changes: Any) -> None:
    """Send the administration's form back as it came, but for *changes*."""
    answer = client.post(address, form_as_it_came(client.get(address).context) | changes)

    assert 302 == answer.status_code, answer.context["errors"]


def test_signing_in_and_out_is_noted(boss: User) -> None:
    client = Client()
    client.post(reverse("login"), {"username": "boss", "password": PASSWORD})
    client.post(reverse("logout"))

    for kind in ("user.login", "user.logout"):
        row = last(kind)
        assert ("boss", f"user:{boss.pk}", "127.0.0.1") == (row.actor, row.subject, json.loads(row.after)["ip"])


def test_failed_sign_ins_are_noted_without_the_password_and_not_without_end(
    boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "_failures", deque(maxlen=people.FAILURES_KEPT))
    client = Client()
    for _ in range(people.FAILURES_KEPT + 5):
        client.post(reverse("login"), {"username": "boss", "password": "guess-17"})
    rows = JournalEntry.objects.filter(kind="user.login_failed")

    assert people.FAILURES_KEPT == rows.count()
    assert {"username": "boss", "ip": "127.0.0.1"}.items() <= json.loads(rows[0].after).items()
    assert "guess-17" not in "".join(row.after + row.before for row in rows)


def test_a_changed_device_is_noted_field_by_field_with_passwords_hidden(administrator: Client, device: Device) -> None:
    post_form(
        administrator,
        reverse("admin:devices_device_change", args=[device.pk]),
        name="Зал",
        access_password="4321",
    )
    row = last("device.changed")

    assert ("boss", f"device:{device.pk}") == (row.actor, row.subject)
    assert {"name": "till", "access_password": "***"} == json.loads(row.before)
    assert {"name": "Зал", "access_password": "***", "ip": "127.0.0.1"}.items() <= json.loads(row.after).items()


def test_a_form_saved_without_a_change_is_not_noted(administrator: Client, device: Device) -> None:
    post_form(administrator, reverse("admin:devices_device_change", args=[device.pk]))

    assert not JournalEntry.objects.filter(kind="device.changed").exists()


def test_a_new_and_a_deleted_site_are_noted(administrator: Client) -> None:
    administrator.post(
        reverse("admin:devices_site_add"), {"name": "Склад", "code": "store", "time_zone": "Europe/Moscow"}
    )
    site = Site.objects.get(code="store")
    administrator.post(reverse("admin:devices_site_delete", args=[site.pk]), {"post": "yes"})

    assert "Склад" == json.loads(last("site.created").after)["name"]
    assert {"name": "Склад"} == json.loads(last("site.deleted").before)


def test_an_api_client_and_its_keys_are_noted_without_the_key(administrator: Client, site: Site) -> None:
    administrator.post(
        reverse("admin:receipts_apiclient_add"),
        {"name": "Сайт", "scopes": ["receipts:create"], "sites": [site.pk], "is_active": "on"},
    )
    client = ApiClient.objects.get(name="Сайт")
    subject = f"api:{client.pk}"
    post_form(
        administrator,
        reverse("admin:receipts_apiclient_change", args=[client.pk]),
        scopes=["receipts:create"],
        sites=[],
    )
    changed = last("api.changed")
    call_command("create_api_key", "Сайт", "--renew", "--key-only")
    client.refresh_from_db()
    key = last("api.key")

    kinds = JournalEntry.objects.filter(subject=subject).order_by("seq").values_list("kind", flat=True)

    assert ["api.key", "api.created", "api.changed", "api.key"] == list(kinds)
    assert [site.pk] == json.loads(changed.before)["sites"]
    assert [] == json.loads(changed.after)["sites"]
    assert ("console: create_api_key", subject) == (key.actor, key.subject)
    assert client.key_prefix in key.after
    everything = "".join(row.before + row.after for row in JournalEntry.objects.all())
    assert client.key_hash not in everything
    assert client.callback_secret not in everything


def test_users_and_their_rights_are_noted_too(administrator: Client) -> None:
    fields = {"username": "new", "password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    administrator.post(reverse("admin:auth_user_add"), fields)
    user = User.objects.get(username="new")
    row = last("admin.added")

    assert ("boss", f"user:{user.pk}") == (row.actor, row.subject)
    assert PASSWORD not in row.after


def test_a_confirmed_replacement_names_the_person(administrator: Client, device: Device) -> None:
    Device.objects.update(serial_number="1", fn_number="2", hold_code="wrong_device")
    administrator.post(
        reverse("admin:devices_device_changelist"),
        {"action": "confirm_replacement", "_selected_action": [device.pk]},
    )
    rows = JournalEntry.objects.filter(subject=f"device:{device.pk}").order_by("seq")

    assert [("device.identity", "boss"), ("device.hold", "boss")] == [(row.kind, row.actor) for row in rows]


def test_the_journal_is_shown_and_nothing_can_be_done_to_it(administrator: Client, device: Device) -> None:
    entry = last("user.login")
    listed = administrator.get(reverse("admin:devices_journalentry_changelist"), {"q": f"user:{entry.subject[5:]}"})
    shown = administrator.get(reverse("admin:devices_journalentry_change", args=[entry.pk]))
    change = administrator.post(reverse("admin:devices_journalentry_change", args=[entry.pk]), {"actor": "x"})
    delete = administrator.post(reverse("admin:devices_journalentry_delete", args=[entry.pk]), {"post": "yes"})

    assert "user.login" in listed.content.decode()
    assert entry.hash in shown.content.decode()
    assert [403, 403] == [change.status_code, delete.status_code]
    assert 403 == administrator.get(reverse("admin:devices_journalentry_add")).status_code
