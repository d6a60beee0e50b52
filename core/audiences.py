"""Audiences: who is meant, said in a short line such as `market:freelancer language:de active:7d`. Pure.

    market:freelancer,agency language:de       both must hold; a comma means either value
    active:7d or tag:vip                       one of them is enough
    silent:14d not (tag:vip or streak:7)       brackets and "not" as in plain words
    everybody                                  nobody is left out

`FIELDS` says what can be asked for. `read` refuses what it does not understand with what to write instead; `written`
gives the one form in which an audience is kept.
"""

import difflib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core import errors
from core.people import Goal, Market, SkillLevel

LONGEST = 500
"""Characters of an audience."""
MOST_TERMS = 30
DEEPEST = 8
"""Brackets and "not" within one another."""
_MOST_DAYS, _MOST_STREAK = 3_650, 100_000


class Field(StrEnum):
    """What an audience can ask for."""

    MARKET = "market"
    GOAL = "goal"
    LEVEL = "level"
    LANGUAGE = "language"
    COUNTRY = "country"
    CHANNEL = "channel"
    TAG = "tag"
    ACTIVE = "active"
    SILENT = "silent"
    STREAK = "streak"
    ENROLLED = "enrolled"
    DOING = "doing"
    DID = "did"


class AudienceUnreadable(errors.SunupError):
    """This is no audience; write for instance market:freelancer language:de active:7d, or everybody.

    Args:
        message: What is wrong and what would be right, in English.
        fault: Which of `FAULTS` it is, for who says it in another language.
        values: What that sentence puts in.
    """

    def __init__(self, message: str, fault: str = "form", **values: str) -> None:
        super().__init__(message)
        self.fault = fault
        self.values = values


FAULTS = ("empty", "long", "field", "value", "form", "bracket")
"""What can be wrong with an audience."""


@dataclass(frozen=True, slots=True)
class Everybody:
    """All people there are."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is asked for.

    Args:
        field: What.
        values: Any one of these; for `ACTIVE`, `SILENT` and `STREAK` one number, of days.
    """

    field: Field
    values: tuple[str, ...]

    @property
    def number(self) -> int:
        """The number of a field that takes one."""
        return int(self.values[0])


@dataclass(frozen=True, slots=True)
class Not:
    """Everybody but these."""

    part: "Audience"


@dataclass(frozen=True, slots=True)
class Both:
    """Who belongs to every part."""

    parts: tuple["Audience", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Who belongs to at least one part."""

    parts: tuple["Audience", ...]


Audience = Everybody | Term | Not | Both | Either

EXAMPLES = {
    Field.MARKET: ", ".join(Market),
    Field.GOAL: ", ".join(Goal),
    Field.LEVEL: ", ".join(SkillLevel),
    Field.LANGUAGE: "en, de, pt-BR",
    Field.COUNTRY: "IN, DE",
    Field.CHANNEL: "telegram, whatsapp, slack, web",
    Field.TAG: "vip",
    Field.ACTIVE: "7d, 2w",
    Field.SILENT: "14d, 4w",
    Field.STREAK: "7",
    Field.ENROLLED: "morning_protocol",
    Field.DOING: "prompt_selling",
    Field.DID: "prompt_selling",
}
"""What is written behind each field."""

_ALIASES = {"skill": Field.LEVEL, "skill_level": Field.LEVEL, "lang": Field.LANGUAGE, "enrolment": Field.ENROLLED}
_TOKEN = re.compile(r"\s*(\(|\)|[^\s()]+)")
_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_WORKFLOW = re.compile(r"[a-z][a-z0-9_]{0,59}")
_TAG_NAME = re.compile(r"[\w-]{1,40}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_PERIOD = re.compile(r"(\d{1,5})([dw]?)", re.ASCII)
_NUMBER = re.compile(r"(\d{1,6})\+?", re.ASCII)


def read(text: str) -> Audience:
    """Read an audience.

    Args:
        text: As somebody wrote it; case does not matter.

    Raises:
        AudienceUnreadable: It is none; the error says what would be right.
    """
    if len(text) > LONGEST:
        raise AudienceUnreadable(
            f"An audience has at most {LONGEST} characters; use tags for longer lists.", "long", most=str(LONGEST)
        )
    tokens = _TOKEN.findall(text)
    if not tokens:
        raise AudienceUnreadable("Nobody is named; write everybody, or for instance market:freelancer.", "empty")
    reader = _Reader(tokens)
    audience = reader.either(0)
    reader.end()
    if sum(1 for _ in terms_of(audience)) > MOST_TERMS:
        raise AudienceUnreadable(
            f"An audience has at most {MOST_TERMS} parts; use tags for longer lists.", "long", most=str(LONGEST)
        )
    return audience


def both(one: Audience, other: Audience) -> Audience:
    """Return who belongs to two audiences."""
    if isinstance(one, Everybody):
        return other
    if isinstance(other, Everybody):
        return one
    return Both((*_parts(one, Both), *_parts(other, Both)))


def terms_of(audience: Audience) -> Iterator[Term]:
    """Yield everything that an audience asks for."""
    match audience:
        case Everybody():
            return
        case Term():
            yield audience
        case Not(part=part):
            yield from terms_of(part)
        case Both(parts=parts) | Either(parts=parts):
            for part in parts:
                yield from terms_of(part)


def written(audience: Audience) -> str:
    """Return an audience as text; `read` gives the same audience back."""
    match audience:
        case Everybody():
            return "everybody"
        case Term(field=field, values=values):
            unit = "d" if field in (Field.ACTIVE, Field.SILENT) else ""
            return f"{field}:{','.join(values)}{unit}"
        case Not(part=part):
            return f"not {_bracketed(part)}"
        case Both(parts=parts):
            return " ".join(_bracketed(part) for part in parts)
        case Either(parts=parts):
            return " or ".join(_bracketed(part) for part in parts)


def days(term: Term) -> timedelta:
    """Return the length of time of an `ACTIVE` or `SILENT` term."""
    return timedelta(days=term.number)


def read_tag(text: str) -> str:
    """Return a tag as it is kept.

    Raises:
        AudienceUnreadable: It cannot be one.
    """
    return _tag(text)


def _bracketed(audience: Audience) -> str:
    words = written(audience)
    return f"({words})" if isinstance(audience, (Both, Either)) else words


def _parts(audience: Audience, kind: type[Both] | type[Either]) -> tuple[Audience, ...]:
    return audience.parts if isinstance(audience, kind) else (audience,)


class _Reader:
    """Reads tokens from left to right: "or" binds weakest, then side by side or "and", then "not"."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0

    def either(self, depth: int) -> Audience:
        parts = [self._both(depth)]
        while self._next() == "or":
            self._place += 1
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def end(self) -> None:
        if self._place < len(self._tokens):
            raise _bracket()

    def _both(self, depth: int) -> Audience:
        parts = [self._one(depth)]
        while (token := self._next()) not in ("or", ")", ""):
            self._place += token == "and"  # noqa: S105 - a word of the audience, no password
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _one(self, depth: int) -> Audience:
        if depth > DEEPEST:
            raise AudienceUnreadable(f"Brackets go at most {DEEPEST} deep; use a tag instead.", "bracket")
        token = self._next()
        self._place += 1
        match token:
            case "not":
                return Not(self._one(depth + 1))
            case "(":
                inner = self.either(depth + 1)
                if self._next() != ")":
                    raise _bracket()
                self._place += 1
                return inner
            case "everybody" | "everyone" | "all":
                return Everybody()
            case "" | ")" | "or" | "and":
                raise AudienceUnreadable(
                    f"Something is missing {f'before {token!r}' if token else 'at the end'}; "
                    "write for instance market:freelancer or tag:vip.",
                    "form",
                )
            case _:
                return _term(self._tokens[self._place - 1])

    def _next(self) -> str:
        return self._tokens[self._place].lower() if self._place < len(self._tokens) else ""


def _bracket() -> AudienceUnreadable:
    return AudienceUnreadable("A bracket is open or closed too often; write (tag:vip or tag:new).", "bracket")


def _term(token: str) -> Term:
    name, colon, value = token.partition(":")
    field = _field(name.lower())
    if field is None:
        near = difflib.get_close_matches(name.lower(), [*Field], n=1)
        instead = f"did you mean {near[0]}?" if near else f"ask for one of {', '.join(Field)}."
        raise AudienceUnreadable(
            f"Nothing is known by {name!r}; {instead}", "field", field=name[:40], fields=", ".join(near or Field)
        )
    if not colon or not value:
        raise _wrong_value(field, value)
    values = tuple(dict.fromkeys(_READ[field](one) for one in value.split(",")))
    if len(values) > 1 and field in (Field.ACTIVE, Field.SILENT, Field.STREAK):
        raise _wrong_value(field, value)
    return Term(field, values)


def _field(name: str) -> Field | None:
    if name in _ALIASES:
        return _ALIASES[name]
    return Field(name) if name in list(Field) else None


def _wrong_value(field: Field, value: str) -> AudienceUnreadable:
    held = f"{value[:40]!r} says nothing to me" if value else "something is missing"
    return AudienceUnreadable(
        f"Behind {field}: {held}; write for instance {field}:{EXAMPLES[field].split(',')[0]} ({EXAMPLES[field]}).",
        "value",
        field=field.value,
        examples=EXAMPLES[field],
    )


def _one_of(field: Field, words: type[StrEnum]) -> Callable[[str], str]:
    def read_value(value: str) -> str:
        if value.lower() not in list(words):
            raise _wrong_value(field, value)
        return value.lower()

    return read_value


def _matching(field: Field, form: re.Pattern[str], fold: Callable[[str], str] = str.lower) -> Callable[[str], str]:
    def read_value(value: str) -> str:
        if not form.fullmatch(fold(value)):
            raise _wrong_value(field, value)
        return fold(value)

    return read_value


def _period(field: Field) -> Callable[[str], str]:
    def read_value(value: str) -> str:
        found = _PERIOD.fullmatch(value.lower())
        count = int(found[1]) * (7 if found[2] == "w" else 1) if found else 0
        if not 1 <= count <= _MOST_DAYS:
            raise _wrong_value(field, value)
        return str(count)

    return read_value


def _streak(value: str) -> str:
    found = _NUMBER.fullmatch(value)
    if not found or not 1 <= int(found[1]) <= _MOST_STREAK:
        raise _wrong_value(Field.STREAK, value)
    return str(int(found[1]))


_tag = _matching(Field.TAG, _TAG_NAME, str.casefold)
_READ: dict[Field, Callable[[str], str]] = {
    Field.MARKET: _one_of(Field.MARKET, Market),
    Field.GOAL: _one_of(Field.GOAL, Goal),
    Field.LEVEL: _one_of(Field.LEVEL, SkillLevel),
    Field.LANGUAGE: _matching(Field.LANGUAGE, _LANGUAGE),
    Field.COUNTRY: _matching(Field.COUNTRY, _COUNTRY, str.upper),
    Field.CHANNEL: _matching(Field.CHANNEL, _WORD),
    Field.TAG: _tag,
    Field.ACTIVE: _period(Field.ACTIVE),
    Field.SILENT: _period(Field.SILENT),
    Field.STREAK: _streak,
    Field.ENROLLED: _matching(Field.ENROLLED, _WORKFLOW),
    Field.DOING: _matching(Field.DOING, _WORKFLOW),
    Field.DID: _matching(Field.DID, _WORKFLOW),
}
