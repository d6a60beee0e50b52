"""The fake server itself: it delivers, refuses and misbehaves as Telegram does."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.telegram import Bot, FakeTelegram, Limits, Person
from tests.fakes.telegram.messages import Json
from tests.integration.telegram.messages import TOKEN


class Hook:
    """A webhook that answers what it is told, else 200."""

    def __init__(self) -> None:
        self.updates: list[Json] = []
        self.secrets: list[str] = []
        self.statuses: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.at_once = 0
        self.most_at_once = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        update = await request.json()
        self.updates.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
        await self.gate.wait()
        self.at_once -= 1
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates if "message" in update]


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest.fixture
def bot(telegram: FakeTelegram) -> Bot:
    return telegram.bot(TOKEN)


@pytest.fixture
async def url(hook: Hook) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/hook", hook.answer)
    async with TestServer(app) as server:
        yield str(server.make_url("/hook"))


async def call(telegram: FakeTelegram, method: str, **params: object) -> Json:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{telegram.api_url}/bot{TOKEN}/{method}", json=params) as response,
    ):
        return dict(await response.json())


async def test_webhook_brings_the_secret_and_what_waited(
    telegram: FakeTelegram, bot: Bot, hook: Hook, url: str, asha: Person
) -> None:
    await call(telegram, "setWebhook", url=url, secret_token="s3cret")
    await asha.say("second")
    await bot.updates.settled()

    assert (hook.texts, hook.secrets) == (["hi", "second"], ["s3cret", "s3cret"])


async def test_one_chat_has_one_delivery_at_a_time_and_taps_their_own(
    telegram: FakeTelegram, bot: Bot, hook: Hook, url: str, asha: Person
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    await call(telegram, "sendMessage", chat_id=asha.id, text="Ready?", reply_markup=keyboard)
    hook.gate.clear()
    await call(telegram, "setWebhook", url=url)
    await asha.say("second")
    await asha.tap("Go")
    await asyncio.sleep(0.1)
    waiting = [next(name for name in update if name != "update_id") for update in hook.updates]
    hook.gate.set()
    await bot.updates.settled()

    assert (waiting, hook.most_at_once, hook.texts) == (["message", "callback_query"], 2, ["hi", "second"])


async def test_failed_delivery_comes_again_and_blocks_its_chat_alone(
    telegram: FakeTelegram, bot: Bot, hook: Hook, url: str, asha: Person
) -> None:
    hook.statuses = [503, 500]
    await call(telegram, "setWebhook", url=url)
    await asha.say("second")
    await bot.updates.settled()

    assert hook.texts == ["hi", "hi", "hi", "second"]
    assert [attempt.status for attempt in bot.updates.attempts] == [503, 500, 200, 200]


async def test_tap_expires_after_its_150_seconds(
    telegram: FakeTelegram, bot: Bot, hook: Hook, url: str, asha: Person
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    await call(telegram, "sendMessage", chat_id=asha.id, text="Ready?", reply_markup=keyboard)
    await call(telegram, "setWebhook", url=url)
    await bot.updates.settled()
    bot.updates.pace = 0.001
    hook.statuses = [500] * 50
    await asha.tap("Go")
    await bot.updates.settled()

    assert [update.kind for update in bot.updates.lost] == ["callback_query"]
    assert 3 < len([update for update in hook.updates if "callback_query" in update]) <= 8


async def test_repeat_and_reversed_bring_duplicates_and_disorder(
    telegram: FakeTelegram, bot: Bot, hook: Hook, url: str, asha: Person
) -> None:
    await call(telegram, "setWebhook", url=url)
    await bot.updates.settled()
    async with bot.updates.reversed():
        await asha.say("one")
        await asha.say("two")
    bot.updates.repeat()
    await asha.say("three")
    await bot.updates.settled()

    assert hook.texts == ["hi", "two", "one", "three", "three"]


REFUSED: dict[str, tuple[Json, str]] = {
    "empty": ({"text": " "}, "Bad Request: message text is empty"),
    "too long": ({"text": "🌞" * 2049}, "Bad Request: message is too long"),
    "payload": (
        {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "ü" * 33}]]}},
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    "link": (
        {"text": "a", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "http://localhost"}]]}},
        "Bad Request: inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL",
    ),
    "tag": (
        {"text": "ü<x>", "parse_mode": "HTML"},
        'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 2',
    ),
    "open tag": (
        {"text": "<b>a", "parse_mode": "HTML"},
        "Bad Request: can't parse entities: Can't find end tag corresponding to start tag b",
    ),
    "less than": (
        {"text": "1 < 2", "parse_mode": "HTML"},
        "Bad Request: can't parse entities: Unclosed start tag at byte offset 2",
    ),
    "topic": ({"text": "a", "message_thread_id": 5}, "Bad Request: message thread not found"),
}


@pytest.mark.parametrize(("params", "description"), REFUSED.values(), ids=REFUSED)
async def test_message_that_telegram_refuses_is_refused(
    telegram: FakeTelegram, asha: Person, params: Json, description: str
) -> None:
    answer = await call(telegram, "sendMessage", chat_id=asha.id, **params)

    assert answer == {"ok": False, "error_code": 400, "description": description}
    assert asha.messages == []


async def test_html_is_read_as_telegram_reads_it(telegram: FakeTelegram, asha: Person) -> None:
    await call(telegram, "sendMessage", chat_id=asha.id, text="🌞<b>A &lt; <i>B</i></b> &#33;&nbsp;", parse_mode="HTML")

    shown = await asha.reads()
    assert (shown.text, shown.bold) == ("🌞A < B !&nbsp;", ["A < B"])


async def test_limits_throttle_a_chat_that_is_written_to_too_fast(telegram: FakeTelegram, asha: Person) -> None:
    telegram.limits = Limits(chat_burst=2)
    answers = [await call(telegram, "sendMessage", chat_id=asha.id, text="a") for _ in range(3)]

    assert [answer["ok"] for answer in answers] == [True, True, False]
    assert answers[2]["parameters"] == {"retry_after": 2}


async def test_reads_says_what_came_instead(telegram: FakeTelegram, asha: Person) -> None:
    await call(telegram, "sendMessage", chat_id=asha.id, text="something else")

    with pytest.raises(AssertionError, match="something else"):
        await asha.reads("Good morning", timeout=0.1)


async def test_reads_waits_for_an_edit_of_what_was_not_read_yet(telegram: FakeTelegram, asha: Person) -> None:
    sent = await call(telegram, "sendMessage", chat_id=asha.id, text="one")
    waiting = asyncio.create_task(asha.reads("two"))
    await asyncio.sleep(0.05)
    await call(telegram, "editMessageText", chat_id=asha.id, message_id=sent["result"]["message_id"], text="two")

    assert (await waiting).edits == 1
    await asha.reads_nothing(0.05)


async def test_blocking_and_unblocking_are_told_and_felt(
    telegram: FakeTelegram, bot: Bot, hook: Hook, url: str, asha: Person
) -> None:
    await call(telegram, "setWebhook", url=url)
    await asha.block()
    blocked = await call(telegram, "sendMessage", chat_id=asha.id, text="a")
    await asha.unblock()
    unblocked = await call(telegram, "sendMessage", chat_id=asha.id, text="a")
    await bot.updates.settled()

    statuses = [
        update["my_chat_member"]["new_chat_member"]["status"] for update in hook.updates if "my_chat_member" in update
    ]
    assert (blocked["error_code"], unblocked["ok"], statuses) == (403, True, ["kicked", "member"])
