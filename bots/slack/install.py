"""Connecting further workspaces by OAuth, and keeping their tokens fresh.

    installer = Installer(App(client_id, client_secret, redirect_url), api_url, transport, states)
    response = await installer.begin(now)                       # GET /slack/install: to Slack, with a cookie
    installation = await installer.finish(query, cookies, now)  # GET /slack/oauth: back from Slack
    installation = await renew(installer, account, vault, lock, now=now)

Nothing here knows where installations are kept: who calls gives a place for states (`States`) and one for
installations (`Vault`), and a lock. Source: docs.slack.dev, Installing with OAuth, Token rotation; slack_sdk 3.47,
oauth_flow, token_rotation.
"""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from bots.adapter import Response
from bots.reading import clean, inner
from bots.slack.api import SlackApi
from bots.slack.body import identifier
from bots.slack.installation import Installation, Vault
from bots.transport import Transport
from core import errors

SCOPES = (
    "app_mentions:read",
    "channels:history",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "im:history",
    "im:write",
    "mpim:history",
    "users:read",
)
"""What the app may do in a workspace; each of them is used by a call or an event of this channel."""
STATE_LIFE = timedelta(seconds=600)
COOKIE = "sunup-slack-state"


class InstallRefused(errors.SunupError):
    """The workspace was not connected; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class App:
    """The Slack app that is installed.

    Args:
        client_id: As its page at Slack shows it.
        client_secret: Likewise.
        redirect_url: Where Slack sends the browser back to, `https://…/slack/oauth`.
        scopes: What it may do.
    """

    client_id: str
    client_secret: str
    redirect_url: str
    scopes: tuple[str, ...] = SCOPES


class States(Protocol):
    """Where begun installations wait; shared by all processes."""

    async def keep(self, digest: str, expires_at: datetime) -> None:
        """Remember a begun installation."""
        ...

    async def use(self, digest: str, now: datetime) -> bool:
        """Forget it; return whether it was there and in time. Of two at once only one is told so."""
        ...


class Installer:
    """Installs the app and exchanges its tokens.

    Args:
        app: The app.
        api_url: Base of the Web API.
        transport: The shared HTTP client.
        states: Where begun installations wait.
    """

    def __init__(self, app: App, api_url: str, transport: Transport, states: States) -> None:
        self._app = app
        self._api = SlackApi("", api_url, transport)
        self._states = states

    async def begin(self, now: datetime) -> Response:
        """Send a browser to Slack, with a state that only this browser can bring back, once, within ten minutes."""
        state = token_urlsafe(32)
        await self._states.keep(_digest(state), now + STATE_LIFE)
        secure = "Secure; " if self._app.redirect_url.startswith("https:") else ""
        cookie = f"{COOKIE}={state}; {secure}HttpOnly; SameSite=Lax; Path=/slack; Max-Age={STATE_LIFE.seconds}"
        headers = {"Location": self._url(state), "Set-Cookie": cookie, "Cache-Control": "no-store"}
        return Response(302, headers=headers)

    async def finish(self, query: str, cookies: Mapping[str, str], now: datetime) -> Installation:
        """Turn what a browser brings back into an installation, which the caller keeps.

        Args:
            query: The raw query string, without `?`.
            cookies: The browser's.
            now: This moment.

        Raises:
            InstallRefused: The person said no, or this is not the installation that this browser began.
            SendError: Slack did not answer; the person begins anew.
        """
        try:
            given = dict(parse_qsl(query, max_num_fields=20))
        except ValueError:
            given = {}
        state = given.get("state", "")
        held = cookies.get(COOKIE, "")
        if not state or not hmac.compare_digest(state.encode(), held.encode("utf-8", "replace")):
            raise InstallRefused("This is not where the installation began; open /slack/install in this browser.")
        if not await self._states.use(_digest(state), now):
            raise InstallRefused("This installation was finished already, or took too long; open /slack/install again.")
        if given.get("error") or not given.get("code"):
            raise InstallRefused("Slack says that the installation was cancelled; open /slack/install to try again.")
        try:
            answer = await self._exchange({"code": given["code"], "redirect_uri": self._app.redirect_url})
        except errors.MessageRejected as error:
            raise InstallRefused(f"Slack refused the installation ({error.code}); open /slack/install again.") from None
        return _installation(answer, now)

    async def refresh(self, installation: Installation, now: datetime) -> Installation:
        """Exchange a token for a new one; the refresh token changes each time. See `renew`, which does it safely.

        Raises:
            AccountRevoked: Slack no longer takes the refresh token.
            SendError: Slack did not answer.
        """
        wanted = {"grant_type": "refresh_token", "refresh_token": installation.refresh_token}
        answer = await self._exchange(wanted)
        fresh = _installation(answer, now, installation)
        if fresh.team != installation.team:
            raise errors.AccountRevoked("Slack answered for another workspace.", code="other_team")
        return replace(fresh, name=fresh.name or installation.name, installed_at=installation.installed_at)

    def _url(self, state: str) -> str:
        base = urlsplit(self._api.api_url)
        wanted = {
            "client_id": self._app.client_id,
            "scope": ",".join(self._app.scopes),
            "state": state,
            "redirect_uri": self._app.redirect_url,
        }
        return f"{base.scheme}://{base.netloc}/oauth/v2/authorize?{urlencode(wanted)}"

    async def _exchange(self, params: Mapping[str, str]) -> Mapping[str, Any]:
        pair = b64encode(f"{self._app.client_id}:{self._app.client_secret}".encode()).decode()
        answer = await self._api.exchange("oauth.v2.access", params, {"authorization": f"Basic {pair}"})
        return answer if isinstance(answer, dict) else {}


async def renew(
    installer: Installer,
    account: str,
    vault: Vault,
    lock: AbstractAsyncContextManager[object],
    *,
    now: datetime,
) -> Installation | None:
    """Return an account's installation with a token that has time left.

    Of two processes that exchange one refresh token, one would lose: so it is done under a lock, on what is kept once
    the lock is held, and what is new is kept before anybody uses it.

    Args:
        installer: Exchanges tokens.
        account: The account.
        vault: Where installations are kept.
        lock: Held by one process at a time for this account.
        now: This moment.

    Returns:
        The installation; None where the account is gone.

    Raises:
        AccountRevoked: Slack no longer takes the refresh token; the app must be installed again.
        SendError: Slack did not answer; the present token may have time left.
    """
    found = await vault.read(account)
    if found is None or not found.is_due(now):
        return found
    async with lock:
        found = await vault.read(account)
        if found is None or not found.is_due(now):
            return found
        fresh = await installer.refresh(found, now)
        await vault.write(fresh)
        return fresh


def _installation(answer: Mapping[str, Any], now: datetime, before: Installation | None = None) -> Installation:
    team, enterprise = inner(answer, "team"), inner(answer, "enterprise")
    token = clean(answer.get("access_token"))
    seconds = answer.get("expires_in")
    ends = now + timedelta(seconds=seconds) if type(seconds) is int and 0 < seconds < 10**9 else None
    try:
        where = identifier(enterprise if answer.get("is_enterprise_install") else team, "id")
        app = identifier(answer, "app_id")
        user = clean(answer.get("bot_user_id")) or (before.bot_user if before else "")
    except errors.Uninterpretable:
        raise errors.ChannelUnavailable("Slack's answer names no workspace.", code="unreadable") from None
    if not token or answer.get("token_type", "bot") != "bot":
        raise errors.ChannelUnavailable("Slack's answer holds no bot token.", code="unreadable")
    return Installation(
        team=where,
        bot_token=token,
        bot_user=user,
        app=app,
        scopes=tuple(filter(None, clean(answer.get("scope")).split(","))),
        enterprise=clean(enterprise.get("id")),
        name=clean(enterprise.get("name") if answer.get("is_enterprise_install") else team.get("name"))[:200],
        refresh_token=clean(answer.get("refresh_token")),
        expires_at=ends.astimezone(UTC) if ends else None,
        installed_at=now.astimezone(UTC),
    )


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()
