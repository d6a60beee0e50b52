"""Long polling: nothing is lost, and nothing holds up its neighbours."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.adapter import Request
from bots.telegram import setup
from bots.telegram.adapter import TelegramAdapter
from bots.telegram.batch import update_id_of
from bots.telegram.polling import poll
from bots.transport import Transport
from core import errors
from core.messages import InboundMessage
from tests.fakes.telegram import FakeTelegram, Person
from tests.integration.telegram.messages import SECRET, TOKEN

QUICK = timedelta(seconds=0.01)


class Intake:
    """Keeps what it is given, unless told to fail."""

    def __init__(self, adapter: TelegramAdapter) -> None:
        self.adapter = adapter
        self.texts: list[str] = []
        self.kinds: list[str] = []
        self.buried: list[bytes] = []
        self.calls = 0
        self.failing: list[Exception] = []
        self.changed = asyncio.Event()

    async def take(self, requests: Sequence[Request]) -> None:
        self.calls += 1
        if self.failing:
            raise self.failing.pop(0)
        for request in requests:
            self.adapter.verify(request, datetime.now(UTC))
            messages = self.adapter.parse(request)
            self.texts += [message.text for message in messages]
            self.kinds += [message.kind.value for message in messages]
        self.changed.set()

    async def bury(self, request: Request, error: errors.Uninterpretable) -> None:
        self.buried.append(request.body)

    async def has(self, *texts: str) -> None:
        async with asyncio.timeout(5):
            while self.texts != list(texts):
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
def intake(adapter: TelegramAdapter) -> Intake:
    return Intake(adapter)


@asynccontextmanager
async def polling(intake: Intake) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(poll(intake.adapter, intake.take, intake.bury, stop=stop, first_pause=QUICK))
    try:
        yield task
    finally:
        stop.set()
        async with asyncio.timeout(2):
            with suppress(errors.AccountRevoked):
                await task


async def test_poll_hands_on_what_waited_and_what_comes(intake: Intake, asha: Person) -> None:
    await asha.say("one")
    async with polling(intake):
        await intake.has("hi", "one")
        await asha.say("two")
        await intake.has("hi", "one", "two")


async def test_poll_asks_only_for_what_it_understands(telegram: FakeTelegram, intake: Intake, asha: Person) -> None:
    async with polling(intake):
        await intake.has("hi")

    name, params = telegram.bot(TOKEN).calls[0]
    assert (name, params["allowed_updates"]) == (
        "getUpdates",
        ["message", "edited_message", "callback_query", "my_chat_member"],
    )
    assert "offset" not in params


@pytest.mark.parametrize("failure", [errors.StorageUnavailable(), RuntimeError("disk full")])
async def test_poll_fetches_again_what_was_not_kept(
    telegram: FakeTelegram, intake: Intake, asha: Person, failure: Exception
) -> None:
    intake.failing = [failure, failure]
    async with polling(intake):
        await intake.has("hi")

    assert intake.calls == 3
    assert [params.get("offset") for name, params in telegram.bot(TOKEN).calls][:3] == [None, None, None]


async def test_poll_confirms_only_after_the_commit(telegram: FakeTelegram, intake: Intake, asha: Person) -> None:
    committed = asyncio.Event()
    keep = intake.take

    async def take(requests: Sequence[Request]) -> None:
        await committed.wait()
        await keep(requests)

    intake.take = take  # type: ignore[method-assign] # holds the commit back
    async with polling(intake):
        await asyncio.sleep(0.1)
        assert telegram.bot(TOKEN).updates.pending == 1
        committed.set()
        await telegram.bot(TOKEN).updates.settled()

    assert intake.texts == ["hi"]


async def test_poll_buries_what_it_cannot_understand_and_goes_on(
    telegram: FakeTelegram, intake: Intake, asha: Person
) -> None:
    telegram.bot(TOKEN).updates.put("message", {"text": "no chat"}, queue="odd")
    await asha.say("next")
    async with polling(intake):
        await intake.has("hi", "next")
        await telegram.bot(TOKEN).updates.settled()

    assert [b"no chat" in body for body in intake.buried] == [True]


async def test_poll_that_fetches_again_what_was_not_kept_buries_nothing_twice(
    telegram: FakeTelegram, intake: Intake, asha: Person
) -> None:
    telegram.bot(TOKEN).updates.put("message", {"text": "no chat"}, queue="odd")
    intake.failing = [errors.StorageUnavailable(), errors.StorageUnavailable()]
    async with polling(intake):
        await intake.has("hi")
        await telegram.bot(TOKEN).updates.settled()

    assert [b"no chat" in body for body in intake.buried] == [True]


async def test_poll_takes_half_of_an_emoji_beside_its_neighbours(intake: Intake, asha: Person) -> None:
    await asha.say("half \ud83d")
    await asha.say("next")
    async with polling(intake):
        await intake.has("hi", "half \N{REPLACEMENT CHARACTER}", "next")


async def test_poll_buries_what_breaks_the_parser_and_goes_on(
    intake: Intake, asha: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = TelegramAdapter.parse

    def breaks(adapter: TelegramAdapter, request: Request) -> Sequence[InboundMessage]:
        if b"riddle" in request.body:
            raise KeyError
        return parse(adapter, request)

    monkeypatch.setattr(TelegramAdapter, "parse", breaks)
    await asha.say("riddle")
    await asha.say("next")
    async with polling(intake):
        await intake.has("hi", "next")

    assert [b"riddle" in body for body in intake.buried] == [True]


def raw(number: int, text: str, within: bytes = b"") -> bytes:
    """An update as Telegram writes it, perhaps with something odd in it."""
    chat = {"id": 7, "type": "private"}
    told = {"message_id": number, "date": 1795000000, "chat": chat, "from": {"id": 7, "is_bot": False}, "text": text}
    return b'{"update_id":%d,"message":%s%s}' % (number, json.dumps(told).encode(), within)


def nested(levels: int) -> bytes:
    return b',"odd":' + b'{"a":' * levels + b"1" + b"}" * levels


class Feed:
    """A Bot API that brings what it is given, byte for byte, until it is confirmed."""

    def __init__(self, *updates: bytes) -> None:
        self.waiting = list(updates)
        self.asked = 0
        self.confirmed = asyncio.Event()

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        offset = (await request.json()).get("offset", 0)
        numbers = [update_id_of(one) for one in self.waiting]
        self.waiting = [one for one, number in zip(self.waiting, numbers, strict=True) if (number or offset) >= offset]
        if not self.waiting:
            self.confirmed.set()
        await asyncio.sleep(0.01)
        body = b'{"ok":true,"result":[' + b",".join(self.waiting) + b"]}"
        return web.Response(body=body, content_type="application/json")


@asynccontextmanager
async def feeding(feed: Feed, transport: Transport) -> AsyncIterator[Intake]:
    app = web.Application()
    app.router.add_post("/{path:.*}", feed.answer)
    async with TestServer(app) as server:
        intake = Intake(TelegramAdapter("default", TOKEN, SECRET, str(server.make_url("")), transport))
        async with polling(intake):
            yield intake


@pytest.mark.parametrize("levels", [260, 900])
async def test_poll_takes_one_that_is_nested_no_deeper_than_can_be_read(transport: Transport, levels: int) -> None:
    feed = Feed(raw(1, "one"), raw(2, "deep", nested(levels)), raw(3, "three"))
    async with feeding(feed, transport) as intake:
        await intake.has("one", "deep", "three")

    assert intake.buried == []


@pytest.mark.parametrize("levels", [1_100, 100_000])
async def test_poll_buries_one_that_is_nested_too_deeply_and_takes_its_neighbours(
    transport: Transport, levels: int
) -> None:
    feed = Feed(raw(1, "one"), raw(2, "deep", nested(levels)), raw(3, "three"))
    async with feeding(feed, transport) as intake:
        await intake.has("one", "three")

    assert intake.buried == [raw(2, "deep", nested(levels))]


@pytest.mark.parametrize("levels", range(960, 1060, 9))
async def test_poll_goes_on_after_one_at_the_very_edge_of_what_can_be_read(transport: Transport, levels: int) -> None:
    feed = Feed(raw(2, "deep", nested(levels)))
    async with feeding(feed, transport) as intake, asyncio.timeout(5):
        await feed.confirmed.wait()

    assert len(intake.texts) + len(intake.buried) == 1


async def test_poll_of_updates_without_a_number_waits_and_buries_nothing_again_and_again(transport: Transport) -> None:
    feed = Feed(b'{"message":{}}')
    with structlog.testing.capture_logs() as events:
        async with feeding(feed, transport) as intake:
            await asyncio.sleep(0.3)

    assert (intake.buried, {event.get("code") for event in events}) == ([], {"unreadable"})
    assert feed.asked < 8


async def test_poll_drops_what_is_of_no_concern(telegram: FakeTelegram, intake: Intake, asha: Person) -> None:
    asha.is_bot = True
    await asha.say("I am a bot")
    async with polling(intake):
        await intake.has("hi")
        await telegram.bot(TOKEN).updates.settled()

    assert intake.buried == []


async def test_poll_understands_all_that_people_do(telegram: FakeTelegram, intake: Intake, asha: Person) -> None:
    await intake.adapter.api.call(
        "sendMessage",
        {
            "chat_id": asha.id,
            "text": "Ready?",
            "reply_markup": {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]},
        },
    )
    said = await asha.start("spring")
    await asha.send_photo(b"jpeg", caption="proof")
    await asha.send_voice(b"ogg")
    await asha.send_document(b"%PDF")
    await asha.send_sticker()
    await asha.edit(said, "changed")
    await asha.tap("Go")
    await asha.block()
    await asha.unblock()
    await telegram.group().migrate()
    async with polling(intake):
        await telegram.bot(TOKEN).updates.settled()

    assert intake.texts == ["hi", "/start spring", "proof", "", "", "", "changed", "Go", "", "", "", ""]
    assert " ".join(intake.kinds) == ("text text media media media other edit tap blocked unblocked moved moved")


async def test_poll_takes_a_webhook_of_ours_away(telegram: FakeTelegram, intake: Intake, asha: Person) -> None:
    await setup.set_webhook(intake.adapter, "http://127.0.0.1:9")
    with structlog.testing.capture_logs() as events:
        async with polling(intake):
            await intake.has("hi")

    assert telegram.bot(TOKEN).webhook is None
    assert [event["event"] for event in events] == ["telegram_polling_failed", "telegram_webhook_deleted"]


async def test_poll_beside_another_poller_says_so_and_waits(
    telegram: FakeTelegram, intake: Intake, asha: Person
) -> None:
    telegram.faults.refuse(409, "Conflict: terminated by other getUpdates request", method="getUpdates", times=2)
    with structlog.testing.capture_logs() as events:
        async with polling(intake):
            await intake.has("hi")

    assert [event["event"] for event in events if event["log_level"] == "error"] == ["telegram_another_poller"] * 2


Misbehave = Callable[[FakeTelegram], None]


@pytest.mark.parametrize(
    "misbehave",
    [
        lambda telegram: telegram.faults.fail(502, times=2),
        lambda telegram: telegram.faults.reset(times=2),
        lambda telegram: telegram.faults.throttle(1),
    ],
    ids=["5xx", "reset", "throttled"],
)
async def test_poll_survives_a_broken_telegram(
    telegram: FakeTelegram, intake: Intake, asha: Person, misbehave: Misbehave
) -> None:
    misbehave(telegram)
    async with polling(intake):
        await intake.has("hi")


async def test_poll_with_a_revoked_token_ends(telegram: FakeTelegram, intake: Intake) -> None:
    telegram.bots.clear()
    async with polling(intake) as task:
        with pytest.raises(errors.AccountRevoked):
            await task


async def test_poll_stops_promptly_while_nothing_comes(
    telegram: FakeTelegram, transport: object, intake: Intake
) -> None:
    telegram.faults.hang(30.0, method="getUpdates")
    async with polling(intake):
        await asyncio.sleep(0.05)
        begun = asyncio.get_running_loop().time()

    assert asyncio.get_running_loop().time() - begun < 1


async def test_poll_forgets_its_offset_after_a_quiet_while(
    telegram: FakeTelegram, intake: Intake, asha: Person
) -> None:
    async with polling(intake):
        await intake.has("hi")
        offsets: list[object] = []
        async with asyncio.timeout(5):
            while offsets[-1:] != [None] or len(offsets) < 3:
                await asyncio.sleep(0.05)
                offsets = [params.get("offset") for _, params in telegram.bot(TOKEN).calls]

    assert offsets[1] is not None
