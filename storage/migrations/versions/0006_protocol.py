"""The daily protocol: daily sessions, affirmations, vision boards, members."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add four tables that the release before does not know."""
    _add_daily_sessions()
    op.create_table(
        "affirmations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_affirmations")),
        sa.UniqueConstraint("person_id", "version", name=op.f("uq_affirmations_person_id_version")),
    )
    op.create_table(
        "vision_boards",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("media_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("caption", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.CheckConstraint("position between 1 and 8", name="ck_vision_boards_position"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vision_boards")),
        sa.UniqueConstraint("person_id", "position", name=op.f("uq_vision_boards_person_id_position")),
    )
    _add_members()


def _add_daily_sessions() -> None:
    op.create_table(
        "daily_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("morning_completed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("morning_completed_at", Moment, nullable=True),
        sa.Column("recording_id", sa.Uuid(), nullable=True),
        sa.Column("recording_duration", sa.Integer(), nullable=True),
        sa.Column("affirmations_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("vision_board_viewed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("bold_action", sa.LargeBinary(), nullable=True),
        sa.Column("bold_action_id", sa.String(length=40), server_default="", nullable=False),
        sa.Column("bold_action_set_at", Moment, nullable=True),
        sa.Column("action_completed", sa.Boolean(), nullable=True),
        sa.Column("evening_completed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("evening_completed_at", Moment, nullable=True),
        sa.Column("discipline_rating", sa.SmallInteger(), nullable=True),
        sa.Column("biggest_win", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.CheckConstraint("discipline_rating between 1 and 10", name="ck_daily_sessions_discipline_rating"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_sessions")),
        sa.UniqueConstraint("person_id", "date", name=op.f("uq_daily_sessions_person_id_date")),
    )


def _add_members() -> None:
    op.create_table(
        "members",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("opted_in", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("streak", sa.Integer(), server_default="0", nullable=False),
        sa.Column("alive_until", sa.Date(), nullable=True),
        sa.Column("joined_at", Moment, nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_members")),
        sa.UniqueConstraint("number", name=op.f("uq_members_number")),
    )
    listed, unnumbered = sa.text("opted_in"), sa.text("number is null")
    # SQLite knows no truth values, and takes an index only for the very words of the question.
    listed_there = sa.text("opted_in = 1")
    op.create_index("ix_members_leading", "members", ["streak"], postgresql_where=listed, sqlite_where=listed_there)
    op.create_index(
        "ix_members_unnumbered", "members", ["joined_at"], postgresql_where=unnumbered, sqlite_where=unnumbered
    )
