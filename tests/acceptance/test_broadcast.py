"""An admin speaks to everybody: shown first, sent once, held and ended in the middle, by the whole program."""

import asyncio
from pathlib import Path

import sqlalchemy as sa

from storage import tables
from tests.acceptance.program import until
from tests.acceptance.town import Guest, Town, patient, town

pytestmark = patient

BOSS = 900_001
ADMINS = {"ADMINS": f"telegram:{BOSS}"}
RUNNING = sa.select(tables.broadcasts).where(tables.broadcasts.c.confirmed_at.is_not(None))
NAMES = ("Ann", "Bob", "Cem", "Dee", "Eva", "Fil")


def boss(here: Town) -> Guest:
    here.guests.append(Guest(here.telegram.person("Boss", bot=here.bot, person_id=BOSS)))
    return here.guests[-1]


async def gather(here: Town) -> list[Guest]:
    """Let people come in and say their names."""
    guests = [here.person(name) for name in NAMES]
    await asyncio.gather(*(guest.says("hello", "What shall I call you?") for guest in guests))
    return guests


async def test_broadcast_is_shown_confirmed_and_read_by_everybody_once(tmp_path: Path) -> None:
    async with town(tmp_path, settings=ADMINS) as here:
        guests, admin = await gather(here), boss(here)
        await guests[0].says("stop", "Stopped.")
        await guests[1].says("/broadcast Free beer for everybody tonight", "I walk you through")
        await admin.says("hello", "What shall I call you?")
        text = "Tonight at nine we meet, {{ name | friend }}!"
        await admin.says(f"/broadcast {text}", "One moment", "6 people read", "People: 6 of 7")
        assert here.records.count(tables.outbox, tables.outbox.c.broadcast_id.is_not(None)) == 0
        await admin.taps("Send to 6", "It is on its way.")
        reached = [*guests[1:], admin]
        await asyncio.gather(*(guest.reads("Tonight at nine we meet") for guest in reached))
        await here.quiet()
        await admin.says("/broadcasts", "The newest broadcasts:")
        heard = [sum(one.startswith("Tonight at nine we meet") for one in guest.texts) for guest in reached]
        assert heard == [1] * len(reached)
        assert not any("Tonight at nine" in one for one in guests[0].texts)
        assert not any("Free beer" in one for guest in here.guests for one in guest.texts)
        [broadcast] = here.records.rows(sa.select(tables.broadcasts))
        told = await asyncio.to_thread(here.program.run, "broadcasts", "show", str(broadcast.id))
        assert "sent: 6" in told.stdout.splitlines()
        assert "left out: stopped 1" in told.stdout.splitlines()


async def test_worker_killed_as_it_begins_leaves_everybody_with_one(tmp_path: Path) -> None:
    async with town(tmp_path, settings=ADMINS, expected={"part_died"}) as here:
        guests, admin = await gather(here), boss(here)
        await admin.says("hello", "What shall I call you?")
        await admin.says("/broadcast Good morning to all of you", "People: 7 of 7")
        await admin.taps("Send to 7")
        await until(lambda: here.records.rows(RUNNING), "the confirming")
        here.program.kill("worker")
        await asyncio.gather(*(guest.reads("Good morning to all of you") for guest in guests))
        await here.quiet()
        heard = [sum(one == "Good morning to all of you" for one in guest.texts) for guest in (*guests, admin)]
        assert heard == [1] * 7


async def test_broadcast_of_a_later_hour_is_cancelled_before_anybody_reads_it(tmp_path: Path) -> None:
    async with town(tmp_path, settings=ADMINS) as here:
        guests, admin = await gather(here), boss(here)
        await admin.says("hello", "What shall I call you?")
        await admin.says("/broadcast", "What shall I say?")
        await admin.says("Nobody is ever to read this", "People: 7 of 7")
        await admin.taps("When", "When?")
        await admin.says("31 December 2099 at 18:00", "People: 7 of 7")
        await admin.taps("Send to 7", "It is on its way.")
        await until(lambda: here.records.count(tables.broadcast_recipients) == 7, "the plan")
        [broadcast] = here.records.rows(RUNNING)
        paused = await asyncio.to_thread(here.program.run, "broadcasts", "pause", str(broadcast.id))
        assert paused.stdout == f"Broadcast {broadcast.id} is paused.\n"
        await admin.says("/broadcasts", "The newest broadcasts:")
        await admin.taps("Cancel it", "It is cancelled.")
        again = await asyncio.to_thread(here.program.run, "broadcasts", "resume", str(broadcast.id))
        assert (again.returncode, again.stdout.split(":")[0]) == (1, "Nothing was changed")
        assert here.records.count(tables.outbox, tables.outbox.c.broadcast_id.is_not(None)) == 0
        assert not any("Nobody is ever" in one for guest in guests for one in guest.texts)
