"""Keep long work that was asked for until it is done; a folder that is being removed becomes such work.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Integer()),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.execute(
        "INSERT INTO jobs (kind, subject, done, total, added_at) "
        "SELECT 'remove root', id, 0, (SELECT count(*) FROM files WHERE root_id = roots.id), added_at FROM roots "
        "WHERE offline = 'This folder is being removed from the library.'"
    )
