"""`sunup dead-letters`: what could not be digested is looked at and tried once more, each letter once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from core import errors
from core.messages import InboundKind, InboundMessage
from core.undigested import Undigested
from storage import tables
from storage.dead_letters import body_of
from storage.replays import ReplayRefused, message_from
from storage.windows import last_words
from sunup.composition import Foundation
from tests.integration.command_line import Installation, lines

TOKEN = "100:made-up"
NOTHING_OPEN = InboundMessage("k1", "web", "default", "a" * 32, "a" * 32, InboundKind.TEXT, "hello", name="Asha")
UPDATE = {
    "update_id": 7001,
    "message": {
        "message_id": 1,
        "date": 1795246200,
        "chat": {"id": 501, "type": "private"},
        "from": {"id": 501, "is_bot": False, "first_name": "Asha"},
        "text": "hello",
    },
}


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = Installation(tmp_path, database_url, monkeypatch)
    installation.make_database()
    return installation


def bury(here: Installation, source: str, key: str, body: bytes, channel: str = "", account: str = "") -> UUID:
    foundation: Foundation = here.foundation()
    row = foundation.dead_letters.row(Undigested(source, "it could not be digested", channel, account, key), body)
    with foundation.database.write() as connection:
        connection.execute(tables.dead_letters.insert(), row)
    foundation.database.close()
    return UUID(str(row["id"]))


def replay(here: Installation, letter: UUID) -> str:
    return "\n".join(lines(here.run("dead-letters", "replay", str(letter))))


def test_message_is_taken_in_once_more(here: Installation) -> None:
    letter = bury(here, "intake", "k1", body_of(NOTHING_OPEN), "web", "default")

    assert replay(here, letter) == "It was taken in."

    assert [row.key for row in here.rows(tables.inbox)] == ["k1~again"]
    assert [row.inbound for row in here.rows(tables.messages)].count(True) == 1
    assert here.audited() == [("dead_letter_replayed", f'{{"letter":"{letter}","source":"intake"}}')]


def test_message_counts_as_written_when_it_first_came(here: Installation) -> None:
    letter = bury(here, "intake", "k1", body_of(NOTHING_OPEN), "web", "default")
    came_at = datetime.now(UTC) - timedelta(hours=25)
    here.change(lambda connection: connection.execute(sa.update(tables.dead_letters).values(at=came_at)))

    assert replay(here, letter) == "It was taken in."

    assert [row.at for row in here.rows(tables.messages) if row.inbound] == [came_at]
    [conversation] = here.rows(tables.conversations)
    foundation = here.foundation()
    with foundation.database.read() as connection:
        assert last_words(connection, [conversation.id]) == {conversation.id: came_at}
    foundation.database.close()


def test_message_is_taken_in_although_its_key_was_seen(here: Installation) -> None:
    letter = bury(here, "intake", "k1", body_of(NOTHING_OPEN), "web", "default")
    foundation = here.foundation()
    account = foundation.accounts.id_of("web", "default")
    foundation.database.close()
    seen = {"account_id": account, "key": "k1", "received_at": datetime.now(UTC)}
    here.change(lambda connection: connection.execute(tables.inbox.insert(), seen))

    assert replay(here, letter) == "It was taken in."


def test_second_replay_is_refused_and_changes_nothing(here: Installation) -> None:
    letter = bury(here, "intake", "k1", body_of(NOTHING_OPEN), "web", "default")
    replay(here, letter)

    with pytest.raises(ReplayRefused, match="replayed already"):
        replay(here, letter)

    assert len(here.rows(tables.inbox)) == 1
    assert len(here.audited()) == 1


def test_update_is_read_by_its_adapter(here: Installation) -> None:
    here.set("TELEGRAM_TOKEN", TOKEN)
    letter = bury(here, "webhook", "", orjson.dumps(UPDATE), "telegram", "default")

    assert replay(here, letter) == "It was taken in."

    assert [row.address for row in here.rows(tables.identities)] == ["501"]


def test_update_that_came_again_by_itself_acts_once(here: Installation) -> None:
    here.set("TELEGRAM_TOKEN", TOKEN)
    letters = [bury(here, "webhook", "", orjson.dumps(UPDATE), "telegram", "default") for _ in range(2)]

    assert replay(here, letters[0]) == "It was taken in."
    assert replay(here, letters[1]).startswith("It had arrived again by itself")

    assert [row.inbound for row in here.rows(tables.messages)].count(True) == 1


def test_update_that_still_cannot_be_understood_stays_as_it_is(here: Installation) -> None:
    here.set("TELEGRAM_TOKEN", TOKEN)
    letter = bury(here, "webhook", "", b'{"update_id": "seven", "message": []}', "telegram", "default")

    with pytest.raises(errors.RequestRefused):
        replay(here, letter)

    assert [row.replayed_at for row in here.rows(tables.dead_letters)] == [None]


def test_update_of_an_account_that_is_gone_is_told_of(here: Installation) -> None:
    letter = bury(here, "webhook", "", orjson.dumps(UPDATE), "telegram", "support")

    with pytest.raises(errors.ConfigurationError, match="support"):
        replay(here, letter)


def talk(here: Installation) -> UUID:
    """Have a person write, and return the id of an answer that waits to be sent."""
    replay(here, bury(here, "intake", "k1", body_of(NOTHING_OPEN), "web", "default"))
    return UUID(str(min(row.id for row in here.rows(tables.outbox))))


def test_message_that_was_given_up_is_sent_again_as_if_new(here: Installation) -> None:
    message = talk(here)
    long_ago = datetime.now(UTC) - timedelta(days=3)
    gone = {"status": "failed", "settled_at": long_ago, "created_at": long_ago, "attempts": 9, "error": "gone"}
    gone |= {"reported": "failed", "reported_code": "63016"}
    here.change(lambda connection: connection.execute(sa.update(tables.outbox).values(gone)))
    letter = bury(here, "outbox", str(message), b"{}", "web", "default")

    assert replay(here, letter) == "The message waits to be sent again."

    (row,) = here.rows(tables.outbox, tables.outbox.c.id == message)
    assert (row.status, row.settled_at, row.attempts, row.error) == ("queued", None, 0, "")
    assert (row.reported, row.reported_code) == (None, None)
    assert datetime.now(UTC) - row.created_at < timedelta(minutes=1)


def test_message_that_is_still_tried_is_left_alone(here: Installation) -> None:
    letter = bury(here, "outbox", str(talk(here)), b"{}", "web", "default")

    with pytest.raises(ReplayRefused, match="still tries"):
        replay(here, letter)

    assert here.rows(tables.dead_letters, tables.dead_letters.c.id == letter)[0].replayed_at is None


def test_job_that_was_given_up_is_done_again(here: Installation) -> None:
    talk(here)
    now, job = datetime.now(UTC), UUID(int=7)
    row = {
        "id": job,
        "person_id": here.rows(tables.people)[0].id,
        "kind": "keep_media",
        "key": "x:1:1",
        "payload": b"sealed",
        "status": "failed",
        "attempts": 5,
        "created_at": now,
        "next_attempt_at": now,
        "ended_at": now,
        "error": "TimeoutError",
    }
    here.change(lambda connection: connection.execute(tables.jobs.insert(), row))
    letter = bury(here, "job", str(job), b"{}")

    assert replay(here, letter) == "The job waits to be done again."

    (found,) = here.rows(tables.jobs)
    assert (found.status, found.attempts, found.ended_at, found.error) == ("queued", 0, None, "")


@pytest.mark.parametrize(
    ("source", "key", "words"),
    [
        ("engine", "", "nothing that could be tried again"),
        ("outbox", "no id", "does not say what it is about"),
        ("outbox", str(UUID(int=9)), "does not have this message"),
        ("job", str(UUID(int=9)), "no such job"),
        ("intake", "", "no message that can be read"),
    ],
)
def test_letter_that_cannot_be_replayed_says_why_and_stays(
    here: Installation, source: str, key: str, words: str
) -> None:
    letter = bury(here, source, key, b"{}")

    with pytest.raises(ReplayRefused, match=words):
        replay(here, letter)

    assert [row.replayed_at for row in here.rows(tables.dead_letters)] == [None]
    assert here.audited() == []


def test_letter_that_is_none_is_told_of(here: Installation) -> None:
    with pytest.raises(ReplayRefused, match="sunup dead-letters list"):
        replay(here, UUID(int=1))


def test_list_shows_what_nobody_has_replayed(here: Installation) -> None:
    old = bury(here, "intake", "k1", body_of(NOTHING_OPEN), "web", "default")
    replay(here, old)
    new = bury(here, "webhook", "", b"{}", "telegram", "default")

    shown = lines(here.run("dead-letters", "list"))
    every = lines(here.run("dead-letters", "list", "--all"))

    assert [line.split("\t")[0] for line in shown] == [str(new)]
    assert [line.split("\t")[0] for line in every] == [str(new), str(old)]


def test_list_of_nothing_says_so(here: Installation) -> None:
    assert lines(here.run("dead-letters", "list")) == ["There are no dead letters."]


def test_show_keeps_the_body_to_itself_unless_asked(here: Installation) -> None:
    letter = bury(here, "intake", "k1", body_of(NOTHING_OPEN), "web", "default")

    shown = "\n".join(lines(here.run("dead-letters", "show", str(letter))))
    opened = "\n".join(lines(here.run("dead-letters", "show", str(letter), "--body")))

    assert "reason: it could not be digested" in shown
    assert "Asha" not in shown
    assert '"text": "hello"' in opened
    assert here.audited() == [("dead_letter_opened", f'{{"letter":"{letter}"}}')]


def test_message_survives_the_way_through_a_letter() -> None:
    message = InboundMessage(
        "k1", "web", "default", "a", "a", InboundKind.TAP, "Yes", "/today", sent_at=datetime(2026, 11, 21, tzinfo=UTC)
    )

    again = message_from(body_of(message))

    assert again.key == "k1~again"
    assert (again.kind, again.payload, again.sent_at) == (message.kind, message.payload, message.sent_at)


def test_id_that_is_none_is_refused_with_one_that_could_be(here: Installation) -> None:
    refused = here.run("dead-letters", "show", "12")
    assert refused.exit_code == 2
    assert "'12' is no id; one looks like 01890a5d-" in refused.stderr
