"""Broadcasts and what people may ask for: their chats linked, all that is kept of them, and an end to it."""

from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from conversations import purposes
from conversations.link_codes import digest_of
from core.broadcasts import Act, BroadcastStatus
from core.messages import Capabilities, Content
from storage import tables
from storage.broadcasts import Broadcasts, Draft
from storage.disclosure import Disclosure
from storage.sealing import Unsealable
from storage.tags import Tags
from tests.integration.storage.chats import Chats


def able(channel: str, account: str) -> Capabilities | None:
    return Capabilities(4096)


@pytest.fixture
def broadcasts(chats: Chats) -> Broadcasts:
    return Broadcasts(chats.database, chats.sealer, chats.ids, chats.clock)


def send(chats: Chats, broadcasts: Broadcasts, author: UUID, text: str = "Words of the author") -> UUID:
    broadcast, row = chats.ids.new(), chats.row(author)
    draft = Draft(Content(text, purpose=purposes.BROADCAST), "everybody")
    broadcasts.keep_draft(broadcast, author, chats.sealer.seal_of(author, row.data_key), draft)
    broadcasts.act(broadcast, Act.SEND, "test")
    return broadcast


def write_out(broadcasts: Broadcasts, broadcast: UUID) -> None:
    broadcasts.leg(broadcast, able, lambda: True)


def test_linked_person_hears_it_once_where_they_wrote_last(chats: Chats, broadcasts: Broadcasts) -> None:
    chats.say("telegram", "hello")
    chats.say("web", "hello")
    stayer = chats.person("telegram")
    broadcast = send(chats, broadcasts, stayer)
    broadcasts.leg(broadcast, able, iter([True, False]).__next__)
    assert len(chats.rows(tables.broadcast_recipients)) == 2
    chats.link("telegram", "web")
    write_out(broadcasts, broadcast)
    told = [channel for channel in ("telegram", "web") if "Words of the author" in chats.heard_at(channel)]
    assert told == ["web"]
    found = broadcasts.find(broadcast)[1]
    assert (found.recipients, found.waiting) == (1, 1)


def test_linking_joins_tags_and_a_stop_is_known_to_the_count(chats: Chats) -> None:
    chats.say("telegram", "hello")
    chats.say("web", "hello")
    stayer, goer = chats.person("telegram"), chats.person("web")
    tags = Tags(chats.database, chats.turns, chats.ids, clock=chats.clock, hints=chats.hints)
    for person, tag in ((stayer, "vip"), (stayer, "old"), (goer, "vip"), (goer, "new")):
        assert tags.put(person, tag, "test")
    chats.say("web", "/stop")
    assert (chats.row(goer).stopped, chats.row(stayer).stopped) == (True, False)
    assert chats.redeem("web", digest_of(chats.code("telegram"))) is None
    assert tags.of(stayer) == ["new", "old", "vip"]
    assert tags.of(goer) == []
    assert chats.row(stayer).stopped
    chats.say("telegram", "/start")
    assert not chats.row(stayer).stopped


def test_export_holds_what_was_written_received_and_tagged(chats: Chats, broadcasts: Broadcasts) -> None:
    chats.say("telegram", "hello")
    person = chats.person("telegram")
    tags = Tags(chats.database, chats.turns, chats.ids, clock=chats.clock, hints=chats.hints)
    tags.put(person, "vip", "test")
    broadcast = send(chats, broadcasts, person)
    write_out(broadcasts, broadcast)
    told = orjson.loads(orjson.dumps(Disclosure(chats.database, chats.sealer).of(person)))
    assert [one["tag"] for one in told["tags"]] == ["vip"]
    [written] = told["broadcasts"]
    assert (written["id"], written["text"], written["audience"]) == (str(broadcast), "Words of the author", "everybody")
    [received] = told["broadcasts_received"]
    assert (received["broadcast_id"], received["status"]) == (str(broadcast), "written")
    assert told["unreadable"] == 0


def test_erasing_removes_what_concerns_a_person_and_leaves_the_broadcast_to_others(
    chats: Chats, broadcasts: Broadcasts
) -> None:
    chats.say("telegram", "hello", "boss")
    chats.say("telegram", "hello", "asha")
    author, person = chats.person("telegram", "boss"), chats.person("telegram", "asha")
    tags = Tags(chats.database, chats.turns, chats.ids, clock=chats.clock, hints=chats.hints)
    tags.put(person, "vip", "test")
    broadcast = send(chats, broadcasts, author)
    broadcasts.leg(broadcast, able, iter([True, False]).__next__)
    chats.erasure.erase(person, "test")
    write_out(broadcasts, broadcast)
    assert [row.person_id for row in chats.rows(tables.broadcast_recipients)] == [author]
    assert chats.rows(tables.people_tags) == []


def test_erasing_an_author_ends_what_is_under_way_and_nobody_reads_it_again(
    chats: Chats, broadcasts: Broadcasts
) -> None:
    chats.say("telegram", "hello", "boss")
    chats.say("telegram", "hello", "asha")
    author = chats.person("telegram", "boss")
    broadcast = send(chats, broadcasts, author)
    write_out(broadcasts, broadcast)
    chats.erasure.erase(author, "test")
    found, results = broadcasts.find(broadcast)
    assert (found.status, found.reason) == (BroadcastStatus.CANCELLED, "author_erased")
    assert (results.waiting, results.withdrawn) == (0, 1)
    with pytest.raises(Unsealable):
        broadcasts.draft(broadcast)


def test_tag_begins_what_waits_for_it_in_the_same_transaction(chats: Chats) -> None:
    chats.say("telegram", "hello")
    person = chats.person("telegram")
    tags = Tags(chats.database, chats.turns, chats.ids, clock=chats.clock, hints=chats.hints)
    before = chats.row(person).updated_at
    assert tags.put(person, "vip", "test")
    assert chats.row(person).updated_at > before
    assert not tags.put(person, "vip", "test")
    query = sa.select(sa.func.count()).select_from(tables.audit).where(tables.audit.c.action == "tag_put")
    with chats.database.read() as connection:
        assert connection.execute(query).scalar() == 1
