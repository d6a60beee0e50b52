"""`sunup signal`: something happened elsewhere, and a waiting dialogue goes on."""

from pathlib import Path
from uuid import UUID

import pytest

from core.messages import InboundKind, InboundMessage
from storage import tables
from storage.people import PersonUnknown
from storage.turns import Arrival
from tests.integration.command_line import Installation, lines

WAIT = """
workflow: parcel
title: The parcel
steps:
  - wait: parcel
    event: order_shipped
    for: 5d
  - say: there
    text: It is on its way.
"""


@pytest.fixture
def here(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Installation:
    installation = Installation(tmp_path, database_url, monkeypatch)
    installation.make_database(WAIT)
    return installation


def wait_for_parcel(here: Installation, address: str) -> UUID:
    foundation = here.foundation()
    message = InboundMessage(f"k{address}", "web", "default", address, address, InboundKind.TEXT, "/start parcel")
    arrival = Arrival(foundation.accounts.id_of("web", "default"), message)
    with foundation.database.write() as connection:
        foundation.turns.take(connection, [arrival], foundation.clock.now())
    foundation.database.close()
    (identity,) = here.rows(tables.identities, tables.identities.c.address == address)
    return UUID(str(identity.person_id))


def completed(here: Installation) -> set[UUID]:
    return {row.person_id for row in here.rows(tables.executions) if row.status == "completed"}


def test_signal_reaches_the_person_whom_it_concerns_alone(here: Installation) -> None:
    ann, _ = wait_for_parcel(here, "ann"), wait_for_parcel(here, "bob")

    said = lines(here.run("signal", "order_shipped", "--person", str(ann), "--data", "order=A-17"))

    assert said == ["1 person was told of order_shipped."]
    assert completed(here) == {ann}
    assert here.audited() == [("signal_raised", f'{{"signal":"order_shipped","people":["{ann}"]}}')]


def test_signal_reaches_everybody_under_way(here: Installation) -> None:
    both = {wait_for_parcel(here, "ann"), wait_for_parcel(here, "bob")}

    assert lines(here.run("signal", "order_shipped", "--all")) == ["2 people were told of order_shipped."]
    assert completed(here) == both
    assert lines(here.run("signal", "order_shipped", "--all")) == ["0 people were told of order_shipped."]


def test_signal_of_another_name_ends_no_wait(here: Installation) -> None:
    wait_for_parcel(here, "ann")

    here.run("signal", "order_lost", "--all")

    assert completed(here) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ("order_shipped",),
        ("order_shipped", "--all", "--person", str(UUID(int=1))),
        ("order_shipped", "--person", "asha"),
        ("Order shipped", "--all"),
        ("order_shipped", "--all", "--data", "order"),
    ],
    ids=["nobody", "one and all", "no id", "no name", "no pair"],
)
def test_signal_that_cannot_be_right_is_refused(here: Installation, arguments: tuple[str, ...]) -> None:
    assert here.run("signal", *arguments).exit_code == 2
    assert here.audited() == []


@pytest.mark.parametrize("words", [str(UUID(int=1)), "telegram:999"])
def test_signal_to_a_stranger_is_refused(here: Installation, words: str) -> None:
    assert isinstance(here.run("signal", "order_shipped", "--person", words).exception, PersonUnknown)
    assert here.audited() == []
