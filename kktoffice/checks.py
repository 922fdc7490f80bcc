"""
What is dangerous in production, said before the first receipt: `manage.py check --deploy --database default`.

The image runs them before it migrates; an error stops it, a warning is only said. Ids are stable and documented in
docs/deployment.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError

LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


@register(Tags.security, deploy=True)
def check_secret_key(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    if settings.SECRET_KEY_IS_SET:
        return []
    return [
        Error(
            "KKT_SECRET_KEY is not set: every process makes its own key, so logins break between processes.",
            hint='Set it to 50 random characters: python3 -c "import secrets; print(secrets.token_urlsafe(50))"',
            id="kktoffice.E001",
        )
    ]


@register(Tags.security, deploy=True)
def check_debug(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    if not settings.DEBUG:
        return []
    return [
        Error(
            "KKT_DEBUG is on: error pages show settings and buyers' data to anybody.",
            hint="Unset KKT_DEBUG.",
            id="kktoffice.E002",
        )
    ]


@register(Tags.database, deploy=True)
def check_database(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    if "sqlite" not in settings.DATABASES["default"]["ENGINE"]:
        return []
    return [
        Warning(
            "The database is SQLite: one machine only, and a copy of the file is no backup while it is written.",
            hint="Set DATABASE_URL to a PostgreSQL, e.g. postgresql://kkt:…@db/kkt.",
            id="kktoffice.W003",
        )
    ]


@register(Tags.security, deploy=True)
def check_hosts(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    if not LOCAL_HOSTS.issuperset(settings.ALLOWED_HOSTS):
        return []
    return [
        Warning(
            "Only this machine's own names are allowed as host.",
            hint="Set KKT_ALLOWED_HOSTS to the names that tills and people use.",
            id="kktoffice.W004",
        )
    ]


@register(Tags.security, deploy=True)
def check_tls(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    if settings.KKT_TLS:
        return []
    return [
        Warning(
            "KKT_TLS is off: session cookies and API keys may travel in the clear.",
            hint="Put a proxy with TLS in front and set KKT_TLS=1.",
            id="kktoffice.W005",
        )
    ]


@register(Tags.security, deploy=True)
def check_callbacks(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    if not settings.KKT_CALLBACKS_ALLOW_PRIVATE:
        return []
    return [
        Warning(
            "KKT_CALLBACKS_ALLOW_PRIVATE is on: an API client may make this server call addresses inside your network.",
            hint="Unset it unless every API client is yours.",
            id="kktoffice.W006",
        )
    ]


@register(Tags.security, deploy=True)
def check_open_networks(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    if not settings.KKT_DRIVER10_NETWORKS:
        return []
    return [
        Warning(
            f"Programs of these networks sell without a key: {', '.join(settings.KKT_DRIVER10_NETWORKS)}.",
            hint="Unset KKT_DRIVER10_NETWORKS unless every machine there may sell; give its client few scopes.",
            id="kktoffice.W009",
        )
    ]


@register(Tags.database)
def check_clients_of_networks(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Runs with `--database default`, as check_devices does."""
    if not databases or "default" not in databases or not settings.KKT_DRIVER10_NETWORKS:
        return []
    from receipts.api.driver10.access import networks
    from receipts.models import ApiClient

    entries = settings.KKT_DRIVER10_NETWORKS
    named = {name for _, name in networks(tuple(entries))}
    try:
        known = set(ApiClient.objects.filter(name__in=named, is_active=True).values_list("name", flat=True))
    except DatabaseError:
        return []
    return [
        Warning(
            f"KKT_DRIVER10_NETWORKS lets nobody in by “{entry}”: it is not NETWORK=CLIENT of an active API client.",
            hint="Write it like 192.168.1.0/24=Tills, with the client's name as the admin shows it.",
            id="kktoffice.W010",
        )
        for entry in entries
        if not any(known & {name} for _, name in networks((entry,)))
    ]


@register(Tags.database)
def check_devices(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Runs with `--database default` and before migrate; without tables there is nothing to say."""
    if not databases or "default" not in databases:
        return []
    from devices.models import Device
    from devices.troubles import is_training

    try:
        devices = list(Device.objects.filter(is_enabled=True))
    except DatabaseError:
        return []
    ports = Counter(device.url for device in devices)
    shared = [
        Warning(
            f"{count} devices in use share the address {url}: a device serves one connection.",
            hint="Correct the addresses, or take all but one of them out of use.",
            id="kktoffice.W007",
        )
        for url, count in ports.items()
        if count > 1
    ]
    mock_ups = [
        Warning(
            f"The fiscal storage of «{device}» is a mock-up ({device.fn_number}): its receipts are not fiscal.",
            hint="A virtual or test device must not serve buyers: take it out of use.",
            obj=device,
            id="kktoffice.W008",
        )
        for device in devices
        if is_training(device.fn_number)
    ]
    return [*shared, *mock_ups]
