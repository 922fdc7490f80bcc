"""The names of Russia's time zones, for the line that says whose time a page shows."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_ZONES: dict[str, Promise] = {
    "Europe/Kaliningrad": _("Kaliningrad"),
    "Europe/Moscow": _("Moscow"),
    "Europe/Simferopol": _("Simferopol"),
    "Europe/Volgograd": _("Volgograd"),
    "Europe/Saratov": _("Saratov"),
    "Europe/Samara": _("Samara"),
    "Asia/Yekaterinburg": _("Yekaterinburg"),
    "Asia/Omsk": _("Omsk"),
    "Asia/Novosibirsk": _("Novosibirsk"),
    "Asia/Krasnoyarsk": _("Krasnoyarsk"),
    "Asia/Irkutsk": _("Irkutsk"),
    "Asia/Yakutsk": _("Yakutsk"),
    "Asia/Vladivostok": _("Vladivostok"),
    "Asia/Magadan": _("Magadan"),
    "Asia/Kamchatka": _("Kamchatka"),
}


def zone_name(zone: str) -> str:
    """«Moscow» for Europe/Moscow; a zone that is not ours by its own name."""
    return str(_ZONES.get(zone, zone))
