"""Keep what is still to be found out about photos: labels, and text in them.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the queue, with the photos that nobody looked at."""
    op.create_table(
        "enrichment_queue",
        sa.Column("id", sa.Integer(), primary_key=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("model_id", sa.Integer(), sa.ForeignKey("models.id", ondelete="CASCADE"), nullable=False),
        sa.Column("photo_id", sa.Integer(), sa.ForeignKey("photos.id", ondelete="CASCADE"), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.Integer(), nullable=False),
        sa.UniqueConstraint("kind", "model_id", "photo_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("enrichment_queue_photo", "enrichment_queue", ["photo_id"], unique=False)
    into = "INSERT INTO enrichment_queue (kind, model_id, photo_id, chosen, attempts, not_before) "
    op.execute(
        f"{into} SELECT DISTINCT 'labels', model_id, photo_id, 0, 0, 0 FROM embeddings WHERE NOT EXISTS "
        "(SELECT 1 FROM photo_labels WHERE photo_labels.photo_id = embeddings.photo_id "
        "AND photo_labels.model_id = embeddings.model_id)"
    )
    op.execute(
        f"{into} SELECT DISTINCT 'text', model_id, photo_id, 0, 0, 0 FROM embeddings "
        "JOIN photos ON photos.id = photo_id WHERE photos.kind != 'video' "
        "AND NOT EXISTS (SELECT 1 FROM picture_texts WHERE picture_texts.photo_id = embeddings.photo_id)"
    )
