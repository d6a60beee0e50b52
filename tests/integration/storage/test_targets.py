"""Nudges reach a person of several chats where they are or want to be; news and homes are no place to write to."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from conversations import phrases
from core.messages import InboundKind, Place
from core.people import Person
from storage import tables
from storage.targets import other_conversations
from tests.integration.storage.chats import Chats


def said(key: str, **values: object) -> str:
    return phrases.phrase("en", key, **values)


# -- where nudges go -----------------------------------------------------------------------------


def reminded(chats: Chats, channel: str) -> int:
    return sum(text.startswith("Still there?") for text in chats.heard_at(channel))


def test_nudge_goes_where_they_wrote_last(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    chats.link("telegram", "web")
    chats.say("telegram", "/today")
    chats.later(days=1, hours=1)
    assert (reminded(chats, "telegram"), reminded(chats, "web")) == (1, 0)


def test_nudge_goes_where_they_chose_and_answers_stay_where_they_were_asked(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    chats.link("telegram", "web")
    (settings,) = chats.say("web", "/settings")
    assert "Chats: Telegram, Web chat\nI write first: Where you wrote last" in settings
    chats.tap("web", "Where to write")
    assert chats.tap("web", "Telegram") == [said("reminders_chosen", where="Telegram")]
    assert "I write first: Telegram" in chats.say("web", "/settings")[0]
    chats.later(days=1, hours=1)
    assert (reminded(chats, "telegram"), reminded(chats, "web")) == (1, 0)
    chats.say("web", "/reminders last")
    chats.later(days=2, hours=1)
    assert (reminded(chats, "telegram"), reminded(chats, "web")) == (1, 1)


def test_nudge_goes_elsewhere_once_they_blocked_us_where_they_wrote_last(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    chats.link("telegram", "web")
    chats.say("web", "/reminders web chat")
    chats.write("web", kind=InboundKind.BLOCKED)
    assert not chats.dialogue("web").blocked
    chats.later(days=1, hours=1)
    assert (reminded(chats, "telegram"), reminded(chats, "web")) == (1, 0)
    chats.write("telegram", kind=InboundKind.BLOCKED)
    assert chats.dialogue("web").blocked
    assert chats.timers() == {}
    assert chats.say("web", "/today") != []
    chats.later(days=2, hours=1)
    assert reminded(chats, "web") == 1


def test_other_conversations_are_told_in_the_order_in_which_they_are_tried(chats: Chats) -> None:
    def others(*without: str) -> list[str]:
        with chats.database.read() as connection:
            gone = [chats.conversation(channel) for channel in without]
            found = other_conversations(connection, chats.person("telegram"), gone)
            return [target.channel for target in found]

    chats.say("telegram", "hello")
    first = chats.person("telegram")
    chats.link("telegram", "web")
    chats.link("telegram", "whatsapp")
    chats.write("slack", "hello", "stranger")
    chats.write("telegram", "hello", chat="-100", private=False)
    chats.say("web", "hello")
    assert others() == ["web", "telegram", "whatsapp"] or others() == ["web", "whatsapp", "telegram"]
    chats.say("telegram", "hello")
    assert others()[:2] == ["telegram", "web"]
    assert others("telegram") == ["web", "whatsapp"]
    chats.say("web", "/reminders whatsapp")
    assert others() == ["whatsapp", "web", "telegram"]
    chats.write("whatsapp", kind=InboundKind.BLOCKED)
    assert others() == ["web", "telegram"]
    chats.write("whatsapp", "here again")
    assert others("web") == ["whatsapp", "telegram"]
    with chats.database.write() as connection:
        paused = sa.update(tables.accounts).where(tables.accounts.c.channel == "web").values(status="paused")
        connection.execute(paused)
    assert others() == ["whatsapp", "telegram"]
    with chats.database.read() as connection:
        target = other_conversations(connection, first, ())[0]
    assert (target.chat, target.address, target.account) == ("asha", "asha", "default")
    assert chats.clock.now() - target.written_at < timedelta(minutes=5)


# -- news of a person, and their home ------------------------------------------------------------


def test_profile_of_a_stranger_makes_nobody(chats: Chats) -> None:
    chats.write("slack", kind=InboundKind.PROFILE, name="Asha", zone="Asia/Kolkata")
    assert chats.count(tables.people) == 0
    assert chats.count(tables.dead_letters) == 0


def test_profile_is_taken_over_in_silence_and_leaves_nothing_in_the_history(chats: Chats) -> None:
    chats.say("slack", "/note hello")
    before = (chats.count(tables.messages), chats.row(chats.person("slack")).conversation_id)
    told: dict[str, Any] = {"name": "Asha", "zone": "Asia/Kolkata", "language": "de", "chat": "U024"}
    chats.write("slack", kind=InboundKind.PROFILE, **told)
    assert chats.dialogue("slack").person == Person("Asha", "de", "Asia/Kolkata")
    assert (chats.count(tables.messages), chats.row(chats.person("slack")).conversation_id) == before
    assert chats.count(tables.conversations) == 1


def test_home_is_shown_through_the_outbox_and_is_not_where_they_wrote(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    chats.link("telegram", "slack")
    chats.say("telegram", "/today")
    chats.claim()
    chats.write("slack", kind=InboundKind.HOME)
    [home] = chats.claim()
    assert (home.channel, home.content.place) == ("slack", Place.HOME)
    assert home.content.text == "This is open:\n• Sell a pack – step 1 of 3"
    assert chats.row(chats.person("slack")).conversation_id == chats.conversation("telegram")


def test_words_in_a_group_that_do_not_name_us_are_for_us_where_we_talk_with_them(chats: Chats) -> None:
    room: dict[str, Any] = {"chat": "C1:1", "private": False}
    chats.write("slack", "lunch?", addressed=False, **room)
    assert chats.count(tables.people) == 0
    chats.write("slack", "start selling", **room)
    assert chats.write("slack", "design", addressed=False, **room).taken == 1
    assert chats.write("slack", "lunch?", addressed=False, chat="C1:2", private=False).taken == 0
