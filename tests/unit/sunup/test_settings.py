import re
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from core.errors import ConfigurationError
from core.forecast import DEFAULT_PRICES, Price, Prices
from sunup.setting_types import Admin
from sunup.settings import Settings, read_settings

ROOT = Path(__file__).parents[3]
KEY = "a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2V5a2U="


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    for name, value in variables.items():
        monkeypatch.setenv(f"SUNUP_{name}", value)
    return read_settings(None)


def test_settings_with_nothing_set_run_embedded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read(monkeypatch)
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/sunup.db"
    assert settings.media_url == f"file://{tmp_path}/var/media"
    assert (settings.embedded_database, settings.embedded_queue) == (True, True)
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)
    assert settings.telegram_api_url == "https://api.telegram.org"
    assert settings.drain_time == timedelta(seconds=20)
    assert not (tmp_path / "var").exists()


def test_settings_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, REDIS_URL="", TELEGRAM_TOKEN="", HTTP_PORT="").http_port == 8080


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("postgresql://u:p@db/sunup", "postgresql+psycopg://u:p@db/sunup"),
        ("postgres://u:p@db/sunup?sslmode=require", "postgresql+psycopg://u:p@db/sunup?sslmode=require"),
        ("postgresql+psycopg://db/sunup", "postgresql+psycopg://db/sunup"),
        ("postgresql://postgres@/sunup?host=/tmp/pg", "postgresql+psycopg://postgres@/sunup?host=/tmp/pg"),
        ("sqlite:////srv/s.db", "sqlite:////srv/s.db"),
    ],
)
def test_settings_database_url_gets_our_driver(monkeypatch: pytest.MonkeyPatch, given: str, kept: str) -> None:
    settings = read(monkeypatch, DATABASE_URL=given)
    assert settings.database_url == kept
    assert settings.embedded_database == kept.startswith("sqlite")


def test_settings_relative_sqlite_path_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert read(monkeypatch, DATABASE_URL="sqlite:///s.db").database_url == f"sqlite:///{tmp_path}/s.db"


@pytest.mark.parametrize(
    ("variables", "mode"),
    [
        ({}, "polling"),
        ({"PUBLIC_URL": "https://chat.example.org"}, "webhook"),
        ({"PUBLIC_URL": "https://chat.example.org", "TELEGRAM_MODE": "polling"}, "polling"),
        ({"TELEGRAM_MODE": "Webhook"}, "webhook"),
    ],
)
def test_settings_telegram_mode_follows_public_url(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], mode: str
) -> None:
    assert read(monkeypatch, **variables).telegram_mode == mode


@pytest.mark.parametrize("url", ["http://chat.example.org", "https://chat.example.org:8080"])
def test_settings_public_url_that_telegram_would_not_deliver_to_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    bot = {"PUBLIC_URL": url, "TELEGRAM_TOKEN": "4711:abc"}
    with pytest.raises(ConfigurationError, match=r"^SUNUP_PUBLIC_URL .* must be https, .* or set SUNUP_TELEGRAM_MODE"):
        read(monkeypatch, **bot)
    assert read(monkeypatch, **bot, TELEGRAM_MODE="polling").public_url == url
    assert read(monkeypatch, **bot, TELEGRAM_MODE="", TELEGRAM_API_URL="http://127.0.0.1:8081").public_url == url
    assert read(monkeypatch, TELEGRAM_TOKEN="", TELEGRAM_API_URL="").public_url == url


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"TWILIO_ACCOUNT_SID": "AC1", "WHATSAPP_FROM": "whatsapp:+14155238886"},
            "SUNUP_TWILIO_ACCOUNT_SID is set, but not SUNUP_TWILIO_AUTH_TOKEN; set all.",
        ),
        (
            {"SLACK_CLIENT_ID": "1.2"},
            "SUNUP_SLACK_CLIENT_ID is set, but not SUNUP_SLACK_CLIENT_SECRET and SUNUP_SLACK_SIGNING_SECRET; set all.",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1"},
            "SUNUP_SLACK_BOT_TOKEN is set, but neither SUNUP_SLACK_SIGNING_SECRET, with which Slack's requests are "
            "proven, nor SUNUP_SLACK_APP_TOKEN for Socket Mode; set one of them.",
        ),
    ],
)
def test_settings_that_belong_together_are_refused_alone(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(monkeypatch, **given)
    assert str(refused.value) == sentence


def test_settings_of_a_single_slack_workspace_need_no_client(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, SLACK_BOT_TOKEN="xoxb-1", SLACK_SIGNING_SECRET="s3cret")
    assert {"xoxb-1", "s3cret"} <= set(settings.secrets)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", DEFAULT_PRICES),
        ("EUR, whatsapp:0.005:0.07", Prices({"whatsapp": Price(Decimal("0.005"), Decimal("0.07"))}, "EUR")),
        ("slack:0.01", Prices({"slack": Price(Decimal("0.01"), Decimal("0.01"))})),
    ],
)
def test_settings_prices_are_parsed(monkeypatch: pytest.MonkeyPatch, value: str, expected: Prices) -> None:
    monkeypatch.setenv("SUNUP_PRICES", value)
    assert read_settings(None).prices == expected


@pytest.mark.parametrize("value", ["whatsapp", "whatsapp:free", "whatsapp:-1", "whatsapp:0.1:", "eur"])
def test_settings_price_that_is_none_is_refused_with_the_cure(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SUNUP_PRICES", value)
    with pytest.raises(ConfigurationError, match="EUR, whatsapp"):
        read_settings(None)


def test_settings_admins_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch, ADMINS="telegram:7, slack:T01/U02,whatsapp:+33612345678,")
    assert settings.admins == (
        Admin("telegram", "7"),
        Admin("slack", "T01/U02"),
        Admin("whatsapp", "+33612345678"),
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("HTTP_PORT", "http", "SUNUP_HTTP_PORT is 'http' but must be a whole number."),
        ("HTTP_PORT", "70000", "SUNUP_HTTP_PORT is '70000' but must be at most 65535."),
        ("WORKERS", "-1", "SUNUP_WORKERS is '-1' but must be at least 0."),
        ("DRAIN_SECONDS", "soon", "SUNUP_DRAIN_SECONDS is 'soon' but must be a number of seconds."),
        ("DRAIN_SECONDS", "inf", "SUNUP_DRAIN_SECONDS is 'inf' but must be a number of seconds."),
        (
            "LOG_LEVEL",
            "loud",
            "SUNUP_LOG_LEVEL is 'LOUD' but must be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'.",
        ),
        (
            "PUBLIC_URL",
            "chat.example.org",
            "SUNUP_PUBLIC_URL is 'chat.example.org' but must be an address such as https://chat.example.org, "
            "without query or fragment.",
        ),
        (
            "MEDIA_URL",
            "file://media",
            "SUNUP_MEDIA_URL is 'file://media' but must be s3://bucket/prefix or file:///absolute/folder.",
        ),
        (
            "PUBLIC_URL",
            "https://chat.example.org:99999",
            "SUNUP_PUBLIC_URL is 'https://chat.example.org:99999' but must be an address such as "
            "https://chat.example.org, without query or fragment.",
        ),
        (
            "TELEGRAM_API_URL",
            "http://[::1",
            "SUNUP_TELEGRAM_API_URL is 'http://[::1' but must be an address such as https://chat.example.org, "
            "without query or fragment.",
        ),
        ("TELEGRAM_MODE", "both", "SUNUP_TELEGRAM_MODE is 'both' but must be 'webhook' or 'polling'."),
    ],
)
def test_settings_wrong_value_is_named_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(monkeypatch, **{name: value})
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_TOKEN", "hush hush"),
        ("TELEGRAM_SECRET", "hush hush"),
        ("TWILIO_AUTH_TOKEN", "hush hush"),
        ("SLACK_BOT_TOKEN", "hush"),
        ("SLACK_APP_TOKEN", "xoxb-hush"),
        ("SLACK_SIGNING_SECRET", "hush hush"),
        ("SLACK_CLIENT_SECRET", "hush\nhush"),
        ("MASTER_KEY", "hush hush"),
        ("MASTER_KEY", "aHVzaCBodXNo"),
        ("DATABASE_URL", "mysql://u:hush@db/sunup"),
        ("DATABASE_URL", "postgresql://u:hush@db"),
        ("DATABASE_URL", "sqlite:///:memory:hush"),
        ("DATABASE_URL", "postgresql://u:hush@db:port/sunup"),
        ("DATABASE_URL", "postgresql://u:hush@db:99999/sunup"),
        ("REDIS_URL", "redis://:hush@queue:port/0"),
        ("REDIS_URL", "redis://:hush@queue:6379/first"),
        ("REDIS_URL", "amqp://u:hush@queue"),
        ("ADMINS", "telegram:hush"),
    ],
)
def test_settings_wrong_secret_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^SUNUP_{name} must ") as caught:
        read(monkeypatch, **{name: value})
    assert "hush" not in str(caught.value)
    assert "aHVzaCBodXNo" not in str(caught.value)


def test_settings_misspelt_name_is_refused_with_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match=r"^SUNUP_TELEGRAM_TOKN is not .* did you mean SUNUP_TELEGRAM_TOKEN\?"):
        read(monkeypatch, TELEGRAM_TOKN="x")


def test_settings_name_like_none_there_is_leads_to_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match=r"^SUNUP_FOO is not .*; see \.env\.example for the names"):
        read(monkeypatch, FOO="1")


def test_settings_misspelt_name_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SUNUP_HTTP_PROT=80\nOTHER=1\n")
    with pytest.raises(ConfigurationError, match="did you mean SUNUP_HTTP_PORT"):
        read_settings(tmp_path / ".env")


def test_settings_names_of_the_tests_are_let_through(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, TEST_POSTGRES_URL="postgresql://h/d").embedded_database


def test_settings_environment_goes_ahead_of_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SUNUP_HTTP_PORT=1111\nSUNUP_WORKERS=3\n")
    monkeypatch.setenv("SUNUP_HTTP_PORT", "2222")
    settings = read_settings(tmp_path / ".env")
    assert (settings.http_port, settings.workers) == (2222, 3)


def test_settings_are_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch)
    with pytest.raises(ValidationError, match="frozen"):
        settings.http_port = 1  # type: ignore[misc]  # that it cannot be set is what is tested


def test_settings_shown_hold_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch,
        DATABASE_URL="postgresql://u:hush1@db/s",
        REDIS_URL="redis://:hush2@queue/0",
        TELEGRAM_TOKEN="123:hush3",
        TELEGRAM_SECRET="hush4",
        MASTER_KEY=KEY,
    )
    assert "hush" not in f"{settings!r} {settings}"
    assert KEY not in f"{settings!r} {settings}"
    assert set(settings.secrets) == {"hush1", "hush2", "123:hush3", "hush4", KEY}


def test_env_example_names_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    example = ROOT / ".env.example"
    names = re.findall(r"^(SUNUP_\w+)=", example.read_text(), re.MULTILINE)
    assert sorted(names) == sorted(f"SUNUP_{field.upper()}" for field in Settings.model_fields)
    assert read_settings(example) == read(monkeypatch)
