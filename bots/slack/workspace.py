"""Whose request it is: one app serves many workspaces, and each of them is an account of its own. Pure.

The environment's bot token is the account `default`; a workspace that installed the app is an account named by its
id. All of them come through the same doors, signed with the app's one secret, so the signed body alone decides.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from bots.reading import Json, inner
from bots.slack.body import identifier
from core.errors import Uninterpretable

DEFAULT = "default"


def nobody(team: str) -> bool:
    """Say that no other workspace has an account."""
    return False


@dataclass(frozen=True, slots=True)
class Workspace:
    """What an adapter knows of itself.

    Args:
        account: Name of our account.
        team: The workspace's id `T…`, or the organisation's `E…` where the app is installed for all of it; empty
            until it is known.
        bot_user: The user id under which we speak there; empty until it is known.
        app: The app's id `A…`; empty until it is known.
        speaks: Whether it has a token; one without only lets the others' requests in.
        neighbours: Says of a workspace's id whether that one has an account of its own; asked while we do not know
            our own id, so that nobody's words are ever taken for another workspace's.
    """

    account: str
    team: str = ""
    bot_user: str = ""
    app: str = ""
    speaks: bool = True
    neighbours: Callable[[str], bool] = field(default=nobody, compare=False)

    def account_of(self, team: str) -> str:
        """Return to which account a workspace's requests belong.

        Args:
            team: The workspace, as `team_of` tells it.

        Raises:
            Uninterpretable: To none that may come through this account's door.
        """
        if team == self.team or (self.speaks and not self.team and not self.neighbours(team)):
            return self.account
        if self.account == DEFAULT:
            return team
        raise Uninterpretable("of another workspace than this account's")

    def check_app(self, body: Json) -> None:
        """Refuse what another app was told; raises `Uninterpretable`."""
        if self.app and body.get("api_app_id", self.app) != self.app:
            raise Uninterpretable("meant for another app")

    def us(self, body: Json, team: str) -> str:
        """Return under which user id we are in the workspace that an event comes from; empty where unknown.

        The event names it, which is right for every workspace; `bot_user` is right for our own alone.
        """
        authorization = _authorization(body)
        user = authorization.get("user_id")
        if isinstance(user, str) and authorization.get("is_bot"):
            return user
        return self.bot_user if team == self.team or not self.team else ""


def team_of(body: Json) -> str:
    """Return the id of the workspace in which we are installed, or of the organisation.

    A shared channel's event names the other side first, so what it is authorised by goes ahead, and in a form what
    says where the app is installed.

    Raises:
        Uninterpretable: It names none.
    """
    authorization = _authorization(body)
    if authorization:
        enterprise = authorization.get("is_enterprise_install")
        return identifier(authorization, "enterprise_id" if enterprise else "team_id")
    if body.get("is_enterprise_install") in (True, "true"):
        org = inner(body, "enterprise")
        return identifier(org, "id") if org else identifier(body, "enterprise_id")
    candidates = (
        (inner(body, "view"), "app_installed_team_id"),
        (inner(body, "team"), "id"),
        (body, "team_id"),
        (inner(body, "user"), "team_id"),
    )
    holder, name = next((one for one in candidates if one[0].get(one[1]) is not None), (body, "team_id"))
    return identifier(holder, name)


def _authorization(body: Json) -> Json:
    found = body.get("authorizations")
    first = found[0] if isinstance(found, list) and found else None
    return first if isinstance(first, dict) else {}
