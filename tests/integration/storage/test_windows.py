"""Windows: when a person last wrote, found by the history's own index."""

from datetime import timedelta

import sqlalchemy as sa

from core.messages import InboundKind
from storage import tables
from storage.windows import _LAST_WORDS, last_words
from tests.integration.plans import explain
from tests.integration.storage.desk import Desk, text

CONVERSATIONS = 300
MESSAGES = 40


def conversations(desk: Desk) -> list[sa.Row[tuple[object, ...]]]:
    with desk.database.read() as connection:
        return list(connection.execute(sa.select(tables.conversations)))


def test_last_words_are_those_of_the_person_and_not_ours(desk: Desk) -> None:
    desk.take(text("k1", "hello"))
    desk.clock.ahead = timedelta(hours=1)
    desk.take(text("k2", "again"))
    desk.clock.ahead = timedelta(hours=2)
    desk.take(text("k3", "gone", kind=InboundKind.EDIT))
    [conversation] = conversations(desk)
    with desk.database.read() as connection:
        found = last_words(connection, [conversation.id])
    age = desk.clock.now() - found[conversation.id]
    assert timedelta(minutes=59) < age < timedelta(minutes=61)


def test_message_that_comes_late_was_written_when_the_platform_says(desk: Desk) -> None:
    now = desk.clock.now()
    desk.take(text("k1", "written in an outage", sent_at=now - timedelta(hours=5)))
    desk.take(text("k2", "written by a clock that is ahead", sent_at=now + timedelta(hours=5)))
    ages = [round((now - row.at) / timedelta(hours=1)) for row in written(desk)]
    assert ages == [5, 0]


def test_last_words_are_not_those_that_came_late(desk: Desk) -> None:
    now = desk.clock.now()
    desk.take(text("k1", "written an hour ago", sent_at=now - timedelta(hours=1)))
    desk.take(text("k2", "written yesterday and fetched now", sent_at=now - timedelta(hours=25)))
    [conversation] = conversations(desk)
    with desk.database.read() as connection:
        found = last_words(connection, [conversation.id])
    assert found == {conversation.id: now - timedelta(hours=1)}


def written(desk: Desk) -> list[sa.Row[tuple[object, ...]]]:
    """Return the inbound messages of the history, in order."""
    messages = tables.messages
    with desk.database.read() as connection:
        return list(connection.execute(sa.select(messages).where(messages.c.inbound).order_by(messages.c.seq)))


def test_last_words_of_nobody_are_none(desk: Desk) -> None:
    with desk.database.read() as connection:
        assert last_words(connection, []) == {}
        assert last_words(connection, [desk.ids.new()]) == {}


def test_last_words_are_found_without_reading_the_history(desk: Desk) -> None:
    desk.take(text("k0", "hello"))
    [conversation] = conversations(desk)
    with desk.database.write() as connection:
        [message] = connection.execute(sa.select(tables.messages).where(tables.messages.c.inbound)).all()
        places = [desk.ids.new() for _ in range(CONVERSATIONS)]
        connection.execute(
            tables.conversations.insert(),
            [{**conversation._mapping, "id": place, "chat": str(place)} for place in places],
        )
        more = [
            {**message._mapping, "id": desk.ids.new(), "conversation_id": place, "seq": seq}
            for place in places
            for seq in range(MESSAGES)
        ]
        connection.execute(tables.messages.insert(), more)
    if desk.database.dialect == "postgresql":
        with desk.database.write() as connection:
            connection.execute(sa.text("analyze"))
    told = explain(desk.database, _LAST_WORDS, {"conversations": places[:10]})
    assert "uq_messages_conversation_id_seq" in told or "sqlite_autoindex_messages" in told
    assert "Seq Scan on messages" not in told
    assert "SCAN messages" not in told
