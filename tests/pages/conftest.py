"""Somebody is signed in; the shop of the scene is there when a test asks for it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from kktoffice.signing_in import passwords
from tests.factories import make_user
from tests.pages.scene import Scene, play


@pytest.fixture(autouse=True)
def nobody_guessed() -> None:
    """Wrong passwords of one test are forgiven before the next."""
    passwords.forget()


@pytest.fixture
def user(db: None) -> User:
    return make_user()


@pytest.fixture
def shop(user: User) -> Client:
    """A browser in which *user* has signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def scene(db: None) -> Scene:
    return play()
