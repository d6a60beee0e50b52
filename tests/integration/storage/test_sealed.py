"""What a person writes is readable in no table, on no page of the file, and only while their key exists."""

import asyncio
from pathlib import Path
from types import NoneType

import pytest
import sqlalchemy as sa

from conversations.engine import Engine
from core import errors
from core.history import Thread
from core.undigested import Undigested
from storage import tables
from storage.history import History
from storage.master_key import check_master_key
from storage.sealing import Sealer, Unsealable
from storage.workflows import Publications, StoredLibrary
from tests.integration.storage.conftest import OpenDesk
from tests.integration.storage.desk import MASTER, Desk, everything_in, text

DIARY = """
workflow: diary
title: Diary
steps:
  - ask: dream
    text: What do you dream of?
  - ask: fear
    text: "You dream of {{ dream }}. What do you fear?"
  - end: bye
    text: "Good night, you who fear {{ fear }}."
"""
PRIVATE = ("quokkas", "Aardvarkson", "zeppelins", "yodelling", "wombat")


async def test_nothing_that_a_person_wrote_is_readable(database_url: str, open_desk: OpenDesk) -> None:
    desk = open_desk(database_url)
    Publications(desk.database, desk.ids, desk.clock).publish(DIARY, "somebody")
    desk = open_desk(database_url, Engine(StoredLibrary(desk.database)))
    words = ("start diary", "of quokkas", "/note zeppelins at noon", "yodelling")
    await desk.hear(*(text(f"k{n}", said, name="Mia Aardvarkson") for n, said in enumerate(words)))
    desk.dead_letters.bury(Undigested("webhook", "odd", "telegram", "default"), b'{"text": "wombat"}')
    said = " ".join([*desk.said(), *desk.said(inbound=False), str(desk.state())])
    assert [word for word in PRIVATE[:4] if word not in said] == []
    assert {row.kind for row in desk.rows(tables.facts)} >= {"note_taken", "step_completed", "execution_completed"}
    kept = everything_in(database_url)
    assert b"diary" in kept
    assert [word for word in PRIVATE if word.encode() in kept] == []


def test_everything_in_sees_what_is_not_sealed(desk: Desk) -> None:
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.accounts).values(reason="plainly readable"))
    assert b"plainly readable" in everything_in(desk.url)


def test_a_message_moved_to_another_row_or_person_does_not_open(desk: Desk) -> None:
    desk.take(text("k1", "secret", "1"), text("k2", "other", "2"))
    one, two = (row for row in desk.rows(tables.messages) if row.inbound)
    keys = {row.id: row.data_key for row in desk.rows(tables.people)}
    seal = desk.sealer.seal_of(one.person_id, keys[one.person_id])
    assert b"secret" in seal.open(one.body, b"message" + one.id.bytes)
    with pytest.raises(Unsealable):
        seal.open(one.body, b"message" + two.id.bytes)
    with pytest.raises(Unsealable):
        desk.sealer.seal_of(two.person_id, keys[two.person_id]).open(one.body, b"message" + one.id.bytes)
    with pytest.raises(Unsealable):
        desk.sealer.seal_of(two.person_id, keys[one.person_id])


def test_a_destroyed_key_leaves_no_words(desk: Desk) -> None:
    desk.take(text("k1", "secret"))
    assert desk.said() == ["secret"]
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.people).values(data_key=None, state=None))
    assert {*desk.said(), *desk.said(inbound=False)} == {""}
    assert desk.take(text("k2", "again")).buried == 1


def test_people_of_an_older_master_key_are_served_on(database_url: str, open_desk: OpenDesk) -> None:
    open_desk(database_url, sealer=Sealer(MASTER)).take(text("k1", "a"))
    renewed = open_desk(database_url, sealer=Sealer(b"n" * 32, (MASTER,)))
    assert renewed.take(text("k2", "b"), text("k3", "c", "8")).taken == 2
    assert (renewed.heard(), renewed.said()) == (["a", "b"], ["a", "b"])
    # Only whom the new key wrapped opens without the old one.
    alone = History(renewed.database, Sealer(b"n" * 32))
    assert [entry.text for entry in alone.since(Thread("telegram", "default", "8", "8"), 0, 1)] == ["c"]
    assert [entry.text for entry in alone.since(Thread("telegram", "default", "7", "7"), 0, 1)] == [""]


async def test_a_wrong_master_key_buries_no_message(database_url: str, open_desk: OpenDesk) -> None:
    open_desk(database_url).take(text("k1", "a"))
    wrong = open_desk(database_url, sealer=Sealer(b"w" * 32))
    async with wrong.open() as intake:
        answers = await asyncio.gather(
            *(intake.take([text(f"new{who}", "b", who)]) for who in ("7", "8")), return_exceptions=True
        )
    assert [type(answer) for answer in answers] == [errors.StorageUnavailable, NoneType]
    assert (wrong.letters(), wrong.heard("8")) == ([], ["b"])
    assert sorted(row.key for row in wrong.rows(tables.inbox)) == ["k1", "new8"]


def test_check_master_key_names_the_cure(database_url: str, open_desk: OpenDesk) -> None:
    desk = open_desk(database_url)
    check_master_key(desk.database, Sealer(b"w" * 32))
    desk.take(text("k1", "a"))
    check_master_key(desk.database, desk.sealer)
    check_master_key(desk.database, Sealer(b"n" * 32, (MASTER,)))
    with pytest.raises(errors.ConfigurationError, match="SUNUP_MASTER_KEY is not the key"):
        check_master_key(desk.database, Sealer(b"w" * 32))
    with desk.database.write() as connection:
        connection.execute(sa.update(tables.people).values(data_key=None))
    check_master_key(desk.database, Sealer(b"w" * 32))


def test_credentials_are_sealed_under_their_own_account(desk: Desk) -> None:
    desk.accounts.put("telegram", "shop", {"token": "424242:sesame"})
    assert b"sesame" not in everything_in(desk.url)
    with desk.database.write() as connection:
        shop = sa.select(tables.accounts.c.credentials).where(tables.accounts.c.name == "shop").scalar_subquery()
        connection.execute(
            sa.update(tables.accounts).where(tables.accounts.c.name == "default").values(credentials=shop)
        )
    with pytest.raises(Unsealable):
        desk.accounts.all()


def test_the_sqlite_file_is_read_whole(tmp_path: Path, open_desk: OpenDesk) -> None:
    url = f"sqlite:///{tmp_path / 'sunup.db'}"
    open_desk(url)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sunup.db", "sunup.db-shm", "sunup.db-wal"]
    assert len(everything_in(url)) > 100_000
