"""What the program does when something under it breaks, or when it is set up wrongly."""

import asyncio
import socket
import time
from pathlib import Path

import psutil
import pytest
import redis
import sqlalchemy as sa

from conversations import facts
from storage import tables
from tests.acceptance import documents
from tests.acceptance.program import PARTS, PATIENCE, Program, until
from tests.acceptance.story import SUMMARY, photograph
from tests.acceptance.test_kill import PACE, find_nothing_lost, talk
from tests.acceptance.town import TOKEN, Guest, Town, patient, town
from tests.servers import PostgresServer

pytestmark = patient


async def bring_to_proof(here: Town, name: str) -> Guest:
    """Return somebody who is asked for a screenshot."""
    guest = here.person(name)
    await guest.says("hello", "What shall I call you?")
    await guest.says("start prompt_selling", "Where did your prompts help")
    await guest.taps("Design", "Put your twenty best")
    await guest.taps("Done", "Send a screenshot")
    return guest


async def test_redis_emptied_in_the_middle_loses_no_job(
    tmp_path: Path, sqlite_database_url: str, redis_url: str
) -> None:
    settings = {"DATABASE_URL": sqlite_database_url, "REDIS_URL": redis_url}
    async with town(tmp_path, settings=settings, parts=PARTS) as here:
        guest = await bring_to_proof(here, "Flora")
        # Nobody works while the photo comes in: its job is in the queue and nowhere else when that is emptied.
        assert here.program.kill("worker")
        await guest.person.send_photo(photograph())
        await guest.reads("Got it.")
        with redis.Redis.from_url(redis_url) as client:
            await until(lambda: client.llen("rq:queue:sunup"), "the job in the queue")
            client.flushall()
        here.program.start("worker")
        await guest.reads("Kept, thank you.", "What did the first three sales bring?")
        await guest.says("4500", SUMMARY)
        await here.quiet()
        assert here.records.count(tables.media) == 1


async def test_database_gone_is_said_and_waited_for_and_nothing_is_lost(
    tmp_path: Path, postgres_server: PostgresServer, redis_url: str
) -> None:
    settings = {"DATABASE_URL": postgres_server.url, "REDIS_URL": redis_url}
    async with town(tmp_path, settings=settings, parts=PARTS) as here:
        guest = await bring_to_proof(here, "Petra")
        await here.quiet()
        here.records.close()
        postgres_server.kill()
        await here.program.answers("/readyz", 503)
        assert await here.program.status("/healthz") == 200
        await guest.says("/note while the database is away")
        statuses = here.bot.updates.attempts
        await until(lambda: statuses[-1].status == 503, "the refusal")
        postgres_server.start()
        await here.program.answers("/readyz", 200)
        await guest.reads("Noted.")
        await guest.person.send_photo(photograph())
        await guest.reads("Kept, thank you.", "What did the first three sales bring?")
        await here.quiet()
        person = here.records.person(guest.person.id)
        assert here.records.facts(person, facts.NOTE_TAKEN) == 1
        assert guest.texts.count("Noted. Tap Done when you are through.") + guest.texts.count("Noted.") == 1
        assert set(here.records.keys().values()) == {1}


async def test_person_whose_state_is_poison_ends_as_dead_letter_and_neighbours_go_on(tmp_path: Path) -> None:
    async with town(tmp_path, expected={"dialogue_unreadable"}) as here:
        poisoned, neighbour = here.person("Vera"), here.person("Nils")
        for guest in (poisoned, neighbour):
            await guest.says("hello", "What shall I call you?")
        await here.quiet()
        person = here.records.person(poisoned.person.id)
        with here.records.database.write() as connection:
            connection.execute(sa.update(tables.people).where(tables.people.c.id == person).values(state=b"poison"))
        for guest in (poisoned, neighbour):
            await guest.says("/note one more")
        await neighbour.reads("Noted.")
        await here.quiet()
        assert here.records.letters() == ["the dialogue cannot be read"]
        assert {attempt.status for attempt in here.bot.updates.attempts} == {200}
        assert "What shall I call you?" in poisoned.texts[-1]


async def test_stop_under_load_drains_in_time_and_everything_is_answered_after_the_restart(tmp_path: Path) -> None:
    async with town(tmp_path, settings={"DRAIN_SECONDS": "10"}, pace=PACE) as here:
        guests = [here.person(name) for name in ("Lena", "Milo", "Nana", "Otto")]
        talks = [asyncio.create_task(talk(guest)) for guest in guests]
        await until(lambda: any("twenty best" in text for text in guests[0].texts), "the middle of the conversations")
        begun = time.monotonic()
        codes = await here.program.stop()
        assert codes == {"serve": 0}
        assert time.monotonic() - begun < 15
        await here.start()
        async with asyncio.timeout(2 * PATIENCE):
            await asyncio.gather(*talks)
        await here.quiet()
        find_nothing_lost(here, guests)
        assert here.program.events("message_outcome_unknown") == []


async def test_queue_that_dies_is_started_again(tmp_path: Path) -> None:
    async with town(tmp_path, expected={"queue_died", "rq.worker"}) as here:
        guest = await bring_to_proof(here, "Quinn")
        [queue] = [
            child
            for child in psutil.Process(here.program.running["serve"].pid).children()
            if "valkey" in child.name() or "redis" in child.name()
        ]
        queue.kill()
        await guest.person.send_photo(photograph())
        await guest.reads("Kept, thank you.", "What did the first three sales bring?")
        await here.quiet()
        assert len(here.program.events("queue_died")) == 1
        await here.program.answers("/readyz", 200)


async def test_token_of_the_environment_revoked_then_renewed_loses_nothing(tmp_path: Path) -> None:
    async with town(tmp_path, expected={"account_paused"}) as here:
        guest = await bring_to_proof(here, "Renata")
        await here.quiet()
        del here.telegram.bots[TOKEN]
        await guest.says("/today")
        await until(lambda: here.program.events("account_paused"), "the pause of the account")
        assert await here.program.stop() == {"serve": 0}
        here.bot.token = f"{TOKEN}renewed"
        here.telegram.bots[here.bot.token] = here.bot
        here.program.settings["SUNUP_TELEGRAM_TOKEN"] = here.bot.token
        await here.start()
        here.records.hurry()
        await guest.reads("This is open:")
        await guest.says("/note it works again", "Noted.")


# -- wrong settings --------------------------------------------------------------------------

WRONG = {
    "token": ({"TELEGRAM_TOKEN": "no-token"}, "SUNUP_TELEGRAM_TOKEN", "BotFather"),
    "secret": ({"TELEGRAM_SECRET": "not allowed!"}, "SUNUP_TELEGRAM_SECRET", "1 to 256"),
    "port": ({"HTTP_PORT": "eighty"}, "SUNUP_HTTP_PORT", "whole number"),
    "port too high": ({"HTTP_PORT": "70000"}, "SUNUP_HTTP_PORT", "at most 65535"),
    "database": ({"DATABASE_URL": "mysql://localhost/sunup"}, "SUNUP_DATABASE_URL", "postgresql://"),
    "queue": ({"REDIS_URL": "http://localhost"}, "SUNUP_REDIS_URL", "redis://"),
    "mode": ({"TELEGRAM_MODE": "pigeon"}, "SUNUP_TELEGRAM_MODE", "webhook"),
    "public url": ({"PUBLIC_URL": "sunup.example"}, "SUNUP_PUBLIC_URL", "https://"),
    "api url": ({"TELEGRAM_API_URL": "localhost"}, "SUNUP_TELEGRAM_API_URL", "https://"),
    "admins": ({"ADMINS": "somebody"}, "SUNUP_ADMINS", "telegram:ID"),
    "key": ({"MASTER_KEY": "c2hvcnQ="}, "SUNUP_MASTER_KEY", "32 random bytes"),
    "no key on postgresql": ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/x"}, "SUNUP_MASTER_KEY", "openssl"),
    "media": ({"MEDIA_URL": "ftp://files"}, "SUNUP_MEDIA_URL", "file:///"),
    "workers": ({"WORKERS": "-1"}, "SUNUP_WORKERS", "at least 0"),
    "drain": ({"DRAIN_SECONDS": "soon"}, "SUNUP_DRAIN_SECONDS", "number of seconds"),
    "level": ({"LOG_LEVEL": "LOUD"}, "SUNUP_LOG_LEVEL", "DEBUG"),
    "name": ({"TELEGRAM_TOKN": "1:a"}, "SUNUP_TELEGRAM_TOKN", "SUNUP_TELEGRAM_TOKEN"),
}


@pytest.mark.parametrize(("settings", "name", "cure"), WRONG.values(), ids=WRONG)
def test_wrong_setting_stops_the_start_with_one_sentence(
    tmp_path: Path, settings: dict[str, str], name: str, cure: str
) -> None:
    program = Program(tmp_path, settings)
    done = program.run("serve")
    assert done.returncode == 2
    [sentence] = done.stderr.splitlines()
    assert name in sentence
    assert cure in sentence
    assert sentence.endswith((".", "?"))
    if name in ("SUNUP_TELEGRAM_TOKEN", "SUNUP_TELEGRAM_SECRET", "SUNUP_MASTER_KEY"):
        assert not any(value in sentence for value in settings.values())
    assert not (tmp_path / "data" / "sunup.db").exists()


@pytest.mark.parametrize(
    ("setting", "value", "cure"),
    [
        ("SUNUP_HTTP_PORT", "{taken}", "choose another port"),
        ("SUNUP_HTTP_HOST", "192.0.2.1", "an address of this machine"),
        ("SUNUP_DATA_DIR", "{file}", "a folder that this user may write to"),
        ("SUNUP_DATABASE_URL", "sqlite:///{file}", "name another"),
        ("SUNUP_DATABASE_URL", "sqlite:///{file}/sunup.db", "name another one"),
        ("SUNUP_MEDIA_URL", "file://{file}", "file:///folder"),
    ],
)
def test_setting_that_leads_nowhere_stops_the_start_with_one_sentence(
    tmp_path: Path, setting: str, value: str, cure: str
) -> None:
    file = tmp_path / "file"
    file.write_text("neither a folder nor a database " * 100)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        given = value.format(file=file, taken=taken.getsockname()[1])
        done = Program(tmp_path / "program", {setting: given}).run("serve")
    assert done.returncode == 2
    [sentence] = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert sentence.startswith(f"sunup: {setting} ")
    assert cure in sentence


def test_part_over_a_database_of_another_release_does_not_start(tmp_path: Path) -> None:
    done = Program(tmp_path, {"TELEGRAM_TOKEN": TOKEN}).run("web")
    assert done.returncode == 2
    assert "sunup db upgrade" in done.stderr.splitlines()[-1]


def test_second_installation_over_the_same_folder_does_not_start(tmp_path: Path) -> None:
    first, second = Program(tmp_path, {}), Program(tmp_path, {})
    first.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while "queue_started" not in first.log and time.monotonic() < deadline:
            time.sleep(0.05)
        done = second.run("serve")
    finally:
        first.end()
    assert done.returncode == 2
    assert "in use by another running Sunup" in done.stderr.splitlines()[-1]


# -- time ------------------------------------------------------------------------------------


async def test_reminder_comes_and_patience_ends_in_their_time(tmp_path: Path) -> None:
    async with town(tmp_path) as here:
        await asyncio.to_thread(documents.publish, here.program, documents.HASTY, documents.NAP)
        guest, sleeper = here.person("Rita"), here.person("Silas")
        await guest.says("hello", "What shall I call you?")
        await sleeper.says("hello", "What shall I call you?")
        begun = time.monotonic()
        await guest.says("start hasty", "Which colour is it today?")
        await sleeper.says("start nap", "I close my eyes for a moment.")
        await guest.reads("Still there? We were in the middle of “The hasty one”.")
        assert time.monotonic() - begun > 1.9
        await sleeper.reads("What did you dream of meanwhile?")
        await guest.reads("I've put “The hasty one” away for now.")
        assert time.monotonic() - begun > 5.9
        await here.quiet()
        person = here.records.person(guest.person.id)
        [execution] = here.records.executions(person, "hasty")
        assert (execution.status, execution.steps_completed) == ("abandoned", 0)
        assert here.records.facts(person, facts.EXECUTION_ABANDONED) == 1
        # Rita has not answered the welcome either; only its own, later reminder may still come.
        assert (
            sum("The hasty one" in text for text in guest.texts) == here.records.facts(person, facts.REMINDER_SENT) + 1
        )
        await sleeper.says("of the sea and its many colours")
        await until(
            lambda: here.records.executions(here.records.person(sleeper.person.id), "nap")[0].status == "completed",
            "the end of the nap",
        )
