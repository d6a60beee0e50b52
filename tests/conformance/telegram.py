"""Telegram, as the suite drives it."""

from collections.abc import Collection, Iterable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import cast

import orjson

from tests.conformance.driver import Post
from tests.fakes.faults import Faults
from tests.fakes.talking import Talker
from tests.fakes.telegram import FakeTelegram, Person
from tests.fakes.telegram.updates import HEADER

PATH = "/webhooks/telegram"


class TelegramDriver:
    """A Bot API server and one bot."""

    channel = "telegram"
    longest_said = 4096
    method = "sendMessage"

    def __init__(self) -> None:
        self.telegram = FakeTelegram(pace=0.05)
        self.bot = self.telegram.bot("4711:conformance-token-aaaaaaaaaaaaaaaaa")
        self._numbers = iter(range(900_000_001, 999_999_999))

    @property
    def faults(self) -> Faults:
        return self.telegram.faults

    async def start(self) -> None:
        await self.telegram.start()

    async def stop(self) -> None:
        await self.telegram.stop()

    def connect(self, program: str) -> dict[str, str]:
        return self.telegram.connect(program)

    def is_connected(self) -> bool:
        return self.bot.webhook is not None

    def person(self, name: str) -> Talker:
        return self.telegram.person(name, bot=self.bot)

    def address(self, talker: Talker) -> str:
        return str(_person(talker).id)

    def chat(self, talker: Talker) -> object:
        return _person(talker).id

    def calls(self, talker: Talker) -> int:
        chat = self.address(talker)
        return sum(name == self.method and str(params["chat_id"]) == chat for name, params in self.bot.calls)

    async def settled(self, seconds: float) -> None:
        await self.bot.updates.settled(seconds)

    def repeat(self, times: int) -> None:
        self.bot.updates.repeat(times)

    def reversed(self) -> AbstractAsyncContextManager[None]:
        return self.bot.updates.reversed()

    def throttle(self, talker: Talker, seconds: int) -> float:
        self.telegram.faults.throttle(seconds, method=self.method, chat=self.chat(talker))
        return seconds

    def fail(self, talker: Talker, times: int) -> None:
        self.telegram.faults.fail(502, method=self.method, chat=self.chat(talker), times=times)

    def revoke(self) -> None:
        del self.telegram.bots[self.bot.token]

    def renew(self) -> None:
        self.bot.token += "renewed"
        self.telegram.bots[self.bot.token] = self.bot

    def secrets(self) -> Iterable[str]:
        yield self.bot.token
        if self.bot.webhook is not None:
            yield self.bot.webhook.secret

    def genuine(self, talker: Talker, text: str) -> Post:
        person = _person(talker)
        message = {
            "message_id": next(self._numbers),
            "date": 1,
            "chat": person.chat.as_json(),
            "from": person.as_json(),
            "text": text,
        }
        return self._proven(orjson.dumps({"update_id": next(self._numbers), "message": message}))

    def forged(self, post: Post) -> Post:
        return replace(post, headers={**post.headers, HEADER: "another-secret"})

    def unproven(self, post: Post) -> Post:
        return replace(post, headers={name: value for name, value in post.headers.items() if name != HEADER})

    def malformed(self) -> Collection[Post]:
        return [self._proven(body) for body in (b"", b"not json", b"[1, 2]", b'{"update_id": 1', b"\xff\xfe")]

    def foreign(self, talker: Talker, text: str) -> Collection[Post]:
        # Nothing in an update names the bot; its secret is all that binds it to an account.
        post = self.genuine(talker, text)
        return [self.forged(post), replace(post, path=f"{PATH}/nobody")]

    def stale(self, post: Post) -> Post | None:
        return None

    def _proven(self, body: bytes) -> Post:
        assert self.bot.webhook is not None
        return Post(PATH, body, {"Content-Type": "application/json", HEADER: self.bot.webhook.secret})


def _person(talker: Talker) -> Person:
    return cast("Person", talker)
