"""The server itself: HTTP in front of the methods."""

import itertools
import json
import time
from typing import Any

import orjson
from aiohttp import web

from tests.fakes.clock import Clock
from tests.fakes.server import FakeServer, misbehave
from tests.fakes.slack.dispatch import Dispatch, Parcel
from tests.fakes.slack.errors import Json, Refused
from tests.fakes.slack.faults import Faults, Limits
from tests.fakes.slack.files import Files
from tests.fakes.slack.methods import FORM_ONLY, METHODS, Call
from tests.fakes.slack.moments import Responses, Triggers
from tests.fakes.slack.oauth import App, OAuth
from tests.fakes.slack.people import Person
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.workspace import SCOPES, Token, Workspace, new_id


class FakeSlack(FakeServer):
    """Slack on the loopback; see the package's docstring.

    Args:
        host: Where to listen.
        port: 0 takes a free one.
        pace: Factor on every waiting time between deliveries.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, *, pace: float = 1.0) -> None:
        super().__init__(host, port)
        self.clock = Clock(pace)
        self.faults = Faults()
        self.limits: Limits | None = None
        self.app = App(new_id("A"))
        self.tokens: dict[str, Token] = {}
        self.teams: dict[str, Workspace] = {}
        self.people: dict[str, Person] = {}
        self.calls: list[tuple[str, Json]] = []
        self.dispatch = Dispatch(self)
        self.triggers = Triggers(self)
        self.responses = Responses(self)
        self.files = Files(self)
        self.sockets = Sockets(self)
        self.oauth = OAuth(self)
        self.router.add_route("*", "/api/{method}", self._call)
        self._events = itertools.count(1)

    @property
    def api_url(self) -> str:
        """What SUNUP_SLACK_API_URL is to be."""
        return f"{self.url}/api"

    def connect(self, program: str) -> dict[str, str]:
        """Deliver to a program, and return what it is to be told."""
        self.app.request_url = f"{program}/webhooks/slack"
        team = next(iter(self.teams.values()), None) or self.workspace()
        return {
            "SUNUP_PUBLIC_URL": program,
            "SUNUP_SLACK_API_URL": self.api_url,
            "SUNUP_SLACK_BOT_TOKEN": team.bot_token,
            "SUNUP_SLACK_SIGNING_SECRET": self.app.signing_secret,
            "SUNUP_SLACK_CLIENT_ID": self.app.client_id,
            "SUNUP_SLACK_CLIENT_SECRET": self.app.client_secret,
        }

    async def start(self) -> None:
        """Listen, on both ports."""
        await self.files.network.start()
        await super().start()

    async def stop(self) -> None:
        """Stop delivering, answering and listening."""
        await self.dispatch.close()
        for socket in list(self.sockets.open):
            await socket.close()
        await super().stop()
        await self.files.network.stop()

    def workspace(
        self, name: str = "Sunrise", *, installed: bool = True, scopes: tuple[str, ...] = SCOPES
    ) -> Workspace:
        """Return a new workspace, in which the app is installed or not yet."""
        team = Workspace(name, self.app.id, self.clock)
        self.teams[team.id] = team
        if installed:
            self.oauth.issue(team, scopes)
        return team

    def person(
        self, name: str = "Asha", *, team: Workspace | None = None, zone: str = "Asia/Kolkata", locale: str = "en-IN"
    ) -> Person:
        """Return a member of a workspace, the first one where none is named."""
        team = team or next(iter(self.teams.values()), None) or self.workspace()
        person = Person(self, team, name, zone, locale)
        team.people[person.id] = self.people[name] = person
        return person

    def event(self, team: Workspace, event: Json, *, queue: str) -> str:
        """Tell the program of an event and return its id; nothing is told where the app is not installed."""
        event_id = f"Ev{next(self._events):09d}X"
        envelope = {
            "token": self.app.token,
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": None,
            "api_app_id": self.app.id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": team.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event_id}",
        }
        if team.installed:
            self.dispatch.put(Parcel("events_api", event_id, envelope), queue)
        return event_id

    async def uninstall(self, team: Workspace) -> None:
        """Take the app out of a workspace, as an administrator does; two events tell of it, in any order."""
        self.oauth.forget(team)
        tokens = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [team.bot_user]}}
        for event in (tokens, {"type": "app_uninstalled"}):
            self.event(team, {**event, "event_ts": team.new_ts()}, queue=f"app {team.id}")
        team.installed = False

    async def settled(self) -> None:
        """Wait until everything that was said has been delivered."""
        await self.dispatch.deliveries.settled()

    # -- calls -------------------------------------------------------------------------------

    async def _call(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["method"]
        try:
            params = await _params(request, name)
            kept = {key: value for key, value in params.items() if key != "token"}
            self.calls.append((name, kept))
            fault = self.faults.next(name, self._place(params))
            if fault is not None and fault.error is not None:
                raise fault.error
            if fault is not None and not fault.acted:
                return await misbehave(request, fault)
            result = await self._answer(name, params, request)
            if fault is not None:
                return await misbehave(request, fault)
        except Refused as refusal:
            headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
            return _json(refusal.as_json(), refusal.status, headers)
        token = self.tokens.get(_token(params, request))
        return _json({"ok": True, **result}, headers={"X-OAuth-Scopes": ",".join(token.scopes)} if token else None)

    async def _answer(self, name: str, params: Json, request: web.Request) -> Json:
        if name == "oauth.v2.access":
            form = {key: str(value) for key, value in params.items()}
            return await self.oauth.access(form, request.headers.get("Authorization", ""))
        value = _token(params, request)
        if name == "apps.connections.open":
            if value != self.app.app_token:
                raise Refused("not_allowed_token_type" if value in self.tokens else "invalid_auth")
            return {"url": self.sockets.ticket()}
        token = self._check(value)
        method = METHODS.get(name)
        if method is None:
            raise Refused("unknown_method", req_method=name)
        if self.limits is not None:
            self.limits.admit(token.team.id, name, str(params.get("channel", "")))
        return await method(Call(self, token, params))

    def _place(self, params: Json) -> object:
        """Return the channel that a call is about; a member stands for the direct messages with them."""
        named = params.get("channel") or params.get("channel_id")
        for team in self.teams.values():
            if named in team.people:
                return team.people[str(named)].channel.id
        return named

    def _check(self, value: str) -> Token:
        token = self.tokens.get(value)
        if not value:
            raise Refused("not_authed")
        if token is None:
            raise Refused("invalid_auth")
        if token.revoked:
            raise Refused("token_revoked" if token.team.installed else "account_inactive")
        if token.expires_at is not None and self.clock.time() >= token.expires_at:
            raise Refused("token_expired")
        return token


def _token(params: Json, request: web.Request) -> str:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value if kind.lower() == "bearer" else str(params.get("token") or "")


async def _params(request: web.Request, name: str) -> Json:
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        if name in FORM_ONLY:
            return params
        try:
            found = orjson.loads(await request.read() or b"{}")
        except orjson.JSONDecodeError:
            raise Refused("invalid_json") from None
        if not isinstance(found, dict):
            raise Refused("json_not_object")
        return {**params, **found}
    for key, value in (await request.post()).items():
        params[key] = value if isinstance(value, str) else ""
    return params


def _json(content: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    # As Slack writes it: in ASCII, with escaped slashes left to others.
    return web.Response(status=status, text=json.dumps(content), content_type="application/json", headers=headers)
