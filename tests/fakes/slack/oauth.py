"""Installing the app into a workspace, and tokens that change.

Source: Slack's pages on OAuth and on token rotation: an access token lives for twelve hours, a refresh token works
once, and the access token before it lives on until its own end.
"""

import base64
import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from aiohttp import web

from tests.fakes.slack.errors import Json, Refused
from tests.fakes.slack.workspace import SCOPES, Token, Workspace, new_id

if TYPE_CHECKING:
    from tests.fakes.slack.server import FakeSlack

LIFE_SECONDS = 12 * 3600


@dataclass(slots=True)
class App:
    """The app as its settings page shows it.

    Args:
        signing_secret: Proves requests to `request_url`.
        app_token: Opens sockets.
        request_url: Where payloads are posted, without `/events`, `/interactions`, `/commands`.
        socket_mode: Whether they go over sockets instead.
        rotates: Whether tokens change.
    """

    id: str
    client_id: str = "1234.5678"
    client_secret: str = "client-secret-0123456789abcdef"
    signing_secret: str = "signing-secret-0123456789abcdef"
    token: str = "verification-token"
    app_token: str = "xapp-1-A0-1-0123456789abcdef"
    request_url: str = ""
    socket_mode: bool = False
    rotates: bool = False


class OAuth:
    """The pages and the method with which a workspace takes the app in."""

    def __init__(self, slack: "FakeSlack") -> None:
        self.slack = slack
        self.installs_into: Workspace | None = None
        self._codes: dict[str, tuple[Workspace, str, tuple[str, ...]]] = {}
        self._used: set[str] = set()
        self._refreshes: dict[str, Token] = {}
        self._numbers = itertools.count(1)
        slack.router.add_get("/oauth/v2/authorize", self._authorize)

    def issue(self, team: Workspace, scopes: tuple[str, ...] = SCOPES) -> tuple[Token, str]:
        """Return a new token of the app in a workspace, and the refresh token where tokens change."""
        rotates, number = self.slack.app.rotates, next(self._numbers)
        value = f"{'xoxe.xoxb-1' if rotates else 'xoxb'}-{team.id}-{number:024d}"
        token = Token(value, team, scopes, self.slack.clock.time() + LIFE_SECONDS if rotates else None)
        self.slack.tokens[value] = team.token = token
        team.installed = True
        if not rotates:
            return token, ""
        refresh = f"xoxe-1-{team.id}-{number:024d}"
        self._refreshes[refresh] = token
        return token, refresh

    def forget(self, team: Workspace) -> None:
        """Make every token of a workspace worthless."""
        for token in self.slack.tokens.values():
            token.revoked = token.revoked or token.team is team
        self._refreshes = {name: token for name, token in self._refreshes.items() if token.team is not team}

    async def access(self, form: Mapping[str, str], authorization: str) -> Json:
        """Answer `oauth.v2.access`."""
        self._check_client(form, authorization)
        match form.get("grant_type", "authorization_code"):
            case "authorization_code":
                return self._install(form)
            case "refresh_token":
                return self._refresh(form.get("refresh_token", ""))
            case _:
                raise Refused("invalid_grant_type")

    def _check_client(self, form: Mapping[str, str], authorization: str) -> None:
        client, secret = form.get("client_id", ""), form.get("client_secret", "")
        if authorization.startswith("Basic "):
            client, _, secret = base64.b64decode(authorization[6:]).decode().partition(":")
        if client != self.slack.app.client_id:
            raise Refused("invalid_client_id")
        if secret != self.slack.app.client_secret:
            raise Refused("bad_client_secret")

    def _install(self, form: Mapping[str, str]) -> Json:
        code = form.get("code", "")
        if code in self._used:
            raise Refused("code_already_used")
        if code not in self._codes:
            raise Refused("invalid_code")
        team, redirect, scopes = self._codes[code]
        if form.get("redirect_uri", "") != redirect:
            raise Refused("bad_redirect_uri")
        self._used.add(code)
        token, refresh = self.issue(team, scopes)
        return {**self._granted(token, refresh), "authed_user": {"id": new_id("U")}, "is_enterprise_install": False}

    def _refresh(self, refresh: str) -> Json:
        if refresh not in self._refreshes:
            raise Refused("invalid_refresh_token")
        old = self._refreshes.pop(refresh)
        return self._granted(*self.issue(old.team, old.scopes))

    def _granted(self, token: Token, refresh: str) -> Json:
        team = token.team
        change = {"refresh_token": refresh, "expires_in": LIFE_SECONDS} if refresh else {}
        return {
            "access_token": token.value,
            "token_type": "bot",
            "scope": ",".join(token.scopes),
            "bot_user_id": team.bot_user,
            "app_id": self.slack.app.id,
            "team": {"id": team.id, "name": team.name},
            "enterprise": None,
            **change,
        }

    async def _authorize(self, request: web.Request) -> web.Response:
        """Agree at once, as a person would after reading, into the workspace `installs_into`."""
        query = request.query
        redirect = query.get("redirect_uri", "")
        if query.get("client_id") != self.slack.app.client_id or not redirect:
            return web.Response(status=400, text="Invalid client_id or redirect_uri")
        if query.get("deny"):
            answer = {"error": "access_denied", "state": query.get("state", "")}
            return web.Response(status=302, headers={"Location": f"{redirect}?{urlencode(answer)}"})
        team = self.installs_into or self.slack.workspace("Guest", installed=False)
        code = f"code-{next(self._numbers)}"
        self._codes[code] = team, redirect, tuple(filter(None, query.get("scope", "").split(",")))
        answer = {"code": code, "state": query.get("state", "")}
        return web.Response(status=302, headers={"Location": f"{redirect}?{urlencode(answer)}"})
