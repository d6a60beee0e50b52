"""Who had said stop before people's rows told so: the migration takes it over from the history."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from storage import tables
from storage.database import Database
from storage.migrations import upgrade
from tests.integration.edge import Ids

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    upgrade(database, "0006")
    yield database
    database.close()


def test_last_of_stop_and_start_counts_and_is_the_stayers_after_a_linking(database: Database) -> None:
    ids = Ids()
    quiet, back, other, stayer, goer = (ids.new() for _ in range(5))
    said = ((quiet, "stopped"), (back, "stopped"), (back, "started_again"), (other, "linked"), (goer, "stopped"))
    with database.write() as connection:
        for person in (quiet, back, other, stayer, goer):
            words = dict.fromkeys(("language", "zone", "goal", "market", "skill_level", "country"), "")
            merged = {"merged_into": stayer} if person == goer else {}
            row = {"id": person, "next_seq": 1, "created_at": NOW, "updated_at": NOW, **words, **merged}
            connection.execute(sa.insert(tables.people).values(**row))
        for place, (person, kind) in enumerate(said):
            fact = {"id": ids.new(), "person_id": person, "kind": kind, "at": NOW + timedelta(seconds=place)}
            connection.execute(sa.insert(tables.facts).values(**fact, data=b"sealed"))
    upgrade(database)
    with database.read() as connection:
        stopped = set(connection.execute(sa.select(tables.people.c.id).where(tables.people.c.stopped)).scalars())
    assert stopped == {quiet, stayer}
    assert all(isinstance(one, UUID) for one in stopped)
