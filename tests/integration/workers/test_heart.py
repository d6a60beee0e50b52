"""Senders that die, or seem to: what they held goes on within seconds, and nothing is sent twice in silence."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from core import errors
from core.messages import OnUnknown, OutboundMessage, SendReceipt
from storage import heartbeats, tables
from storage.outbox import Wish
from tests.integration.workers.rig import Channel, Rig
from tests.integration.workers.test_sender import running, until
from tests.integration.workers.test_sweeps import sweeper
from workers import heart
from workers.lanes import Limits
from workers.sender import Sender
from workers.verdict import Verdict


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let hearts beat ten times as fast."""
    for name in ("BEAT", "BELIEVED", "STILL", "BLINK"):
        monkeypatch.setattr(heart, name, getattr(heart, name) / 10)


@contextlib.asynccontextmanager
async def sweeping(rig: Rig) -> AsyncIterator[list[int]]:
    """Look after dead senders all the time; yields how many messages each look recovered."""
    here, recovered, over = sweeper(rig), [0], asyncio.Event()

    async def sweep() -> None:
        while not over.is_set():
            recovered.append(await asyncio.to_thread(here.recover_outbox))
            await asyncio.sleep(0.05)

    task = asyncio.create_task(sweep())
    try:
        yield recovered
    finally:
        over.set()
        await task


def beats(rig: Rig) -> dict[str, object]:
    with rig.database.read() as connection:
        return dict(heartbeats.heartbeats(connection))


class Stuck:
    """An answer that comes when the test says so."""

    def __init__(self) -> None:
        self.called = asyncio.Event()
        self.go_on = asyncio.Event()

    async def __call__(self, message: OutboundMessage) -> SendReceipt:
        self.called.set()
        await self.go_on.wait()
        return SendReceipt(("1",))


async def die(task: "asyncio.Task[None]") -> None:
    """End a sender as a kill does: nothing of it goes on, and nothing is settled."""
    before = asyncio.all_tasks() - {asyncio.current_task()}
    task.cancel()
    await asyncio.wait([task])
    for one in before:
        one.cancel()
    await asyncio.wait(before)


async def test_dead_sender_holds_nobody_up_for_longer_than_seconds(rig: Rig) -> None:
    rig.say(rig.meet("1"), "again", "next")
    [once] = rig.say(rig.meet("2"), "once", on_unknown=OnUnknown.GIVE_UP)
    rig.channel.answer = stuck = Stuck()
    dying = asyncio.create_task(rig.sender().run(asyncio.Event()))
    await until(lambda: len(rig.channel.sent) == 2)
    assert stuck.called.is_set()
    await die(dying)
    rig.channel.answer = None
    began = asyncio.get_running_loop().time()
    async with sweeping(rig) as recovered, running(rig.sender()):
        await until(lambda: sum(recovered) == 3)
        assert asyncio.get_running_loop().time() - began < 5
        await until(lambda: rig.channel.texts[2:] == ["again", "next"])
    assert rig.row(once).status == "unknown"
    assert [letter.reason for letter in rig.dead_letters.newest()] == ["the sender died while it held this message"]


async def test_dead_sender_leaves_in_doubt_only_the_calls_that_were_under_way(rig: Rig) -> None:
    for number in range(20):
        rig.say(rig.meet(str(number)), str(number), on_unknown=OnUnknown.GIVE_UP)
    rig.channel.answer = Stuck()
    dying = asyncio.create_task(rig.sender(Limits(in_flight=4, paced=False)).run(asyncio.Event()))
    await until(lambda: len(rig.channel.sent) == 4)
    await die(dying)
    rig.channel.answer = None
    async with sweeping(rig), running(rig.sender()):
        await until(lambda: all(row.settled_at is not None for row in rig.rows(tables.outbox)))
    assert sorted(map(int, rig.channel.texts)) == list(range(20))
    assert [row.status for row in rig.rows(tables.outbox)].count("unknown") == 4
    assert len(rig.dead_letters.newest()) == 4


async def test_live_sender_keeps_what_it_holds_through_a_long_call(rig: Rig) -> None:
    [first, second] = rig.say(rig.meet("1"), "first", "second")
    rig.channel.answer = stuck = Stuck()
    async with sweeping(rig) as recovered, running(rig.sender()):
        await stuck.called.wait()
        await asyncio.sleep(20 * heart.BEAT.total_seconds())
        assert sum(recovered) == 0
        stuck.go_on.set()
        await until(lambda: rig.row(second).settled_at is not None)
    assert rig.channel.texts == ["first", "second"]
    assert (rig.row(first).status, rig.row(first).attempts) == ("wired", 1)


async def test_live_sender_whose_settlement_takes_long_keeps_what_it_holds(rig: Rig) -> None:
    [slow] = rig.say(rig.meet("1"), "slow")
    pause, stuck = rig.books.pause_revoked, Stuck()

    def linger(verdicts: Sequence[Verdict]) -> None:
        if verdicts:
            time.sleep(30 * heart.BEAT.total_seconds())
        pause(verdicts)

    async def answer(message: OutboundMessage) -> SendReceipt:
        return await stuck(message) if message.id == slow else SendReceipt(("1",))

    rig.books.pause_revoked = linger  # type: ignore[method-assign] # stands for a database under load
    rig.channel.answer = answer
    async with sweeping(rig) as recovered, running(rig.sender()):
        await stuck.called.wait()
        [quick] = rig.say(rig.meet("2"), "quick")
        await until(lambda: rig.row(quick).settled_at is not None)
        assert sum(recovered) == 0
        stuck.go_on.set()
    assert rig.channel.texts == ["slow", "quick"]


async def test_sender_that_slept_begins_nothing_of_what_others_may_have_taken(rig: Rig) -> None:
    """A sender without a heartbeat is held to be dead; when it wakes, another one has sent what it still holds."""
    rig.say(rig.meet("1"), "first", "second")
    rig.channel.answer = stuck = Stuck()
    sleeper, mine, other = asleep(rig.sender()), rig.channel, Channel()
    async with running(sleeper):
        await stuck.called.wait()
        rig.channels[rig.account] = other
        async with sweeping(rig) as recovered, running(rig.sender()):
            await until(lambda: sum(recovered) == 2)
            await until(lambda: other.texts == ["first", "second"])
            stuck.go_on.set()
            await asyncio.sleep(5 * heart.BEAT.total_seconds())
    assert (mine.texts, other.texts) == (["first"], ["first", "second"])
    assert [row.status for row in rig.rows(tables.outbox)] == ["wired", "wired"]


def asleep(sender: Sender) -> Sender:
    """Keep a sender from its heartbeat, as a machine does that sleeps."""

    def away(owner: str, now: object) -> bool:
        raise errors.StorageUnavailable

    sender._heart._write = away  # type: ignore[method-assign] # stands for a process that does not run
    return sender


async def test_sender_that_was_held_dead_goes_on_with_others_while_its_call_lasts(rig: Rig) -> None:
    [first, second] = rig.say(rig.meet("1"), "first", "second")
    stuck = Stuck()

    async def answer(message: OutboundMessage) -> SendReceipt:
        return await stuck(message) if message.id == first else SendReceipt(("1",))

    rig.channel.answer = answer
    async with running(rig.sender()):
        await stuck.called.wait()
        with rig.database.write() as connection:
            [(owner, last)] = heartbeats.heartbeats(connection).items()
            assert heartbeats.bury(connection, owner, last, rig.clock.now()) == 2
        await until(lambda: owner not in beats(rig))
        await asyncio.sleep(3 * heart.BEAT.total_seconds())
        rig.say(rig.meet("2"), "another")
        await until(lambda: rig.channel.texts == ["first", "another"])
        stuck.go_on.set()
        await until(lambda: rig.row(second).settled_at is not None)
    assert rig.channel.texts == ["first", "another", "second"]


async def test_sender_that_nobody_buried_goes_on_after_a_pause(rig: Rig) -> None:
    [first, second] = rig.say(rig.meet("1"), "first", "second")

    async def answer(message: OutboundMessage) -> SendReceipt:
        if message.content.text == "first":
            rig.clock.ahead += timedelta(hours=1)  # the machine slept during the call
        return SendReceipt(("1",))

    rig.channel.answer = answer
    async with running(rig.sender()):
        await until(lambda: rig.row(second).settled_at is not None)
    assert rig.channel.texts == ["first", "second"]
    assert [rig.row(one).attempts for one in (first, second)] == [1, 1]


async def test_claim_that_takes_long_is_made_sure_of_before_anything_is_sent(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    claim = rig.outbox.claim

    def slow(connection: object, wish: Wish, now: object) -> object:
        found = claim(connection, wish, now)  # type: ignore[arg-type] # handed on as they came
        rig.clock.ahead += timedelta(minutes=1)
        return found

    rig.outbox.claim = slow  # type: ignore[method-assign,assignment] # stands for a database under load
    async with running(rig.sender()):
        await until(lambda: rig.row(message).settled_at is not None)
    assert (rig.channel.texts, rig.row(message).attempts) == (["hello"], 1)


async def test_heartbeat_is_there_while_anything_is_held_and_goes_afterwards(rig: Rig) -> None:
    rig.say(rig.meet("1"), "hello")
    rig.channel.answer = stuck = Stuck()
    async with running(rig.sender()):
        await until(lambda: rig.channel.texts == ["hello"])
        [first] = beats(rig).items()
        await until(lambda: [first] != list(beats(rig).items()))
        assert list(beats(rig)) == [first[0]]
        stuck.go_on.set()
        async with sweeping(rig) as recovered:
            await until(lambda: beats(rig) == {})
            rig.say(rig.meet("2"), "next")
            await until(lambda: rig.channel.texts == ["hello", "next"])
        assert sum(recovered) == 0


def test_bury_ends_the_leases_of_the_dead_alone(rig: Rig) -> None:
    for number, owner in enumerate(("a_b-1", "axb-1", "a_b-12")):
        rig.say(rig.meet(str(number)), "hello")
        with rig.database.write() as connection:
            rig.outbox.claim(connection, Wish(f"{owner}/1", timedelta(minutes=3), 10), rig.clock.now())
            heartbeats.beat(connection, owner, rig.clock.now())
    now = rig.clock.now()
    with rig.database.write() as connection:
        assert heartbeats.bury(connection, "a_b-1", heartbeats.heartbeats(connection)["a_b-1"], now) == 1
    assert {row.lease_owner for row in rig.rows(tables.outbox) if row.lease_until == now} == {"a_b-1/1"}
    assert set(beats(rig)) == {"axb-1", "a_b-12"}


def test_bury_sender_with_a_later_heartbeat_does_nothing(rig: Rig) -> None:
    rig.say(rig.meet("1"), "hello")
    with rig.database.write() as connection:
        rig.outbox.claim(connection, Wish("ann/1", timedelta(minutes=3), 10), rig.clock.now())
        heartbeats.beat(connection, "ann", rig.clock.now())
        last = heartbeats.heartbeats(connection)["ann"]
        assert heartbeats.renew(connection, "ann", rig.clock.now() + timedelta(seconds=1))
        assert heartbeats.bury(connection, "ann", last, rig.clock.now()) == 0
    assert [row.lease_until > rig.clock.now() for row in rig.rows(tables.outbox)] == [True]


def test_renew_after_the_burial_fails(rig: Rig) -> None:
    with rig.database.write() as connection:
        heartbeats.beat(connection, "ann", rig.clock.now())
        heartbeats.bury(connection, "ann", heartbeats.heartbeats(connection)["ann"], rig.clock.now())
        assert not heartbeats.renew(connection, "ann", rig.clock.now())
    assert beats(rig) == {}
