"""What Telegram refuses of a message."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.markup import read_html
from tests.fakes.telegram.messages import Json, bad_request

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
BUTTON_LIMIT = 100
ANSWER_LIMIT = 200
PHOTO_LIMIT = 10 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def read_text(params: Json, name: str, limit: int) -> tuple[str, list[Json]]:
    """Return a text as it is shown, with its entities."""
    raw, mode = params.get(name, ""), params.get("parse_mode", "")
    if not isinstance(raw, str):
        raise bad_request(f"field {name} must be of type String")
    if mode and mode.upper() != "HTML":
        raise bad_request("unsupported parse_mode")
    text, entities = read_html(raw) if mode else (raw, [])
    text = text.strip()
    if units(text) > limit:
        raise bad_request("message is too long" if name == "text" else "message caption is too long")
    if not text and name == "text":
        raise bad_request("message text is empty")
    return text, entities


def read_keyboard(params: Json) -> list[list[Json]]:
    """Return the rows of an inline keyboard."""
    markup = params.get("reply_markup")
    if markup is None:
        return []
    markup = json.loads(markup) if isinstance(markup, str) else markup
    rows = markup.get("inline_keyboard") if isinstance(markup, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("object expected as reply markup")
    if sum(map(len, rows)) > BUTTON_LIMIT or any(len(row) > 8 for row in rows):
        raise bad_request("reply markup is too long")
    for key in (key for row in rows for key in row):
        _check_key(key)
    return rows


def _check_key(key: Any) -> None:
    if not isinstance(key, dict) or not str(key.get("text", "")).strip():
        raise bad_request("can't parse inline keyboard button: Button text must be non-empty")
    if "url" in key:
        if not is_button_url(str(key["url"])):
            raise bad_request(f"inline keyboard button URL '{key['url']}' is invalid: Wrong HTTP URL")
        return
    data = key.get("callback_data")
    if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def is_button_url(url: str) -> bool:
    """Say whether Telegram would take a button's link."""
    parts = urlsplit(url)
    if parts.scheme == "tg":
        return bool(parts.netloc or parts.path)
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and "." in host.strip(".") and not re.search(r"\s", url)
