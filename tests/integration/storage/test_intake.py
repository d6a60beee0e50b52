"""The intake: what came in is kept whole, acts once and in order, and hurts nobody else."""

import asyncio
import itertools
import random
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from core import errors
from core.messages import InboundKind, InboundMessage
from storage import tables
from storage.database import Database
from storage.turns import Arrival, Batch, Report
from tests.integration.storage.conftest import OpenDesk
from tests.integration.storage.desk import Desk, text
from tests.servers import PostgresServer

KEPT_BY_A_TURN = (
    tables.inbox,
    tables.people,
    tables.identities,
    tables.conversations,
    tables.messages,
    tables.outbox,
    tables.timers,
)


# -- one turn, one transaction -------------------------------------------------------------------


async def test_take_writes_inbox_history_state_outbox_and_timers(desk: Desk) -> None:
    await desk.hear(text("k1", "in 60"))
    assert [row.key for row in desk.rows(tables.inbox)] == ["k1"]
    assert (desk.said(), desk.said(inbound=False)) == (["in 60"], ["re: in 60"])
    assert desk.heard() == ["in", "60"]
    (sent,) = desk.rows(tables.outbox)
    (reply,) = [row for row in desk.rows(tables.messages) if not row.inbound]
    assert (sent.id, sent.status, sent.seq, sent.settled_at) == (reply.id, "queued", 2, None)
    assert sent.account_id == desk.account
    assert [row.key for row in desk.rows(tables.timers)] == ["timer:in 60"]
    assert (desk.hints.outbox, len(desk.hints.timers)) == (1, 1)


@pytest.mark.parametrize("table", [tables.messages, tables.outbox, tables.timers], ids=str)
def test_take_writes_nothing_where_one_table_refuses(desk: Desk, table: sa.Table) -> None:
    with desk.database.write() as connection:
        connection.execute(sa.text(f"alter table {table.name} rename to elsewhere"))
    with pytest.raises((errors.StorageUnavailable, sa.exc.SQLAlchemyError)):
        desk.take(text("k1", "in 60"))
    with desk.database.write() as connection:
        connection.execute(sa.text(f"alter table elsewhere rename to {table.name}"))
    assert [desk.count(kept) for kept in KEPT_BY_A_TURN] == [0] * len(KEPT_BY_A_TURN)


async def test_take_numbers_a_conversation_without_gaps(desk: Desk) -> None:
    await desk.hear(*(text(f"k{number}", f"w{number}") for number in range(5)))
    assert [row.seq for row in sorted(desk.rows(tables.messages), key=lambda row: row.seq)] == list(range(1, 11))


async def test_take_keeps_groups_apart_from_the_private_chat(desk: Desk) -> None:
    await desk.hear(text("k1", "mine"), text("k2", "ours", chat="-100"))
    assert (desk.said(), desk.said(chat="-100")) == (["mine"], ["ours"])
    assert desk.count(tables.people) == 1
    assert desk.heard() == ["mine", "ours"]


# -- duplicates ----------------------------------------------------------------------------------


async def test_take_acts_once_on_duplicates_within_a_batch(desk: Desk) -> None:
    report = desk.take(text("k1", "a"), text("k1", "a"), text("k2", "b"), text("k1", "a"))
    assert (report.taken, report.dropped, desk.heard()) == (2, 2, ["a", "b"])


async def test_take_acts_once_on_duplicates_across_batches(desk: Desk) -> None:
    await desk.hear(text("k1", "a"), text("k2", "b"), text("k1", "a"))
    await desk.hear(text("k2", "b"), text("k3", "c"))
    assert (desk.heard(), desk.said()) == (["a", "b", "c"], ["a", "b", "c"])


async def test_take_acts_on_the_same_key_at_two_accounts(desk: Desk) -> None:
    desk.accounts.put("telegram", "shop", {"token": "t"})
    await desk.hear(text("k1", "a"), text("k1", "b", account="shop", who="8"))
    assert (desk.heard("7"), desk.heard("8")) == (["a"], ["b"])


async def test_two_intakes_act_once_on_the_same_messages_in_different_orders(
    database_url: str, open_desk: OpenDesk
) -> None:
    here, there = open_desk(database_url), open_desk(database_url)
    messages = [text(f"k{who}.{number}", f"{number}", str(who)) for number in range(6) for who in range(12)]
    shuffled = messages.copy()
    random.Random(5).shuffle(shuffled)
    async with here.open() as one, there.open() as two:
        takes = [
            intake.take([m]) for a, b in zip(messages, shuffled, strict=True) for intake, m in ((one, a), (two, b))
        ]
        answers = await asyncio.gather(*takes, return_exceptions=True)
        # What a busy database turned away comes again, as from a provider.
        again = [one.take([message]) for message in messages]
        await asyncio.gather(*again)
    assert [answer for answer in answers if answer is not None] == []
    assert here.letters() == []
    for who in range(12):
        assert sorted(here.heard(str(who))) == [str(number) for number in range(6)]
        assert here.heard(str(who)) == here.said(str(who))
    assert here.count(tables.people) == 12


async def test_two_intakes_meet_new_people_in_opposite_orders_without_a_deadlock(
    database_url: str, open_desk: OpenDesk
) -> None:
    here, there = open_desk(database_url), open_desk(database_url)
    people = [str(number) for number in range(40)]
    async with here.open() as one, there.open() as two:
        await asyncio.gather(
            one.take([text(f"a{who}", "a", who) for who in people]),
            two.take([text(f"b{who}", "b", who) for who in reversed(people)]),
        )
    assert here.count(tables.people) == here.count(tables.identities) == here.count(tables.conversations) == 40
    assert here.letters() == []
    assert {tuple(sorted(here.heard(who))) for who in people} == {("a", "b")}


# -- order ---------------------------------------------------------------------------------------


async def test_take_keeps_the_order_within_each_conversation(desk: Desk) -> None:
    async with desk.open() as intake:
        messages = [text(f"k{who}.{number}", f"{number}", str(who)) for number in range(30) for who in range(4)]
        await asyncio.gather(*(intake.take([message]) for message in messages))
    for who in range(4):
        assert desk.said(str(who)) == [str(number) for number in range(30)]


async def test_a_batch_that_fails_is_not_overtaken_by_what_the_same_people_wrote_after_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    close, calls = Batch.close, itertools.count()

    def lose_every_third(batch: Batch) -> Report:
        if next(calls) % 3 == 1:
            time.sleep(0.02)  # time enough for the next batch to be made
            raise sa.exc.IntegrityError("lost a race", None, ValueError())
        return close(batch)

    monkeypatch.setattr(Batch, "close", lose_every_third)
    async with desk.open() as intake, asyncio.timeout(60):
        takes = []
        for number in range(20):
            takes += [asyncio.create_task(intake.take([text(f"k{who}.{number}", f"{number}", who)])) for who in "abc"]
            await asyncio.sleep(0.005)
        await asyncio.gather(*takes)
    assert next(calls) > 6
    assert {tuple(desk.heard(who)) for who in "abc"} == {tuple(str(number) for number in range(20))}


# -- group commit --------------------------------------------------------------------------------


async def test_take_commits_many_together(desk: Desk) -> None:
    async with desk.open() as intake:
        await asyncio.gather(*(intake.take([text(f"k{n}", "hi", str(n))]) for n in range(64)))
    assert sum(count for count, _ in desk.batches) == 64
    assert len(desk.batches) <= 6


async def test_take_limits_the_messages_of_one_commit(desk: Desk) -> None:
    async with desk.open() as intake:
        await asyncio.gather(*(intake.take([text(f"k{n}", "hi", str(n))]) for n in range(300)))
    assert max(count for count, _ in desk.batches) <= 128
    assert desk.count(tables.people) == 300


# -- poison --------------------------------------------------------------------------------------


async def test_poison_for_the_engine_becomes_a_dead_letter_beside_its_neighbours(desk: Desk) -> None:
    report = desk.take(text("k1", "a"), text("k2", "poison"), text("k3", "b"), text("k4", "c", "8"))
    assert (report.taken, report.buried) == (3, 1)
    assert (desk.heard("7"), desk.heard("8")) == (["a", "b"], ["c"])
    assert desk.letters() == [("k2", "turn failed: RuntimeError")]
    assert desk.letter_texts() == ["poison"]
    await desk.hear(text("k2", "poison"), text("k5", "d"))
    assert (desk.heard(), len(desk.letters())) == (["a", "b", "d"], 1)


async def test_poison_from_a_stranger_leaves_them_able_to_write(desk: Desk) -> None:
    await desk.hear(text("k1", "poison"), text("k2", "a"))
    assert desk.heard() == ["a"]
    assert desk.said() == ["poison", "a"]


UNFIT = [
    pytest.param({"chat": "c" * 121}, id="chat too long"),
    pytest.param({"who": "a" * 121}, id="address too long"),
    pytest.param({"who": "a\0"}, id="NUL in the address"),
    pytest.param({"who": "a \ud83d"}, id="half a character in the address"),
    pytest.param({"key": "k" * 121, "chat": "c" * 121}, id="key and chat too long"),
    pytest.param({"key": "k\0", "chat": "c" * 121}, id="NUL in the key, chat too long"),
    pytest.param({"key": "k \ud83d", "words": "\ud83d odd"}, id="half characters in key and text"),
]


@pytest.mark.parametrize("changes", UNFIT)
async def test_what_the_database_refuses_is_kept_once_and_hurts_nobody(desk: Desk, changes: dict[str, str]) -> None:
    odd = text(**{"key": "odd", "words": "odd", **changes})
    async with desk.open() as intake, asyncio.timeout(20):
        for _ in range(3):
            neighbours = [text(f"n{who}", "a", who) for who in ("1", "2")]
            await asyncio.gather(intake.take(neighbours[:1]), intake.take([odd]), intake.take(neighbours[1:]))
        await intake.take([text("next", "b", "7")])
    assert (desk.heard("1"), desk.heard("2"), desk.heard("7")[-1]) == (["a"], ["a"], "b")
    # SQLite knows no lengths and takes what PostgreSQL refuses; either way there is one trace of it.
    taken = [row for row in desk.rows(tables.messages) if row.inbound and row.key not in ("n1", "n2", "next")]
    assert len(taken) + len(desk.letters()) == 1
    assert len(desk.rows(tables.inbox)) == 4
    assert desk.letter_texts() == [odd.text.replace("\ud83d", "?")] * len(desk.letters())


@pytest.mark.parametrize("key", ["k" * 121, "k\0", "k\x7f", "k\n"])
async def test_a_key_that_fits_no_column_still_acts_once(desk: Desk, key: str) -> None:
    await desk.hear(text(key, "a"), text(key, "a"), text("k", "b"), text("k" * 122, "c"))
    assert (desk.heard(), desk.letters()) == (["a", "b", "c"], [])


async def test_half_of_a_surrogate_pair_is_kept_and_does_not_stop_the_intake(desk: Desk) -> None:
    async with desk.open() as intake:
        async with asyncio.timeout(10):
            await intake.take([text("k1", "so \ud83d now")])
            await intake.take([text("k1", "so \ud83d now"), text("k2", "a")])
    assert desk.heard()[-1] == "a"
    assert len(desk.letters()) == 1


async def test_an_error_that_cannot_even_be_buried_refuses_and_the_intake_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise ValueError("nothing works")

    async with desk.open() as intake, asyncio.timeout(10):
        with monkeypatch.context() as broken:
            broken.setattr(desk.turns, "begin", fail)
            broken.setattr(desk.dead_letters, "bury_message", fail)
            with pytest.raises(errors.StorageUnavailable):
                await intake.take([text("k1", "a")])
        await intake.take([text("k1", "a")])
    assert desk.heard() == ["a"]


async def test_a_database_that_is_away_from_the_engine_buries_nothing(desk: Desk) -> None:
    async with desk.open() as intake:
        with pytest.raises(errors.StorageUnavailable):
            await intake.take([text("k1", "away")])
        await intake.take([text("k2", "a")])
    assert (desk.letters(), desk.heard()) == ([], ["a"])
    assert [row.key for row in desk.rows(tables.inbox)] == ["k2"]


async def test_an_observer_that_fails_buries_nothing(desk: Desk) -> None:
    intake = desk.intake()
    intake._observe = _fail
    intake.start()
    await intake.take([text("k1", "a")])
    await intake.take([text("k2", "b")])
    intake.stop()
    assert (desk.heard(), desk.letters()) == (["a", "b"], [])


def _fail(count: int, report: Report) -> None:
    raise ValueError("no figures today")


async def test_a_race_that_is_lost_again_and_again_buries_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begin, races = desk.turns.begin, iter(range(3))

    def lose(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Batch:
        if next(races, None) is not None:
            raise sa.exc.IntegrityError("insert", {}, ValueError("another process was faster"))
        return begin(connection, arrivals, now)

    monkeypatch.setattr(desk.turns, "begin", lose)
    await desk.hear(text("k1", "a"))
    assert (desk.heard(), desk.letters()) == (["a"], [])


async def test_what_follows_a_message_that_finds_no_database_waits_with_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, races = desk.turns.begin, iter(range(1))

    def lose(connection: sa.Connection, arrivals: Sequence[Arrival], now: datetime) -> Batch:
        if next(races, None) is not None:
            raise sa.exc.IntegrityError("insert", {}, ValueError("another process was faster"))
        return begin(connection, arrivals, now)

    monkeypatch.setattr(desk.turns, "begin", lose)
    async with desk.open() as intake:
        with pytest.raises(errors.StorageUnavailable):
            await intake.take([text("k1", "a"), text("k2", "away"), text("k3", "c")])
    assert (desk.heard(), desk.letters()) == (["a"], [])


# -- the database away ---------------------------------------------------------------------------


async def test_take_refuses_while_postgresql_is_down_and_recovers_by_itself(
    postgres_server: PostgresServer, open_desk: OpenDesk
) -> None:
    desk = open_desk(postgres_server.database_url("postgres"))
    async with desk.open() as intake:
        await asyncio.gather(*(intake.take([text(f"a{n}", "a", str(n))]) for n in range(8)))
        postgres_server.kill()
        for attempt in range(2):
            answers = await asyncio.gather(
                *(intake.take([text(f"b{n}", "b", str(n))]) for n in range(8)), return_exceptions=True
            )
            assert {type(answer) for answer in answers} == {errors.StorageUnavailable}, attempt
        postgres_server.start()
        await asyncio.gather(*(intake.take([text(f"b{n}", "b", str(n))]) for n in range(8)))
    assert {tuple(desk.heard(str(n))) for n in range(8)} == {("a", "b")}
    assert desk.letters() == []


async def test_take_after_a_restart_that_nobody_noticed_fails_once_at_most(
    postgres_server: PostgresServer, open_desk: OpenDesk
) -> None:
    desk = open_desk(postgres_server.database_url("postgres"))
    async with desk.open() as intake:
        await intake.take([text("k1", "a")])
        postgres_server.kill()
        postgres_server.start()
        answers = [await _attempt(intake.take([text("k2", "b")])) for _ in range(3)]
    assert answers[1:] == [None, None]
    assert desk.heard() == ["a", "b"]


async def _attempt(take: Coroutine[Any, Any, None]) -> str | None:
    try:
        await take
    except errors.StorageUnavailable as error:
        return type(error).__name__
    return None


async def test_take_refuses_while_sqlite_is_locked_and_recovers(sqlite_database_url: str, open_desk: OpenDesk) -> None:
    desk, other = open_desk(sqlite_database_url), Database(sqlite_database_url)

    @sa.event.listens_for(desk.database.engine, "checkout")
    def impatient(dbapi: sqlite3.Connection, record: object, proxy: object) -> None:
        dbapi.execute("pragma busy_timeout=50")

    async with desk.open() as intake:
        with other.write() as connection:
            connection.execute(sa.text("update accounts set reason = 'busy'"))
            with pytest.raises(errors.StorageUnavailable):
                await intake.take([text("k1", "a")])
        await intake.take([text("k1", "a")])
    other.close()
    assert (desk.heard(), desk.letters()) == (["a"], [])


# -- hints, stopping, accounts -------------------------------------------------------------------


async def test_take_succeeds_while_hints_fail(desk: Desk) -> None:
    desk.hints.away = True
    await desk.hear(text("k1", "a"))
    assert desk.heard() == ["a"]


async def test_stop_commits_what_is_pending(desk: Desk) -> None:
    intake = desk.intake()
    intake.start()
    takes = [asyncio.ensure_future(intake.take([text(f"k{n}", "a", str(n))])) for n in range(200)]
    await asyncio.sleep(0)
    await asyncio.to_thread(intake.stop)
    await asyncio.gather(*takes)
    assert desk.count(tables.people) == 200


async def test_take_is_refused_after_stop(desk: Desk) -> None:
    intake = desk.intake()
    intake.start()
    intake.stop()
    with pytest.raises(errors.StorageUnavailable):
        await intake.take([text("k1", "a")])
    intake.stop()
    assert desk.count(tables.inbox) == 0


async def test_a_take_that_meets_a_stop_is_answered(desk: Desk) -> None:
    intake = desk.intake()

    class Slow(deque[Any]):
        def append(self, waiting: Any) -> None:
            stopping.start()
            stopping.join(0.3)
            super().append(waiting)

    intake._pending = Slow()
    stopping = threading.Thread(target=intake.stop)
    intake.start()
    async with asyncio.timeout(5):
        await intake.take([text("k1", "a")])
    stopping.join()
    assert desk.heard() == ["a"]


async def test_take_of_nothing_returns_at_once(desk: Desk) -> None:
    await desk.intake().take([])
    assert desk.count(tables.inbox) == 0


async def test_take_at_an_unknown_account_is_refused_and_keeps_nothing(desk: Desk) -> None:
    async with desk.open() as intake:
        with pytest.raises(errors.ConfigurationError, match="sunup accounts add telegram shop"):
            await intake.take([text("k1", "a", account="shop")])
    assert desk.count(tables.inbox) == 0


async def test_a_waiter_that_gave_up_does_not_disturb_the_others(desk: Desk) -> None:
    async with desk.open() as intake:
        gone = asyncio.ensure_future(intake.take([text("k1", "a")]))
        others = [asyncio.ensure_future(intake.take([text(f"o{n}", "b", str(n))])) for n in range(5)]
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(*others)
    assert desk.heard() == ["a"]


# -- a chat that moves ---------------------------------------------------------------------------


def moved(key: str, chat: str, to: str) -> InboundMessage:
    return text(key, "", chat=chat, kind=InboundKind.MOVED, moved_to=to)


async def test_a_moved_chat_keeps_its_history(desk: Desk) -> None:
    await desk.hear(text("k1", "a", chat="-1"), moved("k2", "-1", "-100"), text("k3", "b", chat="-100"))
    assert desk.said(chat="-100") == ["a", "b"]
    assert desk.count(tables.conversations) == 1


async def test_a_chat_that_moves_and_speaks_in_one_batch_keeps_its_history(desk: Desk) -> None:
    await desk.hear(text("k1", "a", chat="-1"))
    async with desk.open() as intake:
        await intake.take([moved("k2", "-1", "-100"), text("k3", "b", chat="-100"), text("k4", "c", chat="-100")])
    assert desk.said(chat="-100") == ["a", "b", "c"]
    assert (desk.heard(), desk.letters()) == (["a", "b", "c"], [])
