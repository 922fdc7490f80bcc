"""Whether the parts are alive, for the container's health checks and a load balancer."""

from __future__ import annotations

import datetime
import urllib.request
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

PATH = "/health/"


def health(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """
    Answer /health/ before hosts, sessions and languages are looked at: 200, or 503 when the database is away. A disk
    without room is told, with 200: pages work, and say it to people.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path != PATH:
            return get_response(request)
        trouble = database_trouble()
        return JsonResponse({"status": trouble or disk_trouble() or "ok"}, status=503 if trouble else 200)

    return middleware


def database_trouble() -> str:
    """Why rows cannot be read, "" when they can."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "the database does not answer"
    return ""


def disk_trouble() -> str:
    """Why no new receipts are accepted, "" when they are (Q13)."""
    from devices import room

    return "" if room.is_enough() else "the disk is full: new receipts are refused"


def web_trouble(url: str, path: str = PATH) -> str:
    """Why the web server at *url* (with a slash at its end) does not answer at *path*, "" when it does."""
    try:
        with urllib.request.urlopen(url + path.lstrip("/"), timeout=5) as answer:  # noqa: S310 - our own server
            answer.read()
    except OSError as error:
        return f"{url}: {error}"
    return ""


def silent_sites(now: datetime.datetime | None = None) -> list[str]:
    """Codes of the sites with devices in use whose worker has not been heard for a minute."""
    from devices.lease import SILENCE
    from devices.models import Site

    since = (now or timezone.now()) - SILENCE
    sites = Site.objects.filter(devices__is_enabled=True).exclude(heartbeat_at__gt=since).distinct()
    return sorted(site.code for site in sites)


def is_heard(code: str, *, since: datetime.datetime) -> bool:
    """Whether the worker of a site has given a sign of life after *since*."""
    from devices.models import Site

    return Site.objects.filter(code=code, heartbeat_at__gt=since).exists()
