"""Telling Telegram about us, through python-telegram-bot over our transport."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bots.telegram import setup
from bots.telegram.adapter import TelegramAdapter
from bots.transport import Transport
from core import errors
from tests.fakes.telegram import FakeTelegram, Person
from tests.integration.telegram.messages import SECRET, TOKEN

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")


async def test_introduce_learns_the_name(adapter: TelegramAdapter) -> None:
    assert await setup.introduce(adapter) == adapter.username == "sunup_test_bot"


@pytest.mark.parametrize(("account", "path"), [("default", ""), ("coach", "/coach")])
async def test_set_webhook_tells_address_secret_and_kinds(
    telegram: FakeTelegram, transport: Transport, account: str, path: str
) -> None:
    adapter = TelegramAdapter(account, TOKEN, SECRET, telegram.api_url, transport)

    url = await setup.set_webhook(adapter, "https://sunup.example/", connections=20)

    hook = telegram.bot(TOKEN).webhook
    assert hook is not None
    assert (url, hook.url) == (f"https://sunup.example/webhooks/telegram{path}", url)
    assert (hook.secret, hook.allowed, hook.connections) == (SECRET, ALLOWED, 20)


async def test_set_webhook_keeps_what_waits(telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person) -> None:
    await setup.set_webhook(adapter, "https://sunup.invalid")
    await setup.delete_webhook(adapter)

    assert telegram.bot(TOKEN).updates.pending == 1
    assert telegram.bot(TOKEN).webhook is None


async def test_set_webhook_without_a_secret_is_a_wrong_setting(telegram: FakeTelegram, transport: Transport) -> None:
    adapter = TelegramAdapter("default", TOKEN, "", telegram.api_url, transport)

    with pytest.raises(errors.ConfigurationError, match="SUNUP_TELEGRAM_SECRET"):
        await setup.set_webhook(adapter, "https://sunup.example")


@pytest.mark.parametrize("url", ["http://sunup.example", "https://sunup.example:8080"])
async def test_set_webhook_where_telegram_does_not_deliver_is_a_wrong_setting(transport: Transport, url: str) -> None:
    adapter = TelegramAdapter("default", TOKEN, SECRET, "https://api.telegram.org", transport)

    with pytest.raises(errors.ConfigurationError, match="SUNUP_PUBLIC_URL"):
        await setup.set_webhook(adapter, url)


async def test_set_commands_shows_a_menu_in_each_language(telegram: FakeTelegram, adapter: TelegramAdapter) -> None:
    await setup.set_commands(adapter, {"": [("help", "What I can do")], "de": [("help", "Was ich kann")]})

    assert telegram.bot(TOKEN).commands == {
        "": [{"command": "help", "description": "What I can do"}],
        "de": [{"command": "help", "description": "Was ich kann"}],
    }


@pytest.mark.parametrize(
    "menu",
    [[("Help", "Upper case")], [("help", "")], [("help", "d" * 257)], [("c" * 33, "long")], [("help", "x")] * 101],
    ids=["name", "no description", "long description", "long name", "too many"],
)
async def test_set_commands_that_telegram_refuses_is_a_wrong_setting(
    telegram: FakeTelegram, adapter: TelegramAdapter, menu: setup.Commands
) -> None:
    with pytest.raises(errors.ConfigurationError):
        await setup.set_commands(adapter, {"": menu})

    assert telegram.bot(TOKEN).calls == []


async def test_webhook_health_tells_what_went_wrong(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person, unused_port: int
) -> None:
    before = await setup.webhook_health(adapter)
    await setup.set_webhook(adapter, f"http://127.0.0.1:{unused_port}")
    while not telegram.bot(TOKEN).updates.last_error:
        await setup.webhook_health(adapter)
    after = await setup.webhook_health(adapter)

    assert (before.url, before.pending, before.last_error) == ("", 1, "")
    assert (after.url, after.pending, after.connections) == (
        f"http://127.0.0.1:{unused_port}/webhooks/telegram",
        1,
        40,
    )
    assert after.last_error == "Connection failed: ClientConnectorError"
    assert after.last_error_at is not None
    assert after.last_error_at.utcoffset() == timedelta(0)


Break = Callable[[FakeTelegram], None]
CALLS: list[Callable[[TelegramAdapter], Awaitable[object]]] = [setup.introduce, setup.delete_webhook]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (lambda telegram: telegram.bots.clear(), errors.AccountRevoked),
        (lambda telegram: telegram.faults.throttle(9), errors.ChannelThrottled),
        (lambda telegram: telegram.faults.fail(502), errors.ChannelUnavailable),
        (lambda telegram: telegram.faults.reset(), errors.ChannelUnavailable),
        (lambda telegram: telegram.faults.refuse(400, "Bad Request: odd"), errors.MessageRejected),
    ],
    ids=["token refused", "throttled", "5xx", "reset", "rejected"],
)
async def test_setup_failure_is_one_of_ours_and_names_no_token(
    telegram: FakeTelegram,
    adapter: TelegramAdapter,
    caplog: pytest.LogCaptureFixture,
    damage: Break,
    kind: type[errors.SendError],
    call: Callable[[TelegramAdapter], Awaitable[object]],
) -> None:
    caplog.set_level(logging.INFO)
    damage(telegram)

    with pytest.raises(errors.SendError) as raised:
        await call(adapter)

    assert type(raised.value) is kind
    assert "secret" not in "".join(traceback.format_exception(raised.value)) + caplog.text
