"""A chat is taken apart from the others: it begins anew, and they keep everything."""

from conversations import phrases
from core.messages import InboundKind
from storage import tables
from tests.integration.storage.chats import Chats


def said(key: str, **values: object) -> str:
    return phrases.phrase("en", key, **values)


def test_unlinked_chat_begins_anew_and_the_other_keeps_everything(chats: Chats) -> None:
    chats.say("telegram", "start selling", name="Asha")
    chats.link("telegram", "web")
    chats.say("web", "design")
    whole = chats.person("telegram")
    assert chats.say("web", "/unlink") == [said("unlink_which")]
    assert chats.tap("web", "Web chat (here)")[-1] == said("unlink_done_here")
    own = chats.person("web")
    assert own not in (whole, None)
    assert chats.person("telegram") == whole
    assert chats.heard_at("telegram")[-1] == said("unlink_done", channel="Web chat")
    assert chats.dialogue("web").person.name == "Asha"
    assert chats.dialogue("web").executions == ()
    assert chats.say("telegram", "done") == ["What did it bring?"]
    assert chats.say("web", "/today") == [said("today_empty")]
    numbers = [entry.seq for entry in chats.entries("web")]
    assert numbers == sorted(set(numbers))
    assert "design" in chats.written_at("web")


def test_unlinking_a_second_time_and_the_only_chat_is_safe(chats: Chats) -> None:
    chats.say("telegram", "hello")
    assert chats.say("telegram", "/unlink") == [said("unlink_alone")]
    chats.link("telegram", "web")
    chats.say("web", "/unlink")
    chats.tap("web", "Telegram")
    assert chats.tap("web", "Telegram") == [said("unlink_alone")]
    assert chats.count(tables.people) == 3
    assert "Chats: Web chat" in chats.say("web", "/settings")[0]


def test_chat_that_was_taken_apart_elsewhere_is_told_and_its_code_links_again(chats: Chats) -> None:
    chats.say("telegram", "start selling")
    chats.link("telegram", "web")
    chats.say("telegram", "/unlink")
    assert chats.tap("telegram", "Web chat") == [said("unlink_done", channel="Web chat")]
    assert chats.heard_at("web")[-1] == said("unlink_done_here")
    chats.link("telegram", "web")
    assert chats.person("web") == chats.person("telegram")
    assert chats.say("web", "design") == ["Make the design pack."]


def test_third_chat_is_taken_apart_and_two_stay_together(chats: Chats) -> None:
    chats.say("telegram", "hello")
    chats.link("telegram", "web")
    chats.link("telegram", "whatsapp")
    chats.say("web", "/reminders whatsapp")
    chats.say("web", "/unlink")
    chats.tap("web", "WhatsApp")
    assert chats.person("web") == chats.person("telegram") != chats.person("whatsapp")
    state = chats.dialogue("web")
    assert [one.channel for one in state.connections] == ["telegram", "web"]
    assert state.chosen is None
    assert chats.row(chats.person("web")).chosen_conversation_id is None


def test_stop_is_kept_by_a_chat_that_is_taken_apart(chats: Chats) -> None:
    chats.say("telegram", "hello")
    chats.link("telegram", "web")
    chats.say("telegram", "/unlink")
    payload = next(b.payload for e in chats.entries("telegram") for b in e.buttons if b.title == "Web chat")
    chats.write("telegram", kind=InboundKind.TAP, payload=payload)
    chats.write("telegram", "stop")
    chats.work()
    assert chats.dialogue("telegram").stopped
    assert chats.dialogue("web").stopped
