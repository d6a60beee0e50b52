"""From a click or a filled-in form to a message. Pure.

A click counts for the person whom the button was meant for and for nobody else. Source: docs.slack.dev,
block_actions and view_submission payloads.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bots.reading import Json, clean, inner
from bots.slack import value
from bots.slack.body import LONGEST_TRIGGER, chat_of, identifier, is_private, split_chat
from bots.slack.people import CHANNEL
from bots.slack.workspace import Workspace, team_of
from core.errors import Uninterpretable
from core.messages import InboundKind, InboundMessage

FORM = "form"
"""`callback_id` of our form, `block_id` and `action_id` of its one field, and `action_id` of what opens it."""


@dataclass(frozen=True, slots=True)
class Click:
    """One click on something of ours.

    Args:
        user: Who clicked.
        chat: The conversation that it belongs to.
        payload: What it carries.
        title: What is written on it.
        owner: The only user whose click counts; empty where nobody else could click.
        key: Unique to this click.
        opening: The form that it opens; None for a choice.
    """

    user: str
    chat: str
    payload: str
    title: str
    owner: str
    key: str
    opening: value.Opening | None = None

    @property
    def allowed(self) -> bool:
        """Whether it was meant for the one who clicked."""
        return self.owner in ("", self.user)


def parse_interaction(body: Json, workspace: Workspace) -> Sequence[InboundMessage]:
    """Read an interaction.

    Args:
        body: For instance `{"type": "block_actions", "team": {"id": "T024CREW"}, "user": {"id": "U024ASHA"},
            "api_app_id": "A024SUNUP", "container": {"type": "message", "channel_id": "D024ASHA", "message_ts":
            "1795000000.000100"}, "actions": [{"type": "button", "action_id": "0", "value": "f6f2.4:design",
            "text": {"type": "plain_text", "text": "Design"}, "action_ts": "1795000010.000200"}]}`.
        workspace: Who we are.

    Returns:
        Taps; a filled-in form is a tap whose text are the words. None for a click of somebody else, for one that
        opens a form, for an empty form, and where the interaction is of no concern.

    Raises:
        Uninterpretable: It lacks what a message needs.
    """
    workspace.check_app(body)
    match body.get("type"):
        case "block_actions":
            found = [_tap(body, click, workspace) for click in clicks(body) if click.allowed and not click.opening]
        case "view_submission":
            slip, words = submitted(body)
            user = identifier(inner(body, "user"), "id")
            found = [_answer(body, slip, words, workspace)] if words and slip.owner in ("", user) else []
        case _:
            return ()
    return found


def clicks(body: Json) -> Iterator[Click]:
    """Yield the clicks of a `block_actions` payload; raises `Uninterpretable` where one lacks what it needs."""
    user, team, chat = identifier(inner(body, "user"), "id"), team_of(body), _chat(body)
    actions = body.get("actions")
    for action in actions if isinstance(actions, list) else ():
        if not isinstance(action, dict):
            raise Uninterpretable("a click on nothing")
        chosen = inner(action, "selected_option") if action.get("type") == "static_select" else action
        carried, title = clean(chosen.get("value")), clean(inner(chosen, "text").get("text"))
        if not carried:
            continue  # a menu that was opened and left
        key = f"{team}:{user}:{_moment(body, action)}:{clean(action.get('action_id'))[:20]}"
        if action.get("action_id") == FORM:
            opening = value.read_opening(carried)
            yield Click(user, chat, opening.payload, title, opening.owner, key, opening)
        else:
            payload, owner = value.read_choice(carried)
            yield Click(user, chat, payload, title, owner, key)


def submitted(body: Json) -> tuple[value.Slip, str]:
    """Return what a filled-in form remembers, and the words in it; raises `Uninterpretable` for a form not ours."""
    view = inner(body, "view")
    if view.get("callback_id") != FORM:
        raise Uninterpretable("a form that is none of ours")
    field = inner(inner(inner(inner(view, "state"), "values"), FORM), FORM)
    return value.read_slip(view.get("private_metadata")), clean(field.get("value")).strip()


def _chat(body: Json) -> str:
    """Return the conversation that a click belongs to; a home remembers its own."""
    container, view = inner(body, "container"), inner(body, "view")
    if container.get("type") == "view" or view:
        return value.read_slip(view.get("private_metadata")).chat
    channel = inner(body, "channel")
    where = identifier(channel, "id") if channel else identifier(container, "channel_id")
    if is_private(where):
        return where
    message = inner(body, "message")
    holder = next((one for one in (message, container) if one.get("thread_ts")), None)
    if holder is not None:
        return chat_of(where, identifier(holder, "thread_ts"))
    return chat_of(where, identifier(container, "message_ts"))


def _moment(body: Json, action: Json) -> str:
    """Return what tells one click from every other: the moment of it, or its trigger."""
    if action.get("action_ts"):
        return identifier(action, "action_ts")
    return identifier(body, "trigger_id", LONGEST_TRIGGER)


def _tap(body: Json, click: Click, workspace: Workspace) -> InboundMessage:
    team = team_of(body)
    return InboundMessage(
        key=click.key,
        channel=CHANNEL,
        account=workspace.account_of(team),
        address=f"{team}/{click.user}",
        chat=click.chat,
        kind=InboundKind.TAP,
        text=click.title,
        payload=click.payload,
        tap_id=click.user,
        private=not split_chat(click.chat)[1],
    )


def _answer(body: Json, slip: value.Slip, words: str, workspace: Workspace) -> InboundMessage:
    team, user = team_of(body), identifier(inner(body, "user"), "id")
    return InboundMessage(
        key=f"{team}:{identifier(inner(body, 'view'), 'id')}",
        channel=CHANNEL,
        account=workspace.account_of(team),
        address=f"{team}/{user}",
        chat=slip.chat,
        kind=InboundKind.TAP if slip.payload else InboundKind.TEXT,
        text=words,
        payload=slip.payload,
        tap_id=user,
        private=not split_chat(slip.chat)[1],
    )
