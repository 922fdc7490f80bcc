"""
Which database the tests run on: a file of SQLite, or PostgreSQL with --pg.

A file and not memory, so that real worker processes and the live server see the same rows (`transactional_db` then).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import pytest

from kktoffice.postgres import Postgres

# Set by the process that started the server, for the processes of pytest-xdist.
URL = "KKT_TEST_DATABASE_URL"
KEPT = ("django_content_type", "auth_permission")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pg", action="store_true", help="run on a real PostgreSQL instead of SQLite")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("pg"):
        return
    if URL not in os.environ:
        server = Postgres()
        config.add_cleanup(server.stop)
        os.environ[URL] = server.url
        config.add_cleanup(lambda: os.environ.__delitem__(URL))
    use_database(os.environ[URL])


def use_database(url: str) -> None:
    """Point Django, already set up by now, at another database; no connection may have been used."""
    import environ
    from django.db import connections

    settings = connections.settings["default"]
    settings.clear()
    settings.update(environ.Env.db_url_config(url))
    connections.settings = connections.configure_settings(connections.settings)
    if any(connection.alias == "default" for connection in connections.all(initialized_only=True)):
        del connections["default"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    from django.db import connections

    settings = connections.settings["default"]
    if "sqlite" in settings["ENGINE"]:
        settings["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        settings["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"  # these rows need outlive no power cut


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """
    Between tests every table is emptied, the journal too: only here, and only around that, its triggers are gone.
    Django's own lists of models and permissions stay, and few rows are deleted sooner than files are cut.
    """
    from django.db import connection
    from django.db.backends.base.operations import BaseDatabaseOperations

    triggers = import_module("devices.migrations.0002_journal")
    operations = type(connection.ops)  # of every connection: a browser's event loop has one of its own
    execute = operations.execute_sql_flush

    def statements(self: BaseDatabaseOperations, style: Any, tables: Iterable[str], **options: Any) -> list[str]:
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables if table not in KEPT]

    def flush_all(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
        triggers.run(self.connection, triggers.REMOVE)
        try:
            execute(self, sql_list)
        finally:
            triggers.run(self.connection, triggers.INSTALL)

    operations.sql_flush = statements  # type: ignore[method-assign]
    operations.execute_sql_flush = flush_all  # type: ignore[method-assign]
    patch = pytest.MonkeyPatch()  # to the end of this process, as the two above
    patch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *_, **__: None)


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The address of the tests' own database, for child processes."""
    from django.db import connections

    settings: dict[str, Any] = connections.settings["default"]
    if "sqlite" in settings["ENGINE"]:
        return f"sqlite:///{settings['NAME']}"
    return f"postgresql://{settings['USER']}:{settings['PASSWORD']}@{settings['HOST']}:{settings['PORT']}/{settings['NAME']}"
