"""What cannot wait for the sender: a form opens only while its trigger lives, which is three seconds."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from bots.adapter import Request
from bots.reading import Json, clean, inner
from bots.slack.api import SlackApi
from bots.slack.blocks import modal
from bots.slack.body import LONGEST_TRIGGER, Door, door_of, identifier, read
from bots.slack.interactions import Click, clicks
from bots.slack.people import Known, profile_message
from bots.slack.render import target, user_of
from bots.slack.value import Slip
from bots.slack.words import sentence
from bots.slack.workspace import Workspace, team_of
from core import errors
from core.messages import Inbound, InboundKind, InboundMessage

log = structlog.get_logger(__name__)

TRIGGER_LIFE = timedelta(seconds=3)
"""How long a form may be opened after a click. Source: docs.slack.dev, Handling user interaction."""


class Reactions:
    """Answers at once what Slack's surfaces want at once.

    Args:
        api: The workspace's calls.
    """

    def __init__(self, api: SlackApi) -> None:
        self._api = api
        self._known = Known()

    def language(self, body: Json) -> str:
        """Return in which language the person behind a request reads; empty where that is not known."""
        user = clean(body.get("user_id") or inner(body, "user").get("id"))
        return self._known.language(f"{team_of(body)}/{user}") if user else ""

    async def react(
        self, request: Request, inbound: Sequence[Inbound], workspace: Workspace
    ) -> Sequence[InboundMessage]:
        """Do what a kept request wants within seconds; a failure is logged and hurts nothing else.

        Args:
            request: As it was verified and kept; one of another workspace is left to that one's adapter.
            inbound: What was read in it.
            workspace: Who we are.

        Returns:
            What Slack knows of somebody seen for the first time, and nothing else.
        """
        try:
            if door_of(request.path) is Door.INTERACTIONS:
                await self._answer_clicks(read(request), workspace)
            return await self._meet(inbound, workspace)
        except errors.RequestRefused:
            return ()  # the door has dealt with it
        except errors.SendError as error:
            log.warning("slack_reaction_failed", account=workspace.account, code=error.code)
            return ()

    async def _answer_clicks(self, body: Json, workspace: Workspace) -> None:
        if body.get("type") != "block_actions" or workspace.account_of(team_of(body)) != workspace.account:
            return
        workspace.check_app(body)
        for click in clicks(body):
            if not click.allowed:
                await self._refuse(body, click)
            elif click.opening is not None:
                await self._open(body, click)

    async def _refuse(self, body: Json, click: Click) -> None:
        """Tell somebody, and nobody else, that a button is not theirs."""
        words = sentence(self.language(body), "not_yours")
        await self._api.post("chat.postEphemeral", {**target(click.chat), "user": click.user, "text": words})

    async def _open(self, body: Json, click: Click) -> None:
        if click.opening is None:
            return
        slip = Slip(click.payload, click.chat, click.user, self.language(body))
        view = modal(click.opening, slip, clean(inner(body, "message").get("text")))
        trigger = identifier(body, "trigger_id", LONGEST_TRIGGER)
        await self._api.post("views.open", {"trigger_id": trigger, "view": view}, within=TRIGGER_LIFE)

    async def _meet(self, inbound: Sequence[Inbound], workspace: Workspace) -> Sequence[InboundMessage]:
        """Ask who somebody is whom this process sees for the first time."""
        found: list[InboundMessage] = []
        for message in inbound:
            if not isinstance(message, InboundMessage) or message.account != workspace.account:
                continue
            if message.kind is InboundKind.PROFILE:
                self._known.learn(message.address, message.language)
            elif message.addressed and self._known.meet(message.address):
                profile = await self._ask(message)
                found.extend(() if profile is None else (profile,))
        return found

    async def _ask(self, message: InboundMessage) -> InboundMessage | None:
        params = {"user": user_of(message.address), "include_locale": "true"}
        try:
            answer = await self._api.ask("users.info", params)
        except errors.SendError:
            self._known.forget(message.address)
            raise
        team = message.address.partition("/")[0]
        profile = profile_message(inner(answer, "user"), message.account, team, chat=message.chat)
        if profile is not None:
            self._known.learn(message.address, profile.language)
        return profile
