"""WhatsApp's inbound side in the web process: what Twilio could not bring is fetched.

Twilio brings a message once; where nobody answered, it does not come again. So each account is asked for what
came since the newest message that we have: at the start, which may follow an outage of ours, and now and then, for
outages of the network or the database. What was brought after all is dropped by its key.
"""

import asyncio
import socket
from datetime import datetime, timedelta
from os import getpid

import structlog

from bots.whatsapp.adapter import WhatsAppAdapter
from core import errors
from core.ports import Clock
from storage.accounts import Accounts
from storage.arrivals import newest_arrival
from storage.database import Database
from storage.intake import Intake
from storage.leases import Leases
from sunup.channels import Channels
from sunup.processes.stopping import rest

_log = structlog.get_logger()

EVERY = timedelta(minutes=5)
OVERLAP = timedelta(minutes=10)
"""Asked for again each time: what came while others were served may be a little older than the newest that we have."""
LONGEST = timedelta(days=2)
"""Nothing older is fetched; who wrote longer ago has seen that nobody answered."""
_AFTER_A_FAULT = timedelta(seconds=30)


class MissedMessages:
    """Fetches what Twilio could not bring.

    Args:
        channels: The accounts' adapters.
        intake: Where messages go.
        accounts: Their rows.
        database: Where the newest message is found.
        clock: The time.
        leases: Of all web processes one asks.
    """

    def __init__(
        self,
        channels: Channels,
        intake: Intake,
        accounts: Accounts,
        *,
        database: Database,
        clock: Clock,
        leases: Leases,
    ) -> None:
        self._channels = channels
        self._intake = intake
        self._accounts = accounts
        self._database = database
        self._clock = clock
        self._leases = leases
        self._owner = f"{socket.gethostname()[:40]}-{getpid()}"

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch for every account, again and again, until told to stop."""
        looked: set[str] = set()
        while not stop.is_set():
            adapters = [one for one in self._channels.all("whatsapp") if isinstance(one, WhatsAppAdapter)]
            # A process that has just started asks whoever holds the lease: that may be one that died of the outage.
            rests = [await self.look(one, alone=one.account in looked) for one in adapters]
            looked |= {one.account for one in adapters}
            await rest(stop, min(rests, default=EVERY))

    async def look(self, adapter: WhatsAppAdapter, *, alone: bool = True) -> timedelta:
        """Fetch for one account and return when to look again.

        Args:
            adapter: The account's.
            alone: Whether this is left to another process that does it already.
        """
        try:
            lease = f"whatsapp-missed:{adapter.account}"
            if not await asyncio.to_thread(self._leases.take, lease[:60], self._owner, EVERY * 2) and alone:
                return EVERY
            since = await asyncio.to_thread(self._since, adapter.account)
            if since is None:
                return EVERY
            for message in await adapter.missed(since):
                await self._intake.take([message])
        except errors.SunupError as error:
            _log.warning("whatsapp_missed_not_fetched", account=adapter.account, error=type(error).__name__)
            return _AFTER_A_FAULT
        return EVERY

    def _since(self, account: str) -> datetime | None:
        with self._database.read() as connection:
            newest = newest_arrival(connection, self._accounts.id_of("whatsapp", account))
        return None if newest is None else max(newest - OVERLAP, self._clock.now() - LONGEST)
