"""The WhatsApp channel: one sender at Twilio, fulfilling the contract of `bots.adapter`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bots.adapter import Fetched, Request, Response
from bots.parts import send_each
from bots.transport import Transport
from bots.whatsapp.address import read_sender
from bots.whatsapp.api import API_URL, CONTENT_API_URL, TwilioApi
from bots.whatsapp.codes import CONTENT_CODES, failure
from bots.whatsapp.content import Templates
from bots.whatsapp.form import Form
from bots.whatsapp.interactive import BUTTON_TITLE_LIMIT, ROW_TITLE_LIMIT, ROWS, Shelf
from bots.whatsapp.parse import CHANNEL, REPLY_WINDOW, Whose, read_message, read_status, status_of
from bots.whatsapp.records import find_sent, missed
from bots.whatsapp.render import Call, Outlet, render
from bots.whatsapp.signature import check_signature, public_bases, require_form
from core import errors
from core.ids import MediaId
from core.media import Attachment, MediaKind
from core.messages import Capabilities, Inbound, InboundMessage, OutboundMessage, SendReceipt, TextUnit

log = structlog.get_logger(__name__)

CAPABILITIES = Capabilities(
    text_limit=1600,
    text_unit=TextUnit.UTF16,
    caption_limit=1024,
    buttons=3,
    button_title=BUTTON_TITLE_LIMIT,
    list_rows=ROWS,
    row_title=ROW_TITLE_LIMIT,
    media=frozenset({MediaKind.IMAGE}),
    reply_window=REPLY_WINDOW,
    account_rate=10.0,
    chat_rate=1 / 6,
    chat_burst=5,
)
"""What WhatsApp carries through Twilio.

Source: Twilio, error 21617, twilio/quick-reply, twilio/list-picker, best practices for scaling; Meta, error 131056
(one message in 6 seconds to one person). Twilio does not say in what it counts; UTF-16 units are never fewer.
"""
MEDIA_LIMIT = 16 * 1024 * 1024
"""Source: Twilio, error 11751."""
WEBHOOK = "/webhooks/whatsapp"
STATUS = "status"
ANSWER = Response(200, b"<Response/>", "text/xml")
"""TwiML that says nothing: an answer in here would have no id, and could not be tracked."""


@dataclass(frozen=True, slots=True)
class TwilioUrls:
    """Where things are.

    Args:
        public: Where we are reached from outside; empty refuses every webhook, since its signature covers it.
        api: Base of the API.
        content: Base of the Content API.
    """

    public: str = ""
    api: str = API_URL
    content: str = CONTENT_API_URL


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """What Twilio knows us by.

    Args:
        sid: The account's id `AC…`.
        token: Its auth token.
        sender: Our number, `whatsapp:+14155238886`, or a Messaging Service `MG…`.
    """

    sid: str
    token: str
    sender: str

    def __repr__(self) -> str:
        return f"TwilioAccount(sid={self.sid!r}, sender={self.sender!r})"


def webhook_path(account: str, door: str = "") -> str:
    """Return the path of an account's webhook, or of its `status` callback."""
    base = f"{WEBHOOK}/{door}" if door else WEBHOOK
    return base if account == "default" else f"{base}/{account}"


class WhatsAppAdapter:
    """One sender on WhatsApp.

    Args:
        account: Name of our account; the environment's is `default`.
        twilio: What Twilio knows us by.
        urls: Where things are.
        transport: The shared HTTP client.
        picture_url: Where anybody can fetch a kept picture; without it a message goes out without its picture.

    Raises:
        ConfigurationError: A credential or an address cannot be right.
    """

    channel = CHANNEL
    capabilities = CAPABILITIES

    def __init__(
        self,
        account: str,
        twilio: TwilioAccount,
        urls: TwilioUrls,
        transport: Transport,
        *,
        picture_url: Callable[[MediaId], str] | None = None,
    ) -> None:
        self.account = account
        self.api = TwilioApi(twilio.sid, twilio.token, (urls.api, urls.content), transport)
        self.templates = Templates(self.api)
        self._whose = Whose(account, read_sender(twilio.sender))
        self._bases = public_bases(urls.public)
        public = urls.public.rstrip("/")
        callback = public + webhook_path(account, STATUS) if public else ""
        self._outlet = Outlet(self._whose.sender, callback, picture_url)
        self._shelf = Shelf(self.api)
        self._read: tuple[Request, Form] | None = None

    def __repr__(self) -> str:
        return f"WhatsAppAdapter(account={self.account!r}, account_sid={self.api.account_sid!r})"

    def verify(self, request: Request, now: datetime) -> None:
        """Prove that Twilio sent a request in this account's name.

        `now` is of no use: the signature holds no time, so a replay is caught by its message's key.

        Raises:
            Forged: The proof is missing or wrong, the account is another one, or nothing in it is about a message.
        """
        require_form(request)
        try:
            form = self._form(request)
            check_signature(request, form, self.api.token, self._bases)
            if form.text(b"AccountSid") != self.api.account_sid:
                raise errors.Forged("The form is about another Twilio account.")
            if not form.text(b"MessageSid") or (_is_status(request) and not status_of(form)):
                raise errors.Forged("The form is about no message.")
        except (errors.Malformed, errors.Uninterpretable):
            raise errors.Forged("The form is none that Twilio would make.") from None

    def parse(self, request: Request) -> Sequence[Inbound]:
        """Read what a proven form holds; see `bots.whatsapp.parse`."""
        form = self._form(request)
        if _is_status(request):
            return (read_status(form, request.query, self._whose),)
        return read_message(form, self._whose)

    def acknowledge(self, request: Request) -> Response:
        """Return TwiML that says nothing."""
        return ANSWER

    async def send(self, message: OutboundMessage) -> SendReceipt:
        """Send what is left of a message, part by part; see `bots.whatsapp.render`.

        An error's `external_ids` name the parts that went out before it in this attempt.
        """
        if message.content.image is not None and self._outlet.picture_url is None and message.template is None:
            log.warning("picture_left_out", channel=CHANNEL, account=self.account, message_id=str(message.id))
        return await send_each(render(message, self._outlet, self.capabilities)[message.parts_sent :], self._make)

    async def reconcile(self, message: OutboundMessage, since: datetime) -> SendReceipt | None:
        """Settle a message whose outcome is unknown: look whether its part in doubt went out, and send what follows it.

        Args:
            message: As it was sent, beginning after `parts_sent`.
            since: When that attempt began.

        Returns:
            The receipt of all that is out now; None where the part in doubt never reached Twilio, so that sending
            the message again doubles nothing.

        Raises:
            SendError: Twilio could not be asked, or what follows could not be sent; `external_ids` name what is out.
        """
        calls = render(message, self._outlet, self.capabilities)[message.parts_sent :]
        if not calls:
            return SendReceipt()
        found = await find_sent(self.api, calls[0], since)
        if found is None:
            return None
        try:
            rest = await self.send(replace(message, parts_sent=message.parts_sent + 1))
        except errors.SendError as error:
            error.external_ids = (found, *error.external_ids)
            raise
        return SendReceipt((found, *rest.external_ids))

    def explain(self, code: str) -> errors.SendError:
        """Return what the code of a status callback means; see `bots.whatsapp.codes`."""
        return failure(code)

    async def missed(self, since: datetime) -> list[InboundMessage]:
        """Return what people wrote since a moment; see `bots.whatsapp.records`."""
        return await missed(self.api, self._whose, since)

    async def fetch(self, attachment: Attachment, limit: int) -> Fetched:
        """Download a file.

        Raises:
            MediaRejected: `too_large`, or `unavailable` where it is gone for good or leads where it may not.
            ChannelUnavailable: It may be there later.
        """
        answer = await self.api.download(attachment.ref, min(limit, MEDIA_LIMIT))
        mime = attachment.mime or answer.headers.get("content-type", "").partition(";")[0]
        return Fetched(answer.body, mime, attachment.name)

    def _form(self, request: Request) -> Form:
        # `parse` follows `verify` at once, and reading the form is what costs most in both.
        if self._read is None or self._read[0] is not request:
            self._read = (request, Form(request.body))
        return self._read[1]

    async def _make(self, call: Call) -> str:
        """Create one message; where the content behind its buttons cannot be had, as numbered text."""
        if call.shape is None or call.plain is None:
            return await self.api.create_message(call.form)
        sid = await self._shelf.sid_of(call.shape)
        if sid is None:
            return await self.api.create_message(call.plain)
        try:
            return await self.api.create_message({**call.form, "ContentSid": sid})
        except errors.MessageRejected as error:
            if error.code not in CONTENT_CODES:
                raise
            self._shelf.forget(call.shape)
            log.warning("whatsapp_content_refused", account=self.account, shape=call.shape.name, code=error.code)
        return await self.api.create_message(call.plain)


def _is_status(request: Request) -> bool:
    return request.path.rpartition(WEBHOOK)[2].split("/")[1:2] == [STATUS]
