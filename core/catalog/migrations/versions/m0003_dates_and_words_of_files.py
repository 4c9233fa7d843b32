"""Keep how exact a photo's date is and where it comes from, and what else files say: labels, people, places, pairs.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_UNDATED = -(2**40)
_TEXTS = ("date_precision", "date_source", "place_text", "creator", "people", "colour_label", "content_identifier")


def upgrade() -> None:
    """Add the columns. What was read before keeps its date; what had none is undated now."""
    for name in _TEXTS:
        op.add_column("photos", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("photos", sa.Column("taken_until", sa.Integer(), nullable=True))
    for name in ("file_favourite", "is_panorama"):
        op.add_column("photos", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text("0")))
    op.add_column("files", sa.Column("takeout", sa.LargeBinary(), nullable=True))
    op.create_index("photos_content_identifier", "photos", ["content_identifier"], unique=False)
    op.execute(
        "UPDATE photos SET taken_until = taken_wall, date_precision = 'second', date_source = 'file' "
        "WHERE taken_wall IS NOT NULL"
    )
    op.execute(f"UPDATE photos SET sort_at = {_UNDATED} WHERE taken_wall IS NULL AND content_hash IS NOT NULL")
    op.execute(
        "UPDATE photos SET is_panorama = 1 WHERE kind != 'video' AND NOT is_screenshot AND width >= 2.5 * height"
    )
