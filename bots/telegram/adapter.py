"""The Telegram channel: one bot, fulfilling the contract of `bots.adapter`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bots.adapter import Fetched, Request, Response, too_large
from bots.parts import send_each
from bots.pictures import Images, illustrated, with_album
from bots.reading import clean, count
from bots.telegram.api import BotApi
from bots.telegram.interpret import FileTooBig, NoPhoto, NotModified, TapTooOld, UnparsableMarkup
from bots.telegram.parse import CHANNEL, parse_update
from bots.telegram.render import Call, render, target
from bots.telegram.signature import check_secret, require_secret
from bots.transport import Transport, Upload
from core import errors
from core.media import MAX_MEDIA_BYTES, Attachment, MediaKind
from core.messages import Capabilities, InboundMessage, OutboundMessage, SendReceipt, TextUnit

log = structlog.get_logger(__name__)

CAPABILITIES = Capabilities(
    text_limit=4096,
    text_unit=TextUnit.UTF16,
    caption_limit=1024,
    buttons=100,
    button_title=64,
    media=frozenset({MediaKind.IMAGE}),
    album=10,
    edits=True,
    typing=timedelta(seconds=5),
    answers_taps=True,
    account_rate=30.0,
    chat_rate=1.0,
    chat_burst=3,
)
"""What Telegram carries. Source: Bot API and its FAQ; a button's title is our own measure of what is readable."""
PHOTO_LIMIT = 10 * 1024 * 1024
"""Larger pictures go out as files. Source: Bot API, sendPhoto."""
FILE_LIMIT = 50 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one chat may be written to.

    Args:
        rate: Messages a second, sustained.
        burst: Messages at once before `rate` binds.
    """

    rate: float
    burst: int


PRIVATE_PACE = Pace(CAPABILITIES.chat_rate, CAPABILITIES.chat_burst)
GROUP_PACE = Pace(20 / 60, 3)
"""Source: Bot API FAQ, 20 messages a minute to one group."""


class TelegramAdapter:
    """One bot on Telegram.

    Args:
        account: Name of our account; the environment's is `default`.
        token: As BotFather gave it.
        secret: What Telegram repeats with each webhook request; while empty, every request is refused.
        api_url: Base of the Bot API.
        transport: The shared HTTP client.
        images: Reads a kept picture; without it a message goes out without its picture.
        username: The bot's name without `@`; `setup.introduce` learns it.

    Raises:
        ConfigurationError: The token, the secret or the base cannot be right.
    """

    channel = CHANNEL
    capabilities = CAPABILITIES

    def __init__(  # budget: the registry's call gives these five by place
        self,
        account: str,
        token: str,
        secret: str,
        api_url: str,
        transport: Transport,
        *,
        images: Images | None = None,
        username: str = "",
    ) -> None:
        self.account = account
        self.username = username
        self.api = BotApi(token, api_url, transport)
        self._secret = require_secret(secret)
        self._images = images

    def __repr__(self) -> str:
        return f"TelegramAdapter(account={self.account!r}, bot_id={self.api.bot_id!r})"

    @property
    def secret(self) -> str:
        """What Telegram is told to repeat; keep it out of logs and errors."""
        return self._secret

    def verify(self, request: Request, now: datetime) -> None:
        """Compare the secret; `now` is of no use, since Telegram signs no time. Raises `Forged`."""
        check_secret(request, self._secret)

    def parse(self, request: Request) -> Sequence[InboundMessage]:
        """Read one update; see `bots.telegram.parse`."""
        return parse_update(request.body, account=self.account, bot_id=self.api.bot_id, username=self.username)

    def acknowledge(self, request: Request) -> Response:
        """Return an empty object: a method call in here could not be tracked, and 410 would end the webhook."""
        return Response(200, b"{}", "application/json")

    def pace(self, chat: str) -> Pace:
        """Return how fast a chat may be written to; the ids of groups are negative."""
        return GROUP_PACE if chat.startswith("-") else PRIVATE_PACE

    async def send(self, message: OutboundMessage) -> SendReceipt:
        """Send what is left of a message, part by part; see `bots.telegram.render`.

        An error's `external_ids` name the parts that went out before it in this attempt.
        """
        message, image = await illustrated(message, self._images, FILE_LIMIT)
        message, pictures = await with_album(message, self._images)

        async def send_one(call: Call) -> str:
            if call.album:
                return _message_id(await self._send_album(call, [pictures[one] for one in call.album]))
            result = await self._make(call, image)
            return "" if message.tap_id else _message_id(result)

        return await send_each(render(message, self.capabilities)[message.parts_sent :], send_one)

    async def edit(self, message: OutboundMessage, external_id: str) -> None:
        """Put a message's words and buttons in place of what a sent one shows.

        A message that reads like this already is left alone. Raises `MessageRejected` where the new words
        take more than one message, else as `send` does.
        """
        calls = render(replace(message, content=replace(message.content, image=None)), self.capabilities)
        if len(calls) != 1 or calls[0].method != "sendMessage":
            raise errors.MessageRejected("An edited message is a single one.", code="too_long")
        more = {"message_id": int(external_id)}
        plain = None if calls[0].plain is None else {**calls[0].plain, **more}
        await self._make(Call("editMessageText", {**calls[0].params, **more}, plain), None)

    async def show_typing(self, chat: str) -> None:
        """Show that an answer is on its way, for 5 seconds or until it comes; repeat every 4."""
        await self.api.call("sendChatAction", {**target(chat), "action": "typing"})

    async def fetch(self, attachment: Attachment, limit: int) -> Fetched:
        """Download a file; its address, which holds the token, is never kept.

        Raises:
            MediaRejected: `too_large`, or `unavailable` where it is gone for good.
            ChannelUnavailable: It may be there later.
        """
        size = min(limit, MAX_MEDIA_BYTES)
        if attachment.size > size:
            raise too_large(size)
        file = await self._locate(attachment, size)
        path = clean(file.get("file_path"))
        if count(file, "file_size") > size:
            raise too_large(size)
        if not path or ".." in path.split("/"):
            raise errors.MediaRejected("unavailable")
        answer = await self.api.download(path, size)
        mime = attachment.mime or answer.headers.get("content-type", "").partition(";")[0]
        return Fetched(answer.body, mime, attachment.name or path.rpartition("/")[2])

    async def _locate(self, attachment: Attachment, size: int) -> Mapping[str, Any]:
        try:
            file = await self.api.call("getFile", {"file_id": attachment.ref})
        except FileTooBig:
            raise too_large(size) from None
        except errors.MessageRejected:
            raise errors.MediaRejected("unavailable") from None
        except errors.ChannelUnavailable:
            raise
        except errors.SendError as error:  # asking again is harmless, whatever became of this time
            raise errors.ChannelUnavailable(code=error.code, retry_after=error.retry_after) from None
        return file if isinstance(file, dict) else {}

    async def _make(self, call: Call, image: Fetched | None) -> Any:
        """Make a call, and once more in a plainer form where Telegram refuses the form alone."""
        if call.image and image is not None:
            return await self._send_picture(call, image)
        try:
            return await self.api.call(call.method, call.params)
        except UnparsableMarkup:
            return await self.api.call(call.method, self._plainer(call))
        except (TapTooOld, NotModified):
            return None

    async def _send_picture(self, call: Call, image: Fetched) -> Any:
        form = "photo" if len(image.data) <= PHOTO_LIMIT else "document"
        try:
            return await self._upload(form, call.params, image)
        except NoPhoto:
            return await self._upload("document", call.params, image)
        except UnparsableMarkup:
            return await self._upload(form, self._plainer(call), image)

    async def _send_album(self, call: Call, pictures: Sequence[Fetched]) -> Any:
        """Send pictures together; several become several messages, of which the first one stands for all."""
        alone = len(pictures) == 1
        files = [
            Upload("photo" if alone else f"picture{place}", "picture", one.data, one.mime or "application/octet-stream")
            for place, one in enumerate(pictures)
        ]
        result = await self.api.upload(call.method, call.params, files)
        return result[0] if isinstance(result, list) and result else result

    async def _upload(self, form: str, params: Mapping[str, Any], image: Fetched) -> Any:
        file = Upload(form, "picture", image.data, image.mime or "application/octet-stream")
        return await self.api.upload(f"send{form.capitalize()}", params, (file,))

    def _plainer(self, call: Call) -> Mapping[str, Any]:
        log.warning("telegram_markup_refused", account=self.account, method=call.method)
        return call.params if call.plain is None else call.plain


def _message_id(result: Any) -> str:
    """Return the id of the message that a call has made."""
    found = result.get("message_id") if isinstance(result, dict) else None
    if type(found) is not int:
        raise errors.OutcomeUnknown("Telegram's answer names no message.", code="unreadable")
    return str(found)
