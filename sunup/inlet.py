"""The inlet: what a provider's request holds goes where it belongs, each kind to its own keeper."""

import asyncio
from collections.abc import Sequence

from core.messages import AccountNotice, DeliveryReport, Inbound, InboundMessage
from storage.accounts import REFUSED, Accounts
from storage.deliveries import Deliveries
from storage.intake import Intake
from storage.pausing import Pausing


class Inlet:
    """Takes in whatever an adapter has read.

    Args:
        intake: Keeps messages and answers them.
        deliveries: Keeps what platforms tell of our messages.
        accounts: Finds those that platforms have closed to us.
        pausing: Pauses them.
    """

    def __init__(self, intake: Intake, deliveries: Deliveries, accounts: Accounts, pausing: Pausing) -> None:
        self._intake = intake
        self._deliveries = deliveries
        self._accounts = accounts
        self._pausing = pausing

    async def take(self, inbound: Sequence[Inbound], /) -> None:
        """Return once all of it is committed.

        Raises:
            StorageUnavailable: Something was not kept; the provider brings all of it again.
            ConfigurationError: It names an account that is not there.
        """
        messages = [one for one in inbound if isinstance(one, InboundMessage)]
        if len(messages) < len(inbound):
            reports = [one for one in inbound if isinstance(one, DeliveryReport)]
            notices = [one for one in inbound if isinstance(one, AccountNotice)]
            await asyncio.to_thread(self._keep, reports, notices)
        await self._intake.take(messages)

    def _keep(self, reports: Sequence[DeliveryReport], notices: Sequence[AccountNotice]) -> None:
        if reports:
            self._deliveries.apply(reports)
        for notice in notices:
            # It begins like every refusal, so that new credentials are what ends it.
            self._pausing.pause(self._accounts.id_of(notice.channel, notice.account), f"{REFUSED} ({notice.reason})")
