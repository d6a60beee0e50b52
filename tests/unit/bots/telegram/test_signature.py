"""Whether a request comes from Telegram."""

import pytest

from bots.adapter import Request
from bots.telegram.signature import HEADER, check_secret, require_secret
from core.errors import ConfigurationError, Forged


def request(**headers: str) -> Request:
    return Request("POST", "/webhooks/telegram", headers, body=b"{}")


def test_check_right_secret_passes() -> None:
    check_secret(request(**{HEADER: "right"}), "right")

    assert HEADER == "x-telegram-bot-api-secret-token"


REFUSED = {
    "missing": ({}, "right"),
    "empty": ({HEADER: ""}, "right"),
    "wrong": ({HEADER: "wrong"}, "right"),
    "longer": ({HEADER: "rightly"}, "right"),
    "other case": ({HEADER: "RIGHT"}, "right"),
    "not ascii": ({HEADER: "r\u00efght"}, "right"),
    "not utf-8": ({HEADER: "r\udcffght"}, "right"),
    "none configured, none given": ({}, ""),
    "none configured, empty given": ({HEADER: ""}, ""),
    "none configured, one given": ({HEADER: "right"}, ""),
}


@pytest.mark.parametrize(("headers", "secret"), REFUSED.values(), ids=REFUSED)
def test_check_bad_secret_is_forged(headers: dict[str, str], secret: str) -> None:
    with pytest.raises(Forged) as raised:
        check_secret(request(**headers), secret)

    assert "right" not in str(raised.value)


@pytest.mark.parametrize("secret", ["", "a", "A-Z_09", "s" * 256])
def test_require_secret_that_telegram_takes_is_kept(secret: str) -> None:
    assert require_secret(secret) == secret


@pytest.mark.parametrize("secret", ["with space", "s" * 257, "\u00e4", "semi;colon", "line\n"])
def test_require_secret_that_telegram_refuses_is_a_wrong_setting(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="SUNUP_TELEGRAM_SECRET") as raised:
        require_secret(secret)

    assert secret not in str(raised.value)
