"""Faces by prefix: each folder here is one wire format over the same services."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from receipts.api.docs import docs
from receipts.api.problems import not_found
from receipts.api.schema import SchemaView

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include("receipts.api.v1.urls")),
    path("v2/", include("receipts.api.driver10.urls")),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    # Nobody else lives under /api/: what is not there is told as JSON.
    re_path(r"^", not_found),
]
