"""Settings: read once from the environment, frozen, and refused with one sentence where they are wrong.

Every name begins with `SUNUP_`; a `.env` file in the working directory is read too, and the environment wins.
With nothing set, everything runs embedded on this machine.

    settings = read_settings()
    settings.http_port          # 8080
    settings.database_url       # "sqlite:////srv/sunup/var/sunup.db"

A new setting is one field below and one line in `.env.example`; a test keeps the two alike.
"""

import difflib
import os
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bots.telegram.delivery import API_URL, RIGHT, is_delivered_to
from core.errors import ConfigurationError
from core.forecast import DEFAULT_PRICES
from sunup.setting_types import (
    Admins,
    DatabaseUrl,
    LogFormat,
    LogLevel,
    MasterKey,
    MediaUrl,
    MessagePrices,
    QueueUrl,
    Secret,
    SlackAppToken,
    SlackBotToken,
    TelegramMode,
    TelegramSecret,
    TelegramToken,
    TwilioAccount,
    WebAddress,
    WhatsappSender,
)

PREFIX = "SUNUP_"
TEST_PREFIX = "SUNUP_TEST_"
"""Names that the test suite reads; they are no settings of the product and are let through."""


class Settings(BaseSettings):
    """Everything that an operator can choose. Make one with `read_settings`.

    A field with `repr=False` is confidential: its value appears in no text, not even in the sentence that refuses it.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
    )

    data_dir: Annotated[Path, AfterValidator(Path.absolute)] = Field(
        default=Path("var"), description="Folder for everything that is kept on this machine; made when it is missing."
    )
    database_url: DatabaseUrl = Field(
        default="",
        repr=False,
        description="`sqlite:///PATH` or `postgresql://user:password@host/name`; unset: sunup.db in the data folder.",
    )
    redis_url: QueueUrl | None = Field(
        default=None, repr=False, description="The queue's Redis or Valkey; unset: one is started on this machine."
    )
    http_host: str = Field(default="127.0.0.1", description="Address that the web process listens on.")
    http_port: int = Field(default=8080, ge=0, le=65535, description="Port that it listens on; 0 takes a free one.")
    metrics_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="Port on which `sunup send`, `schedule` and `worker` show figures; unset: none, 0: a free one.",
    )
    public_url: WebAddress | None = Field(
        default=None, description="Where providers and people reach this server from outside."
    )
    telegram_token: TelegramToken | None = Field(
        default=None, repr=False, description="The bot's token; unset: no Telegram."
    )
    telegram_secret: TelegramSecret | None = Field(
        default=None,
        repr=False,
        description="Proof that Telegram sends with each update; unset: derived from the master key and the token.",
    )
    telegram_api_url: WebAddress = Field(
        default=API_URL, description="Base of the Bot API; its host may also serve media."
    )
    telegram_mode: TelegramMode | None = Field(
        default=None, description="`webhook` or `polling`; unset: webhook where there is a public URL, else polling."
    )
    twilio_account_sid: TwilioAccount | None = Field(
        default=None, description="The Twilio account that WhatsApp goes through; unset: no WhatsApp."
    )
    twilio_auth_token: Secret | None = Field(
        default=None, repr=False, description="Its auth token, which also signs what Twilio brings."
    )
    whatsapp_from: WhatsappSender | None = Field(
        default=None, description="The number that WhatsApp messages come from, as `whatsapp:+E164`."
    )
    twilio_api_url: WebAddress = Field(
        default="https://api.twilio.com", description="Base of Twilio's API; its host may also serve media."
    )
    twilio_content_api_url: WebAddress = Field(
        default="https://content.twilio.com", description="Base of Twilio's Content API, for buttons and templates."
    )
    slack_bot_token: SlackBotToken | None = Field(
        default=None, repr=False, description="The bot token of one workspace; unset: only those that install the app."
    )
    slack_signing_secret: Secret | None = Field(
        default=None, repr=False, description="Proof that a request comes from Slack."
    )
    slack_app_token: SlackAppToken | None = Field(
        default=None, repr=False, description="For Socket Mode, which is used where there is no public URL."
    )
    slack_client_id: str | None = Field(default=None, description="With the secret: workspaces may install the app.")
    slack_client_secret: Secret | None = Field(default=None, repr=False, description="The app's client secret.")
    slack_api_url: WebAddress = Field(
        default="https://slack.com/api", description="Base of Slack's API; its host may also serve files."
    )
    admins: Admins = Field(
        default=(),
        repr=False,
        description="Who may use admin commands: a comma list of telegram:ID, slack:TEAM/USER, whatsapp:+E164.",
    )
    prices: MessagePrices = Field(
        default=DEFAULT_PRICES,
        description="What messages cost, for forecasts: a currency and CHANNEL:PRICE:TEMPLATE by comma.",
    )
    master_key: MasterKey | None = Field(
        default=None,
        repr=False,
        description="32 bytes in base64 that wrap every person's data key; unset, on SQLite: made and kept.",
    )
    media_url: MediaUrl = Field(
        default="",
        description="Where files go: `s3://bucket/prefix` or `file:///folder`; unset: media in the data folder.",
    )
    workers: int = Field(default=1, ge=0, le=64, description="Worker processes that `sunup serve` starts.")
    drain_seconds: float = Field(
        default=20,
        ge=0,
        le=600,
        allow_inf_nan=False,
        description="How long a stopping process may finish its work.",
    )
    log_level: LogLevel = Field(default="INFO", description="Least severe line shown.")
    log_format: LogFormat | None = Field(
        default=None, description="`console` or `json`; unset: console on a terminal, else json."
    )

    @model_validator(mode="after")
    def _fill_in(self) -> Self:
        """Settle the defaults that depend on other settings."""
        if not self.database_url:
            self._settle("database_url", f"sqlite:///{self.data_dir / 'sunup.db'}")
        if not self.media_url:
            self._settle("media_url", f"file://{self.data_dir / 'media'}")
        if self.telegram_mode is None:
            self._settle("telegram_mode", "webhook" if self.public_url else "polling")
        return self

    def _settle(self, name: str, value: object) -> None:
        """Set a field while the settings are being made; afterwards they are frozen."""
        self.__dict__[name] = value

    @property
    def embedded_database(self) -> bool:
        """Whether the database is an SQLite file of this machine."""
        return self.database_url.startswith("sqlite:")

    @property
    def embedded_queue(self) -> bool:
        """Whether the queue is started on this machine."""
        return self.redis_url is None

    @property
    def may_travel(self) -> bool:
        """Whether the clock may be put forward: all is on this machine, and nobody outside keeps time with us."""
        channels = (self.telegram_token, self.slack_signing_secret, self.slack_app_token, self.twilio_auth_token)
        at_home = self.http_host in {"127.0.0.1", "::1", "localhost"} and not self.public_url
        return self.embedded_database and self.embedded_queue and at_home and not any(channels)

    @property
    def drain_time(self) -> timedelta:
        """How long a stopping process may finish what it has begun."""
        return timedelta(seconds=self.drain_seconds)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value that is set, for the logs to strike out wherever it turns up."""
        held = (
            self.telegram_token,
            self.telegram_secret,
            self.master_key,
            self.twilio_auth_token,
            self.slack_bot_token,
            self.slack_signing_secret,
            self.slack_app_token,
            self.slack_client_secret,
        )
        passwords = (urlsplit(url).password for url in (self.database_url, self.redis_url or ""))
        return tuple(secret.get_secret_value() for secret in held if secret) + tuple(p for p in passwords if p)


def read_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings from the environment and the file beside it.

    Args:
        env_file: File of `NAME=value` lines; missing is fine, None reads the environment alone.

    Raises:
        ConfigurationError: A value is wrong or a name is unknown; one sentence that says what would be right.
    """
    in_file = dotenv_values(env_file).keys() if env_file and env_file.is_file() else ()
    _refuse_unknown([*os.environ, *in_file])
    try:
        settings = Settings(_env_file=env_file)
    except ValidationError as error:
        raise ConfigurationError(_sentence(error)) from None
    _refuse_undelivered(settings)
    _refuse_halves(settings)
    return settings


def _refuse_unknown(names: Iterable[str]) -> None:
    known = [field.upper() for field in Settings.model_fields]
    for name in names:
        upper = name.upper()
        own = upper.removeprefix(PREFIX)
        if upper.startswith(PREFIX) and not upper.startswith(TEST_PREFIX) and own not in known:
            near = difflib.get_close_matches(own, known, n=1)
            cure = f"did you mean {PREFIX}{near[0]}?" if near else "see .env.example for the names that there are."
            raise ConfigurationError(f"{name} is not a setting of Sunup; {cure}")


def _refuse_undelivered(settings: Settings) -> None:
    """Refuse a public address that Telegram would not deliver to, where it is to deliver."""
    url = settings.public_url
    if url is None or settings.telegram_token is None or settings.telegram_mode != "webhook":
        return
    if not is_delivered_to(url, settings.telegram_api_url):
        raise ConfigurationError(
            f"SUNUP_PUBLIC_URL is {url!r} but for Telegram {RIGHT}; or set SUNUP_TELEGRAM_MODE=polling."
        )


def _refuse_halves(settings: Settings) -> None:
    """Refuse what makes sense only together, where a part of it is missing."""
    for together in (
        ("twilio_account_sid", "twilio_auth_token", "whatsapp_from"),
        ("slack_client_id", "slack_client_secret", "slack_signing_secret"),
    ):
        given = [name for name in together if getattr(settings, name) is not None]
        missing = [f"{PREFIX}{name.upper()}" for name in together if name not in given]
        # A signing secret belongs to a single workspace as well.
        if missing and given and given != ["slack_signing_secret"]:
            raise ConfigurationError(f"{PREFIX}{given[0].upper()} is set, but not {' and '.join(missing)}; set all.")
    if settings.slack_bot_token and not (settings.slack_signing_secret or settings.slack_app_token):
        raise ConfigurationError(
            "SUNUP_SLACK_BOT_TOKEN is set, but neither SUNUP_SLACK_SIGNING_SECRET, with which Slack's requests are "
            "proven, nor SUNUP_SLACK_APP_TOKEN for Socket Mode; set one of them."
        )


def _sentence(error: ValidationError) -> str:
    """Return the first fault as one sentence: which variable, what it holds unless that is confidential, the cure."""
    fault = error.errors(include_url=False)[0]
    field = str(fault["loc"][0])
    cure = _what_is_right(fault["type"], fault["msg"], fault.get("ctx", {}))
    held = f"is {str(fault['input'])!r} but " if Settings.model_fields[field].repr else ""
    return f"{PREFIX}{field.upper()} {held}{cure}."


def _what_is_right(kind: str, message: str, context: dict[str, Any]) -> str:
    match kind:
        case "setting":
            return message
        case "int_parsing" | "int_from_float":
            return "must be a whole number"
        case "float_parsing" | "finite_number":
            return "must be a number of seconds"
        case "greater_than_equal":
            return f"must be at least {context['ge']:g}"
        case "less_than_equal":
            return f"must be at most {context['le']:g}"
        case "literal_error":
            return f"must be {context['expected']}"
        case _:
            return f"must be different: {message}"
