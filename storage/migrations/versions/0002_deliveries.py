"""What platforms tell of messages later, conversations that they refuse, and approved templates."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add columns that the release before leaves empty, and a table that it does not know."""
    op.add_column("outbox", sa.Column("reported", sa.String(length=12), nullable=True))
    op.add_column("outbox", sa.Column("reported_code", sa.String(length=20), nullable=True))
    op.add_column("conversations", sa.Column("closed_at", Moment, nullable=True))
    op.create_table(
        "templates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("variables", sa.String(length=400), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("updated_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_templates_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("account_id", "purpose", "language", name=op.f("uq_templates_account_id_purpose_language")),
    )
