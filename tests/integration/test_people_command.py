"""`sunup people`: who is known, all that is kept of somebody for them to have, and an end to it."""

import contextlib
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
import sqlalchemy as sa

from core.media import MediaKind
from core.messages import InboundKind, InboundMessage
from core.undigested import Undigested
from storage import tables
from storage.dead_letters import body_of
from storage.disclosure import PersonErased
from storage.media import NewFile
from storage.people import PersonUnknown
from storage.turns import Arrival
from sunup.files import Files
from tests.integration.command_line import Installation, lines

WELCOME = """
workflow: welcome
title: Welcome
listed: false
steps:
  - ask: name
    text: What should I call you?
    save: name
  - outcome: revenue
    text: What did it bring?
    currency: INR
"""
PICTURE = b"bytes of a picture, as they came"
NOBODY = "01890a5d-ac96-774b-bcce-b302099a8057"


def message(key: str, words: str, address: str = "501") -> InboundMessage:
    return InboundMessage(key, "telegram", "default", address, address, InboundKind.TEXT, words)


class People(Installation):
    """An installation in which people write."""

    def write(self, *messages: InboundMessage) -> None:
        foundation = self.foundation()
        for one in messages:
            account = foundation.accounts.id_of(one.channel, one.account)
            with foundation.database.write() as connection:
                foundation.turns.take(connection, [Arrival(account, one)], foundation.clock.now())
        foundation.database.close()

    def live(self, address: str = "501") -> str:
        """Let somebody go through the workflow with a file, and return their id."""
        words = ("start welcome", "Asha Rao", "4500")
        self.write(*(message(f"{address}-{number}", said, address) for number, said in enumerate(words)))
        person = self.person(address)
        foundation = self.foundation()
        with foundation.database.read() as connection:
            key = connection.execute(sa.select(tables.people.c.data_key).where(tables.people.c.id == person)).scalar()
        file = NewFile(MediaKind.IMAGE, "image/png", PICTURE, copies={"shown": b"smaller"})
        files = Files(foundation)
        files.media.keep(person, foundation.ids.new(), foundation.sealer.seal_of(person, key), file)
        files.uploads.put(address, PICTURE, "image/png", "screenshot.png")
        foundation.database.close()
        return str(person)

    def person(self, address: str) -> UUID:
        found = self.rows(tables.identities, tables.identities.c.address == address)
        return UUID(str(found[0].person_id))

    def exported(self, *arguments: str) -> dict[str, Any]:
        return dict(orjson.loads("\n".join(lines(self.run("people", "export", *arguments)))))

    def kept_files(self) -> list[Path]:
        return [one for one in (self.folder / "var" / "media").rglob("*") if one.is_file()]


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> People:
    installation = People(tmp_path, database_url, monkeypatch)
    installation.make_database(WELCOME)
    return installation


# -- seeing ------------------------------------------------------------------------------------


def test_people_are_listed_the_active_first_and_nothing_is_opened(here: People) -> None:
    first, second = here.live("501"), here.live("502")

    listed = [line.split("\t") for line in lines(here.run("people", "list"))]

    assert [(row[0], row[1]) for row in listed] == [(second, "telegram:502"), (first, "telegram:501")]
    assert "Asha" not in str(listed)


def test_nobody_is_listed_in_words(here: People) -> None:
    assert lines(here.run("people", "list")) == ["Nobody is known yet."]


def test_person_is_shown_in_numbers_by_id_and_by_address(here: People) -> None:
    person = here.live()

    by_id, by_address = lines(here.run("people", "show", person)), lines(here.run("people", "show", "telegram:501"))

    assert by_id == by_address
    assert {"identities: telegram:501", "executions: 1", "outcomes: 1", "files: 1"} <= set(by_id)
    assert "Asha" not in str(by_id)


@pytest.mark.parametrize("command", ["show", "export", "erase"])
def test_somebody_unknown_is_refused_in_one_sentence(here: People, command: str) -> None:
    for words in (NOBODY, "telegram:999"):
        refused = here.run("people", command, words)
        assert isinstance(refused.exception, PersonUnknown)
        assert "`sunup people list`" in str(refused.exception)


def test_words_that_name_nobody_say_what_would(here: People) -> None:
    refused = here.run("people", "show", "Asha")
    assert refused.exit_code == 2
    assert "telegram:501" in refused.stderr


# -- exporting ---------------------------------------------------------------------------------


def test_export_opens_all_that_is_kept_and_is_audited(here: People) -> None:
    person = here.live()
    here.live("502")

    found = here.exported(person)

    assert found["person"]["id"] == person
    assert [(one["channel"], one["address"]) for one in found["identities"]] == [("telegram", "501")]
    assert found["dialogue"]["person"]["name"] == "Asha Rao"
    assert [one["text"] for one in found["messages"] if one["from"] == "person"] == [
        "start welcome",
        "Asha Rao",
        "4500",
    ]
    assert "What should I call you?" in [one["text"] for one in found["messages"] if one["from"] == "sunup"]
    assert [one["status"] for one in found["executions"]] == ["completed"]
    assert [(one["value"], one["currency"]) for one in found["outcomes"]] == [("4500", "INR")]
    assert [one["size"] for one in found["files"]] == [len(PICTURE)]
    assert found["facts"]
    assert found["unreadable"] == 0
    assert here.audited() == [("person_exported", f'{{"person":"{person}"}}')]


def test_export_writes_files_as_they_came(here: People) -> None:
    here.live()

    found = here.exported("telegram:501", "--files", str(here.folder / "theirs"))

    [file] = found["files"]
    assert file["name"] == f"{file['id']}.png"
    assert (here.folder / "theirs" / file["name"]).read_bytes() == PICTURE


def test_export_into_a_folder_that_cannot_be_is_refused(here: People) -> None:
    here.live()
    (here.folder / "taken").write_text("a file")
    refused = here.run("people", "export", "telegram:501", "--files", str(here.folder / "taken"))
    assert "cannot be written" in str(refused.exception)


# -- erasing -----------------------------------------------------------------------------------


def test_erased_person_is_unreadable_and_numbers_stay(here: People) -> None:
    person = here.live()
    kept = len(here.rows(tables.messages))

    told = lines(here.run("people", "erase", person, "--yes"))

    assert told[-1].startswith(f"Person {person} is erased.")
    [row] = here.rows(tables.people)
    assert (row.data_key, row.state, row.zone, row.goal) == (None, None, "", "")
    assert len(here.rows(tables.messages)) == kept
    assert len(here.rows(tables.outcomes)) == 1
    for emptied in ("identities", "conversations", "outbox", "timers", "jobs", "media", "uploads"):
        assert here.rows(tables.metadata.tables[emptied]) == [], emptied
    assert here.kept_files() == []
    assert isinstance(here.run("people", "export", person).exception, PersonErased)
    assert ("person_erased", f'{{"person":"{person}"}}') in here.audited()


def test_erasing_leaves_everybody_else_alone(here: People) -> None:
    here.live("501")
    other = here.live("502")
    before = here.exported(other)

    here.run("people", "erase", "telegram:501", "--yes")

    assert here.exported(other) == before
    assert len(here.kept_files()) == 3


def test_erased_person_who_writes_again_is_a_stranger(here: People) -> None:
    before = here.live()
    here.run("people", "erase", before, "--yes")

    here.write(message("again", "hello"))

    assert str(here.person("501")) != before
    assert here.rows(tables.dead_letters) == []
    assert next(one["text"] for one in here.exported("telegram:501")["messages"]) == "hello"


def test_erasing_removes_dead_letters_of_theirs_alone(here: People) -> None:
    here.live()
    foundation = here.foundation()
    for address in ("501", "5010"):
        what = Undigested("intake", "it could not be digested", "telegram", "default", address)
        foundation.dead_letters.bury(what, body_of(message("k", "a secret", address)))
    foundation.database.close()

    here.run("people", "erase", "telegram:501", "--yes")

    assert [row.key for row in here.rows(tables.dead_letters)] == ["5010"]


def test_erasing_asks_first_and_no_keeps_everything(here: People) -> None:
    person = here.live()

    asked = here.run("people", "erase", person, typed="n\n")

    assert asked.exit_code == 1
    assert "cannot be undone" in asked.stdout
    assert here.exported(person)["dialogue"]["person"]["name"] == "Asha Rao"


def test_erasing_again_finishes_what_was_interrupted(here: People, monkeypatch: pytest.MonkeyPatch) -> None:
    person = here.live()
    with monkeypatch.context() as interrupted, contextlib.suppress(ZeroDivisionError):
        interrupted.setattr("storage.media.Media.remove_of", lambda self, person_id: 1 // 0)
        lines(here.run("people", "erase", person, "--yes"))
    assert here.kept_files() != []

    assert lines(here.run("people", "erase", person, "--yes"))[-1].startswith(f"Person {person} is erased.")

    assert here.kept_files() == []


def test_erased_key_is_gone_from_the_file(here: People, database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        return  # PostgreSQL's vacuum sees to it
    person = here.live()
    [row] = here.rows(tables.people)
    wrapped = bytes(row.data_key)

    here.run("people", "erase", person, "--yes")

    assert all(wrapped not in file.read_bytes() for file in here.folder.glob("sunup.db*"))


# -- why -------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["501", "telegram:501", "Asha Rao"])
def test_why_tells_what_came_to_somebody_and_is_audited(here: People, who: str) -> None:
    here.live()
    told = lines(here.run("people", "why", who))
    assert told[0] == "Asha Rao (telegram:501)"
    assert told[-1] == "Nothing has come by itself, and nothing was left out."
    assert [action for action, _ in here.audited()][-1] == "nudges_explained"


def test_why_nobody_is_refused_in_one_sentence(here: People) -> None:
    assert isinstance(here.run("people", "why", "Nobody").exception, PersonUnknown)
