"""The web chat over real sockets, between doubles of intake, history and uploads."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from http.cookies import SimpleCookie
from uuid import uuid4

import aiohttp
import pytest

from bots.web import signature
from core.messages import Content
from tests.integration.web_doubles import Announcer, ChatDouble, start_chat
from tests.integration.web_page import Page, address_in, browser
from web.ports import Pace

FAST = Pace(poll=timedelta(milliseconds=50), retry=timedelta(milliseconds=30), burst=5, burst_time=timedelta(seconds=1))


@pytest.fixture
async def double() -> AsyncIterator[ChatDouble]:
    double = await start_chat(pace=FAST)
    yield double
    assert double.stop is not None
    await double.stop()


def texts(frames: list[dict[str, object]]) -> list[object]:
    return [frame["text"] for frame in frames if frame["type"] == "message"]


async def test_say_is_accepted_after_commit_and_the_reply_is_pushed(double: ChatDouble) -> None:
    async with browser(double) as page:
        await page.send(type="hello", after=0, language="de-DE", zone="Europe/Berlin")
        assert [frame["type"] for frame in await page.hear_until("settled")] == ["ready", "settled"]
        key = str(uuid4())

        await page.send(type="say", id=key, text="hello")

        frames = [await page.hear("accepted"), await page.hear("message"), await page.hear("message")]
        assert frames[0]["id"] == key
        assert [(frame["seq"], frame["inbound"], frame["text"]) for frame in frames[1:]] == [
            (1, True, "hello"),
            (2, False, "You said: hello"),
        ]
        assert frames[1]["key"] == key
        assert await page.silence()
        taken = double.conversations.taken[0]
        assert (taken.address, taken.language, taken.zone) == (address_in(page.http), "de-DE", "Europe/Berlin")


async def test_say_twice_with_one_id_acts_once_and_is_accepted_twice(double: ChatDouble) -> None:
    async with browser(double) as page:
        await page.send(type="hello", after=0)
        key = str(uuid4())
        await page.send(type="say", id=key, text="hello")
        await page.hear("accepted")

        await page.send(type="say", id=key, text="hello")

        assert (await page.hear("accepted"))["id"] == key
        assert len(double.conversations.taken) == 1
        assert len(double.conversations.entries[address_in(page.http)]) == 2


async def test_reconnect_with_after_brings_what_came_meanwhile_and_nothing_twice(double: ChatDouble) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with browser(double, http) as page:
            await page.send(type="hello", after=0)
            await page.send(type="say", id=str(uuid4()), text="one")
            await page.hear("message")
            await page.hear("message")
        double.conversations.say(address_in(http), Content("Good morning"))

        async with browser(double, http) as page:
            await page.send(type="hello", after=2)
            frames = await page.hear_until("settled")

    assert texts(frames) == ["Good morning"]
    assert frames[0]["anew"] is False


async def test_hello_with_more_than_the_history_knows_starts_anew(double: ChatDouble) -> None:
    async with browser(double) as page:
        double.conversations.say(address_in(page.http), Content("First"))

        await page.send(type="hello", after=40)

        frames = await page.hear_until("settled")
        assert (frames[0]["anew"], texts(frames)) == (True, ["First"])


async def test_hello_of_another_persons_page_starts_anew(double: ChatDouble) -> None:
    async with browser(double) as page:
        double.conversations.say(address_in(page.http), Content("Mine"))

        await page.send(type="hello", after=1, who="0123456789ab")

        frames = await page.hear_until("settled")
        assert (frames[0]["anew"], texts(frames)) == (True, ["Mine"])


async def test_long_history_comes_from_its_end_and_backwards_on_demand(double: ChatDouble) -> None:
    async with browser(double) as page:
        for number in range(1, 1001):
            double.conversations.say(address_in(page.http), Content(f"message {number}"))

        await page.send(type="hello", after=0)
        frames = await page.hear_until("settled")
        shown = [int(str(frame["seq"])) for frame in frames if frame["type"] == "message"]
        assert shown == list(range(shown[0], 1001))
        assert 100 <= len(shown) <= 300
        assert frames[-1]["earlier"] is True

        await page.send(type="earlier", before=shown[0])
        older = await page.hear("earlier")
        assert isinstance(older["messages"], list)
        assert [entry["seq"] for entry in older["messages"]] == list(range(shown[0] - 100, shown[0]))

        await page.send(type="earlier", before=51)
        oldest = await page.hear("earlier")
        assert isinstance(oldest["messages"], list)
        assert (len(oldest["messages"]), oldest["earlier"]) == (50, False)


async def test_forgotten_messages_are_passed_over_and_later_ones_still_come(double: ChatDouble) -> None:
    async with browser(double) as page:
        for _ in range(250):
            double.conversations.say(address_in(page.http), Content(""))
        double.conversations.say(address_in(page.http), Content("A new beginning"))

        await page.send(type="hello", after=0)

        frames = await page.hear_until("settled")
        assert (texts(frames), frames[-1]["seq"]) == (["A new beginning"], 251)


async def test_message_of_another_process_is_pushed_on_the_hint(double: ChatDouble) -> None:
    slow = await start_chat(pace=Pace(poll=timedelta(minutes=10)))
    try:
        async with browser(slow) as page:
            await page.send(type="hello", after=0)
            await page.hear("settled")
            slow.conversations.say(address_in(page.http), Content("Day 12"))
            assert await page.silence()

            await slow.announcer.announce(address_in(page.http))

            assert (await page.hear("message"))["text"] == "Day 12"
    finally:
        assert slow.stop is not None
        await slow.stop()


async def test_reply_to_ones_own_message_needs_no_hint() -> None:
    slow = await start_chat(pace=Pace(poll=timedelta(minutes=10)))
    slow.conversations.announcer = Announcer()
    async with browser(slow) as page:
        await page.send(type="hello", after=0)
        await page.hear("settled")
        await page.send(type="say", id=str(uuid4()), text="hello")
        assert [(await page.hear("message"))["text"] for _ in range(2)] == ["hello", "You said: hello"]
    assert slow.stop is not None
    await slow.stop()


async def test_message_without_a_hint_is_found_by_looking(double: ChatDouble) -> None:
    async with browser(double) as page:
        await page.send(type="hello", after=0)
        await page.hear("settled")

        double.conversations.say(address_in(page.http), Content("Unannounced"))

        assert (await page.hear("message"))["text"] == "Unannounced"


async def test_seen_is_kept_only_up_to_what_was_sent(double: ChatDouble) -> None:
    async with browser(double) as page:
        double.conversations.say(address_in(page.http), Content("Look"))
        await page.send(type="hello", after=0)
        await page.hear("settled")

        await page.send(type="seen", seq=99)
        await page.send(type="ping")
        await page.hear("pong")
        assert double.conversations.receipts == {}

        await page.send(type="seen", seq=1)
        await page.send(type="ping")
        await page.hear("pong")
        assert double.conversations.receipts == {address_in(page.http): 1}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_socket_of_a_foreign_page_is_refused(double: ChatDouble, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(double.url + "/chat/socket", headers=headers)
    assert refused.value.status == 403


MALFORMED = [
    "",
    "nonsense",
    "[]",
    "null",
    '"say"',
    '{"type":"say"}',
    '{"type":["say"]}',
    '{"type":"say","id":"1","text":"x"}',
    '{"type":"say","id":7,"text":{"a":1}}',
    '{"type":"hello","after":-1}',
    '{"type":"hello","after":true}',
    '{"type":"seen","seq":1e400}',
    '{"type":"launch"}',
    "[" * 5000,
    '{"type":"say","id":"\\ud800"}',
]


async def test_malformed_frames_are_refused_and_the_socket_lives_on(double: ChatDouble) -> None:
    async with browser(double) as page:
        await page.send(type="hello", after=0)
        await page.hear("settled")
        for raw in MALFORMED:
            await page.socket.send_str(raw)
            assert (await page.hear("refused"))["code"] in ("malformed", "bad_id"), raw
        await page.socket.send_bytes(b"\xff\x00\x01")
        assert (await page.hear("refused"))["code"] == "malformed"

        await page.send(type="say", id=str(uuid4()), text="still here")

        assert (await page.hear("accepted"))["type"] == "accepted"
        assert len(double.conversations.taken) == 1


async def test_message_too_long_is_refused_in_words(double: ChatDouble) -> None:
    async with browser(double) as page:
        key = str(uuid4())
        await page.send(type="say", id=key, text="x" * 8001)
        refused = await page.hear("refused")
        assert (refused["id"], refused["code"]) == (key, "too_long")
        assert "8,001 characters" in str(refused["why"])

        await page.send(type="say", id=key, text="😀" * 8000)
        assert (await page.hear("accepted"))["id"] == key


async def test_flood_is_slowed_down_politely_and_nothing_of_it_is_lost(double: ChatDouble) -> None:
    async with browser(double) as page:
        keys = [str(uuid4()) for _ in range(7)]
        for key in keys:
            await page.send(type="say", id=key, text="hurry")
        answers = [await page.socket.receive_json() for _ in keys]
        assert [answer["type"] for answer in answers] == ["accepted"] * 5 + ["refused"] * 2
        assert answers[5]["code"] == "too_fast"

        await asyncio.sleep(float(answers[6]["retry_after"]) + 0.25)
        for key in keys[5:]:
            await page.send(type="say", id=key, text="hurry")
            assert (await page.hear("accepted"))["id"] == key
        assert [message.key for message in double.conversations.taken] == keys


async def test_storage_away_says_unavailable_and_the_same_id_succeeds_later(double: ChatDouble) -> None:
    async with browser(double) as page:
        await page.send(type="hello", after=0)
        await page.hear("settled")
        key = str(uuid4())
        double.conversations.away = True
        await page.send(type="say", id=key, text="hello")
        assert (await page.hear("unavailable"))["id"] == key

        double.conversations.away = False
        await page.send(type="say", id=key, text="hello")

        assert (await page.hear("accepted"))["id"] == key
        assert [(await page.hear("message"))["text"] for _ in range(2)] == ["hello", "You said: hello"]


async def test_storage_away_at_hello_is_greeted_once_it_is_back(double: ChatDouble) -> None:
    async with browser(double) as page:
        double.conversations.away = True
        double.conversations.entries.clear()
        await page.send(type="hello", after=0)
        assert (await page.hear("unavailable"))["id"] == ""

        double.conversations.away = False

        assert (await page.hear("settled"))["seq"] == 0


async def test_intake_that_breaks_loses_nothing_and_the_socket_lives_on(double: ChatDouble) -> None:
    class Poison(Exception):
        pass

    def break_once(_message: object) -> list[Content]:
        raise Poison

    double.conversations.respond = break_once
    async with browser(double) as page:
        key = str(uuid4())
        await page.send(type="say", id=key, text="poison")
        assert (await page.hear("unavailable"))["id"] == key
        await page.send(type="ping")
        await page.hear("pong")


async def test_page_begins_a_session_that_the_page_itself_cannot_read(double: ChatDouble) -> None:
    async with aiohttp.ClientSession() as http, http.get(double.url + "/") as answer:
        cookie = SimpleCookie(answer.headers["Set-Cookie"])[signature.COOKIE]
        policy = answer.headers["Content-Security-Policy"]
    assert len(cookie.value) == 43
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")
    assert cookie["max-age"] == str(365 * 24 * 3600)
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy


async def test_page_behind_https_marks_its_session_secure() -> None:
    double = await start_chat(public_url="https://chat.example.org")
    async with aiohttp.ClientSession() as http, http.get(double.url + "/") as answer:
        cookie = SimpleCookie(answer.headers["Set-Cookie"])[signature.COOKIE]
    assert double.stop is not None
    await double.stop()
    assert cookie["secure"] is True


async def test_page_names_files_by_their_content_and_they_are_kept_forever(double: ChatDouble) -> None:
    async with aiohttp.ClientSession() as http:
        async with http.get(double.url + "/") as answer:
            body = await answer.text()
        path = body.split('type="module" src="')[1].split('"')[0]
        async with http.get(double.url + path) as answer:
            assert (answer.status, answer.content_type) == (200, "text/javascript")
            assert "immutable" in answer.headers["Cache-Control"]
        old = "/static/" + "0" * 16 + "/app.js"
        async with http.get(double.url + old) as answer:
            assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
        for wrong in ("/static/" + "0" * 16 + "/../chat.py", "/static/" + "0" * 16 + "/%2e%2e/chat.py"):
            async with http.get(double.url + wrong) as answer:
                assert answer.status == 404
    assert "{{base}}" not in body


async def test_stop_closes_open_pages_with_going_away() -> None:
    double = await start_chat(pace=FAST)
    async with browser(double) as page:
        await page.send(type="hello", after=0)
        await page.hear("settled")
        assert double.stop is not None
        stopping: Awaitable[None] = asyncio.ensure_future(double.stop())
        closing = await page.socket.receive(timeout=5)
        await stopping
    assert (closing.type, closing.data) == (aiohttp.WSMsgType.CLOSE, 1001)


async def test_page_whose_news_cannot_be_read_is_closed_so_that_it_comes_again(
    double: ChatDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object) -> list[object]:
        raise RuntimeError

    async with browser(double) as page:
        monkeypatch.setattr(double.conversations, "since", broken)
        await page.send(type="hello", after=0)
        closing = await page.socket.receive(timeout=5)
    assert (closing.type, closing.data) == (aiohttp.WSMsgType.CLOSE, 1011)


async def test_socket_without_a_session_begins_one_with_the_handshake(double: ChatDouble) -> None:
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http,
        http.ws_connect(double.url + "/chat/socket", headers={"Origin": double.url}) as socket,
    ):
        page = Page(http, socket)
        await page.send(type="hello", after=0)
        assert str((await page.hear("ready"))["who"]) == address_in(http)[:12]


async def test_too_many_open_pages_of_one_session_are_refused() -> None:
    double = await start_chat(pace=Pace(sockets_per_session=1))
    async with browser(double) as page:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await page.http.ws_connect(double.url + "/chat/socket", headers={"Origin": double.url})
        assert refused.value.status == 429
    async with browser(double) as page:
        await page.send(type="ping")
        await page.hear("pong")
    assert double.stop is not None
    await double.stop()
