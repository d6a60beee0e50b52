"""Accounts: made once whoever asks first, sealed, paused, removed and used again."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core import errors
from storage import tables
from storage.accounts import AccountStatus
from tests.integration.storage.conftest import OpenDesk
from tests.integration.storage.desk import Desk


def names(desk: Desk) -> list[tuple[str, str, str]]:
    return [(one.channel, one.name, one.status) for one in desk.accounts.all()]


def test_default_account_is_made_when_it_is_first_asked_for(desk: Desk) -> None:
    web = desk.accounts.id_of("web", "default")
    assert desk.accounts.id_of("web", "default") == web
    assert names(desk) == [("telegram", "default", "active"), ("web", "default", "active")]


def test_an_unknown_account_is_refused_with_the_command_that_adds_it(desk: Desk) -> None:
    with pytest.raises(errors.ConfigurationError, match="sunup accounts add telegram shop"):
        desk.accounts.id_of("telegram", "shop")


def test_put_keeps_credentials_and_renews_them_under_the_same_id(desk: Desk) -> None:
    desk.accounts.put("telegram", "shop", {"token": "one"})
    shop = desk.accounts.find("telegram", "shop")
    assert shop is not None
    assert desk.accounts.set_status(shop.id, AccountStatus.PAUSED, "token refused")
    desk.accounts.put("telegram", "shop", {"token": "two"})
    renewed = desk.accounts.find("telegram", "shop")
    assert renewed is not None
    assert (renewed.id, renewed.status, renewed.reason) == (shop.id, AccountStatus.ACTIVE, "")
    assert dict(renewed.credentials) == {"token": "two"}


def test_set_status_says_whether_it_changed_anything(desk: Desk) -> None:
    assert desk.accounts.set_status(desk.account, AccountStatus.PAUSED, "x" * 300)
    assert not desk.accounts.set_status(desk.account, AccountStatus.PAUSED)
    (account,) = desk.accounts.all()
    assert (account.status, account.reason) == (AccountStatus.PAUSED, "x" * 200)
    assert desk.accounts.id_of("telegram", "default") == desk.account


def test_a_removed_account_is_not_found_and_comes_back_as_itself(desk: Desk) -> None:
    desk.accounts.put("telegram", "shop", {"token": "one"})
    shop = desk.accounts.id_of("telegram", "shop")
    desk.accounts.set_status(shop, AccountStatus.REMOVED)
    assert desk.accounts.find("telegram", "shop") is None
    with pytest.raises(errors.ConfigurationError):
        desk.accounts.id_of("telegram", "shop")
    desk.accounts.put("telegram", "shop", {"token": "two"})
    assert desk.accounts.id_of("telegram", "shop") == shop


def test_renew_gives_new_credentials_and_changes_nothing_else(desk: Desk) -> None:
    desk.accounts.put("slack", "T024CREW", {"token": "one"})
    crew = desk.accounts.id_of("slack", "T024CREW")
    desk.accounts.set_status(crew, AccountStatus.PAUSED, "paused by an operator")
    desk.accounts.renew("slack", "T024CREW", {"token": "two"})
    renewed = desk.accounts.find("slack", "T024CREW")
    assert renewed is not None
    assert (renewed.id, renewed.status, renewed.reason) == (crew, AccountStatus.PAUSED, "paused by an operator")
    assert dict(renewed.credentials) == {"token": "two"}


def test_renew_leaves_the_others_alone_and_brings_nobody_back(desk: Desk) -> None:
    desk.accounts.put("slack", "T024CREW", {"token": "one"})
    desk.accounts.put("slack", "T024OTHER", {"token": "other"})
    desk.accounts.set_status(desk.accounts.id_of("slack", "T024CREW"), AccountStatus.REMOVED)
    desk.accounts.renew("slack", "T024CREW", {"token": "two"})
    desk.accounts.renew("slack", "T024NOBODY", {"token": "two"})
    other = desk.accounts.find("slack", "T024OTHER")
    assert other is not None
    assert dict(other.credentials) == {"token": "other"}
    assert names(desk) == [("slack", "T024OTHER", "active"), ("telegram", "default", "active")]


def test_processes_that_start_together_make_one_default_account(database_url: str, open_desk: OpenDesk) -> None:
    desks = [open_desk(database_url) for _ in range(4)]
    for number in range(10):
        line = threading.Barrier(4)

        def ask(desk: Desk, line: threading.Barrier = line, channel: str = f"c{number}") -> object:
            line.wait(10)
            return desk.accounts.id_of(channel, "default")

        with ThreadPoolExecutor(4) as threads:
            assert len(set(threads.map(ask, desks))) == 1
    assert desks[0].count(tables.accounts) == 11
