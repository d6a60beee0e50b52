"""Messages: what comes in, what goes out, and what a channel can carry.

The same values on every channel. A channel's folder under `bots/` turns its provider's
JSON into `InboundMessage` and an `OutboundMessage` into the provider's calls.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from core.ids import MediaId, MessageId
from core.media import Attachment, MediaKind


class InboundKind(StrEnum):
    """What an inbound message is to the conversation."""

    TEXT = "text"
    TAP = "tap"
    MEDIA = "media"
    EDIT = "edit"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MOVED = "moved"
    OTHER = "other"
    """Content that no step can use: a sticker, a location, a contact, a poll."""
    HOME = "home"
    """The person opened the place that the channel keeps for us beside the chat, such as Slack's App Home."""
    PROFILE = "profile"
    """The channel tells what it knows of the person; nothing was said, and nothing is answered."""


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One message from a person, the same on every channel.

    Args:
        key: The provider's unique key of this message within the account; a second one with it is dropped.
        channel: Name of the channel (`telegram`, `web`, `terminal`).
        account: Name of our account on that channel; the environment's is `default`.
        address: The sender's immutable id on that channel.
        chat: Where an answer goes; equals `address` in a private chat on most channels.
        kind: What it is to the conversation.
        text: The words, or the caption of media; for a tap, the button's title where it is known.
        payload: What a tapped button carries.
        tap_id: The handle with which a tap is answered; empty where the channel needs none.
        attachments: Files announced with the message.
        name: The sender's display name; for show only, never for authorisation.
        language: IETF tag that the channel reports; may be empty.
        sent_at: When the platform says it was sent; None where it does not say.
        moved_to: With `MOVED`, the chat's new address.
        private: False in groups and channels.
        zone: IANA time zone that the channel reports; unproven and mostly empty.
        reply_window: How long after this message the channel takes free text; None for always.
        also: Another immutable id of the same sender that the platform names beside `address`; mostly empty.
        addressed: False for words in a group that do not name us; they are for us only where we talk with this
            person in this chat already.
    """

    key: str
    channel: str
    account: str
    address: str
    chat: str
    kind: InboundKind
    text: str = ""
    payload: str = ""
    tap_id: str = ""
    attachments: tuple[Attachment, ...] = ()
    name: str = ""
    language: str = ""
    sent_at: datetime | None = None
    moved_to: str = ""
    private: bool = True
    zone: str = ""
    reply_window: timedelta | None = None
    also: str = ""
    addressed: bool = True


@dataclass(frozen=True, slots=True)
class Button:
    """A choice that a person taps.

    Args:
        title: What is written on it.
        payload: What comes back when it is tapped; at most 64 bytes of UTF-8 (Telegram's callback_data).
    """

    title: str
    payload: str


class Priority(IntEnum):
    """The order in which the sender drains; lower goes first."""

    REPLY = 0
    NUDGE = 1
    BROADCAST = 2


class OnUnknown(StrEnum):
    """What to do when a send went out and no answer came back."""

    GIVE_UP = "give_up"
    """At most once: count it, show it, never send it again."""
    SEND_AGAIN = "send_again"
    """At least once: a second copy does less harm than none."""


class Place(StrEnum):
    """Where on a channel something is shown."""

    CHAT = "chat"
    HOME = "home"
    """The place beside the chat; what is shown there replaces what stood there."""


@dataclass(frozen=True, slots=True)
class Form:
    """A place of its own in which a longer answer can be written, where the channel has one; a reply always does too.

    Args:
        button: Title of the button that opens it, for instance "Write it".
        payload: What comes back with the words, as a button's would; at most 64 bytes of UTF-8.
        submit: Title of the button that sends the words.
        close: Title of the button that leaves without an answer.
    """

    button: str
    payload: str
    submit: str
    close: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A kept picture among several that are shown together, with the words below it; they may be empty."""

    media: MediaId
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What a person reads, before any channel has shaped it.

    Args:
        text: Plain words; no markup of any channel.
        title: One short line shown above the text, for instance "Step 2 of 5"; may be empty.
        buttons: Choices below the text.
        image: A kept picture shown with the text; None for words alone.
        purpose: What it is for where nobody just wrote, for instance `reminder`; a channel that takes free text only
            for a while has an approved template for it, or none. Empty for an answer.
        place: Where it is shown; a channel without a home has nothing to show there.
        form: Offered beside the chat for a longer answer; what is written in it comes back as a tap on its payload
            whose text are the words.
        album: Kept pictures shown before the words, together where the channel can, else one by one.
    """

    text: str
    title: str = ""
    buttons: tuple[Button, ...] = ()
    image: MediaId | None = None
    purpose: str = ""
    place: Place = Place.CHAT
    form: Form | None = None
    album: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """An approved template in place of free text.

    Args:
        external_id: The platform's id of the template, for instance Twilio's ContentSid `HX…`.
        variables: What stands in its places, by their names, for instance `{"1": "Asha"}`.
    """

    external_id: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """One message on its way to a person.

    Args:
        id: Ours; stays the same over all attempts.
        channel: Name of the channel.
        account: Name of our account on it.
        chat: Where it goes.
        content: What is said; empty text with a `tap_id` only ends the button's spinner.
        priority: Its class for the sender.
        on_unknown: Policy for an unknown outcome.
        tap_id: The tap that this answers; empty for an ordinary message.
        seq: Its number within the conversation; later ones are higher.
        parts_sent: How many of its parts earlier attempts have delivered; the adapter goes on after them.
        template: Sent in place of the content where the channel takes no free text now.
        address: The person's immutable id on the channel; in a group, the only one whose taps count.
    """

    id: MessageId
    channel: str
    account: str
    chat: str
    content: Content
    priority: Priority = Priority.REPLY
    on_unknown: OnUnknown = OnUnknown.SEND_AGAIN
    tap_id: str = ""
    seq: int = 0
    parts_sent: int = 0
    template: TemplateUse | None = None
    address: str = ""


class DeliveryStatus(StrEnum):
    """Where a sent message stands. Compare with `rank`: a late lower one is ignored."""

    QUEUED = "queued"
    HELD = "held"
    """Waits for the channel to take it: no free text now, and no template for it."""
    ERRORED = "errored"
    """Failed for now, will be tried again."""
    UNKNOWN = "unknown"
    WIRED = "wired"
    """Handed to the platform."""
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"

    @property
    def rank(self) -> int:
        """Place in the order in which statuses may follow one another."""
        return _RANK[self]


_RANK = {status: place for place, status in enumerate(DeliveryStatus)}


@dataclass(frozen=True, slots=True)
class SendReceipt:
    """What the platform said when it took a message.

    Args:
        external_ids: The platform's ids, one for each part that went out in this attempt.
        status: `WIRED`, or more where the platform says so at once.
    """

    external_ids: tuple[str, ...] = ()
    status: DeliveryStatus = DeliveryStatus.WIRED


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a platform tells, later, of a message that we sent; reports come in any order, and more than once.

    Args:
        channel: Name of the channel.
        account: Name of our account on it.
        status: Where the message stands; None for a status that we do not know, which changes nothing.
        external_id: The platform's id of the message.
        message_id: Ours, where the platform repeats it; None where it does not.
        code: The platform's code of an error; empty where there is none.
        part: Which part of the message it is about, counted from 1.
        parts: How many parts the message has; it has arrived when all of them have.
    """

    channel: str
    account: str
    status: DeliveryStatus | None
    external_id: str
    message_id: MessageId | None = None
    code: str = ""
    part: int = 1
    parts: int = 1


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """A platform has ended our access to an account; it is paused until somebody connects it again.

    Args:
        channel: Name of the channel.
        account: Name of our account on it.
        reason: What happened, in the platform's word, for instance `app_uninstalled`.
        at: When it happened; None where the platform does not say. It is not about credentials given later.
    """

    channel: str
    account: str
    reason: str
    at: datetime | None = None


Inbound = InboundMessage | DeliveryReport | AccountNotice
"""Whatever a provider's request may hold."""


class TextUnit(StrEnum):
    """In what a channel counts the length of a text."""

    UTF16 = "utf16"
    CHARACTERS = "characters"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can carry; the one place for differences between channels.

    Args:
        text_limit: Longest text of one message, in `text_unit`.
        caption_limit: Longest text that rides on a picture.
        buttons: Most buttons under one message; 0 where there are none.
        button_title: Longest title of a button, in characters.
        list_rows: Most rows of a list; 0 where there are none.
        row_title: Longest title of a row, in characters.
        media: Kinds of media that can be sent.
        album: Most pictures that are shown together; 0 where each goes alone.
        reply_window: How long after a person's message free text may be sent; None for always.
        edits: Whether a sent message can be changed.
        typing: How long one typing indicator lasts; None where there is none.
        answers_taps: Whether a tap must be answered so that its spinner ends.
        account_rate: Messages a second for one account.
        chat_rate: Messages a second to one chat, sustained.
        chat_burst: Messages to one chat at once before `chat_rate` binds.
    """

    text_limit: int
    text_unit: TextUnit = TextUnit.CHARACTERS
    caption_limit: int = 0
    buttons: int = 0
    button_title: int = 64
    list_rows: int = 0
    row_title: int = 64
    media: frozenset[MediaKind] = field(default_factory=frozenset)
    album: int = 0
    reply_window: timedelta | None = None
    edits: bool = False
    typing: timedelta | None = None
    answers_taps: bool = False
    account_rate: float = 1000.0
    chat_rate: float = 1000.0
    chat_burst: int = 1000
