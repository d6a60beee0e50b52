"""Channels: in which chats a person writes, by what name they know them, and where nudges reach them."""

from dataclasses import replace
from datetime import datetime

from conversations import phrases
from conversations.scene import Scene
from conversations.state import Connection
from core.ids import ConversationId
from core.messages import InboundMessage


def hear(scene: Scene, message: InboundMessage) -> None:
    """Note where the person has just written, and until when free text reaches them there."""
    window, until = message.reply_window, None
    if window is not None:
        until = min(message.sent_at or scene.now, scene.now) + window
    if not scene.connections:
        scene.reply_until = _later(scene.reply_until, until)
        return
    mine = next((one for one in scene.connections if one.id == scene.here), None)
    if mine is None:
        return  # a group: its words say nothing of where a nudge goes
    others = [one for one in scene.connections if one.id != mine.id]
    scene.connections = (*others, replace(mine, reply_until=_later(mine.reply_until, until), closed=False))
    scene.reply_until = reply_until(scene.connections, scene.chosen)


def _later(known: datetime | None, until: datetime | None) -> datetime | None:
    """Return the later end of a window: a message that was brought late opens none that is shorter than the known."""
    return max(known, until) if known and until else until


def open_here(scene: Scene) -> None:
    """Note that the person let us in again where the message came from."""
    scene.connections = tuple(replace(one, closed=False) if one.id == scene.here else one for one in scene.connections)


def close_here(scene: Scene, message: InboundMessage) -> bool:
    """Note that we were shut out where a message came from; return whether no other chat of the person is open.

    A group says nothing of the chat of two: only its conversation is closed, which is noted where conversations are
    kept. If no other is left, whoever sends finds out and tells of it as of a chat of two.
    """
    if not message.private:
        return False
    scene.connections = tuple(replace(one, closed=True) if one.id == scene.here else one for one in scene.connections)
    if not any(not one.closed for one in scene.connections):
        return True
    scene.reply_until = reply_until(scene.connections, scene.chosen)
    return False


def reply_until(connections: tuple[Connection, ...], chosen: ConversationId | None) -> datetime | None:
    """Return until when free text reaches a person of several chats where nudges go."""
    open_ones = [one for one in connections if not one.closed]
    where = next((one for one in open_ones if one.id == chosen), open_ones[-1] if open_ones else None)
    return where.reply_until if where else None


def titles(scene: Scene) -> dict[ConversationId, str]:
    """Return what each of the person's chats is called, in their language, so that no two are called the same."""
    named = {one.id: title(scene.language, one.channel) for one in scene.connections}
    for one in scene.connections:
        if _is_doubled(named, one.id) and one.account != "default":
            named[one.id] = f"{named[one.id]} ({one.account})"
    for one in scene.connections:
        if _is_doubled(named, one.id):
            alike = [other for other, words in named.items() if words == named[one.id]]
            named.update({other: f"{named[other]} {place}" for place, other in enumerate(alike, 1)})
    return named


def title(language: str, channel: str) -> str:
    """Return what a channel is called in a language."""
    key = f"channel_{channel}"
    return phrases.phrase(language, key) if key in phrases.SENTENCES["en"] else channel.capitalize()


def token(connection: Connection) -> str:
    """Return what a button carries for a chat."""
    return connection.id.hex[-10:]


def _is_doubled(named: dict[ConversationId, str], one: ConversationId) -> bool:
    return list(named.values()).count(named[one]) > 1
