"""The composition as a Django app: its commands, templates, static files, start-up checks, and the Celery app."""

from __future__ import annotations

from django.apps import AppConfig


class KktofficeConfig(AppConfig):
    name = "kktoffice"

    def ready(self) -> None:
        from kktoffice import checks  # noqa: F401 - registers them
        from kktoffice.celery import app

        app.set_default()  # for every thread: the web server rings from threads of its own
