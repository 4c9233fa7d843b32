"""Keep why a picture is not whole, where only a part of it could be decoded.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("photos", sa.Column("flaw", sa.Text(), nullable=True))
