"""Wordings: an author's words as a template of the platform, and the platform's templates as ours. Pure."""

import re
from collections.abc import Mapping, Sequence

from bots.whatsapp.content import Approval, Draft, faults
from bots.whatsapp.content import Template as Content
from bots.whatsapp.interactive import BODY_LIMIT
from core import errors
from core.messages import Button
from storage.templates import Template
from workers.wording import places

PREFIX = "sunup_"
"""How the names of our templates begin at the platform; the purpose follows."""
SAMPLES: Mapping[str, str] = {
    "name": "Asha",
    "title": "Step 2 of 5",
    "question": "Good morning, Asha. Day 12. Are you ready to begin?",
    "text": "Did you put your first page on sale today?",
}
"""What a variable may be, each with what a reviewer of the platform reads in its place.

The platform keeps the sample, so that a variable that has only a number there is known again by it.
"""
ROOM = 300
"""Characters that must be left for what a message says."""
_BY_SAMPLE = {sample: name for name, sample in SAMPLES.items()}
_BY_COUNT = ((), ("text",), ("name", "text"), ("name", "title", "text"))
"""What the numbers of somebody else's template are taken for."""
_PURPOSE = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})?", re.ASCII)
_NAMED = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")


def draft(purpose: str, language: str, body: str, buttons: Sequence[Button] = ()) -> Draft:
    """Return what is to be made at the platform.

    A button is the same in every message of its template, so a tap on it is read as its words, or as the command that
    it carries.

    Args:
        purpose: What the message that it stands for is for, for instance `reminder`.
        language: Tag such as `en` or `pt-BR`.
        body: Words with `{{name}}`, `{{title}}`, `{{question}}` and `{{text}}` where these are to stand.
        buttons: Its buttons, each with a payload of its own.

    Raises:
        ConfigurationError: The platform would reject it; says why, and what would be right.
    """
    if not _PURPOSE.fullmatch(purpose):
        raise errors.ConfigurationError(f"The purpose {purpose!r} must be small letters, digits and _, at most 40.")
    if not _LANGUAGE.fullmatch(language):
        raise errors.ConfigurationError(f"{language!r} is no language; write for instance en or pt-BR.")
    names = list(dict.fromkeys(_NAMED.findall(body)))
    unknown = [name for name in names if name not in SAMPLES]
    if unknown:
        known = ", ".join("{{" + name + "}}" for name in SAMPLES)
        raise errors.ConfigurationError(f"There is no variable {unknown[0]!r}; there are {known}.")
    room = BODY_LIMIT - len(_NAMED.sub("", body))
    message = next((name for name in ("text", "question") if name in names), "")
    if message and room < ROOM:
        raise errors.ConfigurationError(
            f"The words leave {max(room, 0)} characters for {{{{{message}}}}}; write fewer of them, it needs {ROOM}."
        )
    numbers = {name: str(place) for place, name in enumerate(names, 1)}
    made = Draft(
        name=PREFIX + purpose,
        language=language.replace("-", "_"),
        body=_NAMED.sub(lambda hole: "{{" + numbers[hole[1]] + "}}", body.strip()),
        samples={numbers[name]: SAMPLES[name] for name in names},
        buttons=tuple(Button(one.title.strip(), one.payload) for one in buttons),
    )
    if wrong := faults(made):
        raise errors.ConfigurationError(f"WhatsApp would reject this: {' '.join(wrong)}")
    return made


def of_draft(made: Draft, purpose: str, external_id: str, status: str) -> Template:
    """Return what is kept of a template that has just been submitted."""
    variables = tuple(_BY_SAMPLE[made.samples[place]] for place in places(made.body))
    return Template(purpose, _tag(made.language), external_id, made.body, variables, status)


def ours(contents: Sequence[Content], known: Sequence[Template]) -> list[Template]:
    """Return those templates of the platform that are meant for us, one for each purpose and language.

    Of several for the same an approved one counts, else the last that is named.

    Args:
        contents: Everything that the platform has.
        known: What we kept of it so far; tells what the variables of a template are that we submitted.
    """
    variables = {one.external_id: one.variables for one in known}
    found: dict[tuple[str, str], Template] = {}
    for content in contents:
        purpose, language = content.name.removeprefix(PREFIX), _tag(content.language)
        if not content.name.startswith(PREFIX) or not _PURPOSE.fullmatch(purpose):
            continue
        before = found.get((purpose, language))
        if before is not None and before.status == Approval.APPROVED and not content.is_usable:
            continue
        found[(purpose, language)] = Template(
            purpose=purpose,
            language=language,
            external_id=content.sid,
            body=content.body,
            variables=variables.get(content.sid) or _variables(content),
            status=_status(content),
            reason=content.reason,
        )
    return list(found.values())


def _status(content: Content) -> str:
    if content.approval is Approval.APPROVED and not content.is_usable:
        return "unusable"  # approved, but of a kind that cannot begin a conversation
    return content.approval.value


def _variables(content: Content) -> tuple[str, ...]:
    """Return what the places of a template stand for: by their names, their samples, or how many there are."""
    holes = places(content.body)
    read = tuple(hole if hole in SAMPLES else _BY_SAMPLE.get(content.variables.get(hole, ""), "") for hole in holes)
    if all(read):
        return read
    return _BY_COUNT[min(len(holes), len(_BY_COUNT) - 1)]


def _tag(language: str) -> str:
    return language.replace("_", "-")
