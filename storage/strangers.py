"""Strangers: the rows of a person, an identity and a conversation that begin with a message.

The caller adds the moment at which identity and conversation were made.
"""

from datetime import datetime
from typing import Any
from uuid import UUID


def person_row(person_id: UUID, data_key: bytes, now: datetime) -> dict[str, Any]:
    """Return the row of a person of whom nothing is known; their state is filled in when the batch closes."""
    return {
        "id": person_id,
        "data_key": data_key,
        "state": b"",
        "next_seq": 1,
        "conversation_id": None,
        "language": "en",
        "zone": "",
        "goal": "",
        "market": "",
        "skill_level": "",
        "country": "",
        "quiet_from": None,
        "quiet_until": None,
        "created_at": now,
        "updated_at": now,
    }


def identity_row(identity_id: UUID, person_id: UUID, account_id: UUID, address: str) -> dict[str, Any]:
    """Return the row of a person on one channel."""
    return {"id": identity_id, "person_id": person_id, "account_id": account_id, "address": address}


def conversation_row(
    conversation_id: UUID, identity_id: UUID, account_id: UUID, *, chat: str, private: bool
) -> dict[str, Any]:
    """Return the row of a thread."""
    return {
        "private": private,
        "id": conversation_id,
        "identity_id": identity_id,
        "account_id": account_id,
        "chat": chat,
    }
