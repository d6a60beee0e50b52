"""Processes that are killed at random moments of several people's conversations lose nothing and double nothing.

A double is only excused where nobody could know: the message was in the hands of the very sender that was killed.
"""

import asyncio
import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from conversations import facts
from core import errors
from tests.acceptance.program import PARTS, PATIENCE, until
from tests.acceptance.story import SUMMARY, photograph
from tests.acceptance.town import Guest, Town, patient, town

pytestmark = patient

PACE = 0.3
"""Telegram lets go of a tap after 150 seconds, at this pace 45: longer than any start of the program takes."""
SEED = int(os.environ.get("SUNUP_TEST_SEED", "7"))


THINKING = 0.5
"""Seconds before an answer. Without them a quick machine had everything said before the first blow fell."""


async def talk(guest: Guest) -> None:
    """Live through a workflow; a spinner that is never ended is all that a person may notice."""
    await guest.says("hello", "What shall I call you?")
    await asyncio.sleep(THINKING)
    await guest.says("start prompt_selling", "Where did your prompts help a paying client most?")
    await asyncio.sleep(THINKING)
    await guest.person.tap("Copywriting")
    await guest.reads("Put your twenty best Copywriting prompts")
    await asyncio.sleep(THINKING)
    await guest.says("stuck", "Five prompts that you used this week")
    await asyncio.sleep(THINKING)
    await guest.says("nine of them are written down by now", "Noted.")
    await asyncio.sleep(THINKING)
    await guest.person.tap("Done")
    await guest.reads("Send a screenshot of the page")
    await guest.person.send_photo(photograph())
    await guest.reads("Kept, thank you.", "What did the first three sales bring?")
    await guest.says("4500", SUMMARY)


def work_of(here: Town, name: str) -> int:
    """Count what a part has visibly done: messages accepted, or messages sent; the others work unseen."""
    match name:
        case "web":
            return sum(attempt.status == 200 for attempt in here.bot.updates.attempts)
        case "send":
            return sum(method == "sendMessage" for method, _ in here.bot.calls) * (not here.telegram.faults.waiting)
        case _:
            return time.monotonic_ns()


async def strike(here: Town, name: str, over: Callable[[], bool]) -> int:
    """Kill a part in the middle of its work and return its process id; if nobody starts it again, do so.

    A web process dies when it has just accepted a message; a sender when a message has reached its person and the
    answer to the call is still on its way. Where everything is `over`, a part dies idle.
    """
    await until(lambda: here.program.part(name), f"the part {name}")
    if name == "send":
        here.telegram.faults.hang(30, method="sendMessage", acted=True)
    done = work_of(here, name)
    await until(lambda: over() or work_of(here, name) > done, f"some work of {name}")
    here.telegram.faults.clear()
    victim = here.program.part(name)
    assert victim is not None
    alone = name in here.program.running
    assert here.program.kill(name)
    if alone:
        here.program.start(name)
    return victim.pid


async def bury(here: Town, dead: list[int]) -> None:
    """Let the jobs of the dead be taken up at once; PostgreSQL may still commit a lease after its client has died."""
    while True:
        for pid in dead:
            with contextlib.suppress(errors.StorageUnavailable):  # of two that lock the same rows one gives way
                here.records.end_leases(pid)
        await asyncio.sleep(0.5)


async def conversations(here: Town, names: list[str], blows: list[str]) -> list[Guest]:
    """Let people talk while parts are killed, and return them at the end of what they wanted."""
    dice = random.Random(SEED)
    guests = [here.person(name) for name in names]
    talks = [asyncio.create_task(talk(guest)) for guest in guests]
    dead: list[int] = []
    burial = asyncio.create_task(bury(here, dead))
    for name in blows:
        await asyncio.sleep(dice.uniform(0.1, 1.5))
        dead.append(await strike(here, name, over=lambda: all(each.done() for each in talks)))
    async with asyncio.timeout(3 * PATIENCE):
        await asyncio.gather(*talks)
    await here.quiet()
    burial.cancel()
    return guests


def find_nothing_lost(here: Town, guests: list[Guest]) -> None:
    """Assert that everything acted once, and that everything was said, twice only where nobody could know."""
    delivered = {f"{here.bot.id}:{attempt.update_id}" for attempt in here.bot.updates.attempts}
    assert here.records.keys() == Counter(delivered)
    assert here.bot.updates.lost == []
    assert here.records.letters() == [reason for reason in here.records.letters() if "sender died" in reason]
    unknown = Counter(line["message_id"] for line in here.program.events("message_outcome_unknown"))
    for guest in guests:
        person = here.records.person(guest.person.id)
        [execution] = here.records.executions(person, "prompt_selling")
        assert (execution.status, execution.steps_completed) == ("completed", 4)
        assert len(here.records.outcomes(person)) == 1
        assert len(here.records.media(person)) == 1
        assert here.records.facts(person, facts.STEP_COMPLETED) == 4
        said = here.records.outbound(person)
        excused = Counter(text for message, text in said for _ in range(unknown[str(message)]))
        wanted, shown = Counter(text for _, text in said), Counter(guest.plain_texts)
        assert wanted - shown == Counter()
        assert shown - wanted <= excused
        assert list(dict.fromkeys(guest.plain_texts)) == list(dict.fromkeys(text for _, text in said))


async def test_parts_killed_in_the_middle_of_conversations_lose_and_double_nothing(tmp_path: Path) -> None:
    blows = ["send", "web", "worker", "web", "schedule", "send", "worker"]
    async with town(tmp_path, expected={"part_died"}, pace=PACE) as here:
        guests = await conversations(here, ["Ann", "Bob", "Cem", "Dee"], blows)
        find_nothing_lost(here, guests)
        await until(
            lambda: len(here.program.events("part_died")) >= len(blows), "the supervisor's notice of every death"
        )
        assert len(here.program.events("message_outcome_unknown")) >= 1


async def test_supervisor_killed_in_the_middle_of_conversations_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with town(tmp_path, expected={"part_died", "rq.worker"}, pace=PACE) as here:
        guests = [here.person(name) for name in ("Eva", "Fil", "Gus")]
        talks = [asyncio.create_task(talk(guest)) for guest in guests]
        await until(lambda: any("twenty best" in text for text in guests[0].texts), "the middle of the conversations")
        parts = [here.program.part(name) for name in PARTS]
        assert here.program.kill("serve")
        here.program.start()
        await here.program.ready()
        async with asyncio.timeout(3 * PATIENCE):
            await asyncio.gather(*talks)
        await here.quiet()
        find_nothing_lost(here, guests)
        assert not any(part is not None and part.is_running() for part in parts)


async def test_parts_killed_on_postgresql_lose_and_double_nothing(
    tmp_path: Path, postgres_database_url: str, redis_url: str
) -> None:
    settings = {"DATABASE_URL": postgres_database_url, "REDIS_URL": redis_url}
    async with town(tmp_path, settings=settings, parts=PARTS, pace=PACE) as here:
        here.codes.add(-signal.SIGTERM)  # of a part that is stopped while it is still starting
        guests = await conversations(here, ["Hal", "Ida", "Jon"], ["send", "web", "worker", "schedule"])
        find_nothing_lost(here, guests)
