"""Wording: how an approved template says what a message would have said. Pure."""

import re

from bots.degrade import numbered
from core.messages import Content, TemplateUse
from storage.templates import Template

LONGEST = 1024
"""Characters of a template with its variables filled in. Source: Twilio, error 63021."""
NOBODY = "👋"
"""Stands for the name of a person who has given none, in any language."""
NOTHING = "–"
"""Stands for an empty variable, which platforms refuse. Source: Twilio, error 21656."""
_HOLE = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CUT = "…"
_LONGEST_NAME, _LONGEST_TITLE = 80, 200


def places(body: str) -> tuple[str, ...]:
    """Return the names of the places in a template's words, in the order in which they first appear."""
    return tuple(dict.fromkeys(_HOLE.findall(body)))


def fill(template: Template, content: Content, name: str) -> TemplateUse:
    """Return the use of a template that says what a message says.

    A variable holds one line: line ends, tabs and runs of blanks are refused. Choices, which only the message itself
    could show as buttons, follow the words of `text` as numbers that a person can answer with; a template with buttons
    of its own has `question` in that place, the words alone. What is too long is cut.

    Args:
        template: An approved one.
        content: The message.
        name: What the person wants to be called; may be empty.
    """
    words = {
        "name": _line(name)[:_LONGEST_NAME] or NOBODY,
        "title": _line(content.title)[:_LONGEST_TITLE],
        "question": _line(content.text),
        "text": _line(f"{content.text} {numbered(content.buttons)}"),
    }
    holes = places(template.body)
    values = {hole: words.get(variable, "") for hole, variable in zip(holes, template.variables, strict=False)}
    # A platform wants a value for every place, and no empty one.
    values = {hole: values.get(hole) or NOTHING for hole in holes}
    return TemplateUse(template.external_id, _cut(template.body, values))


def filled_in(template: Template, use: TemplateUse) -> str:
    """Return what somebody reads who gets a template."""
    return _HOLE.sub(lambda hole: use.variables.get(hole[1], ""), template.body)


def _cut(body: str, values: dict[str, str]) -> dict[str, str]:
    """Shorten the longest value by as much as the whole is too long."""
    over = len(_HOLE.sub(lambda hole: values[hole[1]], body)) - LONGEST
    if over <= 0 or not values:
        return values
    longest = max(values, key=lambda hole: len(values[hole]))
    times = len([hole for hole in _HOLE.findall(body) if hole == longest])
    left = max(len(values[longest]) - -(-over // times) - len(_CUT), 0)
    return {**values, longest: values[longest][:left].rstrip() + _CUT}


def _line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())
