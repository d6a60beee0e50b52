"""Arrivals: the newest that an account brought, and no other account's."""

from datetime import timedelta

from storage.arrivals import newest_arrival
from tests.integration.storage.desk import Desk, text


def test_newest_arrival_is_the_accounts_own(desk: Desk) -> None:
    shop = desk.accounts.id_of("whatsapp", "default")
    desk.take(text("1", "a"))
    desk.clock.ahead = timedelta(hours=1)
    desk.take(text("2", "b"))
    with desk.database.read() as connection:
        newest, none = newest_arrival(connection, desk.account), newest_arrival(connection, shop)
    assert newest is not None
    assert abs(newest - desk.clock.now()) < timedelta(minutes=1)
    assert newest.tzinfo is not None
    assert none is None


def test_message_that_came_before_counts_as_no_new_arrival(desk: Desk) -> None:
    desk.take(text("1", "a"))
    with desk.database.read() as connection:
        first = newest_arrival(connection, desk.account)
    desk.clock.ahead = timedelta(hours=1)
    desk.take(text("1", "a"))
    with desk.database.read() as connection:
        assert newest_arrival(connection, desk.account) == first
