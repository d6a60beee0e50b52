"""Play: a transcript is played on a stage, and every message of it accounted for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import assert_never

from conversations.documents.difference import folded, matches, told_apart
from conversations.documents.lines import (
    AndSoOn,
    Began,
    Deed,
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
from conversations.documents.loader import check_workflow
from conversations.documents.script import Script
from conversations.documents.stage import MONDAY_MORNING, Stage, StateLost, person_of
from conversations.effects import RecordOutcome
from conversations.workflow import Workflow
from core import errors
from core.messages import Content
from core.zones import local_moment

Failed = errors.TranscriptFailed


@dataclass(frozen=True, slots=True)
class Result:
    """How a transcript came out.

    Args:
        title: What it shows.
        line: Where it begins in the document.
        failure: Why it failed; None where everything came as written.
    """

    title: str
    line: int
    failure: errors.TranscriptFailed | None = None


def run_transcripts(workflow: Workflow, source: str | bytes, others: Sequence[Workflow] = ()) -> list[Result]:
    """Play every transcript of a document.

    Args:
        workflow: What the document describes.
        source: The document.
        others: Further workflows that can be started in them.

    Raises:
        WorkflowError: The document is wrong.
    """
    checked = check_workflow(source)
    if checked.workflow is None:
        raise checked.errors[0].as_error()
    results = []
    for script in checked.scripts:
        failure = None
        try:
            play(script, workflow, others)
        except errors.TranscriptFailed as failed:
            failure = failed
        results.append(Result(script.title, script.line, failure))
    return results


def play(script: Script, workflow: Workflow, others: Sequence[Workflow] = ()) -> None:
    """Play one transcript.

    Raises:
        TranscriptFailed: Something else came than what is written.
    """
    _Play(script, workflow, others).run()


class _Play:
    """One transcript being played."""

    def __init__(self, script: Script, workflow: Workflow, others: Sequence[Workflow]) -> None:
        self._script = script
        self._stage = _stage(script, workflow, others)
        self._rest_is_free = False
        self._skipped: list[Content] = []

    def run(self) -> None:
        """Play it to its end."""
        line = self._script.line
        try:
            for one in self._script.lines:
                line = one.line
                self._line(one)
            self._nothing_is_left(line, "after")
        except StateLost as lost:
            raise Failed(str(lost), line) from lost

    def _line(self, line: Line) -> None:
        match line:
            case Introduced() | Began():
                return
            case Expected():
                self._expect(line)
            case AndSoOn():
                self._rest_is_free = True
            case FileRefused():
                self._refuse(line)
            case Ended():
                self._see_the_end(line)
            case OutcomeKept():
                self._see_outcome(line)
            case Saved():
                self._see_saved(line)
            case _:
                self._nothing_is_left(line.line)
                self._rest_is_free = False
                self._do(line)

    def _do(self, deed: Deed) -> None:
        stage = self._stage
        match deed:
            case Wrote(words=words):
                stage.write(words)
            case Tapped(title=title):
                if not stage.tap(title):
                    raise Failed(f"no message had a button [{title}];", deed.line, _offered(stage.titles))
            case Sent(attachment=attachment, caption=caption):
                stage.send(attachment, caption)
            case Passed(duration=duration):
                stage.wait(duration)
            case PassedUntil(hour=hour, minute=minute):
                stage.wait_until(hour, minute)
            case Signalled(name=name):
                stage.signal(name)
            case _:
                assert_never(deed)

    # -- what is said --------------------------------------------------------------------------

    def _expect(self, line: Expected) -> None:
        came = self._next(line)
        if came is None:
            raise Failed(f"Sunup said nothing more\nexpected: {line.text}{self._passed_over()}", line.line)
        if not matches(line.text, came.text):
            raise Failed(f"Sunup said something else\n{told_apart(line.text, came.text)}", line.line)
        titles = tuple(folded(button.title) for button in came.buttons)
        if line.buttons and line.buttons != titles:
            difference = told_apart(_shown(line.buttons), _shown(titles) or "no buttons")
            raise Failed(f"the buttons are others\n{difference}", line.line)

    def _next(self, line: Expected) -> Content | None:
        """Return the next message; after (and so on), the next one that is as expected."""
        self._skipped.clear()
        came = self._stage.hear()
        while self._rest_is_free and came is not None and not matches(line.text, came.text):
            self._skipped.append(came)
            came = self._stage.hear()
        self._rest_is_free = False
        return came

    def _passed_over(self) -> str:
        """Return what (and so on) let pass, among which the expected message should have been."""
        return "".join(f"\nlet pass: {_as_line(content)}" for content in self._skipped)

    def _nothing_is_left(self, line: int, where: str = "before") -> None:
        self._stage.settle()
        left = list(self._stage.said)
        self._stage.said.clear()
        if left and not self._rest_is_free:
            lines = "\n".join(f"< {_as_line(content)}" for content in left)
            cure = "Add the lines, or (and so on) where they do not matter."
            raise Failed(f"{where} this line Sunup also said\n{lines}\n", line, cure)

    # -- what came of it -----------------------------------------------------------------------

    def _refuse(self, line: FileRefused) -> None:
        if not self._stage.refuse_file(line.reason):
            raise Failed("no file is being checked here;", line.line, "send one first: > (photo)")

    def _see_the_end(self, line: Ended) -> None:
        self._stage.settle()
        last = next(reversed(self._stage.executions.values()), None)
        if last is not line.status:
            stands = last.value if last else "not begun"
            raise Failed(f"the workflow is not {line.status.value}, it is {stands}", line.line)

    def _see_outcome(self, line: OutcomeKept) -> None:
        self._stage.settle()
        kept = [_outcome_words(one) for one in self._stage.outcomes]
        if line.outcome not in kept:
            raise Failed(f"expected the outcome {line.outcome}; kept: {', '.join(kept) or 'none'}", line.line)

    def _see_saved(self, line: Saved) -> None:
        self._stage.settle()
        person = self._stage.state.person
        known = {**person.profile, "name": person.name, "language": person.language, "zone": person.zone}
        came = known.get(line.field, "")
        if came != line.value:
            raise Failed(f"`{line.field}` is something else\n{told_apart(line.value, came or 'nothing')}", line.line)


def _stage(script: Script, workflow: Workflow, others: Sequence[Workflow]) -> Stage:
    """Set the stage: a known person on a Monday morning, unless the script says otherwise."""
    who = next((line for line in script.lines if isinstance(line, Introduced)), Introduced(0, stranger=False))
    person = person_of(who.known, "" if who.stranger else who.called, workflow.language)
    moment = MONDAY_MORNING
    for line in script.lines:
        if isinstance(line, Began):
            local = line.moment
            aware = local.astimezone(UTC) if local.tzinfo else None
            moment = aware or local_moment(local.date(), local.hour, local.minute, person.zone)
    stage = Stage([workflow, *others], person, moment, met=not who.stranger)
    stage.channel_name = who.called
    stage.channel_language = person.language
    return stage


def _shown(titles: Sequence[str]) -> str:
    return " ".join(f"[{title}]" for title in titles)


def _as_line(content: Content) -> str:
    return f"{folded(content.text)} {_shown([button.title for button in content.buttons])}".strip()


def _offered(titles: Sequence[str]) -> str:
    return f"the newest ones are {_shown(titles)}" if titles else "no message had buttons yet"


def _outcome_words(outcome: RecordOutcome) -> str:
    """Return "revenue 4500 INR" as a transcript writes it."""
    value = outcome.value
    plain = f"{value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize():f}"
    return " ".join(filter(None, (outcome.metric.value, plain, outcome.currency)))
