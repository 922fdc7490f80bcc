"""Receipts, API clients and callbacks as a Django app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReceiptsConfig(AppConfig):
    name = "receipts"
    verbose_name = _("Receipts and API")

    def ready(self) -> None:
        from receipts import callbacks  # noqa: F401 - connects its receiver
        from receipts.api.driver10 import telling  # noqa: F401 - the same
