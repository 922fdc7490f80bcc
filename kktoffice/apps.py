"""The composition as a Django app: its commands, templates, static files and start-up checks."""

from __future__ import annotations

from django.apps import AppConfig


class KktofficeConfig(AppConfig):
    name = "kktoffice"

    def ready(self) -> None:
        from kktoffice import checks  # noqa: F401 - registers them
