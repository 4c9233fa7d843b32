"""Read the ids of all photos that are shown, by date, from an index alone.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "photos_shown",
        "photos",
        ["sort_at", "id", "state"],
        unique=False,
        sqlite_where=sa.text("state != 'missing' AND state != 'failed'"),
    )
