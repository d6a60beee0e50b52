"""What a Telegram message holds besides words: its files, and content that no step can use."""

from typing import Any, TypeGuard

from bots.reading import Json, clean, count
from core.media import Attachment, MediaKind

FILES = (
    # An animation comes with a `document` of the same file, so it is looked for first.
    ("animation", MediaKind.VIDEO),
    ("voice", MediaKind.VOICE),
    ("audio", MediaKind.VOICE),
    ("video", MediaKind.VIDEO),
    ("video_note", MediaKind.VIDEO),
    ("document", MediaKind.DOCUMENT),
)
"""Fields that hold one file, and what it is to us. Source: Bot API, Message."""
MIME_KINDS = {"image": MediaKind.IMAGE, "audio": MediaKind.VOICE, "video": MediaKind.VIDEO}
"""What a document is by its claimed type: a screenshot sent "as a file" is still a picture."""
UNUSABLE = frozenset(
    [
        "sticker",
        "location",
        "venue",
        "contact",
        "poll",
        "dice",
        "game",
        "story",
        "invoice",
        "paid_media",
        "checklist",
        "giveaway",
        "web_app_data",
        "users_shared",
        "chat_shared",
        "passport_data",
        "successful_payment",
        "gift",
        "unique_gift",
    ]
)
"""Content that no step can use, but that a person meant to send."""
FRAME = frozenset(
    [
        "message_id",
        "message_thread_id",
        "is_topic_message",
        "direct_messages_topic",
        "from",
        "sender_chat",
        "sender_boost_count",
        "sender_business_bot",
        "sender_tag",
        "date",
        "business_connection_id",
        "chat",
        "forward_origin",
        "is_automatic_forward",
        "reply_to_message",
        "external_reply",
        "quote",
        "reply_to_story",
        "reply_to_checklist_task_id",
        "via_bot",
        "edit_date",
        "has_protected_content",
        "is_from_offline",
        "is_paid_post",
        "media_group_id",
        "author_signature",
        "paid_star_count",
        "entities",
        "link_preview_options",
        "suggested_post_info",
        "effect_id",
        "reply_markup",
        "show_caption_above_media",
        "has_media_spoiler",
        "caption_entities",
    ]
)
"""Fields that say something about a message and are no content of it."""
SERVICE = frozenset(
    [
        "new_chat_members",
        "new_chat_member",
        "new_chat_participant",
        "left_chat_member",
        "left_chat_participant",
        "new_chat_title",
        "new_chat_photo",
        "delete_chat_photo",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "message_auto_delete_timer_changed",
        "pinned_message",
        "connected_website",
        "write_access_allowed",
        "proximity_alert_triggered",
        "boost_added",
        "chat_background_set",
        "checklist_tasks_done",
        "checklist_tasks_added",
        "direct_message_price_changed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_closed",
        "forum_topic_reopened",
        "general_forum_topic_hidden",
        "general_forum_topic_unhidden",
        "giveaway_created",
        "giveaway_winners",
        "giveaway_completed",
        "paid_message_price_changed",
        "video_chat_scheduled",
        "video_chat_started",
        "video_chat_ended",
        "video_chat_participants_invited",
        "refunded_payment",
        "chat_owner_changed",
        "chat_owner_left",
    ]
)
"""Notices of Telegram's own about a chat; nobody said anything."""


def attachments_of(message: Json) -> tuple[Attachment, ...]:
    """Return the file that a message announces: at most one, since an album comes as many messages."""
    photo = message.get("photo")
    if isinstance(photo, list):
        sizes = [size for size in photo if _is_file(size)]
        if sizes:
            return (_attachment(max(sizes, key=_area), MediaKind.IMAGE, mime="image/jpeg"),)
    for name, kind in FILES:
        file = message.get(name)
        if _is_file(file):
            mime = clean(file.get("mime_type")).lower()
            said = MIME_KINDS.get(mime.partition("/")[0], kind) if name == "document" else kind
            return (_attachment(file, said, mime=mime),)
    return ()


def is_content(message: Json, *, private: bool) -> bool:
    """Say whether a message without words and files holds something that a person meant to send.

    What we have never heard of counts as that in a private chat, where silence would puzzle; in a group
    it is more likely a notice.
    """
    if not UNUSABLE.isdisjoint(message):
        return True
    return private and any(name not in FRAME and name not in SERVICE for name in message)


def _is_file(file: Any) -> TypeGuard[Json]:
    return isinstance(file, dict) and isinstance(file.get("file_id"), str)


def _area(size: Json) -> tuple[int, int]:
    return count(size, "width") * count(size, "height"), count(size, "file_size")


def _attachment(file: Json, kind: MediaKind, mime: str) -> Attachment:
    return Attachment(
        kind=kind,
        ref=clean(file["file_id"]),
        mime=mime,
        size=count(file, "file_size"),
        name=clean(file.get("file_name")),
        seconds=count(file, "duration"),
    )
