"""A disk without room: new receipts are refused before anything is touched, what was accepted is safe (Q13)."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client

from devices import room
from devices.models import Device, Job
from receipts.api.problems import exception_handler
from tests.factories import make_user
from tests.pages.html import words
from tests.receipts.conftest import Send, sale

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(settings: Any) -> None:
    """No disk has so much room."""
    settings.KKT_DISK_RESERVE_MB = 10**9


def test_a_new_receipt_is_refused_with_words_for_people(send: Send, device: Device, full: None) -> None:
    answer = send("POST", "receipts/", sale(device))

    assert (503, "disk_full", "60") == (answer.status_code, answer.json()["code"], answer["Retry-After"])
    assert "На сервере закончилось место." == answer.json()["title"]
    assert answer.json()["detail"].startswith("Новые чеки не принимаются, пробитые сохранены. Позовите администратора.")
    assert 0 == Job.objects.count()


def test_a_repeat_and_the_closing_of_a_shift_still_go_through(send: Send, device: Device, settings: Any) -> None:
    first = send("POST", "receipts/", sale(device))
    settings.KKT_DISK_RESERVE_MB = 10**9

    assert (200, first.json()["id"]) == (
        (again := send("POST", "receipts/", sale(device))).status_code,
        again.json()["id"],
    )
    assert 202 == send("POST", f"devices/{device.pk}/commands/", {"type": "close_shift"}).status_code


def test_people_and_monitors_are_told(client: Client, device: Device, full: None) -> None:
    client.force_login(make_user())

    assert "На сервере закончилось место. Новые чеки не принимаются, пробитые сохранены." in words(client.get("/"))
    health = client.get("/health/")
    assert (200, "the disk is full: new receipts are refused") == (health.status_code, health.json()["status"])
    with pytest.raises(CommandError, match="disk is full"):
        call_command("health", "database")


def test_a_database_that_is_full_says_the_same(tmp_path: Path, settings: Any) -> None:
    with sqlite3.connect(tmp_path / "small") as small:
        small.execute("PRAGMA max_page_count = 2")
        small.execute("CREATE TABLE t (x)")
        with pytest.raises(sqlite3.OperationalError) as told:
            small.execute("INSERT INTO t VALUES (zeroblob(100000))")
    small.close()
    error = OperationalError(str(told.value))
    answer = exception_handler(error, {})

    assert room.is_full(error)
    assert not room.is_full(OperationalError("database is locked"))
    assert (503, "disk_full") == (answer.status_code, answer.data["code"])
