"""Long polling: nothing is lost, and nothing holds up its neighbours."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from bots.adapter import Request
from bots.telegram import setup
from bots.telegram.adapter import TelegramAdapter
from bots.telegram.polling import poll
from core import errors
from core.messages import InboundMessage
from tests.fakes.telegram import FakeTelegram, Person
from tests.integration.telegram.messages import TOKEN

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
