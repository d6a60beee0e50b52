"""Broadcasts: what an admin says to many, who gets it, tags, and who has said stop."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the release before leaves empty, and three tables that it does not know."""
    op.add_column("people", sa.Column("stopped", sa.Boolean(), server_default=sa.false(), nullable=False))
    _note_who_stopped()
    op.add_column("outbox", sa.Column("broadcast_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_outbox_broadcast",
        "outbox",
        ["broadcast_id", "settled_at"],
        unique=False,
        postgresql_where=sa.text("broadcast_id IS NOT NULL"),
        sqlite_where=sa.text("broadcast_id IS NOT NULL"),
    )
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=500), nullable=False),
        sa.Column("local_at", sa.String(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("confirmed_at", Moment, nullable=True),
        sa.Column("gathered_to", sa.Uuid(), nullable=True),
        sa.Column("gathered_at", Moment, nullable=True),
        sa.Column("ended_at", Moment, nullable=True),
        sa.Column("results", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
    )
    op.create_index(op.f("ix_broadcasts_status"), "broadcasts", ["status"], unique=False)
    op.create_index(op.f("ix_broadcasts_author_id"), "broadcasts", ["author_id"], unique=False)
    op.create_table(
        "broadcast_recipients",
        sa.Column("broadcast_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("written_at", Moment, nullable=True),
        sa.PrimaryKeyConstraint("broadcast_id", "person_id", name=op.f("pk_broadcast_recipients")),
    )
    op.create_index(op.f("ix_broadcast_recipients_person_id"), "broadcast_recipients", ["person_id"], unique=False)
    op.create_index(
        "ix_broadcast_recipients_due",
        "broadcast_recipients",
        ["broadcast_id", "due_at", "person_id"],
        unique=False,
        postgresql_where=sa.text("status = 'planned'"),
        sqlite_where=sa.text("status = 'planned'"),
    )
    op.create_table(
        "people_tags",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(length=40), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "tag", name=op.f("pk_people_tags")),
    )


def _note_who_stopped() -> None:
    """Take over what the history says: the last of the two facts counts, and their ids rise with time."""
    op.execute(
        "update people set stopped = true where id in (select coalesce(whose.merged_into, whose.id) from facts "
        "join people as whose on whose.id = facts.person_id where facts.kind = 'stopped' and not exists "
        "(select 1 from facts as later where later.person_id = facts.person_id and later.id > facts.id "
        "and later.kind = 'started_again'))"
    )
