"""One person, two channels: what begins in Telegram goes on in the web chat, through the whole program."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import aiohttp

from storage import tables
from tests.acceptance.program import PARTS, PATIENCE, Program
from tests.acceptance.story import SUMMARY, photograph
from tests.acceptance.town import Guest, Town, patient, town

pytestmark = patient


class Visitor:
    """Somebody at the web chat, as the server meets them."""

    def __init__(self, program: Program, http: aiohttp.ClientSession, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.program = program
        self.http = http
        self.socket = socket

    async def says(self, text: str, *answers: str) -> None:
        """Write, and wait for messages that hold these words, each after the one before."""
        await self._send(type="say", id=str(uuid4()), text=text)
        await self.reads(*answers)

    async def shows(self, photo: bytes, *answers: str) -> None:
        """Send a photo."""
        headers = {"Origin": self.program.url, "Content-Type": "image/jpeg"}
        async with self.http.post(f"{self.program.url}/chat/upload", data=photo, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            ref = (await answer.json())["ref"]
        await self._send(
            type="media", id=str(uuid4()), ref=ref, kind="image", mime="image/jpeg", name="shop.jpg", size=len(photo)
        )
        await self.reads(*answers)

    async def reads(self, *answers: str) -> None:
        for words in answers:
            async with asyncio.timeout(PATIENCE):
                while words not in await self._heard():
                    pass

    async def _heard(self) -> str:
        """Return what the next frame says to the person; nothing where it is of another kind."""
        frame = await self.socket.receive_json()
        return str(frame["text"]) if frame["type"] == "message" and not frame["inbound"] else ""

    async def _send(self, **frame: object) -> None:
        await self.socket.send_str(json.dumps(frame))


@asynccontextmanager
async def visitor(program: Program) -> AsyncIterator[Visitor]:
    """Open the page in a browser of its own."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.get(program.url) as page:
            assert page.status == 200
        async with http.ws_connect(f"{program.url}/chat/socket", headers={"Origin": program.url}) as socket:
            found = Visitor(program, http, socket)
            await found._send(type="hello", after=0)
            yield found


async def code_from(guest: Guest) -> str:
    """Ask for a code in Telegram."""
    await guest.says("/link", "Say this to me in your other chat")
    return guest.texts[-1].split("\n\n")[1].removeprefix("link ")


async def begin_in_telegram_and_end_on_the_web(here: Town) -> None:
    asha = here.person("Asha")
    await asha.says("start prompt_selling", "Where did your prompts help a paying client most?")
    await asha.taps("Design", "Put your twenty best Design prompts into one document.")
    async with visitor(here.program) as web:
        await web.says("link K7QD-M2PX", "One moment", "I don't know that code.")
        await web.says(f"link {await code_from(asha)}", "Put your twenty best Design prompts into one document.")
        await asha.reads("Your other chat (Web chat) is connected now.")
        await web.says("done", "Send a screenshot of the page where it is on sale.")
        await web.shows(photograph(), "Kept, thank you.", "What did the first three sales bring?")
        await asha.says("/today", "Sell three prompt packs – step 4 of 4")
        await web.says("4500 INR", SUMMARY)
    await here.quiet()
    person = here.records.person(asha.person.id)
    [execution] = here.records.executions(person, "prompt_selling")
    assert (execution.status, execution.steps_completed) == ("completed", 4)
    [outcome] = here.records.outcomes(person)
    assert (outcome.value, outcome.currency) == (Decimal(4500), "INR")
    assert here.records.count(tables.identities, tables.identities.c.person_id == person) == 2
    assert set(here.records.keys().values()) == {1}
    assert here.records.letters() == []


async def test_person_begins_in_telegram_and_ends_in_the_web_chat(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await begin_in_telegram_and_end_on_the_web(here)


async def test_person_begins_in_telegram_and_ends_on_the_web_with_separate_parts(
    tmp_path: Path, postgres_database_url: str, redis_url: str
) -> None:
    settings = {"DATABASE_URL": postgres_database_url, "REDIS_URL": redis_url}
    async with town(tmp_path, settings=settings, parts=(*PARTS, "worker 2")) as here:
        await begin_in_telegram_and_end_on_the_web(here)
