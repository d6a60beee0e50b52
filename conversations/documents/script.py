"""Script: a transcript, line by line, before it is played.

    (a person called Asha; market freelancer; zone Asia/Kolkata)   who it is; a stranger otherwise says hello first
    (it is 2026-03-02 08:00)                                       when, on the person's own clock
    > start prompt_selling                                         the person writes
    < Where did your prompts help most? [Design] [Code]            Sunup says; buttons count where they are written
    > [Design]                                                     the person taps
    > (photo) my page                                              the person sends a file, with words under it
    (the file is refused: too_large)                               what the check of the file found
    (20 minutes pass)   (2h30m pass)   (until 09:00)               time goes by
    (signal: order_shipped)                                        something happens elsewhere
    < ...                                                          any one message; ... inside words is any words
    (and so on)                                                    whatever else is said now does not matter
    (outcome: revenue 4500 INR)  (saved: goal earn_money)          what is kept by now
    (completed)   (abandoned)                                      how the workflow ended

A line that is indented goes on with the one above it; a line that begins with # is a remark.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from conversations import evidence
from conversations.documents.lines import (
    AndSoOn,
    Began,
    Ended,
    Expected,
    FileRefused,
    Introduced,
    Line,
    OutcomeKept,
    Passed,
    PassedUntil,
    Saved,
    Sent,
    Signalled,
    Tapped,
    Wrote,
)
from conversations.documents.problems import Problem, listing, nearest
from conversations.duration import parse_duration
from core.executions import ExecutionStatus, Metric
from core.media import Attachment, MediaKind
from core.people import PROFILE_FIELDS

MOST_LINES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Script:
    """A transcript that can be played.

    Args:
        title: What it shows.
        line: Where it begins in the document.
        lines: What happens.
        problems: Lines that are not understood.
    """

    title: str
    line: int
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()


class _NotUnderstood(Exception):
    """A line is not understood; the text says why, with its cure behind a semicolon."""


def read_script(title: str, words: str, first_line: int) -> Script:
    """Read a transcript.

    Args:
        title: What it shows.
        words: Its lines.
        first_line: Line of the document on which they begin.
    """
    lines: list[Line] = []
    problems: list[Problem] = []
    for number, whole in _whole_lines(words, first_line):
        try:
            lines.append(_line(number, whole))
        except _NotUnderstood as reason:
            message, _, cure = str(reason).partition("; ")
            problems.append(Problem(number, message, cure))
    if not any(isinstance(line, Expected) for line in lines) and not problems:
        cure = "add what Sunup says: < and the words"
        problems.append(Problem(first_line - 1, "this transcript expects nothing", cure))
    if len(lines) > MOST_LINES:
        problems.append(Problem(first_line, f"a transcript has at most {MOST_LINES} lines", "split it"))
    return Script(title, first_line - 1, tuple(lines), tuple(problems))


def _whole_lines(words: str, first_line: int) -> Iterator[tuple[int, str]]:
    """Join each line with the indented ones below it."""
    number, whole = 0, ""
    for place, line in enumerate(words.split("\n"), first_line):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] in " \t" and whole:
            whole += "\n" + line.strip()
            continue
        if whole:
            yield number, whole
        number, whole = place, line.strip()
    if whole:
        yield number, whole


def _line(number: int, whole: str) -> Line:
    mark, rest = whole[0], whole[1:].strip()
    if mark == ">":
        return _deed(number, rest)
    if mark == "<":
        return _expected(number, rest)
    if mark == "(" and whole.endswith(")"):
        return _stage_direction(number, " ".join(whole[1:-1].split()))
    raise _NotUnderstood("a line begins with >, < or (; > is the person, < is Sunup, ( ) is what happens")


# -- what is said ------------------------------------------------------------------------------

_BUTTONS = re.compile(r"(?:\s*\[[^\[\]\n]+\])+\s*$")
_TITLE = re.compile(r"\[([^\[\]\n]+)\]")
_FILE = re.compile(r"^\((\w+)(?::\s*([^()]*))?\)\s*(.*)$", re.DOTALL)


def _expected(number: int, rest: str) -> Expected:
    if not rest:
        raise _NotUnderstood("< has no words; write what Sunup says, or ... for anything")
    found = _BUTTONS.search(rest)
    titles = tuple(title.strip() for title in _TITLE.findall(found.group())) if found else ()
    text = rest[: found.start()] if found else rest
    return Expected(number, " ".join(text.split()) or "...", titles)


def _deed(number: int, rest: str) -> Line:
    if not rest:
        raise _NotUnderstood("> has no words; write what the person says")
    tapped = _TITLE.fullmatch(rest)
    if tapped:
        return Tapped(number, tapped.group(1).strip())
    sent = _FILE.match(rest)
    if sent:
        return _sent(number, sent.group(1), (sent.group(2) or "").strip(), sent.group(3))
    return Wrote(number, rest)


_FILES = {
    "photo": MediaKind.IMAGE,
    "document": MediaKind.DOCUMENT,
    "voice": MediaKind.VOICE,
    "video": MediaKind.VIDEO,
}
_SIZE = re.compile(r"^(\d{1,5})\s*MB$", re.IGNORECASE)


def _sent(number: int, kind: str, detail: str, caption: str) -> Sent:
    if kind == "sticker":
        return Sent(number, None)
    if kind not in _FILES:
        raise _NotUnderstood(f"nobody can send a `{kind}` here; there is {listing([*_FILES, 'sticker'])}")
    size = _SIZE.match(detail)
    megabytes = int(size.group(1)) if size else 0
    name = detail if kind == "document" and not size else ""
    seconds = int(_duration(detail).total_seconds()) if kind == "voice" and detail and not size else 0
    attachment = Attachment(_FILES[kind], f"line{number}", size=megabytes * 1024 * 1024, name=name, seconds=seconds)
    return Sent(number, attachment, caption.strip())


def _duration(written: str) -> timedelta:
    try:
        return parse_duration(written)
    except ValueError as error:
        raise _NotUnderstood(str(error)) from error


# -- what happens ------------------------------------------------------------------------------

_LONG_UNITS = re.compile(r"(\d+)\s*(week|day|hour|minute|second)s?\s*(?:,|and)?\s*")
_FORMS = "(20 minutes pass), (until 09:00), (signal: name), (the file is refused: too_large), (and so on), (completed)"


def _stage_direction(number: int, words: str) -> Line:
    for pattern, make in _DIRECTIONS:
        found = pattern.fullmatch(words)
        if found:
            return make(number, found)
    raise _NotUnderstood(f"({words[:60]}) is not understood; write for instance {_FORMS}")


def _introduced(number: int, found: re.Match[str]) -> Line:
    known = []
    for part in filter(None, (part.strip() for part in (found.group(3) or "").split(";"))):
        name, _, value = part.partition(" ")
        if name not in PROFILE_FIELDS or not value.strip():
            raise _NotUnderstood(f"`{part[:40]}` says nothing of a person; {nearest(name, PROFILE_FIELDS)}")
        known.append((name, value.strip()))
    return Introduced(number, found.group(1) == "stranger", (found.group(2) or "").strip(), tuple(known))


def _began(number: int, found: re.Match[str]) -> Line:
    try:
        return Began(number, datetime.fromisoformat(found.group(1)))
    except ValueError as error:
        raise _NotUnderstood(f"{found.group(1)!r} is not a moment; write for instance 2026-03-02 08:00") from error


def _passed(number: int, found: re.Match[str]) -> Line:
    written = _LONG_UNITS.sub(lambda unit: unit.group(1) + unit.group(2)[0], found.group(1))
    return Passed(number, _duration(written))


def _passed_until(number: int, found: re.Match[str]) -> Line:
    return PassedUntil(number, int(found.group(1)), int(found.group(2)))


def _refused(number: int, found: re.Match[str]) -> Line:
    reason = found.group(1)
    if reason not in evidence.REASONS:
        raise _NotUnderstood(f"no file is refused for `{reason}`; {nearest(reason, evidence.REASONS)}")
    return FileRefused(number, reason)


def _outcome(number: int, found: re.Match[str]) -> Line:
    metric = found.group(1).partition(" ")[0]
    if metric not in list(Metric):
        raise _NotUnderstood(f"`{metric}` is not an outcome; {nearest(metric, list(Metric))}")
    return OutcomeKept(number, found.group(1))


def _saved(number: int, found: re.Match[str]) -> Line:
    if found.group(1) not in PROFILE_FIELDS:
        raise _NotUnderstood(f"`{found.group(1)}` is never saved; {nearest(found.group(1), PROFILE_FIELDS)}")
    return Saved(number, found.group(1), found.group(2))


def _ended(number: int, found: re.Match[str]) -> Line:
    return Ended(number, ExecutionStatus(found.group(1)))


_DIRECTIONS: tuple[tuple[re.Pattern[str], Callable[[int, re.Match[str]], Line]], ...] = (
    (re.compile(r"a (person|stranger)(?: called ([^;]+))?(?:;(.*))?"), _introduced),
    (re.compile(r"it is (.+)"), _began),
    (re.compile(r"(\d.*?) pass(?:es)?"), _passed),
    (re.compile(r"until ([01]?\d|2[0-3]):([0-5]\d)"), _passed_until),
    (re.compile(r"signal: ([a-z][a-z0-9_.]{0,79})"), lambda number, found: Signalled(number, found.group(1))),
    (re.compile(r"the file is refused: (\w+)"), _refused),
    (re.compile(r"and so on"), lambda number, found: AndSoOn(number)),
    (re.compile(r"outcome: (\w+ .+)"), _outcome),
    (re.compile(r"saved: (\w+) (.+)"), _saved),
    (re.compile(r"(completed|abandoned)"), _ended),
)
