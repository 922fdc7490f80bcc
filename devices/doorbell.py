"""
Ringing at a site's worker after a commit. A lost ring costs seconds, never a job: the worker looks at the rows by
itself.

While the broker is away nobody waits for it: after a failure the bell rests for some seconds (a frozen broker costs
one time-out per rest, not one per sale).
"""

from __future__ import annotations

import logging
import time

from celery import current_app
from django.db import transaction

from devices.models import Site

log = logging.getLogger(__name__)

REST_SECONDS = 10.0


class Doorbell:
    """One per process. *resting_until* is a reading of the monotonic clock."""

    def __init__(self) -> None:
        self.resting_until = 0.0

    def ring(self, site: Site) -> bool:
        """Tell the site's queue that rows wait; say whether the broker took it."""
        if time.monotonic() < self.resting_until:
            return False
        try:
            # By name: a web process has no need of the line and its drivers.
            current_app.send_task("devices.run_line", args=(site.code,), queue=site.queue, retry=False)
        except Exception as error:  # kombu lets errors of its transports through as they are
            self.resting_until = time.monotonic() + REST_SECONDS
            log.warning("no broker, the doorbell rests for %.0f s: %s", REST_SECONDS, error)
            return False
        return True

    def ring_on_commit(self, site: Site) -> None:
        transaction.on_commit(lambda: self.ring(site), robust=True)


doorbell = Doorbell()
