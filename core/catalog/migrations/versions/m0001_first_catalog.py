"""The first catalog.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from core.catalog.schema import PHOTO_TEXT_DDL

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build all tables."""
    op.create_table(
        "library",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "models",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("dimension", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", "fingerprint"),
    )
    op.create_table(
        "photos",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content_size", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sort_at", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.Column("missing_since", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("taken_wall", sa.Integer(), nullable=True),
        sa.Column("taken_offset_minutes", sa.Integer(), nullable=True),
        sa.Column("camera_make", sa.Text(), nullable=True),
        sa.Column("camera_model", sa.Text(), nullable=True),
        sa.Column("lens", sa.Text(), nullable=True),
        sa.Column("iso", sa.Integer(), nullable=True),
        sa.Column("f_number", sa.Double(), nullable=True),
        sa.Column("exposure_s", sa.Double(), nullable=True),
        sa.Column("focal_mm", sa.Double(), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("altitude", sa.Double(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("caption", sa.Text(), nullable=True),
        sa.Column("file_rating", sa.Integer(), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("perceptual_hash", sa.Integer(), nullable=True),
        sa.Column("is_screenshot", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('image', 'raw', 'video')", name="kind_known"),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'failed', 'missing')", name="state_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("content_hash", "content_size"),
        sqlite_autoincrement=True,
    )
    op.create_index("photos_order", "photos", ["state", "sort_at"], unique=False)
    op.create_index("photos_content_size", "photos", ["content_size"], unique=False)
    op.create_index("photos_position", "photos", ["latitude", "longitude"], unique=False)
    op.create_table(
        "recent_searches",
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("used_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("text"),
    )
    op.create_table(
        "roots",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.Text(), nullable=True),
        sa.Column("offline", sa.Text(), nullable=True),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.Column("scanned_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("path"),
    )
    op.create_table(
        "tags",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(collation="NOCASE"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "embeddings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("moment_ms", sa.Integer(), nullable=True),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("model_id", "photo_id", "frame"),
        sqlite_autoincrement=True,
    )
    op.create_index("embeddings_photo", "embeddings", ["photo_id"], unique=False)
    op.create_table(
        "files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("root_id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("folder", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=True),
        sa.Column("former_photo_id", sa.Integer(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.Integer(), nullable=False),
        sa.Column("ctime_ns", sa.Integer(), nullable=False),
        sa.Column("inode", sa.Integer(), nullable=False),
        sa.Column("sidecar", sa.LargeBinary(), nullable=True),
        sa.Column("sidecar_mtime_ns", sa.Integer(), nullable=True),
        sa.Column("queued_at", sa.Integer(), nullable=False),
        sa.Column("content_size", sa.Integer(), nullable=True),
        sa.Column("content_hash", sa.LargeBinary(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("missing_since", sa.Integer(), nullable=True),
        sa.Column("failed_at", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("in_flight", sa.Boolean(), nullable=False),
        sa.Column("reread", sa.Boolean(), nullable=False),
        sa.CheckConstraint("role IN ('primary', 'companion_raw', 'companion_movie')", name="role_known"),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'failed', 'missing')", name="state_known"),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["root_id"], ["roots.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["lead_id"], ["files.id"], ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["former_photo_id"], ["photos.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("root_id", "folder", "name"),
        sqlite_autoincrement=True,
    )
    op.create_index("files_content", "files", ["content_hash", "content_size"], unique=False)
    op.create_index("files_photo", "files", ["photo_id"], unique=False)
    op.create_index("files_queue", "files", ["state", "queued_at", "mtime_ns"], unique=False)
    op.create_index("files_size", "files", ["size"], unique=False)
    op.create_index("files_inode", "files", ["inode"], unique=False)
    op.create_index("files_lead", "files", ["lead_id"], unique=False)
    op.create_index("files_former_photo", "files", ["former_photo_id"], unique=False)
    op.create_table(
        "photo_labels",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["models.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", "model_id", "label"),
    )
    op.create_index("photo_labels_label", "photo_labels", ["label"], unique=False)
    op.create_table(
        "photo_tags",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("by_user", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id", "tag_id"),
    )
    op.create_index("photo_tags_tag", "photo_tags", ["tag_id"], unique=False)
    op.create_table(
        "picture_texts",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["photo_id"], ["photos.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("photo_id"),
    )
    op.execute(PHOTO_TEXT_DDL)
