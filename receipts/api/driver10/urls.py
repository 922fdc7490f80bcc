"""
Where the face is: `/requests…` and `/stat/requests` at the root of the site, `/api/v2/…`.

Programs put slashes at the end and twice in the middle; both mean the same. Source: atol-driver10-json.md 1.1.
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, re_path

from receipts.api.driver10 import about, operations, views
from receipts.api.driver10.views import Generation

FIRST, LATER = {"generation": Generation.FIRST}, {"generation": Generation.LATER}

root_patterns: list[URLPattern | URLResolver] = [
    re_path(r"^(?:/*)requests/*$", views.requests, FIRST),
    re_path(r"^(?:/*)requests/+(?P<uuid>[^/].*)$", views.one_request, FIRST),
    re_path(r"^(?:/*)stat/+requests/*$", views.queue_of_first),
    re_path(r"^(?:/+)api/+v2/", include("receipts.api.driver10.urls")),
]

urlpatterns = [
    re_path(r"^(?:/*)requests/*$", views.requests, LATER),
    re_path(r"^(?:/*)requests/+(?P<uuid>[^/].*)$", views.one_request, LATER),
    re_path(r"^(?:/*)getRequestsQueueStatus/*$", views.queue_of_later),
    re_path(r"^(?:/*)operations/+(?P<name>\w+)/*$", operations.operation),
    re_path(r"^(?:/*)serverInfo/*$", about.server_info),
    re_path(r"^(?:/*)settings/*$", about.server_settings),
    re_path(r"^(?:/*)devices/*$", about.devices),
    re_path(r"^(?:/*)devices/+(?P<name>[^/]+)/*$", about.one_device),
    re_path(r"^(?:/*)activateDevice/*$", about.activate),
    re_path(r"^(?:/*)(?:deactivateDevice|setDefaultDevice)/*$", about.change),
    re_path(r"^(?:/*)utils/+mapping/*$", about.mapping),
    re_path(r"^", views.unknown),
]
