"""The sender: in order, at its platform's pace, and never twice where that can be known."""

import asyncio
import contextlib
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from core import errors
from core.messages import Capabilities, OnUnknown, OutboundMessage, Priority, SendReceipt
from storage import settlements, tables
from storage.accounts import AccountStatus
from tests.integration.workers.rig import Answer, Channel, Rig
from workers.lanes import Limits
from workers.sender import Sender


def fails(*failures: errors.SendError | None) -> Answer:
    """Return an answer that fails as given, one after the other, and then succeeds."""
    left = list(failures)

    async def answer(message: OutboundMessage) -> SendReceipt:
        await asyncio.sleep(0)
        error = left.pop(0) if left else None
        if error is not None:
            raise error
        return SendReceipt(("1",))

    return answer


@contextlib.asynccontextmanager
async def running(sender: Sender) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(sender.run(stop))
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.wait_for(task, 20)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in a database
            await asyncio.sleep(0.01)


def letters(rig: Rig) -> list[str]:
    return [letter.reason for letter in rig.dead_letters.newest()]


async def test_drain_once_sends_each_conversation_in_order(rig: Rig) -> None:
    ann, bob = rig.meet("1"), rig.meet("2")
    rig.say(ann, *[f"a{number}" for number in range(20)])
    rig.say(bob, "b1", "b2")
    assert await rig.sender().drain_once() == 22
    assert [text for text in rig.channel.texts if text[0] == "a"] == [f"a{number}" for number in range(20)]
    assert [text for text in rig.channel.texts if text[0] == "b"] == ["b1", "b2"]


async def test_send_records_what_the_platform_said(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    rig.channel.answer = fails()
    await rig.sender().drain_once()
    row = rig.row(message)
    assert (row.status, row.external_ids, row.parts_sent, row.attempts) == ("wired", "1", 1, 1)
    assert row.settled_at is not None
    assert [verdict.settlement.status.value for verdict in rig.verdicts] == ["wired"]


async def test_run_sends_what_comes_later_and_stops(rig: Rig) -> None:
    wake = asyncio.Event()
    async with running(rig.sender(wake=wake)):
        rig.say(rig.meet("1"), "by poll")
        await until(lambda: rig.channel.texts == ["by poll"])
        rig.say(rig.meet("2"), "by hint")
        wake.set()
        await until(lambda: len(rig.channel.texts) == 2)
    assert [row.status for row in rig.rows(tables.outbox)] == ["wired", "wired"]


async def test_send_throttled_is_retried_after_the_given_delay(rig: Rig) -> None:
    talk = rig.meet("1")
    [first, second] = rig.say(talk, "first", "second")
    rig.channel.answer = fails(errors.ChannelThrottled(retry_after=timedelta(seconds=40)))
    sender = rig.sender()
    await sender.drain_once()
    row = rig.row(first)
    assert (row.status, row.settled_at, row.attempts) == ("errored", None, 1)
    assert timedelta(seconds=38) < row.next_attempt_at - rig.clock.now() < timedelta(seconds=41)
    assert (rig.row(second).status, rig.row(second).attempts) == ("queued", 0)
    rig.clock.ahead = timedelta(seconds=41)
    await sender.drain_once()
    assert rig.channel.texts == ["first", "first", "second"]


async def test_send_throttled_chat_does_not_stop_others(rig: Rig) -> None:
    slow, quick = rig.meet("slow"), rig.meet("quick")

    async def answer(message: OutboundMessage) -> SendReceipt:
        if message.chat == "slow":
            raise errors.ChannelThrottled(retry_after=timedelta(minutes=5))
        return SendReceipt(("1",))

    rig.channel.answer = answer
    rig.say(slow, "s1", "s2")
    rig.say(quick, *[f"q{number}" for number in range(12)])
    await rig.sender().drain_once()
    assert rig.channel.texts.count("s1") == 1
    assert "q11" in rig.channel.texts


async def test_send_account_throttled_as_a_whole_leaves_other_accounts_alone(rig: Rig) -> None:
    other = rig.add_account("other")
    error = errors.ChannelThrottled(retry_after=timedelta(minutes=1))
    error.whole_account = True
    rig.channel.answer = fails(error)
    sender = rig.sender()
    rig.say(rig.meet("1"), "halted")
    await sender.drain_once()
    rig.say(rig.meet("2"), "waits too")
    rig.say(rig.meet("3", other), "flows")
    await sender.drain_once()
    assert rig.channel.texts == ["halted"]
    assert rig.channels[other].texts == ["flows"]


async def test_send_rates_of_chat_and_account_are_kept_for_nudges(rig: Rig) -> None:
    able = Capabilities(text_limit=4096, account_rate=40, chat_rate=10, chat_burst=2)
    channel = rig.channels[rig.account] = Channel(able=able)
    rig.say(rig.meet("1"), *[str(number) for number in range(6)], priority=Priority.NUDGE)
    began = asyncio.get_running_loop().time()
    await rig.sender().drain_once()
    assert len(channel.sent) == 6
    assert 0.35 < asyncio.get_running_loop().time() - began < 3


async def test_send_replies_are_not_rationed_ahead_of_the_platform(rig: Rig) -> None:
    able = Capabilities(text_limit=4096, account_rate=1, chat_rate=0.05, chat_burst=1)
    rig.channels[rig.account] = Channel(able=able)
    rig.say(rig.meet("1"), "first", "second")
    rig.say(rig.meet("2"), "third")
    await rig.sender().drain_once()
    assert sorted(rig.channel.texts) == ["first", "second", "third"]


async def test_send_chat_that_must_wait_long_goes_back_to_the_outbox(rig: Rig) -> None:
    able = Capabilities(text_limit=4096, chat_rate=0.05, chat_burst=1)
    rig.channels[rig.account] = Channel(able=able)
    [first, second] = rig.say(rig.meet("1"), "first", "second", priority=Priority.NUDGE)
    await rig.sender().drain_once()
    assert rig.channel.texts == ["first"]
    assert rig.row(first).status == "wired"
    row = rig.row(second)
    assert (row.status, row.attempts, row.lease_owner) == ("queued", 0, None)
    assert row.next_attempt_at > rig.clock.now() + timedelta(seconds=10)


async def test_reply_overtakes_broadcasts_that_wait_for_the_account(rig: Rig) -> None:
    able = Capabilities(text_limit=4096, account_rate=20)
    channel = rig.channels[rig.account] = Channel(able=able)
    for number in range(60):
        rig.say(rig.meet(f"b{number}"), f"broadcast {number}", priority=Priority.BROADCAST)
    wake = asyncio.Event()
    async with running(rig.sender(wake=wake)):
        await until(lambda: len(channel.sent) >= 21)
        rig.say(rig.meet("r"), "reply")
        wake.set()
        await until(lambda: "reply" in channel.texts)
        assert channel.texts.index("reply") < 30


async def test_reply_takes_the_broadcast_before_it_in_its_chat_along(rig: Rig) -> None:
    channel = rig.channels[rig.account] = Channel(able=Capabilities(text_limit=4096, account_rate=20))
    talks = [rig.meet(f"b{number}") for number in range(400)]
    for number, talk in enumerate(talks):
        rig.say(talk, f"broadcast {number}", priority=Priority.BROADCAST)
    wake = asyncio.Event()
    async with running(rig.sender(wake=wake)):
        await until(lambda: len(channel.sent) >= 21)
        rig.say(talks[-1], "reply")
        wake.set()
        await until(lambda: "reply" in channel.texts)
        assert channel.texts.index("broadcast 399") < channel.texts.index("reply") < 60


async def test_send_rejected_message_leaves_a_letter_and_lets_the_next_one_go(rig: Rig) -> None:
    [first, second] = rig.say(rig.meet("1"), "bad", "good")
    rig.channel.answer = fails(errors.MessageRejected("too strange", code="400"))
    await rig.sender().drain_once()
    assert (rig.row(first).status, rig.row(second).status) == ("failed", "wired")
    assert letters(rig) == ["MessageRejected 400: too strange"]
    assert rig.channel.texts == ["bad", "good"]


async def test_send_partial_message_goes_on_after_what_was_delivered(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "long")
    rig.channel.answer = fails(errors.ChannelUnavailable(external_ids=("11", "12")))
    sender = rig.sender()
    await sender.drain_once()
    rig.clock.ahead = timedelta(seconds=3)
    await sender.drain_once()
    assert [one.parts_sent for one in rig.channel.sent] == [0, 2]
    assert rig.row(message).external_ids == "11 12 1"


@pytest.mark.parametrize(("policy", "status"), [(OnUnknown.SEND_AGAIN, "errored"), (OnUnknown.GIVE_UP, "unknown")])
async def test_send_unknown_outcome_follows_the_policy(rig: Rig, policy: OnUnknown, status: str) -> None:
    [message] = rig.say(rig.meet("1"), "hello", on_unknown=policy)
    rig.channel.answer = fails(errors.OutcomeUnknown())
    sender = rig.sender()
    await sender.drain_once()
    assert rig.row(message).status == status
    rig.clock.ahead = timedelta(seconds=10)
    await sender.drain_once()
    assert rig.channel.texts == ["hello"] * (2 if policy is OnUnknown.SEND_AGAIN else 1)


async def test_send_adapter_fault_counts_as_unknown_outcome(rig: Rig) -> None:
    async def answer(message: OutboundMessage) -> SendReceipt:
        raise ZeroDivisionError

    rig.channel.answer = answer
    [message] = rig.say(rig.meet("1"), "hello", on_unknown=OnUnknown.GIVE_UP)
    rig.say(rig.meet("2"), "another")
    await rig.sender().drain_once()
    assert rig.row(message).status == "unknown"
    assert "ZeroDivisionError" in str(rig.row(message).error)


async def test_send_moved_chat_is_followed_at_once(rig: Rig) -> None:
    [message] = rig.say(rig.meet("-5"), "hello")
    rig.channel.answer = fails(errors.RecipientMoved(moved_to="-1005"))
    await rig.sender().drain_once()
    assert [one.chat for one in rig.channel.sent] == ["-5", "-1005"]
    assert rig.row(message).status == "wired"
    assert [row.chat for row in rig.rows(tables.conversations)] == ["-1005"]


async def test_send_moved_to_a_chat_known_already_goes_there(rig: Rig) -> None:
    talk = rig.meet("-5")
    with rig.database.write() as connection:
        old = connection.execute(sa.select(tables.conversations)).one()
        connection.execute(tables.conversations.insert().values({**old._mapping, "id": rig.ids.new(), "chat": "-1005"}))
    rig.say(talk, "hello")
    rig.channel.answer = fails(errors.RecipientMoved(moved_to="-1005"))
    await rig.sender().drain_once()
    assert [one.chat for one in rig.channel.sent] == ["-5", "-1005"]


async def test_send_blocked_person_is_told_to_their_dialogue_once(rig: Rig) -> None:
    talk = rig.meet("1")
    [first, second] = rig.say(talk, "first", "second")
    rig.channel.answer = fails(*[errors.RecipientUnreachable(code="403") for _ in range(2)])
    await rig.sender().drain_once()
    assert (rig.row(first).status, rig.row(second).status) == ("failed", "failed")
    assert [row.kind for row in rig.rows(tables.facts)] == ["blocked"]
    assert len(letters(rig)) == 2


async def test_send_revoked_account_is_paused_and_flows_when_it_is_active_again(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.say(talk, "first", "second")
    rig.channel.answer = fails(errors.AccountRevoked(code="401"))
    sender = rig.sender()
    await sender.drain_once()
    [account] = rig.accounts.all()
    assert account.status is AccountStatus.PAUSED
    assert account.reason
    rig.clock.ahead = timedelta(minutes=2)
    await sender.drain_once()
    assert rig.channel.texts == ["first"]
    rig.accounts.set_status(rig.account, AccountStatus.ACTIVE)
    await sender.drain_once()
    assert rig.channel.texts == ["first", "first", "second"]
    assert letters(rig) == []


async def test_send_expired_nudge_leaves_a_letter_and_is_not_sent(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "good morning", priority=Priority.NUDGE)
    rig.clock.ahead = timedelta(hours=9)
    await rig.sender().drain_once()
    assert rig.channel.sent == []
    assert (rig.row(message).status, letters(rig)) == ("failed", ["expired"])


async def test_send_account_without_adapter_keeps_its_messages(rig: Rig) -> None:
    other = rig.add_account("other")
    del rig.channels[other]
    [message] = rig.say(rig.meet("1", other), "waits")
    rig.say(rig.meet("2"), "flows")
    sender = rig.sender()
    await sender.drain_once()
    assert rig.channel.texts == ["flows"]
    assert (rig.row(message).status, rig.row(message).attempts) == ("queued", 0)
    rig.channels[other] = Channel("other")
    rig.clock.ahead = timedelta(seconds=11)
    await sender.drain_once()
    assert rig.channels[other].texts == ["waits"]


async def test_send_platform_that_does_not_answer_is_left_alone_for_a_while(rig: Rig) -> None:
    async def away(message: OutboundMessage) -> SendReceipt:
        raise errors.ChannelUnavailable(code="503")

    rig.channel.answer = away
    for number in range(40):
        rig.say(rig.meet(str(number)), str(number))
    sender = rig.sender(Limits(in_flight=1))
    await sender.drain_once()
    assert len(rig.channel.sent) == 5
    rig.channel.answer = None
    rig.clock.ahead = timedelta(seconds=30)
    await sender.drain_once()
    assert sorted({int(text) for text in rig.channel.texts}) == list(range(40))


async def test_stop_finishes_calls_under_way_and_gives_the_rest_back(rig: Rig) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()

    async def answer(message: OutboundMessage) -> SendReceipt:
        begun.set()
        await gate.wait()
        return SendReceipt(("1",))

    rig.channel.answer = answer
    [first, second] = rig.say(rig.meet("1"), "first", "second")
    async with running(rig.sender()) as stop:
        await begun.wait()
        stop.set()
        await asyncio.sleep(0.05)
        gate.set()
    assert (rig.row(first).status, rig.row(second).status) == ("wired", "queued")
    assert rig.row(second).lease_owner is None
    assert rig.channel.texts == ["first"]


async def test_stop_call_that_never_ends_is_of_unknown_outcome(rig: Rig) -> None:
    begun = asyncio.Event()

    async def answer(message: OutboundMessage) -> SendReceipt:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    rig.channel.answer = answer
    [message] = rig.say(rig.meet("1"), "hello", on_unknown=OnUnknown.GIVE_UP)
    async with running(rig.sender(Limits(drain=timedelta(seconds=0.2)))):
        await begun.wait()
    assert rig.row(message).status == "unknown"


async def test_sender_killed_between_call_and_settlement_leaves_it_to_the_policy(rig: Rig) -> None:
    again, once = rig.meet("1"), rig.meet("2")
    rig.say(again, "again")
    rig.say(once, "once", on_unknown=OnUnknown.GIVE_UP)
    called = asyncio.Semaphore(0)

    async def answer(message: OutboundMessage) -> SendReceipt:
        called.release()
        await asyncio.Event().wait()
        raise AssertionError

    rig.channel.answer = answer
    dying = asyncio.create_task(rig.sender().run(asyncio.Event()))
    await called.acquire()
    await called.acquire()
    dying.cancel()  # nothing is settled: as if the process had been killed after its calls went out
    await asyncio.wait([dying])
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    rig.channel.answer = None
    await rig.sender().drain_once()
    assert rig.channel.texts == ["again", "once"]
    rig.clock.ahead = timedelta(minutes=4)
    with rig.database.write() as connection:
        assert len(settlements.recover(connection, rig.clock.now())) == 2
    rig.clock.ahead = timedelta(minutes=5)
    await rig.sender().drain_once()
    assert rig.channel.texts == ["again", "once", "again"]


async def test_settlement_survives_a_database_that_is_away_for_a_moment(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    write, away = rig.books.write, [2]

    def fail(*given: object) -> object:
        if away[0]:
            away[0] -= 1
            raise errors.StorageUnavailable
        return write(*given)  # type: ignore[arg-type] # handed on as they came

    rig.books.write = fail  # type: ignore[method-assign,assignment] # stands for a database that is away
    async with running(rig.sender()):
        await until(lambda: rig.row(message).status == "wired")
    assert rig.channel.texts == ["hello"]


async def test_settlement_that_cannot_be_written_hurts_no_other(rig: Rig) -> None:
    bad, good = rig.meet("1"), rig.meet("2")
    rig.say(bad, "bad")
    [message] = rig.say(good, "good")
    write = rig.books.write

    def fail(connection: sa.Connection, verdicts: list[object], now: object) -> object:
        if any(one.claimed.message.chat == "1" for one in verdicts):  # type: ignore[attr-defined] # they are verdicts
            raise ValueError
        return write(connection, verdicts, now)  # type: ignore[arg-type] # handed on as they came

    rig.books.write = fail  # type: ignore[method-assign,assignment] # stands for a row that the database refuses
    await rig.sender().drain_once()
    assert rig.row(message).status == "wired"


async def test_two_senders_keep_order_and_send_nothing_twice_among_failures(rig: Rig) -> None:
    """Random failures of every kind; whatever was delivered was delivered once and in order."""
    chance = random.Random(11)
    delivered: dict[str, list[str]] = defaultdict(list)
    open_chats: set[str] = set()

    async def answer(message: OutboundMessage) -> SendReceipt:
        assert message.chat not in open_chats, "two messages of one chat at once"
        open_chats.add(message.chat)
        await asyncio.sleep(chance.random() * 0.004)
        open_chats.discard(message.chat)
        kind = chance.random()
        if kind < 0.1:
            raise errors.ChannelThrottled(retry_after=timedelta(milliseconds=30))
        if kind < 0.15:
            raise errors.ChannelUnavailable(retry_after=timedelta(milliseconds=20))
        if kind < 0.2:
            raise errors.MessageRejected
        delivered[message.chat].append(message.content.text)
        return SendReceipt(("1",))

    rig.channel.answer = answer
    talks = [rig.meet(str(number)) for number in range(12)]
    said: list[UUID] = []
    async with running(rig.sender(Limits(held=12))), running(rig.sender(Limits(held=12))):
        for number in range(120):
            said += rig.say(chance.choice(talks), f"{number:03d}")
            await asyncio.sleep(0.001)
        await until(lambda: all(row.settled_at for row in rig.rows(tables.outbox)))
    for texts in delivered.values():
        assert texts == sorted(set(texts))
    wired = [row for row in rig.rows(tables.outbox) if row.status == "wired"]
    assert len(wired) == sum(map(len, delivered.values()))
    assert len(said) == len(wired) + len(letters(rig))
