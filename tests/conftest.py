"""Fixtures of all tests; the larger ones are in tests/plugins."""

from __future__ import annotations

pytest_plugins = ["tests.plugins.databases", "tests.plugins.services", "tests.plugins.quick"]
