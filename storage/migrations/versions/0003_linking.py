"""One person on many channels: who became whom, codes that link, where nudges go, which chats are private."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the release before leaves as it is, and two tables that it does not know."""
    op.add_column("people", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.add_column("people", sa.Column("chosen_conversation_id", sa.Uuid(), nullable=True))
    op.add_column("people", sa.Column("parted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_people_merged_into"), "people", ["merged_into"], unique=False)
    op.add_column("conversations", sa.Column("private", sa.Boolean(), server_default=sa.true(), nullable=False))
    # On the channels that there were, the chat of two has the person's own address, and a group has another.
    op.execute(
        "update conversations set private = false where chat <> "
        "(select address from identities where identities.id = conversations.identity_id)"
    )
    op.create_table(
        "link_codes",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", Moment, nullable=False),
        sa.Column("used_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_link_codes")),
    )
    op.create_index(op.f("ix_link_codes_expires_at"), "link_codes", ["expires_at"], unique=False)
    op.create_table(
        "link_refusals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_refusals")),
    )
    op.create_index(op.f("ix_link_refusals_at"), "link_refusals", ["at"], unique=False)
