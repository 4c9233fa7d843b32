"""Find the moments of videos without reading all vectors.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the index."""
    op.create_index(
        "embeddings_moment",
        "embeddings",
        ["model_id", "moment_ms"],
        unique=False,
        sqlite_where=sa.text("moment_ms IS NOT NULL"),
    )
