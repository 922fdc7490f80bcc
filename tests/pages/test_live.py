"""Pages that refresh by themselves: only what changed is sent, and nothing when nothing did."""

from __future__ import annotations

import datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from devices import jobs
from devices.commands import XReport
from devices.models import Device, Link
from devices.states import JobStatus
from tests.factories import make_device, make_job, make_receipt, make_shift, state
from tests.pages.html import known, swapped, words


def poll(shop: Client, opened: Any, path: str = "/live/") -> Any:
    return shop.get(path, {"v": known(opened)}, headers={"HX-Request": "true"})


def test_nothing_happened_is_an_empty_answer_with_the_time(shop: Client) -> None:
    make_shift(make_device())
    answer = poll(shop, shop.get("/"))

    assert 204 == answer.status_code
    assert timezone.localtime().strftime("%H:") == answer.headers["X-Updated"][:3]
    assert "no-store" == answer.headers["Cache-Control"]


def test_the_devices_clock_alone_is_no_news(shop: Client) -> None:
    device = make_device()
    make_shift(device)
    opened = shop.get("/")
    later = state(clock=timezone.localtime().replace(tzinfo=None, microsecond=0, second=1))
    Device.objects.filter(pk=device.pk).update(state=later.dump(), state_at=timezone.now())

    assert 204 == poll(shop, opened).status_code


def test_only_the_card_that_changed_comes(shop: Client) -> None:
    calm, broken = make_device(name="Зал"), make_device(name="Склад")
    opened = shop.get("/")
    Device.objects.filter(pk=broken.pk).update(link=Link.OFFLINE)
    answer = poll(shop, opened)

    assert {f"device-{broken.pk}", "attention", "tick"} <= swapped(answer) | {"tick"}
    assert f"device-{calm.pk}" not in swapped(answer)


def test_what_changed_is_said_to_those_who_listen(shop: Client) -> None:
    device = make_device(name="Склад")
    opened = shop.get("/")
    Device.objects.filter(pk=device.pk).update(link=Link.OFFLINE)

    assert "Склад: Нет связи" in words(poll(shop, opened))


def test_a_minute_more_of_a_shift_is_not_said_aloud(shop: Client) -> None:
    device = make_device()
    shift = make_shift(device)
    opened = shop.get("/")
    assert shift.opened_at
    shift.opened_at -= datetime.timedelta(minutes=3)
    shift.save()
    make_job(device, command=XReport(), status=JobStatus.DONE)
    answer = poll(shop, opened)

    assert f"device-{device.pk}" in swapped(answer)
    assert "innerHTML:#said" not in answer.content.decode()


def test_a_row_that_moved_on_lights_up_alone(shop: Client) -> None:
    device = make_device()
    still, moving = make_receipt(device), make_receipt(device, status=JobStatus.QUEUED)
    opened = shop.get("/")
    jobs.move(moving.job, JobStatus.RUNNING, started_at=timezone.now())
    answer = poll(shop, opened)
    body = answer.content.decode()

    assert f'id="row-{moving.pk}" class="is-fresh" hx-swap-oob="true"' in body
    assert f"row-{still.pk}" not in swapped(answer)
    assert "recent" not in swapped(answer)
    assert f'<template><tr role="row" id="row-{moving.pk}"' in body


def test_a_new_receipt_brings_the_list_with_the_new_row_lit(shop: Client) -> None:
    device = make_device()
    old = make_receipt(device)
    opened = shop.get("/")
    new = make_receipt(device, status=JobStatus.QUEUED)
    body = poll(shop, opened).content.decode()

    assert '<tbody role="rowgroup" id="recent" hx-swap-oob="true">' in body
    assert f'id="row-{new.pk}" class="is-fresh"' in body
    assert f'id="row-{old.pk}"><th' in body


def test_the_answer_brings_the_digests_for_the_next_poll(shop: Client) -> None:
    device = make_device()
    opened = shop.get("/")
    Device.objects.filter(pk=device.pk).update(link=Link.OFFLINE)
    answer = poll(shop, opened)
    now = dict(pair.split("=") for pair in known(opened)) | dict(pair.split("=") for pair in known(answer))
    again = shop.get("/live/", {"v": [f"{name}={version}" for name, version in now.items()]})

    assert 204 == again.status_code


def test_another_language_is_news(shop: Client) -> None:
    make_device()
    opened = shop.get("/")
    shop.cookies["django_language"] = "en"

    assert 200 == poll(shop, opened).status_code


def test_rubbish_instead_of_digests_brings_everything(shop: Client) -> None:
    device = make_device()
    answer = shop.get("/live/", {"v": ["tick", "=", "row-x=1", "device-9=<script>"]})

    assert f"device-{device.pk}" in swapped(answer)


def test_a_strangers_poll_brings_nothing(client: Client, db: None) -> None:
    assert 302 == client.get("/live/").status_code


def test_rows_of_the_list_change_in_place_and_new_ones_wait(shop: Client) -> None:
    device = make_device()
    moving = make_receipt(device, status=JobStatus.QUEUED)
    opened = shop.get("/receipts/")
    jobs.move(moving.job, JobStatus.RUNNING)
    new = make_receipt(device, status=JobStatus.QUEUED)
    answer = poll(shop, opened, "/receipts/live/")

    assert {f"row-{moving.pk}"} == swapped(answer)
    assert f"row-{new.pk}" not in answer.content.decode()
    assert "c-rare muted" in answer.content.decode()  # the columns of the wide list


def test_a_receipts_page_follows_its_job_to_the_end_and_then_rests(shop: Client) -> None:
    receipt = make_receipt(make_device(), status=JobStatus.QUEUED)
    opened = shop.get(f"/receipts/{receipt.pk}/")
    jobs.move(receipt.job, JobStatus.CANCELLED)
    answer = poll(shop, opened, f"/receipts/{receipt.pk}/live/")

    assert 'id="live"' in opened.content.decode()
    assert {"sheet"} == swapped(answer)
    assert "Отменён" in words(answer)
    assert 'id="live"' not in shop.get(f"/receipts/{receipt.pk}/").content.decode()


def test_a_devices_page_shows_new_jobs(shop: Client) -> None:
    device = make_device()
    opened = shop.get(f"/devices/{device.pk}/")
    make_job(device, command=XReport(), status=JobStatus.DONE)
    answer = poll(shop, opened, f"/devices/{device.pk}/live/")

    assert {"jobs"} == swapped(answer)
    assert "X-отчёт" in words(answer)
