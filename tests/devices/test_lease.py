"""Who has a site's line, and when another may take it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta

from django.utils import timezone

from devices import lease
from devices.models import Site

AHEAD = timedelta(seconds=10)


def held_by(owner: str) -> None:
    Site.objects.update(lease_owner=owner, lease_until=timezone.now() + AHEAD)


def test_a_free_site_is_taken_and_its_heartbeat_written(site: Site) -> None:
    assert lease.hold(site)
    site.refresh_from_db()

    assert lease.owner() == site.lease_owner
    assert site.heartbeat_at is not None
    assert site.lease_until == site.heartbeat_at + lease.TTL


def test_a_fresh_lease_is_not_written_again_and_an_older_one_is(site: Site) -> None:
    lease.hold(site)
    first = site.heartbeat_at

    assert lease.hold(site)
    assert first == site.heartbeat_at
    assert site.lease_until is not None
    site.lease_until -= lease.RENEWAL
    assert lease.hold(site)
    assert first != site.heartbeat_at


def test_a_living_holder_elsewhere_keeps_the_site(site: Site) -> None:
    held_by("another-host:17:4")

    assert not lease.hold(site)


def test_a_living_process_of_this_host_keeps_the_site(site: Site) -> None:
    parent = os.getppid()
    held_by(f"{lease.owner().split(':')[0]}:{parent}:{lease._started(parent)}")

    assert not lease.hold(site)


def test_the_site_of_a_dead_process_of_this_host_is_taken_at_once(site: Site) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    held_by(f"{lease.owner().split(':')[0]}:{child.pid}:{lease._started(child.pid)}")
    assert not lease.hold(site)

    child.communicate()
    assert lease.hold(site)


def test_a_reused_process_id_is_not_taken_for_the_holder(site: Site) -> None:
    held_by(f"{lease.owner().split(':')[0]}:{os.getppid()}:1")

    assert lease.hold(site)


def test_a_lease_that_was_given_up_is_free_at_once(site: Site) -> None:
    lease.hold(site)
    lease.give_up(site)
    site.refresh_from_db()

    assert "" == site.lease_owner
    held_by("another-host:17:4")
    lease.give_up(site)
    site.refresh_from_db()
    assert "another-host:17:4" == site.lease_owner
