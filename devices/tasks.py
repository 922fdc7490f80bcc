"""The Celery task: a doorbell that names a site and nothing else. It may be lost, doubled or late."""

from __future__ import annotations

from celery import shared_task

from devices import line


@shared_task(name="devices.run_line", ignore_result=True)  # type: ignore[untyped-decorator]
def run_line(site_code: str) -> None:
    """Execute what waits at this site."""
    line.run_line(site_code)
