"""The adapters follow the accounts table: added, renewed, paused, removed, and through a database that is away."""

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import orjson
import pytest
from pydantic import SecretStr

from bots.adapter import Fetched, Request
from bots.registry import Surroundings
from bots.slack.adapter import SlackAdapter
from bots.telegram.adapter import TelegramAdapter
from bots.transport import Transport
from bots.whatsapp.adapter import WhatsAppAdapter
from core import errors
from core.ids import MediaId
from storage.accounts import REFUSED, Accounts, AccountStatus
from storage.sealing import MasterKeyMissing, Sealer
from sunup.channels import Channels
from sunup.settings import Settings, read_settings
from tests.integration.storage.desk import Desk

TOKEN = "424242:" + "t" * 35
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEYS = {"token": TOKEN, "secret": "s" * 32}


async def no_image(media: MediaId) -> Fetched:
    raise errors.MediaRejected("unavailable")


async def no_upload(owner: str, ref: str) -> Fetched | None:
    return None


async def announce(chat: str) -> None:
    return None


def _around(settings: Settings, transport: Transport) -> Surroundings:
    return Surroundings(
        transport=transport,
        images=no_image,
        announce=announce,
        read_upload=no_upload,
        public_url="https://chat.example.org",
        picture_url=None,
        telegram_api_url=settings.telegram_api_url,
        twilio_api_url=settings.twilio_api_url,
        twilio_content_api_url=settings.twilio_content_api_url,
        slack_api_url=settings.slack_api_url,
    )


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SUNUP_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SUNUP_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("SUNUP_TELEGRAM_SECRET", "s" * 32)
    return read_settings(None)


@pytest.fixture
def desk(sqlite_database_url: str) -> Iterator[Desk]:
    desk = Desk(sqlite_database_url)
    yield desk
    desk.close()


@pytest.fixture
def channels(desk: Desk, settings: Settings, transport: Transport) -> Channels:
    assert isinstance(settings.telegram_token, SecretStr)
    around = _around(settings, transport)
    channels = Channels(settings, desk.accounts, around)
    channels.open()
    return channels


def test_the_environments_accounts_are_there_from_the_start(desk: Desk, channels: Channels) -> None:
    assert channels.find("telegram", "default") is not None
    assert channels.find("web", "default") is not None
    assert channels.find("telegram", "shop") is None
    assert channels.of(desk.account) is channels.find("telegram", "default")


def test_an_account_is_followed_from_adding_to_removal(desk: Desk, channels: Channels) -> None:
    desk.accounts.put("telegram", "shop", KEYS)
    channels.refresh()
    shop, account_id = channels.find("telegram", "shop"), desk.accounts.id_of("telegram", "shop")
    assert shop is not None
    assert channels.of(account_id) is shop
    channels.refresh()
    assert channels.find("telegram", "shop") is shop
    desk.accounts.set_status(account_id, AccountStatus.PAUSED, "token refused")
    channels.refresh()
    assert (channels.of(account_id), channels.find("telegram", "shop")) == (None, shop)
    desk.accounts.put("telegram", "shop", {**KEYS, "secret": "n" * 32})
    channels.refresh()
    renewed = channels.of(account_id)
    assert isinstance(renewed, TelegramAdapter)
    assert (renewed is shop, renewed.secret) == (False, "n" * 32)
    assert len(channels.all("telegram")) == 2
    desk.accounts.set_status(account_id, AccountStatus.REMOVED)
    channels.refresh()
    assert (channels.of(account_id), channels.find("telegram", "shop")) == (None, None)


@pytest.mark.parametrize("credentials", [{"token": "odd", "secret": "s"}, {"secret": "s"}, {}])
def test_an_account_that_cannot_be_used_leaves_the_others_alone(
    desk: Desk, channels: Channels, credentials: dict[str, str]
) -> None:
    desk.accounts.put("telegram", "shop", credentials)
    desk.accounts.put("pigeon", "default", {"name": "x"})
    channels.refresh()
    assert channels.find("telegram", "shop") is None
    assert len(channels.all("telegram")) == 1


def test_a_database_that_is_away_leaves_what_is_known(
    desk: Desk, channels: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise errors.StorageUnavailable

    monkeypatch.setattr(desk.database, "read", away)
    channels.refresh()
    assert channels.find("telegram", "default") is not None


def test_another_master_key_stops_the_start_and_no_running_process(
    desk: Desk, channels: Channels, settings: Settings
) -> None:
    other = Accounts(desk.database, Sealer(b"o" * 32), desk.ids, desk.clock)
    other.put("telegram", "shop", KEYS)
    channels.refresh()
    assert channels.find("telegram", "default") is not None
    with pytest.raises(MasterKeyMissing, match="SUNUP_MASTER_KEY"):
        channels.open()


def test_looking_through_adapters_is_safe_while_they_are_exchanged(desk: Desk, channels: Channels) -> None:
    seen = channels._adapters
    desk.accounts.put("telegram", "shop", KEYS)
    channels.refresh()
    assert len(seen) == 2


# -- WhatsApp and Slack ------------------------------------------------------------------------


@pytest.fixture
def many(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, transport: Transport) -> Channels:
    """Channels whose environment has an account on each of them."""
    given = {
        "DATA_DIR": str(tmp_path),
        "SLACK_BOT_TOKEN": "xoxb-1-environment",
        "SLACK_SIGNING_SECRET": "c" * 32,
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 31 + "1",
        "TWILIO_AUTH_TOKEN": "a" * 32,
        "WHATSAPP_FROM": "whatsapp:+15550001111",
        "PUBLIC_URL": "https://chat.example.org",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"SUNUP_{name}", value)
    settings = read_settings(None)
    channels = Channels(settings, desk.accounts, _around(settings, transport))
    channels.open()
    return channels


INSTALLED = {"bot_token": "xoxb-2-crew", "team_id": "T024CREW", "bot_user_id": "U1", "api_app_id": "A1"}


def slack_event(team: str, secret: str = "c" * 32) -> Request:
    event = {"type": "message", "user": "U7", "channel": "D7", "channel_type": "im", "ts": "1795000000.000100"}
    body = orjson.dumps({"type": "event_callback", "team_id": team, "event_id": "Ev1", "event": event | {"text": "hi"}})
    moment = str(int(NOW.timestamp()))
    proof = "v0=" + hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, sha256).hexdigest()
    headers = {"x-slack-request-timestamp": moment, "x-slack-signature": proof, "content-type": "application/json"}
    return Request("POST", "/webhooks/slack/events", headers, body=body)


def test_every_channel_of_the_environment_is_there(many: Channels) -> None:
    assert isinstance(many.find("whatsapp", "default"), WhatsAppAdapter)
    assert isinstance(many.find("slack", "default"), SlackAdapter)


def test_installed_workspace_is_proven_by_the_secret_of_the_app(desk: Desk, many: Channels) -> None:
    desk.accounts.put("slack", "T024CREW", INSTALLED)
    many.refresh()
    crew = many.find("slack", "T024CREW")
    assert crew is not None
    crew.verify(slack_event("T024CREW"), NOW)
    with pytest.raises(errors.Forged):
        crew.verify(slack_event("T024CREW", "another"), NOW)


def test_workspace_with_an_account_is_never_taken_for_the_environments_before_that_one_knows_itself(
    desk: Desk, many: Channels
) -> None:
    desk.accounts.put("slack", "T024CREW", INSTALLED)
    many.refresh()
    default = many.find("slack", "default")
    assert default is not None
    assert [one.account for one in default.parse(slack_event("T024CREW"))] == ["T024CREW"]
    assert [one.account for one in default.parse(slack_event("T024HOME"))] == ["default"]


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (REFUSED, AccountStatus.ACTIVE),
        (f"{REFUSED} (app_uninstalled)", AccountStatus.ACTIVE),
        ("paused by an operator", AccountStatus.PAUSED),
        ("", AccountStatus.PAUSED),
    ],
)
def test_environments_account_is_used_again_at_a_start_unless_an_operator_paused_it(
    desk: Desk, many: Channels, reason: str, status: AccountStatus
) -> None:
    account = desk.accounts.id_of("slack", "default")
    desk.accounts.set_status(account, AccountStatus.PAUSED, reason)
    many.open()
    assert {one.status for one in desk.accounts.all() if one.channel == "slack"} == {status}


def test_installed_workspace_that_was_refused_stays_paused_at_a_start(desk: Desk, many: Channels) -> None:
    desk.accounts.put("slack", "T024CREW", INSTALLED)
    desk.accounts.set_status(desk.accounts.id_of("slack", "T024CREW"), AccountStatus.PAUSED, REFUSED)
    many.open()
    assert many.of(desk.accounts.id_of("slack", "T024CREW")) is None
