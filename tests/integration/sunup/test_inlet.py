"""The inlet: messages, reports and notices of one request, each to its keeper, or none of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import pytest
import sqlalchemy as sa
import structlog

from core import errors
from core.ids import MessageId
from core.messages import AccountNotice, DeliveryReport, DeliveryStatus
from storage import tables
from storage.accounts import REFUSED, AccountStatus
from storage.deliveries import Deliveries
from storage.forwarding import Forwarding
from storage.pausing import Pausing
from sunup.inlet import Inlet
from tests.integration.storage.desk import Desk, text

GONE = AccountNotice("telegram", "shop", "app_uninstalled")


@dataclass
class Hall:
    """An inlet over a database."""

    desk: Desk
    inlet: Inlet

    def said(self) -> UUID:
        """Return the id of the newest message of ours."""
        return UUID(str(self.desk.rows(tables.outbox)[-1].id))

    def status(self, name: str) -> tuple[AccountStatus, str]:
        found = self.desk.accounts.find("telegram", name)
        assert found is not None
        return found.status, found.reason


@pytest.fixture
async def hall(database_url: str) -> AsyncIterator[Hall]:
    desk = Desk(database_url)
    desk.accounts.put("telegram", "shop", {"token": "t"})
    pausing = Pausing(desk.database, Forwarding(desk.sealer, desk.ids), desk.clock)
    async with desk.open() as intake:
        yield Hall(desk, Inlet(intake, Deliveries(desk.database, desk.accounts, desk.clock), desk.accounts, pausing))
    desk.close()


def report(
    message: UUID, status: DeliveryStatus = DeliveryStatus.DELIVERED, account: str = "default"
) -> DeliveryReport:
    return DeliveryReport("telegram", account, status, "SM1", MessageId(message))


async def test_each_kind_goes_to_its_keeper(hall: Hall) -> None:
    await hall.inlet.take([text("1", "a")])
    await hall.inlet.take([report(hall.said()), text("2", "b"), GONE])
    assert hall.desk.heard() == ["a", "b"]
    assert hall.desk.rows(tables.outbox)[0].reported == "delivered"
    assert hall.status("shop") == (AccountStatus.PAUSED, f"{REFUSED} (app_uninstalled)")
    assert hall.status("default")[0] is AccountStatus.ACTIVE


async def test_request_that_holds_nothing_is_taken(hall: Hall) -> None:
    await hall.inlet.take([])
    assert hall.desk.count(tables.inbox) == 0


async def test_notice_that_comes_again_is_said_once(hall: Hall) -> None:
    with structlog.testing.capture_logs() as events:
        for reason in ("app_uninstalled", "tokens_revoked", "app_uninstalled"):
            await hall.inlet.take([AccountNotice("telegram", "shop", reason)])
    assert [one["event"] for one in events if one["log_level"] == "error"] == ["account_paused"]
    assert hall.status("shop")[1] == f"{REFUSED} (app_uninstalled)"


async def test_report_on_another_accounts_message_changes_nothing(hall: Hall) -> None:
    await hall.inlet.take([text("1", "a")])
    await hall.inlet.take([report(hall.said(), account="shop")])
    assert hall.desk.rows(tables.outbox)[0].reported is None


@pytest.mark.parametrize("what", [GONE, report(UUID(int=1)), text("1", "a")], ids=["notice", "report", "message"])
async def test_database_that_is_away_has_all_of_it_brought_again(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, what: object
) -> None:
    def away() -> None:
        raise errors.StorageUnavailable

    with monkeypatch.context() as gone:
        gone.setattr(hall.desk.database, "write", away)
        with pytest.raises(errors.StorageUnavailable):
            await hall.inlet.take([what])  # type: ignore[list-item]  # each of the three kinds is one
    assert (hall.desk.count(tables.inbox), hall.status("shop")[0]) == (0, AccountStatus.ACTIVE)


async def test_account_that_is_not_there_is_told(hall: Hall) -> None:
    with pytest.raises(errors.ConfigurationError):
        await hall.inlet.take([AccountNotice("telegram", "nobody", "app_uninstalled")])
    with hall.desk.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(tables.accounts)).scalar() == 2
