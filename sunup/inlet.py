"""The inlet: what a provider's request holds goes where it belongs, each kind to its own keeper."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import structlog

from bots.adapter import CONNECTED_AT
from core.messages import AccountNotice, DeliveryReport, Inbound, InboundMessage
from storage.accounts import REFUSED, Accounts
from storage.deliveries import Deliveries
from storage.intake import Intake
from storage.pausing import Pausing
from storage.sealing import Unsealable

_log = structlog.get_logger()


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
            if self._is_outdated(notice):
                _log.info(
                    "account_notice_outdated", channel=notice.channel, account=notice.account, reason=notice.reason
                )
                continue
            # It begins like every refusal, so that new credentials are what ends it.
            self._pausing.pause(self._accounts.id_of(notice.channel, notice.account), f"{REFUSED} ({notice.reason})")

    def _is_outdated(self, notice: AccountNotice) -> bool:
        """Return whether an account was connected anew after what a notice tells.

        Where two clocks disagree, a notice that is wrongly left aside costs one message that is refused.
        """
        try:
            account = self._accounts.find(notice.channel, notice.account)
        except Unsealable:
            return False
        since = account.credentials.get(CONNECTED_AT) if account else None
        return bool(since) and notice.at is not None and notice.at <= datetime.fromisoformat(str(since))
