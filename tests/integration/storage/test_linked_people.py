"""Whoever reads, exports or erases a linked person reaches all whom they were before."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from core.media import MediaKind
from storage import tables
from storage.attendance import attended, due_for
from storage.disclosure import Disclosure, PersonErased
from storage.media import NewFile
from storage.people import kept_of, known_people, known_person
from tests.integration.storage.chats import Chats


def linked(chats: Chats) -> tuple[UUID, UUID]:
    """Link two chats in which something was said; return who stayed and who went."""
    chats.say("telegram", "/note before, in telegram")
    chats.say("web", "/note before, on the web")
    goes = chats.person("web")
    chats.link("telegram", "web")
    chats.say("web", "/note together")
    return chats.person("telegram"), goes


def test_known_is_the_one_who_stayed_with_both_identities(chats: Chats) -> None:
    stays, goes = linked(chats)
    with chats.database.read() as connection:
        assert [one.id for one in known_people(connection, 10)] == [stays]
        found = known_person(connection, goes)
        assert found.id == stays
        assert {identity.channel for identity in found.identities} == {"telegram", "web"}
        assert kept_of(connection, found.id)["messages"] == chats.count(tables.messages)


def test_disclosure_opens_what_both_keys_have_sealed(chats: Chats) -> None:
    _, goes = linked(chats)
    told = Disclosure(chats.database, chats.sealer).of(goes)
    texts = [message["text"] for message in told["messages"]]
    assert {"/note before, in telegram", "/note before, on the web", "/note together"} <= set(texts)
    notes = [fact["data"]["note"] for fact in told["facts"] if fact["kind"] == "note_taken"]
    assert notes == ["before, in telegram", "before, on the web", "together"]
    assert (told["unreadable"], len(told["identities"])) == (0, 2)


@pytest.mark.parametrize("which", [0, 1], ids=["who stayed", "who went"])
def test_erasure_of_either_reaches_every_key_and_every_file(chats: Chats, which: int) -> None:
    chats.say("web", "hello")
    goes = chats.person("web")
    seal = chats.sealer.seal_of(goes, chats.row(goes).data_key)
    chats.media.keep(goes, chats.ids.new(), seal, NewFile(MediaKind.DOCUMENT, "text/plain", b"mine"))
    chats.write("web", "/link K7QD-M2PX")  # a job that is never done
    chats.say("telegram", "hello")
    stays = chats.person("telegram")
    chats.link("telegram", "web")
    chats.erasure.erase((stays, goes)[which], "operator")
    assert [chats.row(person).data_key for person in (stays, goes)] == [None, None]
    for table in (tables.identities, tables.conversations, tables.outbox, tables.jobs, tables.timers, tables.media):
        assert chats.count(table) == 0, table.name
    assert chats.count(tables.link_codes) == 0
    with pytest.raises(PersonErased):
        Disclosure(chats.database, chats.sealer).of(stays)


def test_erased_person_leaves_a_chat_that_was_parted_readable_from_then_on(chats: Chats) -> None:
    linked(chats)
    chats.say("telegram", "/unlink")
    chats.tap("telegram", "Web chat")
    chats.say("web", "/note on my own")
    chats.erasure.erase(chats.person("telegram"), "operator")
    written = chats.written_at("web")
    assert written[-1] == "/note on my own"
    assert set(written[:-1]) == {""}


def test_job_of_who_went_waits_for_whoever_attends_to_who_stayed(chats: Chats) -> None:
    chats.say("telegram", "hello")
    code = chats.code("telegram")
    chats.write("web", "/link K7QD-M2PX")
    chats.write("web", f"/link {code}")
    late, right = sorted(chats.rows(tables.jobs), key=lambda row: row.id)
    chats.runner.run(right.id)
    with chats.database.read() as connection:
        who = attended(connection, chats.at["web"], "asha")
        assert who is not None
        assert due_for(connection, who, chats.clock.now()).jobs == (late.id,)


def test_message_sealed_for_who_went_is_not_sent_once_they_are_erased(chats: Chats) -> None:
    linked(chats)
    with chats.database.write() as connection:
        connection.execute(sa.update(tables.people).values(data_key=None))
    chats.clock.ahead += timedelta(seconds=1)
    assert {message.content.text for message in chats.claim("forgotten")} == {""}
