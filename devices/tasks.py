"""The Celery task: a doorbell that names a site and nothing else. It may be lost, doubled or late."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import DatabaseError

from devices import line

log = logging.getLogger(__name__)


@shared_task(name="devices.run_line", ignore_result=True)  # type: ignore[untyped-decorator]
def run_line(site_code: str) -> None:
    """Execute what waits at this site. Without its database it leaves off: the watch looks at the rows again."""
    try:
        line.run_line(site_code)
    except DatabaseError as error:
        log.warning("site %s: no database: %s", site_code, error)
