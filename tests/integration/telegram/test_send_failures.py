"""How the adapter classifies what goes wrong in a send."""

import logging
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.telegram import api as telegram_api
from bots.telegram.adapter import TelegramAdapter
from bots.transport import Transport
from core import errors
from tests.fakes.telegram import FakeTelegram, Person
from tests.integration.telegram.messages import SECRET, TOKEN, message

Cause = Callable[[FakeTelegram, Person], Awaitable[int | None]]


async def _throttled(telegram: FakeTelegram, asha: Person) -> None:
    telegram.faults.throttle(7)


async def _unavailable(telegram: FakeTelegram, asha: Person) -> None:
    telegram.faults.fail(502)


async def _blocked(telegram: FakeTelegram, asha: Person) -> None:
    await asha.block()


async def _deactivated(telegram: FakeTelegram, asha: Person) -> None:
    asha.chat.gone = True


async def _stranger(telegram: FakeTelegram, asha: Person) -> int:
    return 999_999


async def _never_wrote(telegram: FakeTelegram, asha: Person) -> int:
    return telegram.person("Ben").id


async def _kicked(telegram: FakeTelegram, asha: Person) -> int:
    group = telegram.group()
    await group.kick()
    return group.id


async def _reset(telegram: FakeTelegram, asha: Person) -> None:
    telegram.faults.reset(acted=True)


async def _token_refused(telegram: FakeTelegram, asha: Person) -> None:
    telegram.bots.clear()


async def _refused(telegram: FakeTelegram, asha: Person) -> None:
    telegram.faults.refuse(400, "Bad Request: message is too long")


FAILURES: list[tuple[str, Cause, type[errors.SendError], str]] = [
    ("throttled", _throttled, errors.ChannelThrottled, "429"),
    ("5xx", _unavailable, errors.ChannelUnavailable, "502"),
    ("blocked", _blocked, errors.RecipientUnreachable, "403"),
    ("deactivated", _deactivated, errors.RecipientUnreachable, "403"),
    ("chat not found", _stranger, errors.RecipientUnreachable, "400"),
    ("never wrote", _never_wrote, errors.RecipientUnreachable, "403"),
    ("kicked from the group", _kicked, errors.RecipientUnreachable, "403"),
    ("reset", _reset, errors.OutcomeUnknown, "ServerDisconnectedError"),
    ("token refused", _token_refused, errors.AccountRevoked, "401"),
    ("rejected", _refused, errors.MessageRejected, "400"),
]


@pytest.mark.parametrize(("cause", "kind", "code"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
async def test_send_failure_is_classified(
    telegram: FakeTelegram,
    adapter: TelegramAdapter,
    asha: Person,
    cause: Cause,
    kind: type[errors.SendError],
    code: str,
) -> None:
    chat = await cause(telegram, asha)

    with pytest.raises(errors.SendError) as raised:
        await adapter.send(message(chat or asha, "Good morning"))

    assert (type(raised.value), raised.value.code) == (kind, code)
    assert "secret" not in "".join(traceback.format_exception(raised.value))


async def test_send_throttled_carries_the_wait(telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person) -> None:
    telegram.faults.throttle(7)

    with pytest.raises(errors.ChannelThrottled) as raised:
        await adapter.send(message(asha))

    assert (raised.value.retry_after, raised.value.retryable) == (timedelta(seconds=7), True)


async def test_send_to_a_migrated_group_names_its_new_address(telegram: FakeTelegram, adapter: TelegramAdapter) -> None:
    group = telegram.group()
    old = group.id
    new = await group.migrate()

    with pytest.raises(errors.RecipientMoved) as raised:
        await adapter.send(message(old))

    assert raised.value.moved_to == str(new)
    await adapter.send(message(int(raised.value.moved_to)))
    assert [shown.text for shown in group.messages] == ["Good morning"]


async def test_send_without_an_answer_in_time_is_unknown(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram_api.BotApi.call, "__kwdefaults__", {"within": timedelta(seconds=0.3)})
    telegram.faults.hang(acted=True)

    with pytest.raises(errors.OutcomeUnknown):
        await adapter.send(message(asha))

    assert [shown.text for shown in asha.messages] == ["Good morning"]


async def test_send_to_a_closed_port_sent_nothing(transport: Transport, unused_port: int) -> None:
    adapter = TelegramAdapter("default", TOKEN, SECRET, f"http://127.0.0.1:{unused_port}", transport)

    with pytest.raises(errors.ChannelUnavailable) as raised:
        await adapter.send(message(1))

    assert raised.value.code == "ClientConnectorError"
    assert "secret" not in "".join(traceback.format_exception(raised.value))


UNREADABLE = {
    "a page": "<html>welcome</html>",
    "no result": '{"ok": true}',
    "cut short": '{"ok": true, "result": {"message_id": 7',
    "a result of another kind": '{"ok": true, "result": true}',
    "no message": '{"ok": true, "result": {}}',
    "an id of another kind": '{"ok": true, "result": {"message_id": "7"}}',
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
async def test_send_answer_that_names_no_message_is_unknown_and_made_once(transport: Transport, body: str) -> None:
    asked = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path.rpartition("/")[2])
        return web.Response(text=body, content_type="application/json")

    app = web.Application()
    app.router.add_post("/{path:.*}", answer)
    async with TestServer(app) as server:
        adapter = TelegramAdapter("default", TOKEN, SECRET, str(server.make_url("")), transport)
        with pytest.raises(errors.OutcomeUnknown) as raised:
            await adapter.send(message(1))

    assert (asked, raised.value.code) == (["sendMessage"], "unreadable")


async def test_nothing_logged_or_shown_holds_the_token(
    telegram: FakeTelegram, adapter: TelegramAdapter, asha: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    telegram.faults.refuse(400, f"Bad Request: can't parse entities of {TOKEN}")
    with structlog.testing.capture_logs() as events:
        await adapter.send(message(asha, "Good morning", title="Day 1"))

    shown = f"{events} {caplog.text} {adapter!r} {adapter.api!r} {vars(adapter)}"
    assert "very-secret" not in shown
    assert [event["event"] for event in events] == ["telegram_markup_refused"]
