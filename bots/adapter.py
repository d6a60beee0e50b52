"""The contract of a channel, apart from every implementation of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from core import errors
from core.media import Attachment
from core.messages import Capabilities, Inbound, InboundMessage, OutboundMessage, SendReceipt

CONNECTED_AT = "connected_at"
"""Under this key credentials say, in ISO 8601, since when an account has them; an `AccountNotice` of that moment or an
earlier one is about others. Channels whose platform sends none leave it out."""


@dataclass(frozen=True, slots=True)
class Request:
    """A provider's HTTP request, free of any web framework.

    Args:
        method: `GET` or `POST`.
        path: Path without the query, as it came over the wire.
        headers: Asked for by their names in lower case.
        query: The raw query string, without `?`.
        body: The raw bytes, exactly as signed.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    query: str = ""
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """What the provider is answered."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A downloaded file.

    Args:
        data: The original bytes.
        mime: The type that the server claimed; not to be believed.
        name: The file name that the server claimed; never used as a path.
    """

    data: bytes
    mime: str = ""
    name: str = ""


def too_large(limit: int) -> errors.MediaRejected:
    """Return the refusal of a file that has more than `limit` bytes; it tells the person the limit."""
    return errors.MediaRejected("too_large", {"limit": f"{limit // 2**20} MB"})


class Adapter(Protocol):
    """One account on one channel.

    `verify`, `parse` and `acknowledge` are pure; only `send` and `fetch` await.
    """

    channel: str
    account: str
    capabilities: Capabilities

    def verify(self, request: Request, now: datetime) -> None:
        """Prove that a request comes from the provider; called before anything of it is read.

        Raises:
            Forged: The proof is missing or wrong.
        """
        ...

    def parse(self, request: Request) -> Sequence[Inbound]:
        """Read a verified request.

        Returns:
            What it holds, in order; empty where the provider tells us something of no concern.

        Raises:
            Malformed: The body is not well-formed.
            Uninterpretable: Well-formed, but it cannot be understood; it becomes a dead letter.
        """
        ...

    def acknowledge(self, request: Request) -> Response:
        """Return what the provider wants to hear once a request is kept."""
        ...

    async def send(self, message: OutboundMessage) -> SendReceipt:
        """Hand a message to the platform, beginning after `message.parts_sent` parts.

        Raises:
            SendError: Classified only; who calls decides on a next attempt.
        """
        ...

    async def fetch(self, attachment: Attachment, limit: int) -> Fetched:
        """Download a file that a message announced, at most `limit` bytes.

        Raises:
            MediaRejected: Too large, or gone for good.
            ChannelUnavailable: It may be there later.
        """
        ...


class Reactive(Protocol):
    """An adapter whose platform wants more within seconds than an answer to the request."""

    channel: str

    def account_of(self, request: Request, inbound: Sequence[Inbound]) -> str:
        """Return the account whose adapter reacts to a verified request; empty where nothing in it wants that.

        Args:
            request: As it was verified.
            inbound: What `parse` has read in it.

        Raises:
            RequestRefused: It cannot be told.
        """
        ...

    async def react(self, request: Request, inbound: Sequence[Inbound]) -> Sequence[InboundMessage]:
        """Do what cannot wait for the sender, such as opening a form; called once a request is kept and answered.

        Args:
            request: As it was verified.
            inbound: What was read in it and kept.

        Returns:
            What was learnt meanwhile, to be taken in like what the request brought; mostly nothing.
        """
        ...


@runtime_checkable
class Explaining(Protocol):
    """An adapter whose platform may refuse a message after it took it, and then gives a code."""

    def explain(self, code: str) -> errors.SendError:
        """Return what a code of a `DeliveryReport` means: the error that the send itself would have raised."""
        ...


@runtime_checkable
class Reconciling(Protocol):
    """An adapter whose platform can be asked whether a message of unknown outcome went out."""

    async def reconcile(self, message: OutboundMessage, since: datetime) -> SendReceipt | None:
        """Find out what became of a message whose call was not answered; what follows the part in doubt is sent.

        Args:
            message: As it was sent, beginning after `parts_sent`.
            since: It went out at this moment or later, if at all.

        Returns:
            The receipt of all that is out now; None where nothing is, so that sending it again doubles nothing.

        Raises:
            SendError: The platform could not be asked, or what follows could not be sent; `external_ids` name what
                is out.
        """
        ...
