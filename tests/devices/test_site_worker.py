"""What the command says when it cannot begin."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from devices.models import Site


def test_no_site_named_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="--all"):
        call_command("site_worker")


def test_a_name_and_all_contradict(site: Site) -> None:
    with pytest.raises(CommandError, match="--all"):
        call_command("site_worker", "shop", "--all")


def test_an_unknown_site_is_named_with_those_that_exist(site: Site) -> None:
    with pytest.raises(CommandError, match=r"No such site: stall\. There are: shop"):
        call_command("site_worker", "stall")
