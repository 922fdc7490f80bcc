"""What would only cost time: strong hashes of passwords that guard nothing, static files listed for every client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(scope="session", autouse=True)
def quick_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing is collected in tests: the finders serve the static files."""
    from django.test import override_settings

    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(STATIC_ROOT=tmp_path_factory.mktemp("static"), PASSWORD_HASHERS=hashers):
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_listed_once() -> Iterator[None]:
    """
    Every test client makes a WhiteNoise of its own, which opens some two hundred files: nine tenths of the time of a
    request. The list of the first one serves all.
    """
    from whitenoise.middleware import WhiteNoiseMiddleware

    listed: dict[str, Any] = {}
    list_files = WhiteNoiseMiddleware.add_files_from_finders

    def list_once(self: WhiteNoiseMiddleware) -> None:
        if not listed:
            list_files(self)
            listed.update(self.files)
        self.files.update(listed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", list_once)
        yield
