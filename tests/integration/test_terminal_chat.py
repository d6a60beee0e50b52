"""`sunup chat`: a whole conversation in the terminal, with no account and no running server."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bots.registry import CHANNELS
from bots.terminal.adapter import Shown
from core import errors
from core.messages import DeliveryStatus
from storage import tables
from storage.outbox import Outbox
from storage.share import Share
from sunup.composition import Foundation
from sunup.shipped import shipped_sources
from sunup.terminal import NoHints, Speaker, TerminalHost
from tests.integration.command_line import Clock, Installation, lines
from workers.books import Books
from workers.detours import Detours
from workers.gate import Gate
from workers.sender import Sender, SenderPorts

WAIT = """
workflow: patience
title: Patience
steps:
  - say: first
    text: Wait for it.
  - wait: pause
    for: 1h
  - say: then
    text: There it is.
"""


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = Installation(tmp_path, database_url, monkeypatch)
    installation.make_database(*shipped_sources(), WAIT)
    return installation


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def foundation(here: Installation, clock: Clock) -> Iterator[Foundation]:
    foundation = replace(here.foundation(), clock=clock)
    yield foundation
    foundation.database.close()


class Glass:
    """A screen that remembers."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._news = asyncio.Condition()

    async def show(self, shown: Shown) -> None:
        async with self._news:
            self.words += [line.words for line in shown.lines]
            self._news.notify_all()

    async def shows(self, words: str, within: float = 5) -> None:
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: any(words in one for one in self.words))


@asynccontextmanager
async def sitting(foundation: Foundation, session: str) -> AsyncIterator[tuple[TerminalHost, Glass]]:
    glass = Glass()
    async with TerminalHost(foundation, Speaker(session), glass.show) as host:
        yield host, glass


def picture(folder: Path) -> Path:
    data = BytesIO()
    Image.new("RGB", (64, 48), "navy").save(data, "PNG")
    path = folder / "my page.png"
    path.write_bytes(data.getvalue())
    return path


def test_workflow_is_lived_through_with_a_picture_and_a_number(here: Installation) -> None:
    path = picture(here.folder)
    typed = f'1\ndone\n/file "{path}"\n4500\n'

    said = lines(here.run("chat", "--session", "asha", "--name", "Asha", "--workflow", "prompt_selling", typed=typed))

    assert said[0].startswith("Hello, Asha!")
    assert "  1  Design" in said
    assert "Kept, thank you." in said
    assert any("₹4,500" in line for line in said)
    assert [row.status for row in here.rows(tables.executions)] == ["completed"]
    assert [(row.kind, row.mime) for row in here.rows(tables.media)] == [("image", "image/png")]
    assert {row.status for row in here.rows(tables.outbox)} == {DeliveryStatus.DELIVERED.value}


def test_chat_begun_again_goes_on_where_it_was_left(here: Installation) -> None:
    here.run("chat", "--session", "asha", "--workflow", "prompt_selling", typed="")

    said = lines(here.run("chat", "--session", "asha", typed="2\n"))

    assert said[0] == "Step 2 of 5 · Sell three prompt packs"
    assert "Copywriting" in said[1]


def test_wrong_file_is_answered_with_what_would_be_right(here: Installation) -> None:
    (here.folder / "nothing.png").write_bytes(b"")
    typed = "1\ndone\n/file gone.png\n/file nothing.png\n"

    said = lines(here.run("chat", "--session", "asha", "--workflow", "prompt_selling", typed=typed))

    assert any("There is no file gone.png" in line for line in said)
    assert here.rows(tables.media) == []
    assert any("empty" in line for line in said)
    assert [row.steps_completed for row in here.rows(tables.executions)] == [2]


def test_quit_ends_the_chat_and_the_rest_is_not_read(here: Installation) -> None:
    result = here.run("chat", "--session", "asha", typed="hello\n/quit\nnever said\n")

    assert result.exit_code == 0
    assert [row.kind for row in here.rows(tables.messages) if row.inbound] == ["text", "blocked"]


def test_workflow_that_is_none_is_named(here: Installation) -> None:
    result = here.run("chat", "--workflow", "nowhere")

    assert isinstance(result.exception, errors.WorkflowError)
    assert "sunup workflows list" in str(result.exception)


@pytest.mark.parametrize("option", [("--session", "../etc"), ("--language", "no_tag"), ("--language", "german")])
def test_option_that_cannot_be_right_is_refused(here: Installation, option: tuple[str, str]) -> None:
    assert here.run("chat", *option).exit_code == 2


def test_language_is_that_of_a_new_session(here: Installation) -> None:
    said = lines(here.run("chat", "--session", "karl", "--language", "de", typed="hallo\n"))

    assert said[0].startswith("Hallo")


async def test_two_sessions_at_once_see_their_own_answers_alone(foundation: Foundation) -> None:
    async with sitting(foundation, "ann") as (ann, hers), sitting(foundation, "bob") as (bob, his):
        await ann._take(ann._typed("/start patience"))
        await bob._take(bob._typed("/help"))

        await ann.settle()
        await bob.settle()

        assert "Wait for it." in hers.words
        assert "Wait for it." not in his.words
        assert any("/workflows" in words for words in his.words)
        assert not any("/workflows" in words for words in hers.words)


async def test_timer_that_comes_due_while_a_line_is_awaited_is_shown(foundation: Foundation, clock: Clock) -> None:
    async with sitting(foundation, "asha") as (host, glass):
        await host.take("/start patience")
        attending = asyncio.create_task(host.attend())
        clock.ahead = timedelta(hours=2)

        await glass.shows("There it is.")

        attending.cancel()


async def test_what_came_due_while_the_terminal_was_closed_is_said_at_its_opening(
    here: Installation, foundation: Foundation, clock: Clock
) -> None:
    async with sitting(foundation, "asha") as (host, _):
        await host.take("/start patience")
        await host.leave()
    assert here.rows(tables.timers) == []
    clock.ahead = timedelta(hours=2)

    async with sitting(foundation, "asha") as (host, glass):
        await host.arrive()

    assert "There it is." in glass.words


def sender(foundation: Foundation, outbox: Outbox) -> Sender:
    """Return a sender as `sunup send` runs it: it knows no terminal."""
    detours = Detours(foundation.forwarding, lambda account_id: None)
    books = Books(foundation.turns, foundation.pausing, foundation.dead_letters, detours)
    return Sender(
        SenderPorts(
            database=foundation.database,
            outbox=outbox,
            books=books,
            gate=Gate(foundation.database, books, detours, lambda account_id: None),
            adapter_of=lambda account_id: None,
            clock=foundation.clock,
            hints=NoHints(),
        )
    )


async def test_sender_that_takes_everything_keeps_nothing_from_the_screen(foundation: Foundation) -> None:
    async with sitting(foundation, "asha") as (host, glass):
        await host._take(host._typed("/start patience"))
        assert await sender(foundation, Outbox(foundation.sealer)).drain_once() > 0

        await host.settle()

    assert "Wait for it." in glass.words


async def test_running_sender_is_no_obstacle(foundation: Foundation) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(sender(foundation, Outbox(foundation.sealer)).run(stop))
    async with sitting(foundation, "asha") as (host, glass):
        for number in range(4):
            await host.take(f"/start {'patience' if number == 0 else 'nowhere'}")

    assert sum("nowhere" in words for words in glass.words) == 3
    stop.set()
    await running


async def test_sender_with_a_share_leaves_the_terminal_alone(here: Installation, foundation: Foundation) -> None:
    async with sitting(foundation, "asha") as (host, _):
        await host._take(host._typed("/start patience"))

    assert await sender(foundation, Share(foundation.sealer, CHANNELS)).drain_once() == 0

    assert {(row.attempts, row.lease_owner, row.status) for row in here.rows(tables.outbox)} == {(0, None, "queued")}


async def test_terminal_leaves_other_channels_alone(here: Installation, foundation: Foundation) -> None:
    async with sitting(foundation, "asha") as (host, _):
        await host.take("/start patience")
        other = foundation.accounts.id_of("web", "default")
        here.change(
            lambda connection: connection.execute(
                tables.outbox.update().values(account_id=other, status="queued", settled_at=None, attempts=0)
            )
        )

        assert await host._sender.drain_once() == 0

    assert {(row.attempts, row.lease_owner, row.status) for row in here.rows(tables.outbox)} == {(0, None, "queued")}


def test_session_open_twice_is_refused(here: Installation) -> None:
    from sunup.commands.chat import _alone

    with _alone(here.folder / "var" / "terminal", "asha"):
        result = here.run("chat", "--session", "asha")

    assert isinstance(result.exception, errors.ConfigurationError)
    assert "--session" in str(result.exception)


def test_fresh_machine_needs_nothing_but_the_command(
    tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = Installation(tmp_path, sqlite_database_url, monkeypatch)

    said = lines(fresh.run("chat", "--session", "asha", typed="hello\n"))

    assert said[0].startswith("Hello!")


def test_database_elsewhere_is_not_brought_up_to_date_behind_its_back(
    tmp_path: Path, postgres_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = Installation(tmp_path, postgres_database_url, monkeypatch).run("chat", typed="hello\n")

    assert isinstance(result.exception, errors.ConfigurationError)
    assert "sunup db upgrade" in str(result.exception)
