"""Let what was read by a version before be read anew for what it told less of: dates, places, people, labels.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column. What is known stays until a file was read."""
    op.add_column("files", sa.Column("has_old_facts", sa.Boolean(), nullable=False, server_default=sa.text("0")))
    op.execute("UPDATE files SET has_old_facts = 1 WHERE state = 'ready' AND content_hash IS NOT NULL")
    op.create_index("files_old_facts", "files", ["has_old_facts"], unique=False, sqlite_where=sa.text("has_old_facts"))
