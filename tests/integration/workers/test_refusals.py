"""Refusals: told at once or later, by a platform or by one chat; the message goes on another way where there is one."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

from conversations.state import State
from core import errors
from core.messages import (
    DeliveryStatus,
    InboundKind,
    InboundMessage,
    OnUnknown,
    OutboundMessage,
    SendReceipt,
)
from storage import settlements
from storage.outbox import Wish
from storage.turns import Arrival
from tests.integration.workers.rig import Rig
from tests.integration.workers.windowed import (
    LEASE,
    Windowed,
    answers,
    approve,
    closed,
    facts,
    letters,
    remind,
    reminder,
    report,
)
from workers.verdict import delivered

# -- refused later ---------------------------------------------------------------------------


async def test_message_that_the_platform_found_late_goes_again_as_its_template(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk)
    approve(rig, reminder())
    narrow.answer = answers("SM1", "SM2")
    [message] = remind(rig, talk)
    sender = rig.sender()
    await sender.drain_once()
    assert report(rig, message)
    await sender.drain_once()
    assert [one.template is not None for one in narrow.sent] == [False, True]
    assert (rig.row(message).external_ids, rig.row(message).reported) == ("-SM1 SM2", None)
    # The platform tells the same once more; it is no news of the second attempt.
    assert not report(rig, message)
    assert report(rig, message, DeliveryStatus.DELIVERED, "", "SM2")
    await sender.drain_once()
    assert len(narrow.sent) == 2


async def test_message_that_the_platform_found_late_is_held_until_its_person_writes(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk)
    narrow.answer = answers("SM1", "SM2", "SM3")
    [message] = remind(rig, talk)
    sender = rig.sender()
    await sender.drain_once()
    report(rig, message)
    await sender.drain_once()
    assert rig.row(message).status == "held"
    rig.clock.ahead = timedelta(minutes=6)
    await sender.drain_once()
    assert rig.row(message).status == "held"
    assert len(narrow.sent) == 1
    rig.hear(talk)
    rig.say(talk, "answer")
    await sender.drain_once()
    assert narrow.texts == ["Did you do it?", "Did you do it?", "answer"]
    assert (rig.row(message).status, rig.row(message).external_ids) == ("wired", "-SM1 SM2")


async def test_refusal_at_once_is_the_same_as_one_told_later(rig: Rig, narrow: Windowed, wide: UUID) -> None:
    talk = rig.meet("1")
    rig.also_at(talk, wide, "2")
    rig.hear(talk)

    async def answer(message: OutboundMessage) -> SendReceipt:
        raise errors.WindowClosed(code="63016")

    narrow.answer = answer
    remind(rig, talk)
    await rig.sender().drain_once()
    assert len(narrow.sent) == 1
    assert rig.channels[wide].texts == ["Did you do it?"]


async def test_refusal_that_is_told_before_our_own_commit_is_acted_on(rig: Rig, narrow: Windowed, wide: UUID) -> None:
    talk = rig.meet("1")
    rig.also_at(talk, wide, "2")
    rig.hear(talk)
    [message] = remind(rig, talk)

    async def answer(sent: OutboundMessage) -> SendReceipt:
        assert report(rig, message)
        return SendReceipt(("SM1",))

    narrow.answer = answer
    await rig.sender().drain_once()
    assert len(narrow.sent) == 1
    assert rig.channels[wide].texts == ["Did you do it?"]


async def test_delivery_that_is_told_before_our_own_commit_settles_nothing_anew(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk)
    [message] = remind(rig, talk)

    async def answer(sent: OutboundMessage) -> SendReceipt:
        assert report(rig, message, DeliveryStatus.DELIVERED, "")
        return SendReceipt(("SM1",))

    narrow.answer = answer
    await rig.sender().drain_once()
    row = rig.row(message)
    assert (row.status, row.reported, row.settled_at is not None) == ("wired", "delivered", True)
    assert len(narrow.sent) == 1


async def test_refusal_that_is_told_while_the_message_is_held_again_is_acted_on(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk)
    [message] = remind(rig, talk, on_unknown=OnUnknown.SEND_AGAIN)
    with rig.database.write() as connection:
        [claimed] = rig.outbox.claim(connection, Wish("one", LEASE, 10), rig.clock.now())
    assert report(rig, message, code="63013")
    verdict = delivered(claimed, SendReceipt(("SM1",)), rig.clock.now())
    with rig.database.write() as connection:
        assert settlements.settle(connection, [verdict.settlement]) == 1
    assert rig.row(message).settled_at is None
    await rig.sender().drain_once()
    assert narrow.sent == []
    assert rig.row(message).status == "failed"
    [reason] = letters(rig)
    assert reason.endswith("The message breaks a policy of WhatsApp.")


async def test_refusal_for_good_is_a_dead_letter_with_its_meaning(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk)
    narrow.answer = answers("SM1")
    [message] = remind(rig, talk)
    sender = rig.sender()
    await sender.drain_once()
    rig.clock.ahead = timedelta(hours=4)  # so long a message may wait at Twilio
    report(rig, message, code="63013")
    await sender.drain_once()
    row = rig.row(message)
    assert (row.status, row.settled_at is not None, row.external_ids) == ("failed", True, "-SM1")
    assert letters(rig) == ["MessageRejected 63013: The message breaks a policy of WhatsApp."]
    assert len(narrow.sent) == 1


async def test_refusal_for_now_is_tried_again_and_not_for_ever(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk)
    sids = [f"SM{number}" for number in range(10)]
    narrow.answer = answers(*sids)
    [message] = rig.say(talk, "hello")
    for sid in sids:
        sender = rig.sender()
        await sender.drain_once()
        if not report(rig, message, code="63012", sid=sid):
            break
        await sender.drain_once()
        rig.clock.ahead += timedelta(minutes=6)
    assert 2 <= len(narrow.sent) <= 4
    assert rig.row(message).status == "failed"
    assert [letter.partition(": ")[2] for letter in letters(rig)] == ["WhatsApp had an internal error."]


async def test_refusal_of_a_platform_that_explains_nothing_is_for_good(rig: Rig) -> None:
    [message] = rig.say(rig.meet("1"), "hello")
    rig.channel.answer = answers("SM1")
    await rig.sender().drain_once()
    report(rig, message, code="77")
    await rig.sender().drain_once()
    assert rig.row(message).status == "failed"
    assert letters(rig)[0].startswith("MessageRejected 77")


async def test_refusal_because_of_a_block_leads_to_the_next_chat(rig: Rig, narrow: Windowed, wide: UUID) -> None:
    talk = rig.meet("1")
    rig.also_at(talk, wide, "2")
    rig.hear(talk)
    narrow.answer = answers("SM1")
    [message] = remind(rig, talk)
    await rig.sender().drain_once()
    report(rig, message, code="63014")
    await rig.sender().drain_once()
    assert rig.channels[wide].texts == ["Did you do it?"]
    assert closed(rig) == {talk.conversation}
    assert (facts(rig), letters(rig)) == ([], [])


# -- a chat that refuses ---------------------------------------------------------------------


def refuses(*chats: str) -> Callable[[OutboundMessage], Awaitable[SendReceipt]]:
    async def answer(message: OutboundMessage) -> SendReceipt:
        if message.chat in chats:
            raise errors.RecipientUnreachable("blocked", code="blocked")
        return SendReceipt(("1",))

    return answer


async def test_chat_that_refuses_is_closed_and_the_next_one_gets_the_message(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.also_at(talk, rig.account, "2")
    rig.channel.answer = refuses("1")
    rig.say(talk, "first", "second")
    await rig.sender().drain_once()
    assert [(one.chat, one.content.text) for one in rig.channel.sent] == [
        ("1", "first"),
        ("1", "second"),
        ("2", "first"),
        ("2", "second"),
    ]
    assert closed(rig) == {talk.conversation}
    assert facts(rig) == []


async def test_chats_that_all_refuse_make_the_person_blocked_and_lose_nothing_unseen(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.also_at(talk, rig.account, "2")
    rig.channel.answer = refuses("1", "2")
    rig.say(talk, "hello")
    await rig.sender().drain_once()
    assert [one.chat for one in rig.channel.sent] == ["1", "2"]
    assert len(closed(rig)) == 2
    assert facts(rig) == ["blocked"]
    assert len(letters(rig)) == 1


async def test_chat_that_refused_is_open_again_once_its_person_writes(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.channel.answer = refuses("1")
    rig.say(talk, "hello")
    await rig.sender().drain_once()
    assert closed(rig) == {talk.conversation}
    written = InboundMessage("k1", "telegram", "default", "a1", "1", InboundKind.TEXT, "I am back")
    with rig.database.write() as connection:
        rig.turns.take(connection, [Arrival(rig.account, written)], rig.clock.now())
    assert closed(rig) == set()


async def test_group_that_refuses_does_not_block_the_chat_of_two(rig: Rig) -> None:
    talk = rig.meet("1")
    group = rig.also_at(talk, rig.account, "group", private=False)
    rig.channel.answer = refuses("group")
    rig.say(group, "hello")
    await rig.sender().drain_once()
    assert [one.chat for one in rig.channel.sent] == ["group", "1"]
    assert closed(rig) == {group.conversation}
    assert facts(rig) == []


async def test_answer_to_a_tap_in_a_chat_that_refuses_goes_nowhere_else(rig: Rig) -> None:
    talk = rig.meet("1")
    rig.also_at(talk, rig.account, "2")
    rig.channel.answer = refuses("1")
    rig.say(talk, "Noted", tap_id="tap", on_unknown=OnUnknown.GIVE_UP)
    await rig.sender().drain_once()
    assert [one.chat for one in rig.channel.sent] == ["1"]


async def test_message_of_somebody_who_stopped_goes_to_no_other_chat(rig: Rig) -> None:
    talk = rig.meet("1", state=State(stopped=True))
    rig.also_at(talk, rig.account, "2")
    rig.channel.answer = refuses("1")
    rig.say(talk, "hello")
    await rig.sender().drain_once()
    assert [one.chat for one in rig.channel.sent] == ["1"]
