"""History: what was said in a conversation, as one who takes part in it may read it."""

from dataclasses import dataclass
from datetime import datetime

from core.ids import MediaId
from core.media import Attachment
from core.messages import Button, Picture


@dataclass(frozen=True, slots=True)
class Thread:
    """Names one conversation by what its channel knows of it.

    Args:
        channel: Name of the channel.
        account: Name of our account on it.
        address: Whose conversation it is.
        chat: Where it takes place; equals the address in a private chat.
    """

    channel: str
    account: str
    address: str
    chat: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One message of a conversation, in or out.

    Args:
        seq: Its number within the conversation; later ones are higher, none is given twice.
        inbound: True where the person said it.
        at: When it was kept.
        text: The words, or the caption of media; for a tap, the button's title.
        title: One short line shown above the text; may be empty.
        buttons: Choices below an outbound message.
        image: A kept picture shown with an outbound message.
        kind: Value of `InboundKind` for an inbound message; empty for an outbound one.
        key: The provider's key of an inbound message; empty for an outbound one.
        attachments: Files that came with an inbound message.
        album: Kept pictures shown with an outbound message.
    """

    seq: int
    inbound: bool
    at: datetime
    text: str = ""
    title: str = ""
    buttons: tuple[Button, ...] = ()
    image: MediaId | None = None
    kind: str = ""
    key: str = ""
    attachments: tuple[Attachment, ...] = ()
    album: tuple[Picture, ...] = ()
