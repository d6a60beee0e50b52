"""The terminal as an adapter: what is sent appears on the screen of the process that made the adapter."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from secrets import token_bytes

from bots.adapter import Fetched, Request, Response, too_large
from bots.terminal import parse, render, signature
from core import errors
from core.media import Attachment
from core.messages import Button, Capabilities, DeliveryStatus, InboundMessage, OutboundMessage, SendReceipt

CAPABILITIES = Capabilities(text_limit=100_000, buttons=99, button_title=200, answers_taps=True)
"""A terminal scrolls; what it cannot do is show a picture."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What appears on the screen at once.

    Args:
        lines: In order.
        buttons: Choices that can now be made; empty where the message brings none.
    """

    lines: tuple[render.Line, ...]
    buttons: tuple[Button, ...]


Show = Callable[[Shown], Awaitable[None]]
"""Puts something on the screen."""


class TerminalAdapter:
    """One terminal.

    Args:
        show: Puts a message on its screen.
        account: Name of the account.
    """

    channel = parse.CHANNEL
    capabilities = CAPABILITIES

    def __init__(self, show: Show, *, account: str = "default") -> None:
        self.account = account
        self._show = show
        self._key = token_bytes(signature.KEY_BYTES)

    def request(self, typed: parse.Typed) -> Request:
        """Return a line as the request that `verify` and `parse` take."""
        body = parse.write_frame(typed)
        return Request("POST", "/terminal", {signature.HEADER: signature.seal(body, self._key)}, body=body)

    def verify(self, request: Request, now: datetime) -> None:
        """Prove that a line was typed at this very terminal.

        Raises:
            core.errors.Forged: It was not.
        """
        signature.check_seal(request, self._key)

    def parse(self, request: Request) -> Sequence[InboundMessage]:
        """Read one line; an empty one says nothing.

        Raises:
            core.errors.Malformed: It is too long, or no line at all.
        """
        message = parse.parse_frame(request.body, self.account)
        return [] if message is None else [message]

    def acknowledge(self, request: Request) -> Response:
        """Return an empty answer: the words on the screen are the answer."""
        return Response(status=204)

    async def send(self, message: OutboundMessage) -> SendReceipt:
        """Show a message. Whoever sits there has it in front of them, so it is delivered at once.

        Raises:
            core.errors.ChannelUnavailable: Nobody reads the screen any more; it is shown when it is opened again.
        """
        lines = render.render(message)
        if lines:
            try:
                await self._show(Shown(lines, () if message.tap_id else message.content.buttons))
            except OSError as error:
                raise errors.ChannelUnavailable("The terminal is closed.", code="closed") from error
        return SendReceipt((str(message.seq),), DeliveryStatus.DELIVERED)

    async def fetch(self, attachment: Attachment, limit: int) -> Fetched:
        """Read the file that the person named.

        Raises:
            core.errors.MediaRejected: `too_large`, or `unavailable` where it cannot be read.
        """
        data = await asyncio.to_thread(_read_file, Path(attachment.ref), limit)
        return Fetched(data, attachment.mime, attachment.name)


def _read_file(path: Path, limit: int) -> bytes:
    try:
        if not path.is_file():
            raise errors.MediaRejected("unavailable")
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise errors.MediaRejected("unavailable") from error
    if len(data) > limit:
        raise too_large(limit)
    return data
