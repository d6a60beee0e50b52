"""Published workflows: versions never change, the current one is pointed at, running executions keep theirs."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from conversations.engine import Engine
from core import errors
from storage import tables
from storage.database import Database
from storage.workflows import Publications, StoredLibrary
from tests.integration.storage.conftest import OpenDesk
from tests.integration.storage.desk import Desk, text


def diary(question: str = "How are you?", title: str = "Diary", name: str = "diary", more: str = "") -> str:
    return f"""
workflow: {name}
title: {title}
{more}
steps:
  - ask: mood
    text: {question}
  - ask: why
    text: "{question} And why?"
"""


@pytest.fixture
def publications(desk: Desk) -> Publications:
    return Publications(desk.database, desk.ids, desk.clock)


def listed(publications: Publications) -> list[tuple[str, int, bool]]:
    return [(one.name, one.version, one.current) for one in publications.listed()]


def audit(desk: Desk) -> list[tuple[str, str, str]]:
    return [(row.actor, row.action, row.data) for row in sorted(desk.rows(tables.audit), key=lambda row: row.id)]


# -- publishing ----------------------------------------------------------------------------------


def test_publish_counts_versions_and_points_at_the_newest(desk: Desk, publications: Publications) -> None:
    assert publications.publish(diary("One?"), "asha") == ("diary", 1)
    assert publications.publish(diary("Two?"), "ben") == ("diary", 2)
    assert listed(publications) == [("diary", 1, False), ("diary", 2, True)]
    assert [(one.title, one.published_by, one.shipped) for one in publications.listed()] == [
        ("Diary", "asha", False),
        ("Diary", "ben", False),
    ]
    assert "Two?" in publications.source("diary")
    assert "One?" in publications.source("diary", 1)
    assert audit(desk) == [
        ("asha", "workflow_published", '{"name":"diary","version":1}'),
        ("ben", "workflow_published", '{"name":"diary","version":2}'),
    ]


def test_publish_of_the_same_again_changes_nothing(desk: Desk, publications: Publications) -> None:
    assert [publications.publish(diary(), "asha") for _ in range(3)] == [("diary", 1)] * 3
    assert len(audit(desk)) == 1


def test_publish_of_a_wrong_document_is_refused_and_keeps_nothing(desk: Desk, publications: Publications) -> None:
    with pytest.raises(errors.WorkflowError):
        publications.publish("workflow: diary\nsteps: 7\n", "asha")
    assert (desk.count(tables.workflow_versions), desk.count(tables.workflows), audit(desk)) == (0, 0, [])


def test_publish_of_a_shipped_one_overrides_no_published_one(publications: Publications) -> None:
    assert publications.publish(diary("Shipped?"), "sunup", shipped=True) == ("diary", 1)
    assert publications.publish(diary("Shipped again?"), "sunup", shipped=True) == ("diary", 2)
    assert publications.publish(diary("Ours?"), "asha") == ("diary", 3)
    assert publications.publish(diary("Shipped later?"), "sunup", shipped=True) == ("diary", 3)
    assert [one.shipped for one in publications.listed()] == [True, True, False]


def test_publish_of_an_earlier_document_is_a_new_version(publications: Publications) -> None:
    for question, version in (("One?", 1), ("Two?", 2), ("One?", 3)):
        assert publications.publish(diary(question), "asha") == ("diary", version)


# -- going back ----------------------------------------------------------------------------------


def test_rollback_points_at_the_version_before_or_a_given_one(desk: Desk, publications: Publications) -> None:
    for question in ("One?", "Two?", "Three?"):
        publications.publish(diary(question), "asha")
    assert publications.rollback("diary", by="ben") == 2
    assert publications.rollback("diary", 1) == 1
    assert publications.rollback("diary", 3) == 3
    assert [row.version for row in desk.rows(tables.workflows)] == [3]
    assert audit(desk)[3] == ("ben", "workflow_rolled_back", '{"name":"diary","version":2}')
    assert publications.publish(diary("Four?"), "asha") == ("diary", 4)


@pytest.mark.parametrize(
    ("name", "to", "words"),
    [
        ("diary", 9, "diary has no version 9; it has 1 to 1"),
        ("diary", None, "diary is at its first version; there is none before it"),
        ("letter", None, "there is no workflow 'letter'"),
        ("letter", 1, "there is no workflow 'letter'"),
    ],
)
def test_rollback_to_what_there_is_not_is_refused(
    desk: Desk, publications: Publications, name: str, to: int | None, words: str
) -> None:
    publications.publish(diary(), "asha")
    with pytest.raises(errors.WorkflowError, match=words):
        publications.rollback(name, to)
    assert [(row.name, row.version) for row in desk.rows(tables.workflows)] == [("diary", 1)]


@pytest.mark.parametrize(("name", "version"), [("letter", None), ("diary", 2), ("letter", 1)])
def test_source_of_what_there_is_not_is_refused(publications: Publications, name: str, version: int | None) -> None:
    publications.publish(diary(), "asha")
    with pytest.raises(errors.WorkflowError, match="no such version"):
        publications.source(name, version)


# -- at the same time ----------------------------------------------------------------------------


def at_once(url: str, calls: list[Callable[[Publications], object]], desk: Desk) -> list[object]:
    line = threading.Barrier(len(calls))

    def start(call: Callable[[Publications], object]) -> object:
        database = Database(url)
        try:
            line.wait(10)
            return call(Publications(database, desk.ids, desk.clock))
        finally:
            database.close()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(start, calls))


@pytest.mark.parametrize("beforehand", [0, 2])
def test_publish_at_the_same_time_gives_distinct_versions(desk: Desk, beforehand: int) -> None:
    def publish(question: str) -> Callable[[Publications], object]:
        return lambda publications: publications.publish(diary(question), "asha")[1]

    for number in range(beforehand):
        publish(f"Before {number}?")(Publications(desk.database, desk.ids, desk.clock))
    versions = at_once(desk.url, [publish(f"Question {number}?") for number in range(6)], desk)
    assert sorted(versions, key=str) == [beforehand + number for number in range(1, 7)]


def test_publish_of_the_same_at_the_same_time_makes_one_version(desk: Desk) -> None:
    """As the processes of a first start do."""
    same: Callable[[Publications], object] = lambda one: one.publish(diary(), "sunup", shipped=True)  # noqa: E731 - typed
    assert at_once(desk.url, [same] * 6, desk) == [("diary", 1)] * 6
    assert desk.count(tables.workflow_versions) == 1


def test_publish_of_a_shipped_one_waits_for_a_publication_under_way(postgres_desk: Desk) -> None:
    """What is read beside the lock may be older than the lock: the publication must be seen all the same."""
    desk = postgres_desk
    Publications(desk.database, desk.ids, desk.clock).publish(diary("Shipped?"), "sunup", shipped=True)
    pool = ThreadPoolExecutor(1)
    with desk.database.write() as connection:
        connection.execute(sa.select(tables.workflows).with_for_update())
        other = Publications(desk.database, desk.ids, desk.clock)
        shipping = pool.submit(other.publish, diary("Shipped later?"), "sunup", shipped=True)
        _wait_for_a_waiter(desk)
        row = dict(desk.rows(tables.workflow_versions)[0]._mapping) | {"version": 2, "sha256": "x", "shipped": False}
        connection.execute(tables.workflow_versions.insert(), row)
        connection.execute(sa.update(tables.workflows).values(version=2))
    assert shipping.result(10) == ("diary", 2)
    pool.shutdown()


def _wait_for_a_waiter(desk: Desk) -> None:
    waiting = sa.text("select count(*) from pg_locks where not granted")
    while True:
        with desk.database.read() as connection:
            if connection.execute(waiting).scalar():
                return


# -- the library ---------------------------------------------------------------------------------


def test_library_reads_current_and_earlier_versions(desk: Desk, publications: Publications) -> None:
    publications.publish(diary("One?"), "asha")
    publications.publish(diary("Two?"), "asha")
    library = StoredLibrary(desk.database, refresh=0)
    current, earlier = library.current("diary"), library.version("diary", 1)
    assert current is not None
    assert earlier is not None
    assert (current.version, earlier.version) == (2, 1)
    assert library.version("diary", 1) is earlier
    assert (library.current("letter"), library.version("diary", 9)) == (None, None)


def test_library_lists_what_people_may_choose(desk: Desk, publications: Publications) -> None:
    publications.publish(diary(name="b"), "asha")
    publications.publish(diary(name="a"), "asha")
    publications.publish(diary(name="hidden", more="listed: false"), "asha")
    library = StoredLibrary(desk.database, refresh=0)
    assert [workflow.name for workflow in library.listed()] == ["a", "b"]


def test_library_follows_within_its_refresh_and_not_before(
    desk: Desk, publications: Publications, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [100.0]
    monkeypatch.setattr("storage.workflows.time.monotonic", lambda: seconds[0])
    library = StoredLibrary(desk.database, refresh=1.0)
    publications.publish(diary("One?"), "asha")
    assert [_version(library)] == [1]
    publications.publish(diary("Two?"), "asha")
    seconds[0] += 0.9
    assert _version(library) == 1
    seconds[0] += 0.2
    assert _version(library) == 2
    publications.rollback("diary")
    seconds[0] += 1.1
    assert (_version(library), [one.version for one in library.listed()]) == (1, [1])


def _version(library: StoredLibrary) -> int:
    found = library.current("diary")
    assert found is not None
    return found.version


def test_library_finds_a_version_that_came_after_it_was_asked_for(desk: Desk, publications: Publications) -> None:
    library = StoredLibrary(desk.database, refresh=0)
    assert library.version("diary", 1) is None
    publications.publish(diary(), "asha")
    assert library.version("diary", 1) is not None
    assert _version(library) == 1


def test_library_serves_what_it_knows_while_the_database_is_away(
    desk: Desk, publications: Publications, monkeypatch: pytest.MonkeyPatch
) -> None:
    publications.publish(diary(), "asha")
    library = StoredLibrary(desk.database, refresh=0)
    assert _version(library) == 1
    with monkeypatch.context() as away:
        away.setattr(desk.database, "read", _away)
        assert (_version(library), len(library.listed())) == (1, 1)
    publications.publish(diary("Two?"), "asha")
    assert [one.version for one in library.listed()] == [2]


def test_library_lists_anew_after_the_database_went_away_in_the_middle(
    desk: Desk, publications: Publications, monkeypatch: pytest.MonkeyPatch
) -> None:
    publications.publish(diary(), "asha")
    library = StoredLibrary(desk.database, refresh=0)
    with monkeypatch.context() as away:
        away.setattr(library, "_read", _away)
        assert library.listed() == []
    assert [one.version for one in library.listed()] == [1]


def _away(*arguments: object) -> None:
    raise errors.StorageUnavailable


def break_version(desk: Desk, version: int) -> None:
    """Add a version that this release cannot read, as a later one may leave behind."""
    row = next(dict(row._mapping) for row in desk.rows(tables.workflow_versions) if row.name == "diary")
    with desk.database.write() as connection:
        broken = {"version": version, "source": "workflow: diary\ntitle: Diary\nsteps: [{dance: tango}]\n"}
        connection.execute(tables.workflow_versions.insert(), row | broken)
        connection.execute(sa.update(tables.workflows).values(version=version))


def test_an_unreadable_version_is_left_out_and_can_be_rolled_back(desk: Desk, publications: Publications) -> None:
    publications.publish(diary(), "asha")
    publications.publish(diary(name="letter"), "asha")
    break_version(desk, 2)
    library = StoredLibrary(desk.database, refresh=0)
    assert library.current("diary") is None
    assert library.version("diary", 1) is not None
    assert ("diary", 2, True) in listed(publications)
    publications.rollback("diary")
    assert _version(library) == 1


# -- through the intake --------------------------------------------------------------------------


async def test_a_running_execution_keeps_its_version(database_url: str, open_desk: OpenDesk) -> None:
    first = open_desk(database_url)
    publications = Publications(first.database, first.ids, first.clock)
    publications.publish(diary("One?"), "asha")
    desk = open_desk(database_url, Engine(StoredLibrary(first.database, refresh=0)))
    await desk.hear(text("k1", "start diary"))
    publications.publish(diary("Two?"), "asha")
    await desk.hear(text("k2", "fine"), text("k3", "start diary", "8"))
    assert desk.said(inbound=False)[-1] == "One? And why?"
    assert desk.said("8", inbound=False)[-1] == "Two?"
    kept = {row.person_id: (row.version, row.status, row.steps_completed) for row in desk.rows(tables.executions)}
    assert sorted(kept.values()) == [(1, "in_progress", 1), (2, "started", 0)]


async def test_an_execution_of_an_unreadable_version_stops_nobody(database_url: str, open_desk: OpenDesk) -> None:
    first = open_desk(database_url)
    Publications(first.database, first.ids, first.clock).publish(diary("One?"), "asha")
    before = open_desk(database_url, Engine(StoredLibrary(first.database)))
    await before.hear(text("k1", "start diary"), text("k2", "start diary", "8"))
    unreadable = StoredLibrary(first.database)
    unreadable._versions[("diary", 1)] = None
    desk = open_desk(database_url, Engine(unreadable))
    await desk.hear(text("k3", "fine"), text("k4", "hello", "9"))
    assert (desk.letters(), desk.said("9")) == ([], ["hello"])
    assert desk.said("9", inbound=False)
    assert [row.kind for row in desk.rows(tables.facts)][-1] == "workflow_missing"
    assert desk.said(inbound=False)[-1] != "One?"
