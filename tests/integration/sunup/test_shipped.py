"""The shipped workflows: published on the first start; a further start over the same release reads none of them."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import migrations, tables
from sunup.composition import Foundation, found
from sunup.settings import read_settings
from sunup.shipped import BY, publish_shipped, shipped_sources


@pytest.fixture
def foundation(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Foundation]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SUNUP_DATABASE_URL", database_url)
    monkeypatch.setenv("SUNUP_MASTER_KEY", base64.b64encode(b"m" * 32).decode())
    made = found(read_settings())
    migrations.upgrade(made.database)
    yield made
    made.database.close()


def versions(foundation: Foundation) -> list[tuple[str, int, bool]]:
    table = tables.workflow_versions
    with foundation.database.read() as connection:
        rows = connection.execute(sa.select(table).order_by(table.c.name, table.c.version))
        return [(row.name, row.version, row.shipped) for row in rows]


def test_first_start_publishes_all_and_the_next_reads_none(
    foundation: Foundation, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_shipped(foundation)
    published = versions(foundation)
    assert len(published) == len(shipped_sources())

    monkeypatch.setattr("storage.workflows.load_workflow", lambda *_: pytest.fail("a document was read"))
    publish_shipped(foundation)

    assert versions(foundation) == published


def test_workflow_that_somebody_published_since_is_left_alone(foundation: Foundation) -> None:
    publish_shipped(foundation)
    [welcome] = [source for source in shipped_sources() if "\nworkflow: welcome" in f"\n{source}"]
    foundation.publications.publish(welcome.replace("hours: ", "hours: 1"), "operator:asha")

    publish_shipped(foundation)

    assert [version for version in versions(foundation) if version[0] == "welcome"] == [
        ("welcome", 1, True),
        ("welcome", 2, False),
    ]


def test_shipped_workflow_of_another_release_is_renewed(foundation: Foundation) -> None:
    [welcome] = [source for source in shipped_sources() if "\nworkflow: welcome" in f"\n{source}"]
    foundation.publications.publish(f"# as it was\n{welcome}", BY, shipped=True)

    publish_shipped(foundation)

    assert ("welcome", 2, True) in versions(foundation)
