"""The end of an installation that comes late, or twice: a newer installation in the same workspace goes on."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bots.slack.adapter import SlackAdapter
from bots.slack.installation import Installation
from bots.transport import Transport
from storage.accounts import REFUSED, AccountStatus
from storage.deliveries import Deliveries
from storage.forwarding import Forwarding
from storage.pausing import Pausing
from storage.sealing import Unsealable
from sunup.inlet import Inlet
from tests.integration.storage.desk import Desk
from tests.unit.bots.slack.payloads import event, payload

TOLD = datetime.fromtimestamp(1795000000, UTC)
"""When the captured events say that the app was removed."""
TEAM = "T024CREW"
KINDS = ("app_uninstalled", "tokens_revoked")


class Site:
    """An installed workspace beside a database, with everything between a request and its account."""

    def __init__(self, desk: Desk, inlet: Inlet) -> None:
        self.desk = desk
        self.inlet = inlet
        self.door = SlackAdapter("default", {"signing_secret": "s"}, "https://slack.com/api", Transport())

    def install(self, at: datetime | None) -> None:
        installed = Installation(TEAM, "xoxb-1", "U024SUNUP", "A024SUNUP", installed_at=at)
        self.desk.accounts.put("slack", TEAM, installed.credentials())

    async def tell(self, kind: str) -> AccountStatus:
        """Bring an event in and return how the account stands then."""
        await self.inlet.take(self.door.parse(event(payload(kind))))
        found = self.desk.accounts.find("slack", TEAM)
        assert found is not None
        return found.status


@pytest.fixture
async def site(sqlite_database_url: str) -> AsyncIterator[Site]:
    desk = Desk(sqlite_database_url)
    pausing = Pausing(desk.database, Forwarding(desk.sealer, desk.ids), desk.clock)
    async with desk.open() as intake:
        yield Site(desk, Inlet(intake, Deliveries(desk.database, desk.accounts, desk.clock), desk.accounts, pausing))
    desk.close()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("later", [timedelta(), timedelta(seconds=1), timedelta(hours=23)], ids=str)
async def test_end_of_the_installation_before_leaves_the_new_one_alone(site: Site, kind: str, later: timedelta) -> None:
    site.install(TOLD + later)

    assert await site.tell(kind) is AccountStatus.ACTIVE


@pytest.mark.parametrize("kind", KINDS)
async def test_end_of_the_installation_before_that_comes_again_leaves_the_new_one_alone(site: Site, kind: str) -> None:
    site.install(TOLD - timedelta(days=3))
    assert await site.tell(kind) is AccountStatus.PAUSED
    site.install(TOLD + timedelta(minutes=1))

    assert await site.tell(kind) is AccountStatus.ACTIVE


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("at", [TOLD - timedelta(seconds=1), None], ids=["known", "from before it was kept"])
async def test_end_of_this_very_installation_pauses_it(site: Site, kind: str, at: datetime | None) -> None:
    site.install(at)

    assert await site.tell(kind) is AccountStatus.PAUSED


async def test_end_of_an_installation_whose_credentials_cannot_be_opened_pauses_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.install(TOLD - timedelta(days=3))
    with monkeypatch.context() as lost:
        lost.setattr(site.desk.sealer, "open", _unsealable)
        await site.inlet.take(site.door.parse(event(payload("app_uninstalled"))))

    found = site.desk.accounts.find("slack", TEAM)
    assert found is not None
    assert (found.status, found.reason) == (AccountStatus.PAUSED, f"{REFUSED} (app_uninstalled)")


def _unsealable(*_: object) -> bytes:
    raise Unsealable
