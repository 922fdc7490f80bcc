"""The Celery app: one queue per site, named site.<code>; a message is only a doorbell (design, section 2)."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kktoffice.settings")

app = Celery("kktoffice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
