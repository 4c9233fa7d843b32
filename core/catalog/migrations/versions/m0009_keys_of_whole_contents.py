"""Mark the files whose key is of both ends alone: they are hashed again, in the background.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ENDS_BYTES = 1024 * 1024 + 64 * 1024
"""Of files up to this size every byte was hashed: their key stays."""


def upgrade() -> None:
    """Add the column."""
    op.add_column("files", sa.Column("has_legacy_key", sa.Boolean(), nullable=False, server_default=sa.text("0")))
    op.execute(f"UPDATE files SET has_legacy_key = 1 WHERE content_hash IS NOT NULL AND content_size > {_ENDS_BYTES}")
    op.create_index("files_legacy", "files", ["has_legacy_key"], unique=False, sqlite_where=sa.text("has_legacy_key"))
