"""Lines of their own for what is less urgent than a reply and for stray uploads; what is told of parts of a message."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_PATIENT = sa.text("settled_at IS NULL AND priority > 0")
_UNCLAIMED = sa.text("claimed_at IS NULL")


def upgrade() -> None:
    """Add a column that the release before leaves empty, and indexes; the one that goes is of use to nobody."""
    op.add_column("outbox", sa.Column("reported_parts", sa.Text(), nullable=True))
    op.create_index(
        "ix_outbox_patient",
        "outbox",
        ["account_id", "priority", "id"],
        postgresql_where=_PATIENT,
        sqlite_where=_PATIENT,
    )
    op.create_index(
        "ix_uploads_unclaimed", "uploads", ["created_at"], postgresql_where=_UNCLAIMED, sqlite_where=_UNCLAIMED
    )
    op.drop_index("ix_uploads_created_at", "uploads")
