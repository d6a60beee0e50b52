"""What Slack says of our workspaces and of the app."""

from functools import partial

from bots.slack import setup
from bots.slack.api import SlackApi
from bots.slack.socket_mode import app_api
from core import errors
from sunup.doctor.finding import Finding, Probe, broken, fine, warning
from sunup.doctor.sight import Sight
from sunup.settings import Settings

NONE = fine("slack", "no workspace is set up; docs/channels/slack.md says how to connect one")
"""There is no workspace, which is no fault."""
_NOT_REACHED = "see that this machine reaches SUNUP_SLACK_API_URL"


def probes(sight: Sight) -> dict[str, Probe]:
    """Return a probe for the app, and one for each workspace: the environment's, and those that are used.

    Raises:
        ConfigurationError: A token cannot be right.
    """
    settings = sight.settings
    tokens = {name: held["bot_token"] for name, held in sight.credentials("slack").items() if held.get("bot_token")}
    if settings.slack_bot_token is not None:
        tokens["default"] = settings.slack_bot_token.get_secret_value()
    found: dict[str, Probe] = {
        f"slack {name}": partial(workspace, name, SlackApi(token, settings.slack_api_url, sight.transport), token)
        for name, token in tokens.items()
    }
    if tokens or settings.slack_signing_secret or settings.slack_app_token:
        return {"slack app": partial(app, sight), **found}
    return found


async def workspace(account: str, api: SlackApi, token: str) -> list[Finding]:
    """Ask Slack in which workspace a token speaks, and what it may do there."""
    name = f"slack {account}"
    try:
        met = await setup.meet(api)
    except errors.AccountRevoked as error:
        cure = "install the app in the workspace again, and set the token that Slack shows then"
        return [broken(name, f"Slack refuses the token ({error.code})", cure)]
    except errors.SendError as error:
        return [broken(name, f"Slack was not reached ({error.code})", _NOT_REACHED)]
    found = [fine(name, f"@{met.user} answers in the workspace {met.name} ({met.team})")]
    if met.missing:
        worst = broken if setup.NEEDED & set(met.missing) else warning
        cure = "add what is missing under OAuth & Permissions of the app, and install it again"
        found.append(worst(name, f"the token lacks {', '.join(met.missing)}", cure))
    if account == "default" and token.startswith(setup.ROTATING):
        cure = "connect the workspace at /slack/install, which renews its token, and take this one away"
        found.append(warning(name, "the token of the environment ends after twelve hours", cure))
    return found


async def app(sight: Sight) -> list[Finding]:
    """Look how what people do in Slack reaches us."""
    settings = sight.settings
    found = [*_delivery(settings), *_installing(settings)]
    if settings.slack_app_token is not None:
        token = settings.slack_app_token.get_secret_value()
        found.append(await _socket(app_api(token, settings.slack_api_url, sight.transport), settings))
    return found


def _delivery(settings: Settings) -> list[Finding]:
    if settings.public_url is None:
        if settings.slack_app_token is not None:
            return []
        cure = "set SUNUP_PUBLIC_URL, or SUNUP_SLACK_APP_TOKEN for Socket Mode"
        return [broken("slack app", "there is no public URL and no app token, so Slack can bring nothing", cure)]
    if settings.slack_signing_secret is None:
        cure = "set SUNUP_SLACK_SIGNING_SECRET, from Basic Information of the app"
        return [broken("slack app", "there is no signing secret, so nothing that Slack brings can be proven", cure)]
    urls = ", ".join(setup.request_urls(settings.public_url).values())
    return [fine("slack app", f"the app's request URLs must be {urls}")]


def _installing(settings: Settings) -> list[Finding]:
    if settings.slack_client_id is None:
        return []
    if settings.public_url is None:
        cure = "set SUNUP_PUBLIC_URL to where this server is reached from outside"
        return [warning("slack app", "without a public URL no workspace can install the app", cure)]
    public = settings.public_url
    return [fine("slack app", f"workspaces install it at {public}/slack/install; it redirects to {public}/slack/oauth")]


async def _socket(api: SlackApi, settings: Settings) -> Finding:
    try:
        await setup.connects(api)
    except errors.AccountRevoked as error:
        cure = "make an app-level token with connections:write under Basic Information, and set it"
        return broken("slack app", f"Slack refuses the app token ({error.code})", cure)
    except errors.SendError as error:
        cure = "see that Socket Mode is enabled in the app and that this machine reaches SUNUP_SLACK_API_URL"
        return broken("slack app", f"Slack opens no connection for Socket Mode ({error.code})", cure)
    if settings.public_url is None:
        return fine("slack app", "Socket Mode; a connection can be opened")
    cure = "switch Socket Mode off in the app, or take SUNUP_PUBLIC_URL away"
    found = "there are a public URL and an app token; requests come by the URLs, unless the app has Socket Mode enabled"
    return warning("slack app", found, cure)
