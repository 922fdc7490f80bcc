"""Cash registers: how to speak to them, what they were asked, what they answered."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DevicesConfig(AppConfig):
    name = "devices"
    verbose_name = _("Cash registers")

    def ready(self) -> None:
        from devices.journal import people  # noqa: F401 - connects its receivers
