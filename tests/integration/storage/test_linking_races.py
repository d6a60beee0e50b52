"""Linking while everything else goes on: nobody waits in a circle, and nothing is lost, doubled or left behind."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from conversations.link_codes import digest_of
from core.messages import InboundKind
from storage import tables
from storage.linking import LinkRefusal, SaidCode
from storage.people import kept_of, known_person
from tests.integration.storage.chats import Chats
from tests.integration.storage.conftest import OpenChats

HUMANS = ("asha", "bo", "cem")
PLACES = ("telegram", "web", "slack")
WORDS = ("start selling", "design", "done", "/note a", "start habit", "4500", "/today", "hello")


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Run calls in threads that set off together; return what they return."""
    line = threading.Barrier(len(calls))

    def start(call: Callable[[], object]) -> object:
        line.wait(10)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result(60) for future in [threads.submit(start, call) for call in calls]]


def while_uncommitted(chats: Chats, act: Callable[[sa.Connection], object], meanwhile: Callable[[], object]) -> None:
    """Act in a transaction, and commit it while somebody else waits for what it holds."""
    with ThreadPoolExecutor(1) as thread:
        with chats.database.write() as connection:
            act(connection)
            future = thread.submit(meanwhile)
            deadline = time.monotonic() + 10
            while not somebody_waits(chats):
                assert time.monotonic() < deadline, "nobody waits"
                time.sleep(0.02)
        future.result(30)


def somebody_waits(chats: Chats) -> bool:
    """Return whether somebody in this database waits for a lock."""
    query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
    with chats.database.read() as connection:
        return bool(connection.execute(sa.text(query)).scalar())


@pytest.fixture
def two(postgres_database_url: str, open_chats: OpenChats) -> tuple[Chats, Chats]:
    """Two processes at one PostgreSQL."""
    return open_chats(postgres_database_url), open_chats(postgres_database_url)


def test_one_code_said_twice_at_once_links_one(two: tuple[Chats, Chats]) -> None:
    one, other = two
    one.say("telegram", "start selling")
    for channel in ("web", "slack"):
        one.say(channel, "hello")
    digest = digest_of(one.code("telegram"))
    ended = at_once(lambda: one.redeem("web", digest), lambda: other.redeem("slack", digest))
    assert sorted(ended, key=str) == sorted([None, LinkRefusal("used")], key=str)


def test_two_who_say_each_others_codes_at_once_become_one(two: tuple[Chats, Chats]) -> None:
    one, other = two
    for round_ in range(8):
        who = f"asha{round_}"
        one.say("telegram", "start selling", who)
        one.say("web", "start habit", who)
        here, there = (digest_of(one.code(channel, who)) for channel in ("telegram", "web"))
        ended = at_once(
            partial(one.redeem, "web", here, who),
            partial(other.redeem, "telegram", there, who),
        )
        assert sorted(ended, key=str) == sorted([None, LinkRefusal("same")], key=str)
        assert one.person("telegram", who) == one.person("web", who)
        assert len(one.dialogue("web", who).executions) == 2


def test_three_who_link_in_a_circle_become_one(postgres_database_url: str, open_chats: OpenChats) -> None:
    workers = [open_chats(postgres_database_url) for _ in PLACES]
    for round_ in range(6):
        who = f"asha{round_}"
        for channel in PLACES:
            workers[0].say(channel, "hello", who)
        codes = [digest_of(workers[0].code(channel, who)) for channel in PLACES]
        at_once(
            *(
                partial(worker.redeem, PLACES[(place + 1) % 3], codes[place], who)
                for place, worker in enumerate(workers)
            )
        )
        assert len({workers[0].person(channel, who) for channel in PLACES}) == 1
        assert {one.channel for one in workers[0].dialogue("web", who).connections} == {*PLACES}


def test_message_that_waited_for_a_merge_belongs_to_who_stayed(two: tuple[Chats, Chats]) -> None:
    one, other = two
    one.say("telegram", "start selling")
    one.say("web", "hello")
    code = one.code("telegram")
    one.write("web", f"/link {code}")
    [job] = one.rows(tables.jobs)
    said = one.said_code(job.id, "web", code)
    now = one.clock.now()
    while_uncommitted(
        one, lambda connection: one.linking._link(connection, said, now), lambda: other.write("web", "design")
    )
    assert one.dialogue("telegram").executions[-1].answers == {"niche": "design"}
    assert one.letters() == []


def test_message_that_waited_for_a_parting_belongs_to_the_new_dialogue(two: tuple[Chats, Chats]) -> None:
    one, other = two
    one.say("telegram", "start selling")
    one.link("telegram", "web")
    whole, place, now = one.person("web"), one.conversation("web"), one.clock.now()
    while_uncommitted(
        one,
        lambda connection: one.linking._part(connection, whole, place, now),
        lambda: other.write("web", "design"),
    )
    assert one.dialogue("telegram").executions[-1].answers == {}
    numbers = [entry.seq for entry in one.entries("web")]
    assert numbers == sorted(set(numbers))
    assert one.written_at("web")[-1] == "design"


def test_event_that_waited_for_a_merge_is_told_to_who_stayed(two: tuple[Chats, Chats]) -> None:
    one, other = two
    one.say("telegram", "start selling")
    one.write("web", "/link K7QD-M2PX")
    [late] = one.rows(tables.jobs)
    code = one.code("telegram")  # does the other job, too
    assert one.heard_at("web")[-1].startswith("I don't know that code.")
    one.write("web", "/link K7QD-M2PX")
    late = next(row for row in one.rows(tables.jobs) if row.ended_at is None)
    said = one.said_code(one.ids.new(), "web", code)
    now = one.clock.now()
    before = len(one.heard_at("web"))
    while_uncommitted(
        one, lambda connection: one.linking._link(connection, said, now), lambda: other.runner.run(late.id)
    )
    assert one.heard_at("web")[before + 1 :][-1].startswith("I don't know that code.")


def test_people_of_several_accounts_are_locked_in_one_order(two: tuple[Chats, Chats]) -> None:
    """Batches that meet the same two people at two accounts the other way round never wait in a circle."""
    one, other = two
    for who in ("asha", "bo"):
        one.say("telegram", "hello", who)
        one.link("telegram", "web", who, who)

    def talk(chats: Chats, at_telegram: str, at_web: str) -> None:
        for number in range(40):
            arrivals = [
                chats.arrival("telegram", f"/note {number}", at_telegram),
                chats.arrival("web", f"/note {number}", at_web),
            ]
            with chats.database.write() as connection:
                chats.turns.take(connection, arrivals, chats.clock.now())

    at_once(lambda: talk(one, "asha", "bo"), lambda: talk(other, "bo", "asha"))
    for channel in ("telegram", "web"):
        for who in ("asha", "bo"):
            assert one.heard_at(channel, who).count("Noted.") == 40


def test_erasing_while_linking_reaches_both(two: tuple[Chats, Chats]) -> None:
    one, other = two
    for round_ in range(6):
        who = f"asha{round_}"
        one.say("telegram", "start selling", who)
        one.say("web", "hello", who)
        here, there = one.person("telegram", who), one.person("web", who)
        digest = digest_of(one.code("telegram", who))
        said = SaidCode(one.ids.new(), one.conversation("web", who), digest)
        at_once(
            partial(one.linking.link, said),
            partial(other.erasure.erase, there, "operator"),
        )
        linked = one.row(there).merged_into == here
        keys = [one.row(person).data_key for person in (here, there)]
        assert keys[1] is None
        assert (keys[0] is None) == linked


class Life:
    """One process in which people write, link, part, and in which time goes by."""

    def __init__(self, chats: Chats, seed: int) -> None:
        self.chats = chats
        self.dice = random.Random(seed)
        self.written = 0

    def live(self, turns: int) -> None:
        for _ in range(turns):
            act = self.dice.choices((self.write, self.link, self.part, self.fire, self.work), (8, 3, 2, 2, 3))[0]
            act()

    def write(self) -> None:
        words = self.dice.choice(
            ("start selling", "design", "done", "/note a", "start habit", "4500", "/today", "hello")
        )
        self.chats.write(*self._where(words))
        self.written += 1

    def link(self) -> None:
        who = self.dice.choice(HUMANS)
        giver, taker = self.dice.sample(PLACES, 2)
        self.chats.write(giver, "/link", who)
        found = [text for text in self.chats.heard_at(giver, who) if "\nlink " in f"\n{text}"]
        self.chats.write(taker, f"link {found[-1].splitlines()[2].removeprefix('link ')}", who)
        self.written += 2

    def part(self) -> None:
        channel, _, who = self._where("")
        tokens = [
            button.payload
            for entry in self.chats.entries(channel, who)
            for button in entry.buttons
            if button.payload.startswith("/unlink ")
        ]
        payload = self.dice.choice(tokens) if tokens else "/unlink"
        self.chats.write(channel, "", who, kind=InboundKind.TAP, payload=payload)
        self.written += 1

    def fire(self) -> None:
        self.chats.clock.ahead += timedelta(minutes=self.dice.choice((1, 25, 600)))
        self.chats.fire()

    def work(self) -> None:
        self.chats.work()

    def _where(self, words: str) -> tuple[str, str, str]:
        return self.dice.choice(PLACES), words, self.dice.choice(HUMANS)


@pytest.mark.parametrize("seed", range(3))
def test_everything_at_once_loses_and_doubles_nothing(
    postgres_database_url: str, open_chats: OpenChats, seed: int
) -> None:
    lives = [Life(open_chats(postgres_database_url), seed * 10 + number) for number in range(4)]
    chats = lives[0].chats
    for who in HUMANS:
        for channel in PLACES:
            chats.say(channel, "/note hello", who)
    at_once(*(partial(life.live, 40) for life in lives))
    chats.clock.ahead = max(life.chats.clock.ahead for life in lives)
    for _ in range(3):
        chats.work()
    find_whole(chats, written=len(HUMANS) * len(PLACES) + sum(life.written for life in lives))


def find_whole(chats: Chats, written: int) -> None:
    """Assert that everything fits together."""
    assert chats.letters() == []
    inbound = [row for row in chats.rows(tables.messages) if row.inbound]
    assert (len(inbound), len({row.key for row in inbound})) == (written, written)
    people = {row.id: row for row in chats.rows(tables.people)}
    roots = {row.id for row in people.values() if row.merged_into is None}
    assert {row.merged_into for row in people.values()} - {None} <= roots
    assert {row.person_id for row in chats.rows(tables.identities)} <= roots
    find_executions_whole(chats, roots)
    assert {row.merged_into is None for row in people.values() if row.state is not None} == {True}
    for who in HUMANS:
        for channel in PLACES:
            entries = chats.entries(channel, who)
            assert [entry.seq for entry in entries] == sorted({entry.seq for entry in entries})
            assert all(entry.text or entry.kind for entry in entries), "a message does not open"
    waiting = {row.id for row in chats.rows(tables.outbox)}
    assert {message.id for message in chats.claim()} == waiting
    with chats.database.read() as connection:
        kept = sum(kept_of(connection, person)["messages"] for person in roots)
        assert kept == chats.count(tables.messages)
        assert {known_person(connection, person).id for person in people} == roots


def find_executions_whole(chats: Chats, roots: Sequence[object] | set[object]) -> None:
    owners: dict[object, object] = {}
    timers = {}
    for person in roots:
        state = chats.state_of(person)  # type: ignore[arg-type]  # ids of rows
        for execution in state.executions:
            assert execution.id not in owners, "an execution has two owners"
            owners[execution.id] = person
            if execution.wakes and not (state.stopped or state.paused or state.blocked):
                timers[person, f"execution:{execution.id}"] = execution.wakes[0].due_at
    assert chats.timers() == timers
    open_ones = {row.id: row.person_id for row in chats.rows(tables.executions) if row.ended_at is None}
    assert open_ones == owners
