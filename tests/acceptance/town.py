"""A town: an installation, the Bot API that it talks to, and the people who write."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.acceptance.program import PATIENCE, Program, until
from tests.acceptance.records import Records
from tests.fakes.telegram import Bot, FakeTelegram, Person, Shown, Tap
from tests.fakes.telegram.people import Matching

TOKEN = "4711:acceptance-token-aaaaaaaaaaaaaaaaaaaa"
SECRET = "acceptance-secret-0123456789"
MASTER_KEY = base64.b64encode(bytes(range(32))).decode()
SHORTEST_WORDS = 12
"""Shorter words of people are not looked for in the log: they could stand there by chance."""

patient = pytest.mark.timeout(240)
"""A start of five processes may take long where other tests run."""


@dataclass(slots=True)
class Town:
    """One installation between fake servers.

    Args:
        telegram: The Bot API.
        bot: The default account's bot.
        program: The installation.
        records: What it has kept.
        expected: Events of level `error` that its log may hold, since a test has caused them.
        codes: Exit codes that it may end with.
        guests: Everybody who wrote.
    """

    telegram: FakeTelegram
    bot: Bot
    program: Program
    records: Records
    expected: set[str] = field(default_factory=set)
    codes: set[int] = field(default_factory=lambda: {0})
    guests: list["Guest"] = field(default_factory=list)

    async def start(self, *parts: str) -> None:
        """Start the program and wait until people can be heard."""
        self.program.start(*parts)
        await self.program.ready()
        if self.program.settings.get("SUNUP_PUBLIC_URL"):
            await until(lambda: self.bot.webhook, "the webhook")

    async def restart(self, *parts: str) -> None:
        """Stop the program, which must end well, and start it again."""
        names = parts or tuple(self.program.running)
        codes = await self.program.stop()
        assert set(codes.values()) == {0}
        await self.start(*names)

    def person(self, name: str, *, bot: Bot | None = None, language: str = "en") -> "Guest":
        """Return somebody who writes to a bot."""
        self.guests.append(Guest(self.telegram.person(name, bot=bot or self.bot, language=language)))
        return self.guests[-1]

    async def quiet(self) -> None:
        """Wait until nothing is on its way any more, in either direction."""
        for bot in self.telegram.bots.values():
            await bot.updates.settled(PATIENCE)
        await until(lambda: not self.records.open_jobs(), "the end of all jobs")
        await until(lambda: not self.records.waiting(), "an empty outbox")

    def words(self) -> Iterable[str]:
        """Return what must not be logged: credentials, and what was said in either direction."""
        yield from (TOKEN, SECRET, MASTER_KEY)
        for bot in self.telegram.bots.values():
            yield bot.token
            for chat in bot.chats.values():
                yield from (shown.text for shown in chat.shown if len(shown.text) >= SHORTEST_WORDS)
        for guest in self.guests:
            yield from (text for text in guest.spoken if len(text) >= SHORTEST_WORDS)


class Guest:
    """Somebody who writes to a bot, and who has patience.

    Args:
        person: As the Bot API knows them.
    """

    def __init__(self, person: Person) -> None:
        self.person = person
        self.spoken: list[str] = []

    @property
    def texts(self) -> list[str]:
        """What their chat shows, oldest first."""
        return [shown.text for shown in self.person.messages]

    @property
    def plain_texts(self) -> list[str]:
        """What their chat shows, without the lines that say where in a workflow they are."""
        return [text.partition("\n")[2] if text.startswith("Step ") else text for text in self.texts]

    async def reads(self, *matching: Matching) -> Shown:
        """Wait for messages, each after the one before, and return the last."""
        shown = None
        for each in matching:
            shown = await self.person.reads(each, timeout=PATIENCE)
        assert shown is not None
        return shown

    async def says(self, text: str, *answers: Matching) -> None:
        """Write, and wait for the answers."""
        self.spoken.append(text)
        await self.person.say(text)
        if answers:
            await self.reads(*answers)

    async def taps(self, title: str, *answers: Matching) -> Tap:
        """Tap the newest button of a title, and wait until it is answered, and for what is said."""
        tap = await self.person.tap(title)
        await tap.answered(PATIENCE)
        if answers:
            await self.reads(*answers)
        return tap


@asynccontextmanager
async def town(
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    webhook: bool = True,
    pace: float = 0.05,
    parts: tuple[str, ...] = (),
    expected: Iterable[str] = (),
) -> AsyncIterator[Town]:
    """Build a town, and look through its log at the end.

    Args:
        folder: Where it is.
        settings: More settings.
        webhook: Whether Telegram delivers; else it is asked.
        pace: Factor on the Bot API's waiting times.
        parts: Parts to start, each on its own; `serve` without any.
        expected: Events of level `error` that the tests cause.
    """
    async with FakeTelegram(pace=pace) as telegram:
        bot = telegram.bot(TOKEN, username="sunup_test_bot")
        program = Program(
            folder,
            {
                "TELEGRAM_TOKEN": TOKEN,
                "TELEGRAM_SECRET": SECRET,
                "TELEGRAM_API_URL": telegram.api_url,
                "MASTER_KEY": MASTER_KEY,
                **(settings or {}),
            },
        )
        if webhook:
            program.settings["SUNUP_PUBLIC_URL"] = program.url
        here = Town(telegram, bot, program, Records(program), set(expected))
        try:
            if parts:
                upgraded = await asyncio.to_thread(program.run, "db", "upgrade")
                assert upgraded.returncode == 0, upgraded.stderr
            await here.start(*parts)
            yield here
            assert set((await program.stop()).values()) <= here.codes
            assert program.faults_in_log(here.words(), here.expected) == []
        finally:
            with suppress(ProcessLookupError):
                program.end()
            here.records.close()
