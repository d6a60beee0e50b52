"""What the probes of platforms look with: settings, accounts, the HTTP client, the moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.transport import Transport
from storage.accounts import Account, AccountStatus
from sunup.settings import Settings


@dataclass(frozen=True, slots=True)
class Sight:
    """What a platform's probes are given.

    Args:
        settings: What is configured.
        accounts: The rows of the accounts table; empty where it cannot be read.
        transport: The shared HTTP client.
        now: This moment.
    """

    settings: Settings
    accounts: Sequence[Account]
    transport: Transport
    now: datetime

    def credentials(self, channel: str) -> dict[str, Mapping[str, str]]:
        """Return what the stored accounts of a channel that are used have, by their names."""
        return {
            one.name: one.credentials
            for one in self.accounts
            if one.channel == channel and one.status is AccountStatus.ACTIVE and one.credentials
        }
