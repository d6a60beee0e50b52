"""Leases: one owner at a time, until the end, whoever asks at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from storage.leases import Leases
from tests.integration.storage.conftest import OpenDesk
from tests.integration.storage.desk import Desk

MINUTE = timedelta(minutes=1)


def leases(desk: Desk) -> Leases:
    return Leases(desk.database, desk.clock)


def test_lease_is_its_owners_until_it_ends_or_is_given_back(desk: Desk) -> None:
    held = leases(desk)
    assert held.take("token:T1", "a", MINUTE)
    assert not held.take("token:T1", "b", MINUTE)
    assert held.take("token:T2", "b", MINUTE)
    desk.clock.ahead = MINUTE / 2
    assert held.take("token:T1", "a", MINUTE)
    desk.clock.ahead = MINUTE * 1.2
    assert not held.take("token:T1", "b", MINUTE)
    held.release("token:T1", "b")
    assert not held.take("token:T1", "b", MINUTE)
    held.release("token:T1", "a")
    assert held.take("token:T1", "b", MINUTE)


def test_lease_that_is_over_is_anybodys(desk: Desk) -> None:
    held = leases(desk)
    held.take("token:T1", "a", MINUTE)
    desk.clock.ahead = MINUTE * 1.1
    assert held.take("token:T1", "b", MINUTE)
    assert not held.take("token:T1", "a", MINUTE)


def test_end_says_once_that_a_lease_still_held_whoever_had_it(desk: Desk) -> None:
    held = leases(desk)
    held.take("state:1", "a", MINUTE)
    assert [held.end("state:1"), held.end("state:1"), held.end("state:2")] == [True, False, False]
    assert held.take("state:1", "b", MINUTE)


def test_end_of_a_lease_that_is_over_says_so(desk: Desk) -> None:
    held = leases(desk)
    held.take("state:1", "a", MINUTE)
    desk.clock.ahead = MINUTE * 1.1
    assert not held.end("state:1")


def test_end_by_many_at_once_is_told_to_one(database_url: str, open_desk: OpenDesk) -> None:
    desks = [open_desk(database_url) for _ in range(4)]
    for number in range(10):
        name, line = f"state:{number}", threading.Barrier(4)
        leases(desks[0]).take(name, "a", MINUTE)

        def end(desk: Desk, name: str = name, line: threading.Barrier = line) -> bool:
            line.wait(10)
            return leases(desk).end(name)

        with ThreadPoolExecutor(4) as threads:
            assert sorted(threads.map(end, desks)) == [False, False, False, True]
