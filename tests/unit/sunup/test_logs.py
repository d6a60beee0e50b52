import logging
import sys

import orjson
import pytest
import structlog

from core.errors import StorageUnavailable
from sunup.logs import REDACTED, Redaction, configure_logs

TOKEN = "123456789:" + "Ab-_" * 9
NAMED = "Asha, +33612345678"


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (f"POST https://h/bot{TOKEN}/getMe", f"POST https://h/bot{REDACTED}/getMe"),
        ("Authorization: Basic dXNlcjpwYXNz", f"Authorization: Basic {REDACTED}"),
        ("sent bearer abc.def-1", f"sent bearer {REDACTED}"),
        ("redis://:pw@queue:6379/0", f"redis://:{REDACTED}@queue:6379/0"),
        ("postgresql://u:p%40w@db/s", f"postgresql://u:{REDACTED}@db/s"),
        ("the key s3cr3t-value leaked", f"the key {REDACTED} leaked"),
        ("12:34:56 is a time and 7:short no token", "12:34:56 is a time and 7:short no token"),
        ({"url": [f"x{TOKEN}"]}, {"url": [f"x{REDACTED}"]}),
        ({"text": "private", "n": 3}, {"text": REDACTED, "n": 3}),
        (ValueError(TOKEN), REDACTED),
        (b"raw body", "[8 bytes]"),
        (None, None),
        (True, True),
    ],
)
def test_redaction_strikes_out_credentials_wherever_they_are(given: object, shown: object) -> None:
    assert Redaction(["s3cr3t-value"]).strike_out(given) == shown


@pytest.mark.parametrize(
    "key", ["token", "telegram_token", "Secret", "password", "authorization", "body", "text", "phone", "raw_body"]
)
def test_redaction_of_a_telling_key_hides_any_value(key: str) -> None:
    assert Redaction()(None, "info", {key: "anything"}) == {key: REDACTED}


@pytest.mark.parametrize("key", ["context", "message_id", "tokens_used", "event", "texture"])
def test_redaction_of_an_innocent_key_shows_its_value(key: str) -> None:
    assert Redaction()(None, "info", {key: "anything"}) == {key: "anything"}


def test_logs_of_ours_are_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json", "INFO")
    structlog.get_logger("sunup.test").info("message_sent", message_id="m1", token=TOKEN)
    structlog.get_logger("sunup.test").debug("not_shown")
    (line,) = capsys.readouterr().err.splitlines()
    shown = orjson.loads(line)
    assert shown.pop("timestamp").endswith("Z")
    assert shown == {"event": "message_sent", "level": "info", "message_id": "m1", "token": REDACTED}


def test_logs_of_a_library_take_our_form_and_lose_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json", "INFO", secrets=["s3cr3t-value"])
    logging.getLogger("some.library").warning("calling %s with %s", f"https://h/bot{TOKEN}/x", "s3cr3t-value")
    shown = orjson.loads(capsys.readouterr().err)
    assert shown["event"] == f"calling https://h/bot{REDACTED}/x with {REDACTED}"
    assert shown["logger"] == "some.library"


def test_logs_of_an_exception_lose_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json", "INFO")
    try:
        raise ConnectionError(f"https://h/bot{TOKEN}/getMe")
    except ConnectionError:
        structlog.get_logger().exception("send_failed")
        logging.getLogger("some.library").exception("failed")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    for line in lines:
        assert "ConnectionError" in orjson.loads(line)["exception"]
        assert "Ab-_Ab-_" not in line


def test_logs_of_an_exception_show_where_and_what_and_none_of_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(row: str) -> None:
        try:
            raise ValueError(f"Failing row contains ({row})")
        except ValueError as error:
            raise StorageUnavailable from error

    configure_logs("json", "INFO")
    try:
        refuse(NAMED)
    except StorageUnavailable:
        structlog.get_logger().exception("turn_failed")
        logging.getLogger("some.library").exception("failed")
    for line in capsys.readouterr().err.splitlines():
        told = orjson.loads(line)["exception"]
        assert told.index("ValueError") < told.index("StorageUnavailable: The database does not answer")
        assert "in refuse" in told
        assert "Asha" not in line
        assert "33612345678" not in line


@pytest.mark.parametrize("name", ["httpx", "httpx2", "aiohttp.access", "telegram", "telegram.ext"])
def test_logs_of_libraries_that_log_addresses_are_shown_from_warning_on(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs("json", "DEBUG")
    logging.getLogger(name).info("hidden")
    logging.getLogger(name).warning("shown")
    assert [orjson.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["shown"]


def test_logs_unset_form_is_console_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    configure_logs(None, "INFO")
    structlog.get_logger().info("hello")
    shown = capsys.readouterr().err
    assert "hello" in shown
    assert not shown.startswith("{")


def test_logs_configured_again_are_followed_by_loggers_that_were_used(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json", "ERROR")
    log = structlog.get_logger("sunup.test")
    log.info("hidden")
    configure_logs("json", "INFO")
    log.info("shown")
    assert orjson.loads(capsys.readouterr().err)["event"] == "shown"
