"""The kinds of value that a setting can hold: each reads a text, puts it into its normal form, or says what is right.

A check raises an error whose text ends the sentence "SUNUP_X …", and never repeats the value: it may be a secret.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_core import PydanticCustomError
from pydantic_settings import NoDecode

from core.forecast import Price, Prices

MASTER_KEY_BYTES = 32

_ADMIN_FORMS = {
    "telegram": re.compile(r"[1-9]\d{0,19}"),
    "slack": re.compile(r"[A-Z0-9]+/[A-Z0-9]+"),
    "whatsapp": re.compile(r"\+[1-9]\d{6,14}"),
}
_CURRENCY = re.compile("[A-Z]{3}")
_PRICE = re.compile(r"(?P<channel>[a-z]+):(?P<free>\d{1,6}(\.\d{1,6})?)(:(?P<template>\d{1,6}(\.\d{1,6})?))?", re.ASCII)
_POSTGRESQL = re.compile(r"^(postgres|postgresql)(\+\w+)?://")
_NUMBER = re.compile(r"\d{0,4}", re.ASCII)
_SQLITE = re.compile(r"^sqlite(\+\w+)?:///(?P<path>.+)$")


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody who may use the commands for admins.

    Args:
        channel: `telegram`, `slack` or `whatsapp`.
        address: Their immutable id there: a number, `TEAM/USER`, or a phone number in E.164.
    """

    channel: str
    address: str


def _wrong(what_is_right: str) -> PydanticCustomError:
    """Return the error whose text ends the sentence 'SUNUP_X ...'."""
    return PydanticCustomError("setting", "{right}", {"right": what_is_right})


def _parse_admins(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(_parse_admin(part.strip()) for part in value.split(",") if part.strip())


def _parse_admin(text: str) -> Admin:
    channel, _, address = text.partition(":")
    form = _ADMIN_FORMS.get(channel)
    if form is None or not form.fullmatch(address):
        raise _wrong("must be a comma list of telegram:ID, slack:TEAM/USER and whatsapp:+E164")
    return Admin(channel, address)


def _parse_prices(value: object) -> object:
    if not isinstance(value, str):
        return value
    prices, currency = {}, "USD"
    for part in filter(None, (one.strip() for one in value.split(","))):
        if _CURRENCY.fullmatch(part):
            currency = part
            continue
        found = _PRICE.fullmatch(part)
        if not found:
            raise _wrong("must be a comma list of CHANNEL:PRICE:TEMPLATE and a currency: EUR, whatsapp:0.005:0.07")
        prices[found["channel"]] = Price(Decimal(found["free"]), Decimal(found["template"] or found["free"]))
    return Prices(prices, currency)


def _normal_database_url(url: str) -> str:
    """Return the address with the driver that storage uses, and an SQLite path made absolute."""
    if not url:
        return url
    if _POSTGRESQL.match(url):
        right = (
            "must name the database, and a port by its number, for example postgresql://user:password@host:5432/sunup"
        )
        if not _parts(url, right).path.strip("/"):
            raise _wrong(right)
        return _POSTGRESQL.sub("postgresql+psycopg://", url)
    found = _SQLITE.match(url)
    if not found or found["path"].startswith(":memory:"):
        raise _wrong("must be sqlite:///PATH or postgresql://user:password@host/database")
    return f"sqlite:///{Path(found['path']).absolute()}"


def _queue_url(url: str) -> str:
    right = "must be redis://host:port/number, rediss://… or unix:///path, or be unset for the embedded queue"
    parts = _parts(url, right)
    number = parts.path.strip("/")
    if parts.scheme not in {"redis", "rediss", "unix"} or (parts.scheme != "unix" and not _NUMBER.fullmatch(number)):
        raise _wrong(right)
    return url


def _web_address(url: str) -> str:
    right = "must be an address such as https://chat.example.org, without query or fragment"
    parts = _parts(url, right)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise _wrong(right)
    return url.rstrip("/")


def _media_url(url: str) -> str:
    right = "must be s3://bucket/prefix or file:///absolute/folder"
    parts = _parts(url, right)
    if not url or (parts.scheme == "s3" and parts.netloc) or (parts.scheme == "file" and parts.path.startswith("/")):
        return url.rstrip("/")
    raise _wrong(right)


def _parts(url: str, right: str) -> SplitResult:
    """Return the parts of an address; one that no client could take apart, or with no such port, is refused."""
    try:
        parts = urlsplit(url)
        if parts.port == 0:
            raise ValueError
    except ValueError:
        raise _wrong(right) from None
    return parts


def _matching(pattern: str, right: str) -> AfterValidator:
    """Return a check that a secret has this form; the error never repeats the value."""
    form = re.compile(pattern)

    def check(secret: SecretStr) -> SecretStr:
        if not form.fullmatch(secret.get_secret_value()):
            raise _wrong(right)
        return secret

    return AfterValidator(check)


def _master_key(secret: SecretStr) -> SecretStr:
    try:
        key = base64.b64decode(secret.get_secret_value(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != MASTER_KEY_BYTES:
        raise _wrong("must be 32 random bytes in base64; `openssl rand -base64 32` prints such a key")
    return secret


def _twilio_account(sid: str) -> str:
    if not re.fullmatch(r"AC[0-9A-Za-z]+", sid):
        raise _wrong("must be the account's SID, which begins with AC")
    return sid


def _whatsapp_sender(number: str) -> str:
    if not re.fullmatch(r"whatsapp:\+[1-9]\d{6,14}", number):
        raise _wrong("must be the sender's number as whatsapp:+14155238886")
    return number


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


DatabaseUrl = Annotated[str, AfterValidator(_normal_database_url)]
QueueUrl = Annotated[str, AfterValidator(_queue_url)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
MediaUrl = Annotated[str, AfterValidator(_media_url)]
MessagePrices = Annotated[Prices, NoDecode, BeforeValidator(_parse_prices)]
Admins = Annotated[tuple[Admin, ...], NoDecode, BeforeValidator(_parse_admins)]
MasterKey = Annotated[SecretStr, AfterValidator(_master_key)]
TelegramToken = Annotated[
    SecretStr, _matching(r"\d+:[A-Za-z0-9_-]+", "must be the token that @BotFather shows, for example 123456:ABC-DEF")
]
TelegramSecret = Annotated[
    SecretStr, _matching(r"[A-Za-z0-9_-]{1,256}", "must be 1 to 256 letters, digits, underscores or hyphens")
]
Secret = Annotated[SecretStr, _matching(r"[!-~]{1,500}", "must be the secret alone, without blanks")]
TwilioAccount = Annotated[str, AfterValidator(_twilio_account)]
WhatsappSender = Annotated[str, AfterValidator(_whatsapp_sender)]
SlackBotToken = Annotated[SecretStr, _matching(r"xox[!-~]+", "must be a bot token of Slack, which begins with xoxb-")]
SlackAppToken = Annotated[SecretStr, _matching(r"xapp-[!-~]+", "must be an app token, which begins with xapp-")]
TelegramMode = Annotated[Literal["webhook", "polling"], BeforeValidator(_lower)]
LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
LogFormat = Annotated[Literal["console", "json"], BeforeValidator(_lower)]
