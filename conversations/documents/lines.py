"""Lines: what can stand in a transcript, as values; `script.py` tells how each is written."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.executions import ExecutionStatus
from core.media import Attachment


@dataclass(frozen=True, slots=True)
class Introduced:
    """Who the person is; `called` is the name that the channel knows of a stranger."""

    line: int
    stranger: bool
    called: str = ""
    known: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Began:
    """When the transcript begins, on the person's own clock."""

    line: int
    moment: datetime


@dataclass(frozen=True, slots=True)
class Wrote:
    """The person writes."""

    line: int
    words: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """The person taps the newest button with this title."""

    line: int
    title: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The person sends a file; without one, something that no step can use, such as a sticker."""

    line: int
    attachment: Attachment | None
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Expected:
    """Sunup says this next; without buttons written, any are right."""

    line: int
    text: str
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AndSoOn:
    """Whatever else is said now does not matter."""

    line: int


@dataclass(frozen=True, slots=True)
class Passed:
    """Time goes by."""

    line: int
    duration: timedelta


@dataclass(frozen=True, slots=True)
class PassedUntil:
    """Time goes by until the person's clock shows this."""

    line: int
    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class Signalled:
    """Something happens elsewhere."""

    line: int
    name: str


@dataclass(frozen=True, slots=True)
class FileRefused:
    """The check of the file that was sent last refuses it."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The workflow has ended so."""

    line: int
    status: ExecutionStatus


@dataclass(frozen=True, slots=True)
class OutcomeKept:
    """An outcome was recorded."""

    line: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Saved:
    """Something is known of the person by now."""

    line: int
    field: str
    value: str


Deed = Wrote | Tapped | Sent | Passed | PassedUntil | Signalled
"""Lines at which something happens; what was said before must be accounted for by then."""
Line = Introduced | Began | Deed | Expected | AndSoOn | FileRefused | Ended | OutcomeKept | Saved
