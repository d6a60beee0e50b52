"""Identifiers: UUIDv7 values with a type for each kind of thing they name."""

from typing import NewType
from uuid import UUID

PersonId = NewType("PersonId", UUID)
IdentityId = NewType("IdentityId", UUID)
ConversationId = NewType("ConversationId", UUID)
AccountId = NewType("AccountId", UUID)
MessageId = NewType("MessageId", UUID)
ExecutionId = NewType("ExecutionId", UUID)
MediaId = NewType("MediaId", UUID)
JobId = NewType("JobId", UUID)
