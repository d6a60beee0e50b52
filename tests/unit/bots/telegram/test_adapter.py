"""The Telegram adapter as far as it is pure; what it sends is tested against a server."""

from datetime import UTC, datetime, timedelta

import pytest

from bots.adapter import Adapter, Request, Response
from bots.telegram.adapter import TelegramAdapter
from bots.telegram.setup import webhook_url
from bots.transport import Transport
from core.errors import ConfigurationError, Forged
from core.messages import TextUnit

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TOKEN = "100:a-very-secret-token"
API_URL = "https://api.telegram.org"


def adapter(token: str = TOKEN, secret: str = "right", api_url: str = API_URL, account: str = "default") -> Adapter:
    return TelegramAdapter(account, token, secret, api_url, Transport())


def request(secret: str) -> Request:
    return Request("POST", "/webhooks/telegram", {"x-telegram-bot-api-secret-token": secret}, body=b'{"update_id": 1}')


def test_adapter_verifies_then_parses_then_acknowledges() -> None:
    ours = adapter()
    ours.verify(request("right"), NOW)

    assert ours.parse(request("right")) == []
    assert ours.acknowledge(request("right")) == Response(200, b"{}", "application/json")


def test_adapter_minds_no_content_type() -> None:
    headers = {"x-telegram-bot-api-secret-token": "right", "content-type": "application/json; charset=utf-8"}
    adapter().verify(Request("POST", "/webhooks/telegram", headers, body=b"{}"), NOW)

    assert adapter().acknowledge(request("right")).status == 200


@pytest.mark.parametrize(("secret", "given"), [("right", "wrong"), ("", ""), ("", "right")])
def test_adapter_refuses_what_proves_nothing(secret: str, given: str) -> None:
    with pytest.raises(Forged):
        adapter(secret=secret).verify(request(given), NOW)


def test_adapter_capabilities_are_telegrams() -> None:
    found = adapter().capabilities

    assert (found.text_limit, found.text_unit, found.caption_limit, found.buttons) == (
        4096,
        TextUnit.UTF16,
        1024,
        100,
    )
    assert (found.account_rate, found.chat_rate, found.answers_taps) == (30.0, 1.0, True)
    assert (found.typing, found.edits, found.reply_window) == (timedelta(seconds=5), True, None)


def test_adapter_pace_is_slower_in_groups() -> None:
    ours = TelegramAdapter("default", TOKEN, "right", API_URL, Transport())

    assert (ours.pace("42").rate, ours.pace("-1002012345678:5").rate * 60) == (1.0, 20.0)


@pytest.mark.parametrize("token", ["", "100", "100:", ":abc", "bot100:abc", "100:a/../b", "100:a b", "100:abc\n"])
def test_adapter_token_that_cannot_be_right_is_a_wrong_setting(token: str) -> None:
    with pytest.raises(ConfigurationError, match="SUNUP_TELEGRAM_TOKEN") as raised:
        adapter(token=token)

    assert not token or f" {token}" not in str(raised.value)


@pytest.mark.parametrize("url", ["", "api.telegram.org", "ftp://api.telegram.org", "https://", "https://a.example?x=1"])
def test_adapter_base_that_cannot_be_right_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(ConfigurationError, match="SUNUP_TELEGRAM_API_URL"):
        adapter(api_url=url)


def test_adapter_shows_no_secret_of_its_own() -> None:
    ours = TelegramAdapter("default", TOKEN, "right-secret", API_URL, Transport())

    assert "secret" not in f"{ours!r} {ours} {ours.api!r}"


@pytest.mark.parametrize(
    ("account", "expected"),
    [("default", "https://a.example/webhooks/telegram"), ("coach", "https://a.example/webhooks/telegram/coach")],
)
def test_webhook_url_names_every_account_but_the_default(account: str, expected: str) -> None:
    assert webhook_url("https://a.example/", account) == expected
