"""An account: its credentials, its WhatsApp sender, and what it keeps."""

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from tests.fakes.twilio.content import Template
from tests.fakes.twilio.errors import Json

VERSION = "2010-04-01"
SANDBOX = "whatsapp:+14155238886"
_numbers = itertools.count(1)


def new_sid(prefix: str) -> str:
    """Return the next id of a kind: two letters and 32 hexadecimal digits."""
    return f"{prefix}{next(_numbers):032x}"


@dataclass(slots=True)
class MediaFile:
    """A file that came with a message."""

    sid: str
    data: bytes
    mime: str


@dataclass(slots=True)
class Message:
    """A message in either direction, as the REST interface shows it."""

    sid: str
    sender: str
    recipient: str
    body: str
    status: str
    inbound: bool
    created_at: datetime
    sent_at: datetime | None = None
    error_code: int | None = None
    service: str | None = None
    media: list[MediaFile] = field(default_factory=list)
    media_url: str = ""
    content_sid: str = ""
    callback: str = ""

    def as_json(self, account_sid: str) -> Json:
        """Return the resource."""
        uri = f"/{VERSION}/Accounts/{account_sid}/Messages/{self.sid}"
        return {
            "account_sid": account_sid,
            "api_version": VERSION,
            "body": self.body,
            "date_created": format_datetime(self.created_at),
            "date_sent": format_datetime(self.sent_at) if self.sent_at else None,
            "date_updated": format_datetime(self.sent_at or self.created_at),
            "direction": "inbound" if self.inbound else "outbound-api",
            "error_code": self.error_code,
            "error_message": None,
            "from": self.sender,
            "messaging_service_sid": self.service,
            "num_media": str(len(self.media) + bool(self.media_url)),
            "num_segments": "1",
            "price": None,
            "price_unit": None,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.recipient,
            "uri": f"{uri}.json",
        }


class Account:
    """An account with one WhatsApp sender.

    Args:
        sender: The sender's address, for instance `whatsapp:+15550001111`; `SANDBOX` only reaches who has joined.
        webhook: Where inbound messages are posted, perhaps with connection overrides behind `#`.
        fallback: Where they are posted when that fails.
        status_callback: Where statuses are posted for messages that name no place of their own.
        handles_opt_out: Whether Twilio itself looks after STOP and START.
        status: Of the account: `active`, `suspended` or `closed`.
        trial: Whether it is one for trying out.
        sender_status: Of the sender: `ONLINE`, `OFFLINE`, `PENDING_VERIFICATION` and so on.
    """

    def __init__(self, sender: str = "whatsapp:+15550001111") -> None:
        self.sid = new_sid("AC")
        self.auth_token = f"{next(_numbers):032x}"
        self.sender = sender
        self.service_sid = new_sid("MG")
        self.webhook = ""
        self.fallback = ""
        self.status_callback = ""
        self.handles_opt_out = True
        self.status = "active"
        self.trial = False
        self.sender_status = "ONLINE"
        self.messages: list[Message] = []
        self.templates: dict[str, Template] = {}
        self.calls: list[tuple[str, Json]] = []

    @property
    def sandbox(self) -> bool:
        """Whether this is the sandbox that everybody shares."""
        return self.sender == SANDBOX

    def find(self, sid: str) -> Message | None:
        """Return a message."""
        return next((each for each in self.messages if each.sid == sid), None)

    def media(self, message_sid: str, media_sid: str) -> MediaFile | None:
        """Return a file of a message."""
        message = self.find(message_sid)
        return next((each for each in message.media if each.sid == media_sid), None) if message else None

    def lose_media(self) -> None:
        """Forget every file."""
        for message in self.messages:
            message.media.clear()

    def revoke(self) -> None:
        """Make a new auth token; the old one is refused from now on."""
        self.auth_token = f"{next(_numbers):032x}"
