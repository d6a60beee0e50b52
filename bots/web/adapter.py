"""The web chat as an adapter: the sender gives a hint, and the browser's own process reads the history."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bots.adapter import Fetched, Request, Response, too_large
from bots.web import parse, signature
from core import errors
from core.media import Attachment, MediaKind
from core.messages import Capabilities, InboundMessage, OutboundMessage, SendReceipt, TextUnit

Announce = Callable[[str], Awaitable[None]]
"""Tells every web process that a chat has news. A hint may be lost, so it raises nothing."""

ReadUpload = Callable[[str, str], Awaitable[Fetched | None]]
"""Reads what an owner uploaded under a reference; None where there is none or it is somebody else's."""

CAPABILITIES = Capabilities(
    text_limit=parse.TEXT_LIMIT,
    text_unit=TextUnit.CHARACTERS,
    caption_limit=parse.TEXT_LIMIT,
    buttons=20,
    button_title=80,
    media=frozenset({MediaKind.IMAGE}),
    album=10,
)


class WebAdapter:
    """The web chat's one account.

    Args:
        announce: Tells the web processes that a chat has news.
        read_upload: Reads a person's uploads.
        public_url: Where people reach the page; empty for wherever they find it.
        account: Name of the account.
    """

    channel = parse.CHANNEL
    capabilities = CAPABILITIES

    def __init__(
        self, announce: Announce, read_upload: ReadUpload, *, public_url: str = "", account: str = "default"
    ) -> None:
        self.account = account
        self._announce = announce
        self._read_upload = read_upload
        self._public_url = public_url

    def verify(self, request: Request, now: datetime) -> None:
        """Prove that a request comes from our own page and carries a session.

        Raises:
            core.errors.Forged: It does not.
        """
        signature.verify(request, self._public_url)

    def parse(self, request: Request) -> Sequence[InboundMessage]:
        """Read one frame, which is the body, of the session in the cookie.

        Raises:
            core.errors.Malformed: The frame cannot be used.
        """
        address = signature.session_address(signature.session_token(request.headers))
        frame = parse.read_frame(request.body, parse.Session(address, self.account))
        if isinstance(frame, parse.Refusal):
            raise errors.Malformed(frame.why)
        return [frame] if isinstance(frame, InboundMessage) else []

    def acknowledge(self, request: Request) -> Response:
        """Return an empty answer; a socket's own `accepted` frame says more."""
        return Response(status=204)

    async def send(self, message: OutboundMessage) -> SendReceipt:
        """Wake the browser of a chat; it reads the message out of the history, where it is kept already."""
        await self._announce(message.chat)
        return SendReceipt(external_ids=(str(message.seq),))

    async def fetch(self, attachment: Attachment, limit: int) -> Fetched:
        """Read a file that the person uploaded before they sent its message.

        Raises:
            core.errors.MediaRejected: There is none of theirs under this reference, or it is larger than `limit`.
        """
        owner, ref = parse.split_ref(attachment.ref)
        fetched = await self._read_upload(owner, ref)
        if fetched is None:
            raise errors.MediaRejected("unavailable")
        if len(fetched.data) > limit:
            raise too_large(limit)
        return fetched
