"""`sunup broadcasts`: what became of them, and a way to hold or end them."""

from pathlib import Path
from uuid import UUID

import pytest

from conversations import purposes
from core.broadcasts import Act
from core.messages import Content, InboundKind, InboundMessage
from storage import tables
from storage.broadcasts import Broadcasts, BroadcastUnknown, Draft
from storage.turns import Arrival
from tests.integration.command_line import Installation, lines


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = Installation(tmp_path, database_url, monkeypatch)
    installation.make_database()
    return installation


def begin(here: Installation, audience: str = "everybody", *, confirmed: bool = True) -> UUID:
    """Let somebody write a broadcast, and confirm it."""
    foundation = here.foundation()
    message = InboundMessage(f"k{foundation.ids.new()}", "web", "default", "ann", "ann", InboundKind.TEXT, "hello")
    arrival = Arrival(foundation.accounts.id_of("web", "default"), message)
    with foundation.database.write() as connection:
        foundation.turns.take(connection, [arrival], foundation.clock.now())
    [person] = here.rows(tables.people)
    broadcasts = Broadcasts(foundation.database, foundation.sealer, foundation.ids, foundation.clock)
    seal, broadcast = foundation.sealer.seal_of(person.id, person.data_key), foundation.ids.new()
    content = Content("secret words", purpose=purposes.BROADCAST)
    broadcasts.keep_draft(broadcast, person.id, seal, Draft(content, audience))
    if confirmed:
        broadcasts.act(broadcast, Act.SEND, "test")
    foundation.database.close()
    return broadcast


def test_list_of_none_says_how_one_begins(here: Installation) -> None:
    [told] = lines(here.run("broadcasts", "list"))
    assert "/broadcast in a chat" in told


def test_list_shows_the_newest_first_and_no_words(here: Installation) -> None:
    first, draft, second = begin(here), begin(here, confirmed=False), begin(here, "tag:vip")
    told = lines(here.run("broadcasts", "list"))
    assert [line.split("\t")[0] for line in told] == [str(second), str(first)]
    assert told[0].split("\t")[2:] == ["running", "tag:vip", "at once", "0", "0"]
    assert str(draft) in here.run("broadcasts", "list", "--drafts").stdout
    assert "secret" not in "".join(told)


def test_acts_are_carried_out_audited_and_done_once(here: Installation) -> None:
    broadcast = str(begin(here))
    assert lines(here.run("broadcasts", "pause", broadcast)) == [f"Broadcast {broadcast} is paused."]
    again = here.run("broadcasts", "pause", broadcast)
    assert (again.exit_code, lines(again)) == (
        1,
        ["Nothing was changed: it is paused, and only what is running can be told to pause."],
    )
    assert lines(here.run("broadcasts", "resume", broadcast)) == [f"Broadcast {broadcast} is running."]
    assert lines(here.run("broadcasts", "cancel", broadcast)) == [f"Broadcast {broadcast} is cancelled."]
    assert here.run("broadcasts", "resume", broadcast).exit_code == 1
    done = [action for action, _ in here.audited()]
    assert done == ["broadcast_sent", "broadcast_paused", "broadcast_resumed", "broadcast_cancelled"]
    assert {row.actor for row in here.rows(tables.audit) if row.action == "broadcast_paused"} != {"test"}


def test_show_tells_what_became_of_it(here: Installation) -> None:
    broadcast = begin(here)
    told = dict(line.split(": ", 1) for line in lines(here.run("broadcasts", "show", str(broadcast))))
    assert (told["status"], told["audience"], told["sent"], told["answered"]) == ("running", "everybody", "0", "0")


@pytest.mark.parametrize("command", ["show", "pause", "resume", "cancel"])
def test_broadcast_that_is_none_is_told_of(here: Installation, command: str) -> None:
    result = here.run("broadcasts", command, "01890a5d-ac96-774b-bcce-b302099a8057")
    assert isinstance(result.exception, BroadcastUnknown)
    assert "sunup broadcasts list" in str(result.exception)
    assert here.run("broadcasts", command, "nonsense").exit_code == 2
