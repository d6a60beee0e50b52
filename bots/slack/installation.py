"""What is kept of the app in one workspace, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bots.adapter import CONNECTED_AT

ROTATE_BEFORE = timedelta(minutes=120)
"""A token with less time left is exchanged for a new one. Source: slack_sdk, TokenRotator."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in one workspace, or in a whole organisation.

    Args:
        team: `T…`, or the organisation's `E…` where it is installed for all of it.
        bot_token: `xoxb-…`.
        bot_user: `U…` under which we speak there.
        app: `A…`.
        scopes: What was granted.
        enterprise: `E…`; empty outside an organisation.
        name: Of the workspace, for show.
        refresh_token: Exchanged for the next token, once; empty where tokens do not rotate.
        expires_at: When the token ends; None where it does not.
        installed_at: When the workspace gave us access; what Slack tells of an earlier moment is about an installation
            before this one. None where that was not kept.
    """

    team: str
    bot_token: str
    bot_user: str
    app: str
    scopes: tuple[str, ...] = ()
    enterprise: str = ""
    name: str = ""
    refresh_token: str = ""
    expires_at: datetime | None = None
    installed_at: datetime | None = None

    @property
    def account(self) -> str:
        """Name of our account for it."""
        return self.team

    def is_due(self, now: datetime) -> bool:
        """Return whether its token is to be exchanged."""
        return bool(self.refresh_token) and self.expires_at is not None and self.expires_at <= now + ROTATE_BEFORE

    def credentials(self) -> dict[str, str]:
        """Return what an account's row keeps; `signing_secret` is the app's and comes from the settings."""
        return {
            "bot_token": self.bot_token,
            "team_id": self.team,
            "bot_user_id": self.bot_user,
            "api_app_id": self.app,
            "scopes": ",".join(self.scopes),
            "enterprise_id": self.enterprise,
            "team_name": self.name,
            "refresh_token": self.refresh_token,
            "expires_at": _written(self.expires_at),
            CONNECTED_AT: _written(self.installed_at),
        }

    @classmethod
    def read(cls, credentials: Mapping[str, str]) -> "Installation":
        """Return the installation that an account's row keeps."""
        return cls(
            team=credentials["team_id"],
            bot_token=credentials["bot_token"],
            bot_user=credentials.get("bot_user_id", ""),
            app=credentials.get("api_app_id", ""),
            scopes=tuple(filter(None, credentials.get("scopes", "").split(","))),
            enterprise=credentials.get("enterprise_id", ""),
            name=credentials.get("team_name", ""),
            refresh_token=credentials.get("refresh_token", ""),
            expires_at=_moment(credentials.get("expires_at", "")),
            installed_at=_moment(credentials.get(CONNECTED_AT, "")),
        )


class Vault(Protocol):
    """Where installations are kept."""

    async def read(self, account: str) -> Installation | None:
        """Return what is kept now; None where the account is gone."""
        ...

    async def write(self, installation: Installation) -> None:
        """Return once it is committed."""
        ...


def _written(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
