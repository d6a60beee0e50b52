"""The Slack channel: one workspace, fulfilling the contract of `bots.adapter`.

Credentials of an account, by their keys:

    signing_secret   proves requests; the same for every account of an app
    bot_token        `xoxb-…`; without it the account lets requests in and can say nothing
    team_id          `T…`, or `E…` where the app is installed for a whole organisation
    bot_user_id      `U…` under which we speak there
    api_app_id       `A…` of the app
    app_token        `xapp-…`; for Socket Mode alone, see `socket_mode.py`
    client_id, client_secret                   for installing the app elsewhere, see `install.py`
    refresh_token, expires_at, connected_at, enterprise_id, scopes, team_name
                     of an installed workspace, see `install.py`

Of the environment's account `team_id`, `bot_user_id` and `api_app_id` are learnt by `introduce`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import orjson

from bots.adapter import Fetched, Request, Response
from bots.parts import send_each
from bots.pictures import Images, illustrated, with_album
from bots.reading import Json, clean, inner
from bots.slack import files
from bots.slack.api import SlackApi, harmless
from bots.slack.body import Door, door_of, is_private, read, split_chat
from bots.slack.interactions import submitted
from bots.slack.parse import parse_request
from bots.slack.people import CHANNEL
from bots.slack.reactions import Reactions
from bots.slack.render import UPLOAD, Call, render
from bots.slack.setup import meet
from bots.slack.signature import check_signature
from bots.slack.words import sentence
from bots.slack.workspace import Workspace, nobody, team_of
from bots.transport import Transport
from core import errors
from core.media import Attachment, MediaKind
from core.messages import Capabilities, Inbound, InboundMessage, OutboundMessage, SendReceipt, TextUnit

CAPABILITIES = Capabilities(
    text_limit=4000,
    text_unit=TextUnit.UTF16,
    caption_limit=3000,
    buttons=25,
    button_title=75,
    list_rows=100,
    row_title=75,
    media=frozenset({MediaKind.IMAGE}),
    edits=True,
    account_rate=5.0,
    chat_rate=1.0,
    chat_burst=3,
)
"""What Slack carries. Source: docs.slack.dev, chat.postMessage, Block Kit, Rate limits: about one message a second to
a channel, and several hundred a minute in a workspace. From 4,041 characters on Slack cuts a message in two itself."""

NOTHING = Response(200)
CHALLENGE = b"url_verification"


class SlackAdapter:
    """One workspace of Slack's, or the app alone.

    Args:
        account: Name of our account; the environment's is `default`, an installed workspace's is its id.
        credentials: As the module's docstring lists them.
        api_url: Base of the Web API.
        transport: The shared HTTP client.
        images: Reads a kept picture; without it a message goes out without its picture.
        neighbours: Says of a workspace's id whether that one has an account of its own.

    Raises:
        ConfigurationError: The token or the base cannot be right.
    """

    channel = CHANNEL
    capabilities = CAPABILITIES

    def __init__(
        self,
        account: str,
        credentials: Mapping[str, str],
        api_url: str,
        transport: Transport,
        *,
        images: Images | None = None,
        neighbours: Callable[[str], bool] = nobody,
    ) -> None:
        self.account = account
        self.api = SlackApi(credentials.get("bot_token", ""), api_url, transport)
        self.workspace = Workspace(
            account,
            team=credentials.get("team_id", ""),
            bot_user=credentials.get("bot_user_id", ""),
            app=credentials.get("api_app_id", ""),
            speaks=self.api.speaks,
            neighbours=neighbours,
        )
        self._secret = credentials.get("signing_secret", "")
        self._images = images
        self._reactions = Reactions(self.api)

    def __repr__(self) -> str:
        return f"SlackAdapter(account={self.account!r}, team={self.workspace.team!r})"

    async def introduce(self) -> Workspace:
        """Learn in which workspace we are and under which user id; proves the token as well.

        Call it once before requests are let in: until then every request counts as this account's.
        """
        met = await meet(self.api)
        self.workspace = replace(
            self.workspace,
            team=met.team or self.workspace.team,
            bot_user=met.bot_user or self.workspace.bot_user,
            app=met.app or self.workspace.app,
        )
        return self.workspace

    def verify(self, request: Request, now: datetime) -> None:
        """Check the app's signature; raises `Forged`."""
        check_signature(request, self._secret, now)

    def parse(self, request: Request) -> Sequence[Inbound]:
        """Read one request of this workspace's, or of any that installed the app; see `bots.slack.parse`."""
        return parse_request(request, self.workspace)

    def account_of(self, request: Request, inbound: Sequence[Inbound]) -> str:
        """Return whose adapter reacts to a request: to what was said, and to a click that says nothing.

        Raises:
            RequestRefused: It cannot be told.
        """
        if inbound:
            return inbound[0].account
        if door_of(request.path) is not Door.INTERACTIONS:
            return ""
        return self.workspace.account_of(team_of(read(request)))

    def acknowledge(self, request: Request) -> Response:
        """Return what Slack wants within three seconds: a challenge back, a form closed, else nothing."""
        door = door_of(request.path)
        if door is Door.EVENTS and CHALLENGE not in request.body:
            return NOTHING
        try:
            body = read(request)
            return _acknowledgement(door, body, self._reactions.language(body))
        except errors.RequestRefused:
            return NOTHING

    async def react(self, request: Request, inbound: Sequence[Inbound]) -> Sequence[InboundMessage]:
        """Open a form, refuse somebody else's click, and ask who somebody is whom we have not seen; see `reactions`."""
        return await self._reactions.react(request, inbound, self.workspace) if self.api.speaks else ()

    async def send(self, message: OutboundMessage) -> SendReceipt:
        """Send what is left of a message, part by part; see `bots.slack.render`.

        An error's `external_ids` name the parts that went out before it in this attempt.
        """
        message, image = await illustrated(message, self._images)
        message, pictures = await with_album(message, self._images)
        calls = render(message, self.capabilities)[message.parts_sent :]
        return await send_each(calls, lambda call: self._make(call, pictures[call.picture] if call.picture else image))

    async def edit(self, message: OutboundMessage, external_id: str) -> None:
        """Put a message's words and buttons in place of what a sent one shows.

        Doing it twice does no harm. Raises `MessageRejected` where the new words take more than one message, else as
        `send` does.
        """
        calls = render(replace(message, content=replace(message.content, image=None)), self.capabilities)
        if len(calls) != 1 or calls[0].method != "chat.postMessage":
            raise errors.MessageRejected("An edited message is a single one.", code="too_long")
        channel = await self._channel(split_chat(message.chat)[0])
        shown = {name: calls[0].params.get(name, []) for name in ("text", "blocks")}
        await harmless(self.api.post("chat.update", {"channel": channel, "ts": external_id, **shown}))

    async def fetch(self, attachment: Attachment, limit: int) -> Fetched:
        """Download a file; see `bots.slack.files`."""
        return await files.fetch(self.api, attachment, limit)

    async def _make(self, call: Call, image: Fetched | None) -> str:
        if call.method == UPLOAD and image is not None:
            channel = await self._channel(call.params["channel"])
            return await files.share(self.api, image, {**call.params, "channel": channel})
        made = self._post(call)
        return await (harmless(made) if call.repeatable else made)

    async def _post(self, call: Call) -> str:
        answer = await self.api.post(call.method, call.params)
        found = clean(answer.get("ts") or answer.get("message_ts") or inner(answer, "view").get("id"))
        if not found:
            raise errors.OutcomeUnknown("Slack's answer names nothing that it shows.", code="unreadable")
        return found

    async def _channel(self, channel: str) -> str:
        """Return the direct message with a user where only the user is known; a message finds its way by itself."""
        if not channel.startswith(("U", "W")):
            return channel
        answer = await self.api.ask("conversations.open", {"users": channel})
        return clean(inner(answer, "channel").get("id")) or channel


def _acknowledgement(door: Door, body: Json, language: str) -> Response:
    match door:
        case Door.EVENTS if body.get("type") == "url_verification":
            challenge = body.get("challenge")
            return _json({"challenge": challenge if isinstance(challenge, str) else ""})
        case Door.INTERACTIONS if body.get("type") == "view_submission":
            slip, words = submitted(body)
            if words:
                return _json({"response_action": "clear"})
            from_us = sentence(slip.language or language, "empty")
            return _json({"response_action": "errors", "errors": {"form": from_us}})
        case Door.COMMANDS if "command" in body and not is_private(str(body.get("channel_id", ""))):
            return _json({"response_type": "ephemeral", "text": sentence(language, "in_private")})
        case _:
            return NOTHING


def _json(answer: Mapping[str, object]) -> Response:
    return Response(200, orjson.dumps(answer), "application/json")
