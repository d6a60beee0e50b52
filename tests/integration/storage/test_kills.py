"""A process that is killed in the middle of taking messages in, again and again: each message acts exactly once."""

import itertools
import multiprocessing
import random
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

from core.messages import InboundMessage
from storage import tables
from tests.integration.storage.conftest import OpenDesk
from tests.integration.storage.desk import Desk, text
from tests.integration.storage.taker import take_all

KILLS = 20
PEOPLE = 6
EACH = 90
MOST_IN_A_LIFE = 25
"""Acknowledgements after which a process is killed at the latest; 20 short lives cannot take everything in."""
PATIENCE = 15.0

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["tests.integration.storage.taker"])


def test_kill_in_the_middle_of_the_intake_loses_nothing_and_doubles_nothing(
    database_url: str, open_desk: OpenDesk
) -> None:
    chance = random.Random(3)
    desk = open_desk(database_url)
    messages = [text(f"{who}.{number}", f"{number}", str(who)) for number in range(EACH) for who in range(PEOPLE)]
    kept: set[str] = set()
    for life in range(KILLS + 1):
        # A provider brings what it got no answer for, and now and then what it did.
        waiting = [one for one in messages if one.key not in kept or chance.random() < 0.02]
        kept |= live(desk.url, waiting, chance.randint(1, MOST_IN_A_LIFE) if life < KILLS else len(waiting))
        assert (len(kept) == len(messages)) == (life == KILLS)
    consistent(desk)


def live(url: str, messages: list[InboundMessage], most: int) -> set[str]:
    """Run a process, kill it after so many acknowledgements or soon after, and return what it acknowledged."""
    ours, theirs = processes.Pipe(duplex=False)
    process = processes.Process(target=take_all, args=(url, messages, theirs))
    process.start()
    theirs.close()
    with ours:
        heard = set(itertools.islice(acknowledged(ours), most))
        # Commits take about this long: some lives end before one, some in one, some after one.
        time.sleep(random.uniform(0, 0.005))
        process.kill()
        heard.update(acknowledged(ours))
    process.join()
    process.close()
    return heard


def acknowledged(pipe: Connection) -> Iterator[str]:
    """Give the keys that a process tells until it ends."""
    while pipe.poll(PATIENCE):
        try:
            yield pipe.recv_bytes().decode()
        except EOFError:
            return
    raise AssertionError(f"nothing came within {PATIENCE} seconds")


def consistent(desk: Desk) -> None:
    """See that inbox, history, state and outbox tell the same of every person."""
    everything = [str(number) for number in range(EACH)]
    for who in range(PEOPLE):
        assert sorted(desk.said(str(who)), key=int) == everything
        assert desk.heard(str(who)) == desk.said(str(who))
        assert desk.said(str(who), inbound=False) == [f"re: {word}" for word in desk.heard(str(who))]
    rows = desk.rows(tables.messages)
    assert sorted(row.key for row in rows if row.inbound) == sorted(row.key for row in desk.rows(tables.inbox))
    assert {row.id for row in rows if not row.inbound} == {row.id for row in desk.rows(tables.outbox)}
    for conversation in desk.rows(tables.conversations):
        numbers = sorted(row.seq for row in rows if row.conversation_id == conversation.id)
        assert numbers == list(range(1, 2 * EACH + 1))
    assert desk.count(tables.people) == desk.count(tables.conversations) == PEOPLE
    assert desk.letters() == []
