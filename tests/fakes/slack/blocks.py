"""Block Kit: what Slack refuses of blocks and views, and how they read.

Source: Slack's reference of blocks, elements and views; slackapi/bolt-js#2509 for the length of all blocks together.
"""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from tests.fakes.slack.errors import Json, Refused

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
ALL_TEXT = 13_200
MARKDOWN_TEXT = 12_000
LIMITS = {"section": 3000, "header": 150, "context": 3000}
ELEMENTS = {"actions": 25, "context": 10}
INTERACTIVE = (
    "button",
    "static_select",
    "multi_static_select",
    "overflow",
    "radio_buttons",
    "checkboxes",
    "datepicker",
)
INPUTS = (*INTERACTIVE, "plain_text_input", "number_input", "file_input", "timepicker", "email_text_input")
KINDS = ("section", "header", "divider", "context", "actions", "image", "input", "markdown", "rich_text")
LINK = re.compile(r"<(?:([#@!])([^>|]*)|([^>|]*))(?:\|([^>]*))?>")


class Checker:
    """Collects what is wrong with blocks, each fault with the place where it is."""

    def __init__(self, surface: str) -> None:
        self.surface = surface
        self.faults: list[str] = []
        self.ids: set[str] = set()

    def check(self, blocks: Any) -> None:
        """Look through all blocks."""
        most = MESSAGE_BLOCKS if self.surface == "message" else VIEW_BLOCKS
        if not isinstance(blocks, list):
            raise Refused("invalid_blocks_format")
        if len(blocks) > most:
            self._fault(f"no more than {most} items allowed", "/blocks")
        for number, block in enumerate(blocks):
            self._block(block, f"/blocks/{number}")

    def _fault(self, what: str, place: str) -> None:
        self.faults.append(f"[ERROR] {what} [json-pointer:{place}]")

    def _block(self, block: Any, place: str) -> None:
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in KINDS:
            self._fault(f"unsupported type: {kind}", f"{place}/type")
            return
        self._id(block.get("block_id"), f"{place}/block_id")
        if kind == "section":
            self._section(block, place)
        elif kind == "header":
            self._text(block.get("text"), 150, f"{place}/text", plain=True)
        elif kind in ELEMENTS:
            self._elements(block, kind, place)
        elif kind == "image":
            self._image(block, place)
        elif kind == "input":
            self._input(block, place)
        elif kind == "markdown":
            self._length(block.get("text"), MARKDOWN_TEXT, f"{place}/text")

    def _section(self, block: Json, place: str) -> None:
        fields = block.get("fields") or []
        if "text" not in block and not fields:
            self._fault("must define either `text` or `fields`", place)
        if "text" in block:
            self._text(block["text"], 3000, f"{place}/text")
        if len(fields) > 10:
            self._fault("no more than 10 items allowed", f"{place}/fields")
        for number, field in enumerate(fields):
            self._text(field, 2000, f"{place}/fields/{number}")
        if "accessory" in block:
            self._element(block["accessory"], f"{place}/accessory")

    def _elements(self, block: Json, kind: str, place: str) -> None:
        elements = block.get("elements")
        if not isinstance(elements, list) or not 1 <= len(elements) <= ELEMENTS[kind]:
            self._fault(f"must have 1 to {ELEMENTS[kind]} items", f"{place}/elements")
            return
        seen: set[str] = set()
        for number, element in enumerate(elements):
            here = f"{place}/elements/{number}"
            if kind == "context" and isinstance(element, dict) and element.get("type") in ("mrkdwn", "plain_text"):
                self._text(element, 3000, here)
            elif kind == "context" and isinstance(element, dict) and element.get("type") == "image":
                self._image(element, here)
            else:
                self._element(element, here)
                action = str(element.get("action_id", here)) if isinstance(element, dict) else here
                if action in seen:
                    self._fault(f"`action_id` {action} already exists", here)
                seen.add(action)

    def _element(self, element: Any, place: str) -> None:
        kind = element.get("type") if isinstance(element, dict) else None
        if kind not in (*INTERACTIVE, "image"):
            self._fault(f"unsupported type: {kind}", f"{place}/type")
            return
        if len(str(element.get("action_id", ""))) > 255:
            self._fault("must be less than 256 characters", f"{place}/action_id")
        if kind == "button":
            self._text(element.get("text"), 75, f"{place}/text", plain=True)
            if len(str(element.get("value", ""))) > 2000:
                self._fault("must be less than 2001 characters", f"{place}/value")
            if len(str(element.get("url", ""))) > 3000:
                self._fault("must be less than 3001 characters", f"{place}/url")
            if element.get("style", "primary") not in ("primary", "danger"):
                self._fault("unsupported style", f"{place}/style")
        elif "options" in element:
            self._options(element["options"], f"{place}/options")

    def _options(self, options: Any, place: str) -> None:
        if not isinstance(options, list) or not 1 <= len(options) <= 100:
            self._fault("must have 1 to 100 items", place)
            return
        for number, option in enumerate(options):
            self._text(option.get("text"), 75, f"{place}/{number}/text")
            self._length(option.get("value"), 150, f"{place}/{number}/value")

    def _image(self, block: Json, place: str) -> None:
        if not block.get("alt_text"):
            self._fault("missing required field: alt_text", place)
        if not ("slack_file" in block or str(block.get("image_url", "")).startswith(("http://", "https://"))):
            self._fault("missing required field: image_url", place)

    def _input(self, block: Json, place: str) -> None:
        self._text(block.get("label"), 2000, f"{place}/label", plain=True)
        element = block.get("element")
        if not isinstance(element, dict) or element.get("type") not in INPUTS:
            self._fault("unsupported type", f"{place}/element/type")
        elif "options" in element:
            self._options(element["options"], f"{place}/element/options")
        if isinstance(element, dict) and "placeholder" in element:
            self._text(element["placeholder"], 150, f"{place}/element/placeholder", plain=True)

    def _text(self, text: Any, limit: int, place: str, *, plain: bool = False) -> None:
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if not isinstance(text, dict) or text.get("type") not in kinds:
            self._fault("failed to match all allowed schemas", place)
            return
        self._length(text.get("text"), limit, f"{place}/text")

    def _length(self, text: Any, limit: int, place: str) -> None:
        if not isinstance(text, str) or not text:
            self._fault("must be more than 0 characters", place)
        elif len(text) > limit:
            self._fault(f"must be less than {limit + 1} characters", place)

    def _id(self, block_id: Any, place: str) -> None:
        if block_id is None:
            return
        if not isinstance(block_id, str) or not 1 <= len(block_id) <= 255:
            self._fault("must be less than 256 characters", place)
        elif block_id in self.ids:
            self._fault(f"`block_id` {block_id} already exists", place)
        else:
            self.ids.add(block_id)


def read_blocks(value: Any) -> list[Json]:
    """Return the blocks of a message, with an id for each; refuses what Slack refuses."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise Refused("invalid_blocks_format") from None
    checker = Checker("message")
    checker.check(value)
    if checker.faults:
        raise Refused("invalid_blocks", checker.faults)
    if sum(len(words) for words in texts(value)) > ALL_TEXT:
        raise Refused("msg_blocks_too_long")
    return named(value)


def named(blocks: list[Json]) -> list[Json]:
    """Give every block the id that Slack gives it."""
    return [{**block, "block_id": block.get("block_id") or f"b{number:03d}"} for number, block in enumerate(blocks)]


def read_view(value: Any, kind: str) -> Json:
    """Return a view; refuses what Slack refuses."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            raise Refused("invalid_arguments", ["[ERROR] view must be JSON"]) from None
    if not isinstance(value, dict) or value.get("type") != kind:
        raise Refused("invalid_arguments", [f"[ERROR] must be of type {kind} [json-pointer:/view/type]"])
    checker = Checker(kind)
    checker.check(value.get("blocks"))
    if kind == "modal":
        _check_modal(value, checker)
    for name, limit in (("private_metadata", 3000), ("callback_id", 255), ("external_id", 255)):
        if len(str(value.get(name) or "")) > limit:
            checker.faults.append(f"[ERROR] must be less than {limit + 1} characters [json-pointer:/view/{name}]")
    if checker.faults:
        raise Refused("invalid_arguments", checker.faults)
    if len(json.dumps(value)) > 250_000:
        raise Refused("view_too_large")
    return {**value, "blocks": named(value["blocks"])}


def _check_modal(view: Json, checker: Checker) -> None:
    for name in ("title", "submit", "close"):
        text = view.get(name)
        if text is None and name != "title":
            continue
        words = text.get("text") if isinstance(text, dict) else None
        if not isinstance(words, str) or not 1 <= len(words) <= 24:
            checker.faults.append(f"[ERROR] must have 1 to 24 characters [json-pointer:/view/{name}/text]")
    if any(block.get("type") == "input" for block in view["blocks"]) and not view.get("submit"):
        checker.faults.append("[ERROR] submit is required where there are inputs [json-pointer:/view/submit]")


def texts(value: Any) -> Iterator[str]:
    """Yield every text of blocks."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "text" and isinstance(inner, str):
                yield inner
            else:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def buttons(value: Any) -> Iterator[tuple[Json, str]]:
    """Yield every button of blocks with the id of its block; a menu is a button for each of its options."""
    for block in value:
        for element in filter(None, [*block.get("elements", []), block.get("accessory")]):
            yield from ((one, block["block_id"]) for one in _choices(element))


def _choices(element: Json) -> list[Json]:
    if element.get("type") == "button":
        return [element]
    return [{**element, "text": option["text"], "selected_option": option} for option in element.get("options", [])]


def visible(value: Any) -> str:
    """Return what a person reads of blocks, without what stands on buttons."""
    lines = []
    for block in value:
        shown = {name: inner for name, inner in block.items() if name not in ("elements", "accessory")}
        if block["type"] in ("context", "rich_text"):
            shown = block
        lines += [plain(words) for words in texts(shown)]
    return "\n".join(lines)


def plain(words: str) -> str:
    """Return mrkdwn as it reads: links by their titles, entities as characters."""
    return html.unescape(LINK.sub(lambda found: found[4] or (found[1] or "") + (found[2] or found[3] or ""), words))


def pings(words: str) -> list[str]:
    """Return whom a text calls: `@U…`, `!channel`, `!here`, `!everyone`."""
    return [found[1] + found[2] for found in LINK.finditer(words) if found[1] in ("@", "!")]
