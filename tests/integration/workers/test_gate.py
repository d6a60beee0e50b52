"""The gate: free text while it is taken, else an approved template, another chat, or patience."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from conversations.state import State
from core import errors
from core.messages import (
    OnUnknown,
    Priority,
)
from core.people import Person
from storage import tables
from storage.templates import Template
from tests.integration.workers.rig import Rig
from tests.integration.workers.windowed import LATE, WINDOW, Windowed, approve, letters, remind, reminder, write_state
from workers import gate as gates


async def test_message_in_an_open_window_goes_as_free_text(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk, timedelta(hours=23))
    approve(rig, reminder())
    [message] = remind(rig, talk)
    await rig.sender().drain_once()
    assert [(one.content.text, one.template) for one in narrow.sent] == [("Did you do it?", None)]
    assert rig.row(message).status == "wired"


async def test_message_in_a_closed_window_goes_as_its_template(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1", state=State(person=Person(name="Asha")))
    rig.hear(talk, LATE)
    approve(rig, reminder())
    [message] = remind(rig, talk, "Did you\tdo it?\n\nAll of it?")
    await rig.sender().drain_once()
    [sent] = narrow.sent
    assert sent.template is not None
    assert sent.template.external_id == "HXen"
    assert sent.template.variables == {"1": "Asha", "2": "Did you do it? All of it?"}
    row = rig.row(message)
    assert (row.status, row.parts_sent, row.settled_at is not None) == ("wired", 1, True)


@pytest.mark.parametrize(("before_closing", "is_free"), [(61, True), (59, False)])
async def test_window_counts_as_closed_a_minute_before_it_is(
    rig: Rig, narrow: Windowed, before_closing: int, is_free: bool
) -> None:
    talk = rig.meet("1")
    rig.hear(talk, WINDOW - timedelta(seconds=before_closing))
    approve(rig, reminder())
    remind(rig, talk)
    await rig.sender().drain_once()
    assert [one.template is None for one in narrow.sent] == [is_free]


@pytest.mark.parametrize(
    ("language", "given", "used"),
    [
        ("pt-BR", ("en", "pt", "pt-BR"), "pt-BR"),
        ("pt-BR", ("en", "pt"), "pt"),
        ("pt-BR", ("en", "pt-PT"), "en"),
        ("en", ("de", "en"), "en"),
    ],
)
async def test_template_is_chosen_by_language(
    rig: Rig, narrow: Windowed, language: str, given: tuple[str, ...], used: str
) -> None:
    talk = rig.meet("1", state=State(person=Person(language=language)))
    rig.hear(talk, LATE)
    approve(rig, *(reminder(one) for one in given))
    remind(rig, talk)
    await rig.sender().drain_once()
    assert [one.template.external_id for one in narrow.sent if one.template] == [f"HX{used}"]


async def test_template_that_is_not_approved_is_not_used(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk, LATE)
    approve(rig, reminder(status="pending"))
    [message] = remind(rig, talk)
    await rig.sender().drain_once()
    assert narrow.sent == []
    assert rig.row(message).status == "held"


async def test_answer_that_comes_after_its_window_has_a_purpose_too(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk, LATE)
    approve(rig, Template("answer", "en", "HXanswer", "Here it is: {{1}} Write to me.", ("text",)))
    rig.say(talk, "It is done.")
    await rig.sender().drain_once()
    assert [one.template.variables for one in narrow.sent if one.template] == [{"1": "It is done."}]


async def test_closed_window_without_template_leads_to_the_other_chat_in_order(
    rig: Rig, narrow: Windowed, wide: UUID
) -> None:
    talk = rig.meet("1")
    elsewhere = rig.also_at(talk, wide, "2")
    rig.hear(talk, LATE)
    [first, second] = remind(rig, talk, "first", "second")
    await rig.sender().drain_once()
    assert narrow.sent == []
    assert rig.channels[wide].texts == ["first", "second"]
    rows = sorted(rig.rows(tables.outbox), key=lambda row: row.seq)
    assert [(row.conversation_id, row.account_id, row.status) for row in rows] == [
        (elsewhere.conversation, wide, "wired")
    ] * 2
    assert not {first, second} & {row.id for row in rows}
    # What was said stands in the history of the chat in which it was said, where the web page finds it by its number.
    kept = [row for row in rig.rows(tables.messages) if row.conversation_id == elsewhere.conversation]
    assert sorted((row.id, row.seq) for row in kept) == sorted((row.id, row.seq) for row in rows)
    assert [row.next_seq for row in rig.rows(tables.people)] == [1002]


async def test_other_chat_is_the_chosen_one_before_the_one_written_in_last(
    rig: Rig, narrow: Windowed, wide: UUID
) -> None:
    talk = rig.meet("1")
    chosen, last = rig.also_at(talk, wide, "chosen"), rig.also_at(talk, wide, "last")
    rig.hear(talk, LATE)
    rig.hear(last)
    with rig.database.write() as connection:
        connection.execute(sa.update(tables.people).values(chosen_conversation_id=chosen.conversation))
    remind(rig, talk)
    await rig.sender().drain_once()
    assert [one.chat for one in rig.channels[wide].sent] == ["chosen"]


async def test_other_chat_with_a_closed_window_is_none_without_its_own_template(rig: Rig, narrow: Windowed) -> None:
    other = rig.add_account("other")
    rig.channels[other] = Windowed("other")
    talk = rig.meet("1")
    there = rig.also_at(talk, other, "2")
    rig.hear(talk, LATE)
    rig.hear(there, LATE)
    [message] = remind(rig, talk)
    await rig.sender().drain_once()
    assert rig.row(message).status == "held"
    approve(rig, reminder(), account=other)
    rig.clock.ahead = timedelta(minutes=6)
    await rig.sender().drain_once()
    assert [one.template is not None for one in rig.channels[other].sent] == [True]


async def test_message_never_goes_into_a_group_nor_a_closed_chat(rig: Rig, narrow: Windowed, wide: UUID) -> None:
    talk = rig.meet("1")
    rig.also_at(talk, wide, "group", private=False)
    shut = rig.also_at(talk, wide, "shut")
    with rig.database.write() as connection:
        mine = tables.conversations.c.id == shut.conversation
        connection.execute(sa.update(tables.conversations).where(mine).values(closed_at=rig.clock.now()))
    rig.hear(talk, LATE)
    [message] = remind(rig, talk)
    await rig.sender().drain_once()
    assert rig.row(message).status == "held"
    assert rig.channels[wide].sent == []


async def test_held_message_says_why_and_is_as_if_it_had_not_been_tried(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk, LATE)
    [message] = remind(rig, talk)
    await rig.sender().drain_once()
    row = rig.row(message)
    assert (row.status, row.attempts, row.lease_owner, row.settled_at) == ("held", 0, None, None)
    assert str(row.error).endswith("no approved template for reminder in en, no other open chat.")
    assert timedelta(minutes=4) < row.next_attempt_at - rig.clock.now() < timedelta(minutes=6)


async def test_held_message_is_given_up_when_it_is_not_worth_sending_any_more(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk, LATE)
    [message] = remind(rig, talk)
    await rig.sender().drain_once()
    rig.clock.ahead = timedelta(hours=2, minutes=1)
    await rig.sender().drain_once()
    assert rig.row(message).status == "failed"
    assert letters(rig) == ["expired"]


async def test_held_messages_come_ahead_of_the_answer_once_their_person_writes(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk, LATE)
    held = remind(rig, talk, *[f"held {number}" for number in range(11)])
    sender = rig.sender()
    await sender.drain_once()
    assert {str(rig.row(one).status) for one in held} == {"held"}
    rig.hear(talk)
    rig.say(talk, "answer")
    await sender.drain_once()
    assert narrow.texts == [*[f"held {number}" for number in range(11)], "answer"]
    assert {str(row.status) for row in rig.rows(tables.outbox)} == {"wired"}


async def test_held_message_does_not_hold_up_what_has_a_template(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk, LATE)
    approve(rig, reminder())
    [held] = rig.say(talk, "tip", priority=Priority.NUDGE, purpose="tip")
    await rig.sender().drain_once()
    remind(rig, talk)
    await rig.sender().drain_once()
    assert rig.row(held).status == "held"
    assert narrow.texts == ["Did you do it?"]


async def test_held_message_of_somebody_who_stopped_is_dropped_without_a_letter(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.hear(talk, LATE)
    [message] = remind(rig, talk)
    sender = rig.sender()
    await sender.drain_once()
    rig.hear(talk)
    write_state(rig, talk, State(stopped=True))
    rig.say(talk, "You hear nothing more.")
    await sender.drain_once()
    assert narrow.texts == ["You hear nothing more."]
    assert (rig.row(message).status, rig.row(message).error) == ("failed", "stopped")
    assert letters(rig) == []


async def test_answer_to_a_tap_is_nobodys_business(rig: Rig, narrow: Windowed) -> None:
    talk = rig.meet("1")
    rig.say(talk, "Noted", tap_id="tap", on_unknown=OnUnknown.GIVE_UP)
    await rig.sender().drain_once()
    assert narrow.texts == ["Noted"]


async def test_gate_without_a_database_puts_off_what_it_cannot_look_at(
    rig: Rig, narrow: Windowed, wide: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk, other = rig.meet("1"), rig.meet("2", wide)
    rig.hear(talk)
    [message] = remind(rig, talk)
    rig.say(other, "flows")

    def away(*_: object) -> None:
        raise errors.StorageUnavailable

    monkeypatch.setattr(gates, "last_words", away)
    sender = rig.sender()
    await sender.drain_once()
    assert (rig.row(message).status, rig.row(message).attempts, rig.row(message).lease_owner) == ("queued", 0, None)
    assert rig.channels[wide].texts == ["flows"]
    monkeypatch.undo()
    rig.clock.ahead = timedelta(seconds=6)
    await sender.drain_once()
    assert narrow.texts == ["Did you do it?"]
