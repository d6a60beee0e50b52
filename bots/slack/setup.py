"""What Slack says of us: in which workspace a token speaks, what it may do, and whether a connection can be opened.

Nothing is changed here: request URLs, events and scopes are set in the app's manifest. Source: docs.slack.dev,
auth.test, bots.info, apps.connections.open; the header `x-oauth-scopes` is on every answer of the Web API.
"""

from contextlib import suppress
from dataclasses import dataclass

from bots.reading import Json, clean, inner
from bots.slack.api import SlackApi, harmless, result
from bots.slack.body import Door
from bots.slack.install import SCOPES
from bots.slack.workspace import DEFAULT
from bots.transport import TransportError, unanswered
from core import errors

SCOPES_HEADER = "x-oauth-scopes"
NEEDED = frozenset({"chat:write", "im:history"})
"""Without these nothing is said or heard at all; without another one, something is missing."""
ROTATING = "xoxe."
"""How a token begins that ends after twelve hours. Source: docs.slack.dev, Token rotation."""


@dataclass(frozen=True, slots=True)
class Met:
    """Who a token speaks as.

    Args:
        team: The workspace `T…`, or the organisation `E…` where the app is installed for all of it.
        name: What people call it.
        user: Our name there.
        bot_user: Our id there, `U…`.
        app: The app, `A…`; empty where Slack does not say.
        missing: Scopes that the token lacks; empty where it lacks none or Slack does not say.
    """

    team: str
    name: str
    user: str
    bot_user: str
    app: str
    missing: tuple[str, ...]

    def credentials(self) -> dict[str, str]:
        """Return what an account's row keeps beside its token; see `bots.slack.adapter`."""
        return {
            "team_id": self.team,
            "team_name": self.name,
            "bot_user_id": self.bot_user,
            "api_app_id": self.app,
        }


def request_urls(public_url: str, account: str = DEFAULT) -> dict[Door, str]:
    """Return what is to be entered in the app's settings, by door.

    Args:
        public_url: Where we are reached from outside.
        account: Name of our account; the workspaces that install the environment's app share those of `default`.
    """
    behind = "" if account == DEFAULT else f"/{account}"
    return {door: f"{public_url.rstrip('/')}/webhooks/slack/{door}{behind}" for door in Door}


async def meet(api: SlackApi) -> Met:
    """Ask who a token speaks as; proves the token.

    Raises:
        AccountRevoked: Slack refuses it.
        SendError: Slack was not reached.
    """
    found, scopes = await harmless(_test(api))
    app = ""
    with suppress(errors.SendError):  # a check less; the signing secret is this app's alone anyway
        app = clean(inner(await api.ask("bots.info", {"bot": clean(found.get("bot_id"))}), "bot").get("app_id"))
    whole = found.get("is_enterprise_install")
    return Met(
        team=clean(found.get("enterprise_id") if whole else found.get("team_id")),
        name=clean(found.get("enterprise_name") if whole else found.get("team")),
        user=clean(found.get("user")),
        bot_user=clean(found.get("user_id")),
        app=app,
        missing=tuple(scope for scope in SCOPES if scopes and scope not in scopes),
    )


async def connects(api: SlackApi) -> None:
    """Prove that the app's token may open a connection for Socket Mode.

    Raises:
        AccountRevoked: Slack refuses it.
        SendError: Slack was not reached, or does not give a connection.
    """
    await api.ask("apps.connections.open", {})


async def _test(api: SlackApi) -> tuple[Json, frozenset[str]]:
    """Return the answer of `auth.test` and the scopes beside it; none where the header is missing."""
    try:
        answer = await api.transport.call("POST", f"{api.api_url}/auth.test", headers=api.bearer)
    except TransportError as error:
        unanswered("Slack", error)
    scopes = answer.headers.get(SCOPES_HEADER, "")
    return result("auth.test", answer), frozenset(one.strip() for one in scopes.split(",") if one.strip())
