"""Faces by prefix: each folder here is one wire format over the same services."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
