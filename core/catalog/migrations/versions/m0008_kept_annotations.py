"""Keep what the user said of photos whose rows are gone.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build the tables."""
    op.create_table(
        "kept_annotations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_size", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("path", sa.LargeBinary(), nullable=True),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("content_hash", "content_size"),
        sa.UniqueConstraint("path"),
    )
    op.create_table(
        "kept_items",
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["kept_id"], ["kept_annotations.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("kept_id", "kind", "value"),
    )
