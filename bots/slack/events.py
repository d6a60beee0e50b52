"""From an event to a message. Pure.

Source: docs.slack.dev, Events API, and its pages of `message`, `app_mention`, `app_home_opened`, `user_change`,
`team_join`, `app_uninstalled`, `tokens_revoked`.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bots.reading import Json, clean, count, inner, moment
from bots.slack.body import chat_of, identifier, is_private
from bots.slack.mrkdwn import names, plain
from bots.slack.people import CHANNEL, profile_message
from bots.slack.workspace import Workspace, team_of
from core.errors import Uninterpretable
from core.media import Attachment, MediaKind
from core.messages import AccountNotice, Inbound, InboundKind, InboundMessage

SAID = (None, "file_share", "thread_broadcast")
"""Subtypes of words that a person has just said; every other one is an edit, a notice or a bot."""
NOBODY = "USLACKBOT"
TIMESTAMP = re.compile(r"([0-9]{1,12})\.([0-9]{1,9})", re.ASCII)
MIME_KINDS = {"image": MediaKind.IMAGE, "audio": MediaKind.VOICE, "video": MediaKind.VIDEO}
SUBTYPE_KINDS = {"slack_audio": MediaKind.VOICE, "slack_video": MediaKind.VIDEO}
GONE = ("tombstone", "hidden_by_limit")


def parse_event(body: Json, workspace: Workspace) -> Sequence[Inbound]:
    """Read an envelope.

    Args:
        body: For instance `{"type": "event_callback", "team_id": "T024CREW", "api_app_id": "A024SUNUP",
            "event_id": "Ev024A", "event_time": 1795000000, "event": {"type": "message", "channel": "D024ASHA",
            "channel_type": "im", "user": "U024ASHA", "text": "hi", "ts": "1795000000.000100"}}`.
        workspace: Who we are.

    Returns:
        One message or notice, or none where the event is of no concern.

    Raises:
        Uninterpretable: It lacks what a message needs.
    """
    if body.get("type") != "event_callback":
        return ()
    workspace.check_app(body)
    event = inner(body, "event")
    match event.get("type"):
        case "message" | "app_mention":
            found = _message(body, event, workspace)
        case "app_home_opened":
            found = _home(body, event, workspace)
        case "user_change" | "team_join":
            team = team_of(body)
            found = profile_message(
                inner(event, "user"), workspace.account_of(team), team, key=identifier(body, "event_id")
            )
        case "app_uninstalled" | "tokens_revoked":
            return _ended(body, event, workspace)
        case _:
            return ()
    return () if found is None else (found,)


def sent_at(ts: str) -> datetime | None:
    """Return when a message was sent, by its `ts`; None where that is none."""
    found = TIMESTAMP.fullmatch(ts)
    return moment(int(found.group(1))) if found else None


def _message(body: Json, event: Json, workspace: Workspace) -> InboundMessage | None:
    if event.get("subtype") not in SAID or event.get("bot_id") or event.get("hidden"):
        return None
    team = team_of(body)
    us = workspace.us(body, team)
    if event.get("user") in (NOBODY, us):
        return None
    user, channel, ts = identifier(event, "user"), identifier(event, "channel"), event.get("ts")
    if not isinstance(ts, str) or not TIMESTAMP.fullmatch(ts):
        raise Uninterpretable("message without a ts")
    private = is_private(channel) or event.get("channel_type") == "im"
    thread = event.get("thread_ts")
    text = clean(event.get("text"))
    addressed = private or event.get("type") == "app_mention" or names(text, us)
    if not addressed and not thread:
        return None
    if thread is not None and not (isinstance(thread, str) and TIMESTAMP.fullmatch(thread)):
        raise Uninterpretable("message of a thread that is none")
    attachments = _attachments(event.get("files"))
    return InboundMessage(
        # The same message may come as two events, of a mention and of a channel's message.
        key=f"{team}:{channel}:{ts}",
        channel=CHANNEL,
        account=workspace.account_of(team),
        address=f"{team}/{user}",
        chat=channel if private else chat_of(channel, thread or ts),
        kind=_kind(event, text, attachments),
        text=plain(text, us),
        attachments=attachments,
        sent_at=sent_at(ts),
        private=private,
        addressed=addressed,
    )


def _kind(event: Json, text: str, attachments: Sequence[Attachment]) -> InboundKind:
    if attachments:
        return InboundKind.MEDIA
    return InboundKind.TEXT if text else InboundKind.OTHER


def _home(body: Json, event: Json, workspace: Workspace) -> InboundMessage | None:
    if event.get("tab") != "home":
        return None
    team, user = team_of(body), identifier(event, "user")
    return InboundMessage(
        key=identifier(body, "event_id"),
        channel=CHANNEL,
        account=workspace.account_of(team),
        address=f"{team}/{user}",
        chat=identifier(event, "channel") if event.get("channel") else user,
        kind=InboundKind.HOME,
    )


def _ended(body: Json, event: Json, workspace: Workspace) -> Sequence[AccountNotice]:
    kind = str(event.get("type"))
    if kind == "tokens_revoked" and not inner(event, "tokens").get("bot"):
        return ()  # a person took their own token back; ours still speaks
    # It may come late or again, when the app has been installed anew; the envelope says when it happened.
    return (AccountNotice(CHANNEL, workspace.account_of(team_of(body)), kind, moment(body.get("event_time"))),)


def _attachments(files: Any) -> tuple[Attachment, ...]:
    found = (_attachment(file) for file in (files if isinstance(files, list) else ()) if isinstance(file, dict))
    return tuple(one for one in found if one is not None)


def _attachment(file: Json) -> Attachment | None:
    """Read a file; one from another organisation has no address yet, and is asked for by its id."""
    ref = clean(file.get("url_private_download") or file.get("url_private") or file.get("id"))
    if not ref or file.get("mode") in GONE:
        return None
    mime = clean(file.get("mimetype")).lower()
    kind = SUBTYPE_KINDS.get(str(file.get("subtype"))) or MIME_KINDS.get(mime.partition("/")[0], MediaKind.DOCUMENT)
    return Attachment(
        kind=kind,
        ref=ref,
        mime=mime,
        size=count(file, "size"),
        name=clean(file.get("name")),
        seconds=count(file, "duration_ms") // 1000,
    )
