"""Nudges in the database: one transaction for saying, recording and planning; nothing twice, whoever fires or dies."""

import multiprocessing
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from conversations.documents.stage import Shelf
from conversations.engine import Engine
from core.messages import Priority
from storage import tables
from storage.nudges import Nudges
from storage.turns import Turns
from tests.integration.storage.chats import Chats
from tests.integration.storage.conftest import OpenDesk
from tests.integration.storage.desk import Desk, text
from tests.integration.storage.waker import engine, fire_all, sleeper

EVENING = datetime(2027, 3, 2, 20, 0, tzinfo=UTC)
HALF_PAST_SEVEN = datetime(2027, 3, 3, 7, 30, tzinfo=UTC)
PEOPLE = 60

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.integration.storage.waker"])


@pytest.fixture
def waking(database_url: str, open_desk: OpenDesk) -> Desk:
    """A desk at which somebody has enrolled in the evening."""
    desk = open_desk(database_url, engine())
    at(desk, EVENING)
    desk.take(*sleeper("7"))
    return desk


def at(desk: Desk, moment: datetime) -> None:
    desk.clock.ahead = moment - datetime.now(UTC) + timedelta(seconds=1)


def kept(desk: Desk) -> list[tuple[str, date, str, str]]:
    return sorted((row.rule, row.date, row.result, row.reason) for row in desk.rows(tables.nudges))


def test_nudge_is_said_recorded_and_planned_anew_in_one_transaction(waking: Desk) -> None:
    at(waking, HALF_PAST_SEVEN)
    report = waking.fire()
    assert (report.fired, report.sends) == (1, True)
    [row] = waking.rows(tables.nudges)
    assert (row.rule, row.date, row.result, row.reason) == ("morning", date(2027, 3, 3), "queued", "")
    [sent] = [one for one in waking.rows(tables.outbox) if one.id == row.message_id]
    assert (sent.priority, sent.expires_at) == (int(Priority.NUDGE), HALF_PAST_SEVEN + timedelta(hours=2))
    due = {one.key: one.due_at for one in waking.rows(tables.timers)}
    assert due["enrolment:morning"] == HALF_PAST_SEVEN + timedelta(days=1)


def test_turn_that_fails_leaves_timer_nudge_and_message_as_they_were(waking: Desk) -> None:
    at(waking, HALF_PAST_SEVEN)
    before = [waking.count(one) for one in (tables.timers, tables.nudges, tables.outbox)]

    with pytest.raises(InterruptedError):
        fire_and_die(waking)
    assert [waking.count(one) for one in (tables.timers, tables.nudges, tables.outbox)] == before
    assert waking.fire().fired == 1


def fire_and_die(desk: Desk) -> None:
    with desk.database.write() as connection:
        assert desk.turns.fire(connection, desk.clock.now(), 10).fired == 1
        raise InterruptedError


def test_nudge_is_kept_once_for_a_person_rule_and_date(waking: Desk) -> None:
    at(waking, HALF_PAST_SEVEN)
    waking.fire()
    [row] = waking.rows(tables.nudges)
    with pytest.raises(sa.exc.IntegrityError), waking.database.write() as connection:
        connection.execute(tables.nudges.insert().values(**{**row._mapping, "result": "skipped"}))


def test_outage_of_three_days_says_one_thing(waking: Desk) -> None:
    at(waking, HALF_PAST_SEVEN + timedelta(days=2, minutes=30))
    waking.fire()
    assert kept(waking) == [
        ("morning", date(2027, 3, 3), "skipped", "late"),
        ("morning", date(2027, 3, 4), "skipped", "late"),
        ("morning", date(2027, 3, 5), "queued", ""),
    ]
    assert len([one for one in waking.rows(tables.outbox) if one.priority == Priority.NUDGE]) == 1


def test_clock_that_goes_back_says_nothing_twice(waking: Desk) -> None:
    at(waking, HALF_PAST_SEVEN)
    waking.fire()
    for minutes in (-10, 0, 10):
        at(waking, HALF_PAST_SEVEN + timedelta(minutes=minutes))
        assert waking.fire().fired == 0
    assert len(kept(waking)) == 1


def test_quiet_hours_stand_in_the_row_of_a_person_for_the_sender(waking: Desk) -> None:
    words = ("/start quiet_hours", "22:00", "07:15", "Mumbai")
    waking.take(*(text(f"7.{place}", one) for place, one in enumerate(words, 3)))
    [row] = waking.rows(tables.people)
    assert (row.quiet_from, row.quiet_until, row.zone) == (22 * 60, 7 * 60 + 15, "Asia/Kolkata")
    waking.take(text("7.9", "/quiet off"))
    [row] = waking.rows(tables.people)
    assert (row.quiet_from, row.quiet_until) == (None, None)


# -- many at once ----------------------------------------------------------------------------


def crowd(desk: Desk) -> None:
    at(desk, EVENING)
    desk.take(*(message for who in range(PEOPLE) for message in sleeper(str(who))))
    assert desk.count(tables.timers) >= PEOPLE


def everybody_woken_once(desk: Desk) -> None:
    rows = desk.rows(tables.nudges)
    assert Counter(row.person_id for row in rows) == {row.id: 1 for row in desk.rows(tables.people)}
    assert {row.result for row in rows} == {"queued"}
    nudges = [row for row in desk.rows(tables.outbox) if row.priority == Priority.NUDGE]
    assert Counter(row.conversation_id for row in nudges) == {row.id: 1 for row in desk.rows(tables.conversations)}
    planned = [row.due_at for row in desk.rows(tables.timers) if row.key == "enrolment:morning"]
    assert planned == [HALF_PAST_SEVEN + timedelta(days=1)] * PEOPLE


def test_two_schedulers_wake_everybody_once(database_url: str, open_desk: OpenDesk) -> None:
    desks = [open_desk(database_url, engine()) for _ in range(2)]
    crowd(desks[0])
    for desk in desks:
        at(desk, HALF_PAST_SEVEN)

    def work(desk: Desk) -> int:
        fired, idle = 0, 0
        while idle < 3:
            count = desk.fire(7).fired
            fired, idle = fired + count, 0 if count else idle + 1
        return fired

    with ThreadPoolExecutor(2) as threads:
        assert sum(threads.map(work, desks)) == PEOPLE
    everybody_woken_once(desks[0])


def test_kill_in_the_middle_of_a_batch_wakes_everybody_once(database_url: str, open_desk: OpenDesk) -> None:
    desk = open_desk(database_url, engine())
    crowd(desk)
    chance = random.Random(5)
    for _ in range(6):
        ours, theirs = processes.Pipe(duplex=False)
        ahead = (HALF_PAST_SEVEN - datetime.now(UTC)).total_seconds() + 1
        process = processes.Process(target=fire_all, args=(desk.url, ahead, 5, theirs))
        process.start()
        theirs.close()
        with ours:
            assert ours.poll(30)
            # Batches take about this long: some lives end before one, some within one, some after one.
            time.sleep(chance.uniform(0, 0.03))
            process.kill()
        process.join()
        process.close()
    at(desk, HALF_PAST_SEVEN)
    while desk.fire(50).fired:
        pass
    everybody_woken_once(desk)


# -- why -------------------------------------------------------------------------------------


@pytest.fixture
def nudges(waking: Desk) -> Nudges:
    at(waking, HALF_PAST_SEVEN)
    waking.fire()
    return Nudges(waking.database, waking.sealer, waking.ids, waking.clock)


def name(desk: Desk, who: str, called: str) -> None:
    state = desk.state(who)
    row = next(one for one in desk.rows(tables.people) if desk_address(desk, one.id) == who)
    sealed = desk.sealer.seal_of(row.id, row.data_key)
    stored = sealed.close(replace(state, person=replace(state.person, name=called)).to_json(), b"state")
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.people).where(tables.people.c.id == row.id).values(state=stored))


def desk_address(desk: Desk, person_id: UUID) -> str:
    return next(str(one.address) for one in desk.rows(tables.identities) if one.person_id == person_id)


@pytest.mark.parametrize("words", ["7", "telegram:7", "Telegram: 7", "ID", "asha", "Asha Rao", " rao "])
def test_explain_finds_somebody_by_address_id_and_name(waking: Desk, nudges: Nudges, words: str) -> None:
    name(waking, "7", "Asha Rao")
    [person] = waking.rows(tables.people)
    told = nudges.explain(words.replace("ID", str(person.id)), "admin:1")
    assert told is not None
    assert told["person"] == {
        "id": str(person.id),
        "name": "Asha Rao",
        "at": ["telegram:7"],
        "zone": "",
        "held": "",
        "quiet": "",
        "most": None,
    }
    assert [(one["workflow"], one["due_at"]) for one in told["enrolments"]] == [
        ("morning", "2027-03-04T07:30:00+00:00")
    ]
    [nudge] = told["nudges"]
    assert (nudge["rule"], nudge["date"], nudge["result"], nudge["status"]) == (
        "morning",
        "2027-03-03",
        "queued",
        "queued",
    )
    assert [(row.actor, row.action) for row in waking.rows(tables.audit)] == [("admin:1", "nudges_explained")]


def test_explain_tells_the_days_of_an_outage_newest_first(waking: Desk) -> None:
    at(waking, HALF_PAST_SEVEN + timedelta(days=3, hours=9))
    waking.fire()
    told = Nudges(waking.database, waking.sealer, waking.ids, waking.clock).explain("telegram:7", "admin:1")
    assert told is not None
    assert [one["date"] for one in told["nudges"]] == ["2027-03-06", "2027-03-05", "2027-03-04", "2027-03-03"]


@pytest.mark.parametrize("words", ["8", "Nobody", "telegram:8", "", "x" * 300, "00000000-0000-0000-0000-000000000000"])
def test_explain_nobody_is_told_and_not_noted(waking: Desk, nudges: Nudges, words: str) -> None:
    assert nudges.explain(words, "admin:1") is None
    assert waking.rows(tables.audit) == []


def test_explain_several_of_a_name_gives_each(waking: Desk, nudges: Nudges) -> None:
    waking.take(*sleeper("8"))
    for who in ("7", "8"):
        name(waking, who, "Asha")
    told = nudges.explain("asha", "admin:1")
    assert told is not None
    assert sorted(one["at"] for one in told["people"]) == [["telegram:7"], ["telegram:8"]]


def test_admin_is_known_by_channel_and_address(waking: Desk) -> None:
    waking.turns = Turns(engine(), waking.sealer, waking.ids, admins=[("telegram", "7"), ("whatsapp", "8")])
    waking.take(*sleeper("8"))
    waking.take(text("a", "/why 7", "8"))
    assert waking.rows(tables.jobs) == []
    waking.take(text("b", "/why 7", "7"))
    assert [row.kind for row in waking.rows(tables.jobs)] == ["explain_nudges"]


def test_admin_hears_why_and_an_outsider_what_any_word_gets(chats: Chats) -> None:
    chats.turns = Turns(Engine(Shelf(())), chats.sealer, chats.ids, admins=[("telegram", "boss")])
    for who in ("boss", "asha"):
        chats.say("telegram", "hello", who)
    told = chats.say("telegram", "/why telegram:asha", "boss")
    assert told[0] == "One moment, I look it up."
    assert told[1].endswith("Nothing has come by itself, and nothing was left out.")
    assert chats.say("telegram", "/why telegram:boss") == chats.say("telegram", "/nosuchcommand")
    assert chats.say("telegram", "/why telegram:nobody", "boss")[1] == "I know nobody of that name, address or id."
