"""From a verified request of Slack's to messages: tolerant of what we do not know, strict about what we need. Pure."""

from collections.abc import Sequence

from bots.adapter import Request
from bots.slack.body import Door, door_of, read
from bots.slack.commands import parse_command
from bots.slack.events import parse_event
from bots.slack.interactions import parse_interaction
from bots.slack.workspace import Workspace
from core.messages import Inbound


def parse_request(request: Request, workspace: Workspace) -> Sequence[Inbound]:
    """Read one request, through whichever door it came.

    Returns:
        What it holds; empty where Slack tells us something of no concern, which is acknowledged all the same.

    Raises:
        Malformed: It is not of its door's form.
        Uninterpretable: It lacks what a message needs, or it is meant for somebody else.
    """
    body = read(request)
    match door_of(request.path):
        case Door.EVENTS:
            return parse_event(body, workspace)
        case Door.INTERACTIONS:
            return parse_interaction(body, workspace)
        case Door.COMMANDS:
            return parse_command(body, workspace)
