"""From a slash command to a message. Pure. Source: docs.slack.dev, Slash commands."""

import re
from collections.abc import Sequence

from bots.reading import Json, clean
from bots.slack.body import LONGEST_TRIGGER, identifier
from bots.slack.mrkdwn import plain
from bots.slack.people import CHANNEL
from bots.slack.workspace import Workspace, team_of
from core.messages import InboundKind, InboundMessage

NAME = re.compile(r"[A-Za-z_]+\b")


def parse_command(body: Json, workspace: Workspace) -> Sequence[InboundMessage]:
    """Read a command.

    Args:
        body: For instance `{"command": "/sunup", "text": "start prompt_selling", "team_id": "T024CREW",
            "channel_id": "C024ROOM", "user_id": "U024ASHA", "trigger_id": "111.222.abc"}`.
        workspace: Who we are.

    Returns:
        One message of the person's direct conversation, wherever they typed it: only they see what they typed.
        None where Slack merely checks our certificate.

    Raises:
        Uninterpretable: It lacks what a message needs.
    """
    if body.get("ssl_check") == "1":
        return ()
    workspace.check_app(body)
    team, user = team_of(body), identifier(body, "user_id")
    return (
        InboundMessage(
            # Slack brings a command once, without an event's id; this is what it has of its own.
            key=f"{team}:{identifier(body, 'trigger_id', LONGEST_TRIGGER)}",
            channel=CHANNEL,
            account=workspace.account_of(team),
            address=f"{team}/{user}",
            chat=user,
            kind=InboundKind.TEXT,
            text=_words(plain(clean(body.get("text"))).strip()),
        ),
    )


def _words(text: str) -> str:
    """Return a command as people give it everywhere: `/help` for `/sunup help`."""
    if not text:
        return "/help"
    return f"/{text}" if NAME.match(text) else text
