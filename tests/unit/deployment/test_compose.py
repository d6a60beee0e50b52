"""What Docker is told, held against what the program can do; no engine is needed to see a wrong word."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from sunup.settings import PREFIX, Settings
from tests.unit.deployment.commands import commands

ROOT = Path(__file__).parents[3]
PARTS = ("migrate", "web", "send", "schedule", "worker")
BUCKET = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL"}
OF_THE_IMAGE = {"SUNUP_DATA_DIR", "SUNUP_HTTP_HOST", "SUNUP_HTTP_PORT", "SUNUP_WORKERS"}
"""Inside a container these are the image's; the port that people see is published, and workers are replicas."""
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]


def test_compose_runs_every_part_and_what_they_stand_on() -> None:
    assert set(SERVICES) == {*PARTS, "postgres", "redis"}
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


def test_compose_commands_are_commands_of_the_program() -> None:
    assert {" ".join(SERVICES[part]["command"]) for part in PARTS} <= commands()


def test_dockerfile_default_is_a_command_of_the_program() -> None:
    found = re.search(r'^CMD \["(\w+)"\]$', (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert found is not None
    assert found[1] in commands()


@pytest.mark.parametrize("part", PARTS)
def test_compose_environment_holds_settings_and_a_bucket_s_credentials_only(part: str) -> None:
    known = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}
    assert set(SERVICES[part]["environment"]) <= known | BUCKET


@pytest.mark.parametrize("part", PARTS)
def test_compose_hands_every_setting_of_the_example_to_every_part(part: str) -> None:
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^(?:# )?((?:SUNUP|AWS)_\w+)=", example, re.MULTILINE))
    given = SERVICES[part]["environment"]
    assert named >= BUCKET
    assert sorted(named - set(given)) == sorted(OF_THE_IMAGE)
    # A name without a value is what stands in .env; the others are said here, out of .env where that has them.
    said = {name: value for name, value in given.items() if value is not None}
    assert set(said) == {"SUNUP_DATABASE_URL", "SUNUP_REDIS_URL", "SUNUP_MASTER_KEY", "SUNUP_DRAIN_SECONDS"}


def test_dockerfile_environment_holds_settings_only() -> None:
    known = {f"{PREFIX}{field.upper()}" for field in Settings.model_fields}
    assert set(re.findall(r"(SUNUP_\w+)=", (ROOT / "Dockerfile").read_text())) <= known


@pytest.mark.parametrize("part", ["send", "schedule", "worker", "migrate"])
def test_compose_part_that_listens_to_nothing_has_no_http_check(part: str) -> None:
    assert SERVICES[part]["healthcheck"] == {"disable": True}


def test_compose_waits_for_migrations_and_drains_before_it_kills() -> None:
    for part in ("web", "send", "schedule", "worker"):
        assert SERVICES[part]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        drain = float(SERVICES[part]["environment"]["SUNUP_DRAIN_SECONDS"])
        assert float(SERVICES[part]["stop_grace_period"].removesuffix("s")) > drain


def test_dockerignore_lets_through_every_package_and_what_the_build_copies() -> None:
    let_through = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
        "only-include"
    ]
    assert {*packages, "pyproject.toml", "requirements-setup.lock", "requirements-production.lock"} <= set(let_through)
