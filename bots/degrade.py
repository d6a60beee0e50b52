"""Degrading: how a message that is too rich for a channel is made to fit.

Buttons become a list, and a list becomes numbered words that a person answers with "2".
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from core.messages import Button, Capabilities, Content


class Choices(StrEnum):
    """In what shape a message's choices reach a person."""

    NONE = "none"
    BUTTONS = "buttons"
    LIST = "list"
    NUMBERED = "numbered"
    """As lines of the text; nothing is left to be tapped."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """Content as a channel can carry it.

    Args:
        content: Its text holds the numbered lines where there are any; its buttons are those to be shown.
        choices: In what shape the buttons are to be shown.
    """

    content: Content
    choices: Choices


def degrade(content: Content, capabilities: Capabilities) -> Shaped:
    """Shape content for a channel, losing no word of it.

    Titles too long for buttons and for a list are written out below the text with a number each; where there is
    room for as many buttons they then carry the numbers.
    """
    count = len(content.buttons)
    if count == 0:
        return Shaped(content, Choices.NONE)
    longest = max(len(button.title) for button in content.buttons)
    if count <= capabilities.buttons and longest <= capabilities.button_title:
        return Shaped(content, Choices.BUTTONS)
    if count <= capabilities.list_rows and longest <= capabilities.row_title:
        return Shaped(content, Choices.LIST)
    text = f"{content.text}\n\n{numbered(content.buttons)}".strip()
    if count <= capabilities.buttons:
        digits = tuple(Button(str(place), button.payload) for place, button in enumerate(content.buttons, 1))
        return Shaped(replace(content, text=text, buttons=digits), Choices.BUTTONS)
    return Shaped(replace(content, text=text, buttons=()), Choices.NUMBERED)


def numbered(buttons: tuple[Button, ...]) -> str:
    """Return the choices as lines: `1. First`, `2. Second`."""
    return "\n".join(f"{place}. {button.title}" for place, button in enumerate(buttons, 1))
