"""Block Kit: words, choices and forms as Slack lays them out, within every limit of it. Pure.

Source: docs.slack.dev, Block Kit reference; slack_sdk.models.blocks. Blocks that are legal each can still be too long
together: Slack refuses a message from about 13,200 characters on.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bots.reading import clean
from bots.slack.interactions import FORM
from bots.slack.value import VALUE_LIMIT, Opening, Slip, choice, write
from bots.split import clip, length
from core.errors import MessageRejected
from core.messages import Button, Form, TextUnit

UNIT = TextUnit.UTF16
"""The longer way to count; what fits by it fits by the other one too."""
SECTION_LIMIT = 3000
ACTIONS_LIMIT = 25
OPTIONS_LIMIT = 100
TITLE_LIMIT = 75
OPTION_VALUE_LIMIT = 150
MODAL_TITLE_LIMIT = 24
MOST_BLOCKS = 50
TOTAL_LIMIT = 12_000
"""Characters of all blocks together; below what Slack was seen to refuse."""
LARGEST_PAYLOAD = 64
"""Bytes. Source: core.messages, Button."""

Block = dict[str, Any]


def section(marked: str) -> Block:
    """Return a paragraph of text that is marked up already, at most `SECTION_LIMIT` long."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": marked}}


def actions(buttons: Sequence[Button], owner: str, form: Form | None = None, title: str = "") -> Iterator[Block]:
    """Yield buttons, and the one that opens a form, as rows.

    Args:
        buttons: The choices.
        owner: The only user whose click counts; empty where nobody else could click.
        form: What is offered beside them.
        title: Heading of the form.
    """
    keys = [_button(str(place), button, owner) for place, button in enumerate(buttons)]
    if form is not None:
        keys.append(_opener(form, owner, title))
    for start in range(0, len(keys), ACTIONS_LIMIT):
        yield {"type": "actions", "elements": keys[start : start + ACTIONS_LIMIT]}


def menu(buttons: Sequence[Button], owner: str) -> Block:
    """Return many choices as a menu; raises `MessageRejected` where one of them does not fit."""
    options = [
        {"text": _title(button.title), "value": _carried(button.payload, owner, OPTION_VALUE_LIMIT)}
        for button in buttons
    ]
    return {"type": "actions", "elements": [{"type": "static_select", "action_id": "menu", "options": options}]}


def modal(opening: Opening, slip: Slip, question: str) -> Block:
    """Return a form with one field for long words.

    Args:
        opening: What the button carried.
        slip: What the form remembers.
        question: What is asked, marked up already; may be empty.
    """
    field = {"type": "plain_text_input", "action_id": FORM, "multiline": True}
    asked = [section(clip(question, SECTION_LIMIT, UNIT))] if question.strip() else []
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": write(slip),
        "title": _plain(opening.title, MODAL_TITLE_LIMIT),
        "submit": _plain(opening.submit, MODAL_TITLE_LIMIT),
        "close": _plain(opening.close, MODAL_TITLE_LIMIT),
        "blocks": [
            *asked,
            {"type": "input", "block_id": FORM, "label": _plain(opening.label, TITLE_LIMIT), "element": field},
        ],
    }


def size(blocks: Sequence[Mapping[str, Any]]) -> int:
    """Return how many characters all blocks hold together."""
    return sum(map(_size, blocks))


def _size(value: Any) -> int:
    if isinstance(value, str):
        return length(value, UNIT)
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    return sum(map(_size, value)) if isinstance(value, list) else 0


def _button(key: str, button: Button, owner: str) -> Block:
    value = _carried(button.payload, owner, VALUE_LIMIT)
    return {"type": "button", "action_id": key, "text": _title(button.title), "value": value}


def _opener(form: Form, owner: str, title: str) -> Block:
    opening = Opening(
        payload=form.payload,
        title=clip(clean(title).strip() or clean(form.button).strip(), MODAL_TITLE_LIMIT, UNIT),
        label=clip(clean(form.button).strip(), TITLE_LIMIT, UNIT),
        submit=clean(form.submit),
        close=clean(form.close),
        owner=owner,
    )
    _carried(form.payload, owner, VALUE_LIMIT)
    carried = write(opening)
    if len(carried) > VALUE_LIMIT:
        raise MessageRejected(f"A form's words take more than {VALUE_LIMIT} characters.", code="form_words")
    return {"type": "button", "action_id": FORM, "text": _title(form.button), "value": carried}


def _carried(payload: str, owner: str, limit: int) -> str:
    took = len(payload.encode("utf-8", "surrogatepass"))
    value = choice(payload, owner)
    if not 1 <= took <= LARGEST_PAYLOAD or len(value) > limit:
        raise MessageRejected(f"A button's payload takes {took} bytes; 1 to 64 are allowed.", code="button_payload")
    return value


def _title(title: str) -> Block:
    if not clean(title).strip():
        raise MessageRejected("A button has no title.", code="button_title")
    return _plain(title, TITLE_LIMIT)


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": clip(clean(text).strip(), limit, UNIT), "emoji": True}
