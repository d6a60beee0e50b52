"""Socket Mode: requests through a connection that we open ourselves, where Slack cannot reach us.

They are authentic by the connection, so nothing is signed. Each comes in an envelope, which is acknowledged once what
it holds is kept; Slack brings an event that is not acknowledged again. While no connection stands, what people press
is lost, so in production requests come by HTTP. Source: docs.slack.dev, Using Socket Mode; slack_sdk 3.47.

    {"type": "events_api", "envelope_id": "1d3c79ab-…", "payload": {…}, "accepts_response_payload": false}
    {"type": "interactive", "envelope_id": "57d6a792-…", "payload": {…}, "accepts_response_payload": true}
    {"type": "slash_commands", "envelope_id": "cda4159a-…", "payload": {…}, "accepts_response_payload": true}
    {"type": "hello", "num_connections": 1}    {"type": "disconnect", "reason": "refresh_requested"}
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlencode

import orjson
import structlog

from bots.adapter import Request, Response
from bots.reading import Json, clean, inner, read_json
from bots.slack.api import SlackApi
from bots.slack.body import Door
from bots.stopping import unless
from bots.transport import Socket, Transport, TransportError
from core import errors

log = structlog.get_logger(__name__)

HEARTBEAT = timedelta(seconds=10)
GREETING = timedelta(seconds=10)
"""How long Slack may take to say hello on a new connection."""
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=60)
DOORS = {"events_api": Door.EVENTS, "interactive": Door.INTERACTIONS, "slash_commands": Door.COMMANDS}

RENEWALS = ("warning", "refresh_requested")
"""Slack ends a connection after some hours, and says so; the next one is opened at once."""

Take = Callable[[Request], Awaitable[Response]]
"""Keeps for good what a request holds and returns its acknowledgement, as the webhook's door does once it has verified;
raises where it could not be kept, and Slack brings it again."""
React = Callable[[Request], Awaitable[None]]
"""Does what cannot wait, once a request is kept and acknowledged."""


async def listen(
    api: SlackApi,
    take: Take,
    react: React,
    *,
    stop: asyncio.Event,
    heartbeat: timedelta = HEARTBEAT,
    first_pause: timedelta = FIRST_PAUSE,
) -> None:
    """Bring requests in, over one connection after another, until told to stop.

    Args:
        api: Calls with the app's token `xapp-…`.
        take: Called with each request, one after another.
        react: Called after it, beside the next ones.
        stop: Set it to end; a `take` under way is finished.
        heartbeat: How often Slack is asked for a sign of life.
        first_pause: Pause after a first failure; doubles up to a minute.

    Raises:
        AccountRevoked: The app's token is no longer accepted.
    """
    line = _Line(api, take, react, heartbeat)
    pause = first_pause
    try:
        while not stop.is_set():
            end, asked = await line.attempt(stop)
            if end is End.RENEWED or stop.is_set():
                continue
            log.warning("slack_socket_ended", end=end)
            pause = first_pause if end is End.CLOSED else pause
            await unless(stop, asyncio.sleep(max(pause, asked).total_seconds()))
            pause = min(pause * 2, LONGEST_PAUSE)
    finally:
        await line.close()


def request_of(envelope: Json) -> Request | None:
    """Return the request that a webhook would have brought; None for an envelope of no concern."""
    door = DOORS.get(str(envelope.get("type")))
    if door is None:
        return None
    payload = inner(envelope, "payload")
    if door is Door.EVENTS:
        body = _plain(payload)
    elif door is Door.INTERACTIONS:
        body = urlencode({"payload": _plain(payload)}).encode()
    else:
        body = urlencode({name: clean(value) for name, value in payload.items()}, errors="replace").encode()
    return Request("POST", f"/webhooks/slack/{door}", {}, body=body)


class End(StrEnum):
    """How a connection ended."""

    RENEWED = "renewed"
    CLOSED = "closed"
    UNGREETED = "ungreeted"
    FAILED = "failed"


class _Line:
    """One line to Slack: connections, one at a time."""

    def __init__(self, api: SlackApi, take: Take, react: React, heartbeat: timedelta) -> None:
        self._api = api
        self._take = take
        self._react = react
        self._heartbeat = heartbeat
        self._reactions: set[asyncio.Task[None]] = set()

    async def attempt(self, stop: asyncio.Event) -> tuple["End", timedelta]:
        """Open a connection and serve it; return how it ended, and how long Slack asks us to wait."""
        try:
            return await self.serve(stop), timedelta()
        except errors.AccountRevoked:
            log.error("slack_app_token_refused")
            raise
        except errors.SendError as error:
            log.warning("slack_socket_failed", code=error.code)
            return End.FAILED, error.retry_after or timedelta()
        except TransportError as error:
            log.warning("slack_socket_failed", code=str(error))
            return End.FAILED, timedelta()

    async def serve(self, stop: asyncio.Event) -> "End":
        """Serve one connection to its end; return how it ended."""
        transport = self._api.transport
        async with await transport.socket(await self._address(), heartbeat=self._heartbeat) as socket:
            if not await self._greeted(socket):
                return End.UNGREETED
            log.info("slack_socket_open")
            while not stop.is_set():
                text = await unless(stop, socket.receive())
                if text is None:
                    break
                envelope = _read(text)
                if envelope.get("type") == "disconnect":
                    return _ended(envelope)
                await self._handle(socket, envelope)
        return End.CLOSED

    async def close(self) -> None:
        """Finish what is still reacted to."""
        await asyncio.gather(*self._reactions, return_exceptions=True)

    async def _address(self) -> str:
        answer = await self._api.ask("apps.connections.open", {})
        url = clean(answer.get("url"))
        encrypted = self._api.api_url.startswith("https:")
        if not url.startswith(("wss://",) if encrypted else ("wss://", "ws://")):
            raise errors.ChannelUnavailable("Slack named no connection.", code="no_connection")
        return url

    async def _greeted(self, socket: Socket) -> bool:
        try:
            async with asyncio.timeout(GREETING.total_seconds()):
                text = await socket.receive()
        except TimeoutError:
            return False
        return text is not None and _read(text).get("type") == "hello"

    async def _handle(self, socket: Socket, envelope: Json) -> None:
        """Have a request kept, and acknowledge it; what is not kept is not acknowledged."""
        name = clean(envelope.get("envelope_id"))
        if not name:
            return
        try:
            request = request_of(envelope)
        except RecursionError:
            log.warning("slack_socket_not_kept", error="nested too deeply")
            return
        if request is None:
            await socket.send(orjson.dumps({"envelope_id": name}).decode())
            return
        try:
            response = await self._take(request)
        except errors.StorageUnavailable:
            log.warning("slack_socket_not_kept")
            return
        except Exception as error:  # noqa: BLE001 - whatever `take` raises, the others' requests go on
            log.error("slack_socket_not_kept", error=type(error).__name__)
            return
        await socket.send(_receipt(name, envelope, response))
        task = asyncio.create_task(self._react_to(request))
        self._reactions.add(task)
        task.add_done_callback(self._reactions.discard)

    async def _react_to(self, request: Request) -> None:
        try:
            await self._react(request)
        except Exception as error:  # noqa: BLE001 - what is lost is a convenience; the request itself is kept
            log.warning("slack_reaction_failed", error=type(error).__name__)


def _ended(envelope: Json) -> "End":
    """Return what it means that Slack ends a connection."""
    reason = clean(envelope.get("reason"))[:40]
    if reason == "link_disabled":
        raise errors.ChannelUnavailable("Socket Mode is switched off in the app's settings.", code=reason)
    return End.RENEWED if reason in RENEWALS else End.CLOSED


def app_api(app_token: str, api_url: str, transport: Transport) -> SlackApi:
    """Return calls with the app's own token, which opens connections and nothing else.

    Raises:
        ConfigurationError: It is not such a token.
    """
    if not app_token.startswith("xapp-"):
        raise errors.ConfigurationError("SUNUP_SLACK_APP_TOKEN must be an app-level token, which begins with xapp-.")
    return SlackApi(app_token, api_url, transport)


def _receipt(name: str, envelope: Json, response: Response) -> str:
    """Return an acknowledgement, with the answer in it where Slack takes one."""
    if response.body and envelope.get("accepts_response_payload"):
        return orjson.dumps({"envelope_id": name, "payload": orjson.loads(response.body)}).decode()
    return orjson.dumps({"envelope_id": name}).decode()


def _read(text: str) -> Json:
    try:
        found = read_json(text.encode("utf-8", "surrogatepass"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _plain(payload: Json) -> bytes:
    # With escapes alone, so that half of a surrogate pair survives.
    return json.dumps(payload).encode()
