"""Every error that Sunup raises on purpose, in one tree.

    SunupError
    ├── ConfigurationError          a setting is wrong; the start stops with one sentence
    ├── WorkflowError               a workflow document is wrong; carries line and cure
    │   └── TranscriptFailed        a scripted transcript did not come out as written
    ├── RequestRefused              a provider's door said no
    │   ├── Forged                  signature or secret missing or wrong        -> 401 / 403
    │   ├── Malformed               not even well-formed                        -> 400
    │   └── Uninterpretable         authenticated, but not to be understood     -> 200 and a dead letter
    ├── SendError                   a message could not be handed to its platform
    │   ├── ChannelThrottled        slow down; carries retry_after
    │   ├── ChannelUnavailable      the platform did not answer or is broken; nothing was sent
    │   ├── OutcomeUnknown          the request went out, no answer came back
    │   ├── RecipientUnreachable    blocked, deactivated, kicked, no such chat
    │   ├── RecipientMoved          the chat lives at another address now; carries it
    │   ├── MessageRejected         the platform refuses this content for good
    │   │   └── WindowClosed        it takes no free text now; an approved template may pass
    │   └── AccountRevoked          our credentials are no longer accepted
    ├── MediaRejected               a file is not what was asked for; carries a reason code
    ├── Busy                        something is under way; in a moment it is over
    └── StorageUnavailable          the database does not answer; the provider will bring it again

A class's docstring is its default message and names the cure.
"""

from datetime import timedelta


class SunupError(Exception):
    """Something went wrong in Sunup."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip().split("\n")[0])


class ConfigurationError(SunupError):
    """A setting is missing or wrong; `sunup doctor` names it and says what would be right."""


class WorkflowError(SunupError):
    """A workflow document is wrong.

    Args:
        message: What is wrong and what would be right.
        line: Line in the document, counted from 1; 0 where no line can be named.
        cure: One sentence that says what to write instead; may be empty.
    """

    def __init__(self, message: str, line: int = 0, cure: str = "") -> None:
        super().__init__(message)
        self.line = line
        self.cure = cure

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.args[0]}{' ' + self.cure if self.cure else ''}"


class TranscriptFailed(WorkflowError):
    """A transcript did not come out as it is written; change the steps or the transcript."""


class RequestRefused(SunupError):
    """The request was refused."""


class Forged(RequestRefused):
    """The request does not prove that it comes from the provider; compare the secret on both sides."""


class Malformed(RequestRefused):
    """The request is not well-formed; nothing of it was kept."""


class Uninterpretable(RequestRefused):
    """The request is authentic but cannot be understood; it was kept as a dead letter."""


class SendError(SunupError):
    """A message could not be sent.

    Args:
        message: What the platform said, without secrets and without the message's text.
        code: The platform's own code, or ours where it has none.
        retry_after: How long the platform asks us to wait; None where it does not say.
        external_ids: The platform's ids of the parts that did go out before the failure.
    """

    retryable = False

    def __init__(
        self,
        message: str | None = None,
        *,
        code: str = "",
        retry_after: timedelta | None = None,
        external_ids: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.code = code or type(self).__name__
        self.retry_after = retry_after
        self.external_ids = external_ids


class ChannelThrottled(SendError):
    """The platform asks us to slow down; the message goes out later by itself."""

    retryable = True
    whole_account = False
    """Whether all chats of the account are meant; set by an adapter whose platform says so."""


class ChannelUnavailable(SendError):
    """The platform did not take the message; it is tried again by itself."""

    retryable = True


class OutcomeUnknown(SendError):
    """The request went out and no answer came back; the message may or may not be visible."""


class RecipientUnreachable(SendError):
    """The person cannot be reached at this address; they come back by writing first."""


class RecipientMoved(SendError):
    """The chat lives at another address now; it is sent there."""

    def __init__(self, message: str | None = None, *, moved_to: str, code: str = "") -> None:
        super().__init__(message, code=code)
        self.moved_to = moved_to


class MessageRejected(SendError):
    """The platform refuses this message for good; look at its content."""


class WindowClosed(MessageRejected):
    """The person wrote too long ago for free text; only an approved template reaches them here."""


class AccountRevoked(SendError):
    """The platform no longer accepts our credentials; set a new token for this account."""


class MediaRejected(SunupError):
    """A file is not what was asked for.

    Args:
        reason: One of `too_large`, `wrong_kind`, `unreadable`, `too_many_pixels`, `empty`, `unavailable`.
        detail: Facts for the message to the person, for instance `{"limit": "20 MB"}`.
    """

    def __init__(self, reason: str, detail: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail or {}


class Busy(SunupError):
    """Something is still under way; try again in a moment."""


class StorageUnavailable(SunupError):
    """The database does not answer; nothing was kept, and the provider will bring it again."""
