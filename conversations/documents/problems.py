"""Problems: what is wrong with a document, where, and what to write instead."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core import errors


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    """The document cannot be published."""
    WARNING = "warning"
    """It can, but somebody may be sorry for it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document.

    Args:
        line: Where, counted from 1; 0 where no line can be named.
        message: What is wrong, a sentence without its full stop.
        cure: What to write instead; may be empty.
        severity: How much it matters.
    """

    line: int
    message: str
    cure: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return self.message + (f"; {self.cure}" if self.cure else "")

    def as_error(self) -> errors.WorkflowError:
        """Return the problem as an exception to raise."""
        return errors.WorkflowError(self.message + (";" if self.cure else ""), self.line, self.cure)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return "did you mean `timer`?" for a word that was mistyped; else what there is; else nothing."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"did you mean `{close[0]}`?"
    return f"there is {listing(names)}" if names else ""


def listing(names: Iterable[str], last: str = "and") -> str:
    """Return "`a`, `b` and `c`"; of more than twelve names the first twelve."""
    quoted = [f"`{name}`" for name in names]
    shown = quoted[:12]
    if len(quoted) > len(shown):
        return f"{', '.join(shown)} {last} {len(quoted) - len(shown)} more"
    return f" {last} ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
