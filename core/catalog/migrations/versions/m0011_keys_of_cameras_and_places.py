"""Find photos by camera, lens and place without a look at all photos.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from core.catalog.schema import CAMERA_KEY, PLACE_KEY

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the computed columns and the indexes."""
    op.add_column("photos", sa.Column("camera_key", sa.Text(), sa.Computed(CAMERA_KEY, persisted=False)))
    op.add_column("photos", sa.Column("place_key", sa.Text(), sa.Computed(PLACE_KEY, persisted=False)))
    op.create_index("photos_camera", "photos", ["camera_key", "state"], unique=False)
    op.create_index("photos_lens", "photos", ["lens", "state"], unique=False)
    op.create_index("photos_place", "photos", ["place_key", "state"], unique=False)
