"""The adapters follow the accounts table: added, renewed, paused, removed, and through a database that is away."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bots.adapter import Fetched
from bots.registry import Surroundings
from bots.telegram.adapter import TelegramAdapter
from bots.transport import Transport
from core import errors
from core.ids import MediaId
from storage.accounts import Accounts, AccountStatus
from storage.sealing import MasterKeyMissing, Sealer
from sunup.channels import Channels
from sunup.settings import Settings, read_settings
from tests.integration.storage.desk import Desk

TOKEN = "424242:" + "t" * 35
KEYS = {"token": TOKEN, "secret": "s" * 32}


async def no_image(media: MediaId) -> Fetched:
    raise errors.MediaRejected("unavailable")


async def no_upload(owner: str, ref: str) -> Fetched | None:
    return None


async def announce(chat: str) -> None:
    return None


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    async with Transport() as transport:
        yield transport


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
    around = Surroundings(transport, no_image, announce, no_upload, "", settings.telegram_api_url)
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
