"""The methods of the Bot API that the server knows."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests.fakes.telegram.bot import FILE_LIMIT, Bot
from tests.fakes.telegram.messages import Chat, Json, Shown, bad_request
from tests.fakes.telegram.rules import (
    ANSWER_LIMIT,
    CAPTION_LIMIT,
    COMMAND,
    PHOTO_LIMIT,
    SECRET,
    TEXT_LIMIT,
    UPLOAD_LIMIT,
    read_keyboard,
    read_text,
    units,
)
from tests.fakes.telegram.updates import Webhook

Method = Callable[[Bot, Json], Awaitable[Any]]


async def get_me(bot: Bot, params: Json) -> Json:
    return {**bot.as_json(), "can_join_groups": True, "can_read_all_group_messages": False}


async def set_webhook(bot: Bot, params: Json) -> bool:
    url, secret = str(params.get("url", "")), str(params.get("secret_token", ""))
    if secret and not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if url and not url.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    connections = int(params.get("max_connections", 40))
    if not 1 <= connections <= 100:
        raise bad_request("max_connections out of range")
    before = bot.webhook
    allowed = _list(params.get("allowed_updates"))
    if allowed is None:
        allowed = list(before.allowed) if before else []
    if _truth(params.get("drop_pending_updates")):
        bot.updates.drop_pending()
    bot.updates.set_webhook(Webhook(url, secret, tuple(allowed), connections) if url else None)
    return True


async def delete_webhook(bot: Bot, params: Json) -> bool:
    if _truth(params.get("drop_pending_updates")):
        bot.updates.drop_pending()
    bot.updates.set_webhook(None)
    return True


async def get_webhook_info(bot: Bot, params: Json) -> Json:
    hook = bot.webhook
    info: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": bot.updates.pending,
    }
    if hook:
        info |= {"max_connections": hook.connections, "allowed_updates": list(hook.allowed)}
    if bot.updates.last_error:
        info |= {"last_error_date": bot.updates.last_error_at, "last_error_message": bot.updates.last_error}
    return info


async def get_updates(bot: Bot, params: Json) -> list[Json]:
    return await bot.updates.poll(
        int(params.get("offset", 0)), int(params.get("limit", 100)), float(params.get("timeout", 0))
    )


async def send_message(bot: Bot, params: Json) -> Json:
    chat, thread = _where(bot, params)
    text, entities = read_text(params, "text", TEXT_LIMIT)
    html = params["text"] if params.get("parse_mode") else ""
    shown = Shown(bot.number(), chat.id, text, html, entities, read_keyboard(params), thread=thread)
    chat.show(shown)
    return bot.message_json(chat, shown.message_id, {"text": text})


async def send_photo(bot: Bot, params: Json) -> Json:
    return _send_file(bot, params, "photo", PHOTO_LIMIT)


async def send_document(bot: Bot, params: Json) -> Json:
    return _send_file(bot, params, "document", UPLOAD_LIMIT)


async def send_media_group(bot: Bot, params: Json) -> list[Json]:
    """Show 2 to 10 pictures together, each one a message. Source: Bot API, sendMediaGroup, InputMediaPhoto."""
    media = _list(params.get("media")) or []
    if not 2 <= len(media) <= 10:
        raise bad_request("the number of media in an album is 2 to 10")
    named = [str(one.get("media", "")).removeprefix("attach://") for one in media]
    brought = all(isinstance(params.get(name), bytes) for name in named)
    if not brought or any(one.get("type") != "photo" for one in media):
        raise bad_request("wrong type of the web page content")
    others = {name: value for name, value in params.items() if name not in ("media", *named)}
    shown = [
        {**others, "photo": params[name], "caption": one.get("caption", "")}
        for name, one in zip(named, media, strict=True)
    ]
    return [_send_file(bot, one, "photo", PHOTO_LIMIT) for one in shown]


async def edit_message_text(bot: Bot, params: Json) -> Json:
    chat, _ = _where(bot, params)
    shown = chat.find(int(params.get("message_id", 0)))
    if shown is None:
        raise bad_request("message to edit not found")
    text, entities = read_text(params, "text", TEXT_LIMIT)
    rows = read_keyboard(params)
    if (text, rows) == (shown.text, shown.rows):
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    shown.text, shown.entities, shown.rows = text, entities, rows
    shown.edits += 1
    chat.notify()
    return bot.message_json(chat, shown.message_id, {"text": text})


async def answer_callback_query(bot: Bot, params: Json) -> bool:
    tap = bot.taps.get(str(params.get("callback_query_id", "")))
    if tap is None or tap.expired:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    notice = str(params.get("text", ""))
    if units(notice) > ANSWER_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    tap.end(notice)
    return True


async def send_chat_action(bot: Bot, params: Json) -> bool:
    chat, _ = _where(bot, params)
    if params.get("action") != "typing":
        raise bad_request("wrong parameter action in request")
    chat.typing += 1
    return True


async def set_my_commands(bot: Bot, params: Json) -> bool:
    commands = _list(params.get("commands")) or []
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(command["command"]) or not 1 <= len(command["description"]) <= 256:
            raise bad_request("BOT_COMMAND_INVALID")
    bot.commands[str(params.get("language_code") or "")] = commands
    return True


async def get_file(bot: Bot, params: Json) -> Json:
    file = bot.files.get(str(params.get("file_id", "")))
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > FILE_LIMIT:
        raise bad_request("file is too big")
    return {**file.as_json(), "file_path": file.path}


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getUpdates": get_updates,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendMediaGroup": send_media_group,
    "sendDocument": send_document,
    "editMessageText": edit_message_text,
    "answerCallbackQuery": answer_callback_query,
    "sendChatAction": send_chat_action,
    "setMyCommands": set_my_commands,
    "getFile": get_file,
}
MESSAGES = frozenset({"sendMessage", "sendPhoto", "sendMediaGroup", "sendDocument"})
"""Methods that count against Telegram's rates."""


def _send_file(bot: Bot, params: Json, field: str, limit: int) -> Json:
    chat, thread = _where(bot, params)
    data = params.get(field)
    if not isinstance(data, bytes) or not data:
        raise bad_request(f"there is no {field} in the request")
    if len(data) > limit:
        raise bad_request(f"file of size {len(data)} bytes is too big for a {field}")
    caption, entities = read_text(params, "caption", CAPTION_LIMIT)
    html = params.get("caption", "") if params.get("parse_mode") else ""
    shown = Shown(bot.number(), chat.id, caption, html, entities, read_keyboard(params), photo=data, thread=thread)
    chat.show(shown)
    return bot.message_json(chat, shown.message_id, {"caption": caption})


def _where(bot: Bot, params: Json) -> tuple[Chat, int | None]:
    chat, thread = bot.chat(params.get("chat_id")), params.get("message_thread_id")
    if thread is None:
        return chat, None
    if int(thread) not in chat.threads:
        raise bad_request("message thread not found")
    return chat, int(thread)


def _list(value: Any) -> list[Any] | None:
    found = json.loads(value) if isinstance(value, str) else value
    return list(found) if isinstance(found, (list, tuple)) else None


def _truth(value: Any) -> bool:
    return value in (True, "true", "True", "1", 1)
