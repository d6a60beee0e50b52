"""Checks: what a document means, beyond the form of its fields."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel

from conversations import protocol
from conversations.documents import conditions, graph, sessions
from conversations.documents.header import Header
from conversations.documents.problems import Problem, Severity, listing, nearest
from conversations.documents.source import Path, Source
from conversations.step import Step
from conversations.steps.ask import Ask
from conversations.steps.choose import Choose
from conversations.steps.wait import Wait
from conversations.text import Text
from core.people import PROFILE_FIELDS, Goal, Market, SkillLevel

SHORTEST_CHANNEL = 4096
"""Longest text that goes out in one piece everywhere, in UTF-16 units. Source: Telegram's sendMessage."""

SHORTEST_WINDOW = timedelta(hours=24)
"""How long every channel takes free text after a person wrote. Source: Twilio, WhatsApp's customer service window."""

_TYPED = ("zone", "email", "phone")
_PROFILE_VALUES: dict[str, type[StrEnum]] = {"goal": Goal, "market": Market, "skill_level": SkillLevel}


@dataclass(frozen=True, slots=True)
class Document:
    """A document whose form is right.

    Args:
        source: Where everything stands.
        header: What it says of itself.
        steps: Its steps, each with a name.
    """

    source: Source
    header: Header
    steps: tuple[Step, ...]

    def line(self, place: int, *path: str | int) -> int:
        """Return the line of a step or of something in it."""
        return self.source.line("steps", place, *path)

    def known_names(self) -> set[str]:
        """Return the names that texts and conditions may use: steps with an answer, and what is known of the person."""
        known = {*PROFILE_FIELDS, *protocol.VALUES}
        return {step.name for step in self.steps if step.pauses} | known

    def texts(self) -> Iterator[tuple[Path, Text]]:
        """Yield every text with the way to it."""
        yield from _texts_of(self.header, (), self.source)
        for place, step in enumerate(self.steps):
            yield from _texts_of(step, ("steps", place), self.source)


def _texts_of(model: BaseModel, place: Path, source: Source) -> Iterator[tuple[Path, Text]]:
    for name, field in type(model).model_fields.items():
        path, value = (*place, field.alias or name), getattr(model, name)
        if isinstance(value, Text):
            yield path, value
        elif isinstance(value, dict):
            texts = [one for one in value.values() if isinstance(one, Text)]
            written = [(*path, key) for key in source.keys(*path)] if texts else []
            # Keys that mean the same, such as 60m and 1h, leave fewer texts than were written.
            ways = written if len(written) == len(texts) else [path] * len(texts)
            yield from zip(ways, texts, strict=True)


def every_check(document: Document) -> Iterator[Problem]:
    """Yield everything that is wrong with the meaning of a document."""
    for check in _CHECKS:
        yield from check(document)


def _names_are_unique(document: Document) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for place, step in enumerate(document.steps):
        line = document.line(place)
        if step.name in first:
            told = f"there is a step `{step.name}` already, on line {first[step.name]}"
            yield Problem(line, told, "give one of them another name; any step can have an id:")
        first.setdefault(step.name, line)


def _targets_exist(document: Document) -> Iterator[Problem]:
    names = {step.name for step in document.steps}
    for place, step in enumerate(document.steps):
        for target in step.targets():
            if target not in names:
                fields = (field for field in ("branch", "otherwise", "next") if getattr(step, field, None) == target)
                line = document.line(place, next(fields, ""))
                yield Problem(line, f"there is no step `{target}` to go to", nearest(target, names - {step.name}))


def _places_are_known(document: Document) -> Iterator[Problem]:
    known = document.known_names()
    for path, text in document.texts():
        names: Iterable[str] = text.names
        if path[0] in ("title", "summary") and text.names:
            yield Problem(document.source.line(*path), f"no values can be put into `{path[0]}`", "leave {{ }} out")
            continue
        for name in sorted(set(names) - known):
            told = f"{{{{ {name} }}}} is neither a step with an answer nor something known of the person"
            yield Problem(document.source.line(*path), told, nearest(name, known))


def _everything_is_reached(document: Document) -> Iterator[Problem]:
    followers = graph.followers(document.steps)
    for place in graph.unreachable(followers):
        told = f"nobody can reach `{document.steps[place].name}`"
        cure = "let a step lead to it, or delete it"
        yield Problem(document.line(place), told, cure, Severity.WARNING)
    for circle in graph.circles(followers, document.steps):
        names = [document.steps[place].name for place in circle]
        told = f"{listing(names)} lead in a circle that asks nothing" if names[1:] else f"`{names[0]}` leads to itself"
        yield Problem(document.line(circle[0]), told, "put an ask, choose, do or wait into the circle")
    endless = graph.endless(followers, document.steps)
    if endless:
        told = f"from `{document.steps[endless[0]].name}` on nobody ever gets to the end"
        yield Problem(document.line(endless[0]), told, "let a step lead to an end", Severity.WARNING)


def _languages_are_whole(document: Document) -> Iterator[Problem]:
    default = document.header.language
    texts = [(path, text) for path, text in document.texts() if not _names_a_language(path, document)]
    for path, text in texts:
        if text.languages and default not in text.languages:
            told = f"`{path[-1]}` lacks {default}, the language of the document"
            yield Problem(document.source.line(*path), told, f"add {default}: and the words, or set language: above")
    spoken = frozenset[str]().union(*(text.languages for _, text in texts)) - {default}
    for language in sorted(spoken):
        missing = [document.source.line(*path) for path, text in texts if not _speaks(text, language)]
        lines = list(dict.fromkeys(missing))
        if lines:
            where = ", ".join(str(line) for line in lines[:6]) + (" and more" if len(lines) > 6 else "")
            told = f"{language} is missing on line {where}"
            yield Problem(lines[0], told, f"{default} is said there instead", Severity.WARNING)


def _names_a_language(path: Path, document: Document) -> bool:
    """Return whether this is the title of a language to choose, which is written in that language alone."""
    return len(path) == 4 and path[2] == "options" and getattr(document.steps[int(path[1])], "save", "") == "language"


def _speaks(text: Text, language: str) -> bool:
    # Figures read the same everywhere.
    parts = [part for template in text.every() for part in template.parts]
    same = all(isinstance(part, str) and not any(map(str.isalpha, part)) for part in parts)
    return same or language in text.languages or language.partition("-")[0] in text.languages


def _texts_fit(document: Document) -> Iterator[Problem]:
    for path, text in document.texts():
        longest = max(_units(template.parts) for template in text.every())
        if longest > SHORTEST_CHANNEL:
            told = f"`{path[-1]}` has {longest} characters, and a message holds {SHORTEST_CHANNEL}"
            yield Problem(document.source.line(*path), told, "it is sent in pieces; better split it", Severity.WARNING)


def _words_are_whole(document: Document) -> Iterator[Problem]:
    for path, line in document.source.comments.items():
        if any(path[: len(way)] == way for way, _ in document.texts()):
            told = f"`{path[-1]}` ends before the #, which begins a comment"
            yield Problem(line, told, 'put the words into "quotes" if it belongs to them', Severity.WARNING)


def _units(parts: list[str | tuple[str, str | None]]) -> int:
    return sum(len(part.encode("utf-16-le", "surrogatepass")) // 2 for part in parts if isinstance(part, str))


def _profile_is_spelt(document: Document) -> Iterator[Problem]:
    for place, step in enumerate(document.steps):
        kind = _PROFILE_VALUES.get(getattr(step, "save", None) or "")
        if kind is None:
            continue
        known = [one.value for one in kind]
        options: dict[str, Text] = getattr(step, "options", {})
        for value in [value for value in options if value not in known]:
            told = f"`{value}` is not a {getattr(step, 'save', '')} that Sunup knows"
            yield Problem(document.line(place, "options", value), told, f"it is one of {listing(known, 'or')}")


def _kept_answers_fit(document: Document) -> Iterator[Problem]:
    """An address that was never read as one, or a goal in somebody's own words, would serve nobody later."""
    for place, step in enumerate(document.steps):
        if not isinstance(step, Ask) or step.save is None:
            continue
        if step.save in _TYPED and step.type != step.save:
            told = f"`save: {step.save}` keeps what was not read as one"
            yield Problem(document.line(place, "save"), told, f"add a line type: {step.save}")
        elif step.save in (*_PROFILE_VALUES, "language"):
            told = f"`save: {step.save}` keeps one of a few values, and an ask takes any words"
            yield Problem(document.line(place, "save"), told, "make it a choose with these options")


def _titles_differ(document: Document) -> Iterator[Problem]:
    default = document.header.language
    for place, step in enumerate(document.steps):
        if not isinstance(step, Choose):
            continue
        titles = Counter(title.template(default, default).render({}).casefold() for title in step.options.values())
        for title in [title for title, count in titles.items() if count > 1]:
            told = f"two options read “{title}”"
            yield Problem(document.line(place, "options"), told, "nobody could tell them apart; change one")


def _is_tested(document: Document) -> Iterator[Problem]:
    if not document.header.tests:
        told = "the workflow has no tests"
        yield Problem(document.source.line("workflow"), told, "add tests: with a transcript", Severity.WARNING)


def _patience_is_in_order(document: Document) -> Iterator[Problem]:
    header = document.header
    for place, step in enumerate(document.steps):
        remind, give_up = step.remind or header.remind, step.give_up or header.give_up
        if step.asks and (step.remind or step.give_up) and give_up <= remind:
            cure = "make give_up longer than remind"
            told = f"`{step.name}` is given up before its first reminder"
            yield Problem(document.line(place), told, cure, Severity.WARNING)


def _silence_has_a_template(document: Document) -> Iterator[Problem]:
    followers = graph.followers(document.steps)
    longest = [
        place
        for place, step in enumerate(document.steps)
        if isinstance(step, Wait) and step.for_ is not None and step.for_ >= SHORTEST_WINDOW
    ]
    after_silence = {speaker for wait in longest for speaker in _speakers(document, followers[wait])}
    by_itself = _speakers(document, [0]) if _comes_by_itself(document.header) else set()
    for place in sorted(after_silence | by_itself):
        step = document.steps[place]
        if step.template is None:
            when = "a day or more after the person did" if place in after_silence else "by itself"
            told = f"`{step.name}` speaks {when}, and some channels then take only templates"
            cure = "name the approved one that stands for it, for instance template: follow_up"
            yield Problem(document.line(place), told, cure, Severity.WARNING)


def _comes_by_itself(header: Header) -> bool:
    """Return whether a workflow may begin when the person has written nothing for so long as no channel waits."""
    triggered = (trigger.silent or trigger.delay for trigger in header.triggers)
    return header.schedule is not None or any(delay and delay >= SHORTEST_WINDOW for delay in triggered)


def _speakers(document: Document, starts: Iterable[int]) -> set[int]:
    """Return the steps with a text that come from some steps on until the next rest, which is counted in."""
    followers = graph.followers(document.steps)
    seen: set[int] = set()
    waiting = list(starts)
    while waiting:
        place = waiting.pop()
        if place in seen or place >= len(document.steps):
            continue
        seen.add(place)
        if not document.steps[place].pauses:
            waiting += followers[place]
    return {place for place in seen if document.steps[place].texts()}


_CHECKS: tuple[Callable[[Document], Iterator[Problem]], ...] = (
    _names_are_unique,
    _targets_exist,
    _places_are_known,
    conditions.check,
    _everything_is_reached,
    _languages_are_whole,
    _texts_fit,
    _words_are_whole,
    _profile_is_spelt,
    _kept_answers_fit,
    sessions.check,
    _titles_differ,
    _patience_is_in_order,
    _silence_has_a_template,
    _is_tested,
)
