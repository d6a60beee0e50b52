"""An installation that has one channel and one provider."""

import asyncio
import base64
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import aiohttp

from storage import tables
from tests.acceptance.program import PATIENCE, Program, until
from tests.acceptance.records import Records
from tests.conformance.driver import Driver, Post
from tests.fakes.talking import Talker

MASTER_KEY = base64.b64encode(bytes(range(32))).decode()
SHORTEST_WORDS = 12
"""Shorter words of people are not looked for in the log: they could stand there by chance."""


@dataclass(slots=True)
class House:
    """One installation beside one fake provider.

    Args:
        driver: The provider.
        program: The installation.
        records: What it has kept.
        parts: Those that are started, each on its own; `serve` without any.
        expected: Events of level `error` that its log may hold, since a test has caused them.
        spoken: What people said.
    """

    driver: Driver
    program: Program
    records: Records
    parts: tuple[str, ...] = ()
    expected: set[str] = field(default_factory=lambda: {"account_paused"})
    spoken: list[str] = field(default_factory=list)

    async def start(self) -> None:
        """Start the program and wait until people can be heard."""
        self.program.settings |= self.driver.connect(self.program.url)
        self.program.start(*self.parts)
        await self.program.ready()
        await until(self.driver.is_connected, "the connection to the provider")

    async def quiet(self) -> None:
        """Wait until nothing is on its way any more, in either direction."""
        await self.driver.settled(PATIENCE)
        await until(lambda: not self.records.open_jobs(), "the end of all jobs")
        await until(lambda: not self.records.waiting(), "an empty outbox")

    async def says(self, talker: Talker, text: str, *answers: str) -> None:
        """Let somebody write, and wait for the answers."""
        self.spoken.append(text)
        await talker.say(text)
        await self.reads(talker, *answers)

    async def taps(self, talker: Talker, title: str, *answers: str) -> None:
        """Let somebody tap, and wait for the answers."""
        await talker.tap(title)
        await self.reads(talker, *answers)

    async def reads(self, talker: Talker, *answers: str) -> None:
        """Wait for messages, each after the one before."""
        for answer in answers:
            await talker.reads(answer, timeout=PATIENCE)

    async def met(self, name: str) -> Talker:
        """Return somebody who has said hello and was asked their name."""
        talker = self.driver.person(name)
        await self.says(talker, "hello", "What shall I call you?")
        return talker

    def person(self, talker: Talker) -> UUID:
        """Return whom the program takes somebody for."""
        return self.records.person(self.driver.address(talker), channel=self.driver.channel)

    def taken(self) -> int:
        """Return how many messages were ever taken in."""
        return self.records.count(tables.inbox)

    async def post(self, post: Post) -> tuple[int, bytes]:
        """Send a request to the program past the fake, and return the answer."""
        async with (
            aiohttp.ClientSession() as http,
            http.post(self.program.url + post.path, data=io.BytesIO(post.body), headers=post.headers) as answer,
        ):
            return answer.status, await answer.read()

    def log_faults(self) -> list[str]:
        """Return what must not stand in the log."""
        words = [text for text in self.spoken if len(text) >= SHORTEST_WORDS]
        return self.program.faults_in_log([*self.driver.secrets(), MASTER_KEY, *words], self.expected)


@asynccontextmanager
async def house(
    driver: Driver,
    folder: Path,
    *,
    settings: Mapping[str, str] | None = None,
    parts: tuple[str, ...] = (),
    expected: Iterable[str] = (),
) -> AsyncIterator[House]:
    """Build a house, and look through its log at the end.

    Args:
        driver: The provider.
        folder: Where it is.
        settings: More settings.
        parts: Parts to start, each on its own; `serve` without any.
        expected: Events of level `error` that the tests cause, beside the pause of an account.
    """
    await driver.start()
    program = Program(folder, {"MASTER_KEY": MASTER_KEY, **(settings or {})})
    here = House(driver, program, Records(program), parts, {"account_paused", *expected})
    try:
        if parts:
            upgraded = await asyncio.to_thread(program.run, "db", "upgrade")
            assert upgraded.returncode == 0, upgraded.stderr
        await here.start()
        # The records read the settings, which are whole only now.
        here.records = Records(program)
        yield here
        assert set((await program.stop()).values()) == {0}
        assert here.log_faults() == []
    finally:
        with suppress(ProcessLookupError):
            await asyncio.to_thread(program.end)
        here.records.close()
        await driver.stop()
