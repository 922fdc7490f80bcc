"""docker-compose.yml and the Dockerfile, read offline: valid for the specification and true to docs/deployment.md."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from typing import Any

import pytest
import yaml

from kktoffice.processes import PROJECT

COMPOSE = PROJECT / "docker-compose.yml"
DOCKERFILE = PROJECT / "Dockerfile"
OURS = ("migrate", "web", "workers", "scheduler")
SECRETS = ("KKT_SECRET_KEY", "KKT_DB_PASSWORD")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return loaded


def test_the_file_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (0, "") == (result.returncode, result.stderr)


def test_the_linter_sees_a_misspelt_key(tmp_path: Any) -> None:
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(COMPOSE.read_text().replace("stop_grace_period: 1m", "stop_grace: 1m"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(broken)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert 1 == result.returncode
    assert "stop_grace" in result.stdout


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not installed here")
def test_docker_compose_itself_accepts_the_file() -> None:
    environment = {"PATH": "/usr/bin:/bin", "KKT_SECRET_KEY": "x", "KKT_DB_PASSWORD": "x", "KKT_ALLOWED_HOSTS": "x"}
    command = ["docker-compose", "-f", str(COMPOSE), "config", "-q"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert (0, "") == (result.returncode, result.stderr)


def test_production_has_database_doorbell_web_workers_and_scheduler(compose: dict[str, Any]) -> None:
    assert {"db", "redis", *OURS} == set(compose["services"])


def test_secrets_have_no_default_and_their_absence_says_what_to_do() -> None:
    text = COMPOSE.read_text()
    for name in (*SECRETS, "KKT_ALLOWED_HOSTS"):
        uses = re.findall(r"\$\{" + name + r"(.*?)\}", text)

        assert uses
        assert all(use.startswith(":?set it in .env") for use in uses)


def test_only_the_web_server_is_published_and_only_to_this_machine(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}

    assert {"web": ["${KKT_PUBLISH:-127.0.0.1:8000}:8000"]} == published


def test_database_and_doorbell_are_on_a_network_without_a_way_out(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"] == {"internal": True}
    assert [["inside"], ["inside"]] == [compose["services"][name]["networks"] for name in ("db", "redis")]


def test_the_doorbell_keeps_a_file_and_never_evicts(compose: dict[str, Any]) -> None:
    command = " ".join(compose["services"]["redis"]["command"])

    assert "--appendonly yes --maxmemory-policy noeviction" in command


@pytest.mark.parametrize("name", ["db", "redis", "web", "workers", "scheduler"])
def test_a_service_that_stays_is_watched_and_has_time_to_stop(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["stop_grace_period"]


def test_a_worker_has_longer_to_stop_than_a_command_may_take(compose: dict[str, Any]) -> None:
    assert "3m" == compose["services"]["workers"]["stop_grace_period"]


def test_nothing_of_ours_starts_before_the_tables_are_there(compose: dict[str, Any]) -> None:
    conditions = {name: compose["services"][name]["depends_on"].get("migrate") for name in OURS if name != "migrate"}

    assert {name: {"condition": "service_completed_successfully"} for name in conditions} == conditions
    assert {"db": {"condition": "service_healthy"}} == compose["services"]["migrate"]["depends_on"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_may_do_little(compose: dict[str, Any], name: str) -> None:
    service = compose["services"][name]

    assert (True, ["ALL"], ["no-new-privileges:true"]) == (
        service["read_only"],
        service["cap_drop"],
        service["security_opt"],
    )
    assert "privileged" not in service


def test_every_command_of_ours_exists(compose: dict[str, Any]) -> None:
    from django.core.management import get_commands

    words = [compose["services"][name]["command"] for name in OURS]
    named = re.findall(r"manage\.py (\w+)", " ".join(" ".join(command) for command in words))

    assert {"check", "migrate", "web", "site_worker", "deliver_callbacks"} == set(named)
    assert [] == [name for name in named if name not in get_commands()]


def test_the_image_is_debian_slim_and_runs_as_a_user() -> None:
    lines = DOCKERFILE.read_text().splitlines()
    bases = [line.split()[1] for line in lines if line.startswith("FROM")]

    assert {"python:3.11-slim-bookworm"} == set(bases)
    assert "USER kktoffice" == next(line for line in lines if line.startswith("USER"))


def test_the_image_has_the_lock_bytecode_and_static_files() -> None:
    text = DOCKERFILE.read_text()

    assert "--compile-bytecode" in text
    assert "requirements.lock" in text
    assert "collectstatic --noinput" in text


def test_the_image_copies_every_part_that_the_settings_name() -> None:
    copied = set(re.findall(r"^COPY (\w+) \./\1$", DOCKERFILE.read_text(), re.MULTILINE))
    packages = {path.parent.name for path in PROJECT.glob("*/apps.py")}

    assert packages <= copied


def test_the_installer_is_the_one_of_the_bootstrap() -> None:
    import bootstrap

    assert f"pip install --no-cache-dir {bootstrap.UV}\n" in DOCKERFILE.read_text()


def test_secrets_and_working_copies_stay_out_of_the_image() -> None:
    ignored = (PROJECT / ".dockerignore").read_text().splitlines()

    assert {".env", ".git", ".venv", "var"} <= set(ignored)
