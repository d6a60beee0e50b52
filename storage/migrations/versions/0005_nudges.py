"""Nudges: why each was said or not, quiet hours of people, and until when a message is worth sending."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that the release before leaves empty, and a table that it does not know."""
    op.add_column("people", sa.Column("quiet_from", sa.SmallInteger(), nullable=True))
    op.add_column("people", sa.Column("quiet_until", sa.SmallInteger(), nullable=True))
    op.add_column("outbox", sa.Column("expires_at", Moment, nullable=True))
    op.add_column("outbox", sa.Column("quiet", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "nudges",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "rule", "date", name=op.f("pk_nudges")),
    )
    op.create_index(op.f("ix_nudges_at"), "nudges", ["at"], unique=False)
