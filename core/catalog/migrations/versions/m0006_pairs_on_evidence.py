"""Keep what each file says, so that pairs of files are made on evidence; those made by name alone are judged anew.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

from core.catalog.pair_names import pair_key

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TEXTS = ("camera", "identifier", "keywords", "title", "caption", "creator", "colour_label")


def upgrade() -> None:
    """Add the column and the table. Companions wait to be read; until then they stay what they are."""
    op.add_column("files", sa.Column("pair_key", sa.Text(), nullable=False, server_default=sa.text("''")))
    connection = op.get_bind()
    keys = [
        {"id": row.id, "key": pair_key(row.name)} for row in connection.execute(sa.text("SELECT id, name FROM files"))
    ]
    if keys:
        connection.execute(sa.text("UPDATE files SET pair_key = :key WHERE id = :id"), keys)
    op.create_index("files_pair", "files", ["root_id", "folder", "pair_key"], unique=False)
    op.create_table(
        "file_facts",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("duration_ms", "wall", "offset_minutes", "rating")),
        *(sa.Column(name, sa.Text(), nullable=True) for name in _TEXTS),
        sa.ForeignKeyConstraint(["file_id"], ["files.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("file_id"),
    )
    op.create_index("file_facts_identifier", "file_facts", ["identifier"], unique=False)
    op.execute(
        """
        INSERT INTO file_facts (file_id, kind, duration_ms, wall, offset_minutes, camera, identifier, rating, keywords,
                                title, caption, creator, colour_label)
        SELECT files.id, photos.kind, duration_ms, iif(date_source IN ('file', 'sidecar'), taken_wall, NULL),
               iif(date_source IN ('file', 'sidecar'), taken_offset_minutes, NULL), camera_model, content_identifier,
               file_rating,
               (SELECT group_concat(tags.name, char(10)) FROM photo_tags JOIN tags ON tags.id = tag_id
                WHERE photo_tags.photo_id = photos.id AND NOT by_user),
               title, caption, creator, colour_label
        FROM files JOIN photos ON photos.id = files.photo_id
        WHERE files.role = 'primary' AND files.state = 'ready' AND files.content_hash = photos.content_hash
        """
    )
    op.execute("UPDATE files SET state = 'waiting', queued_at = 0 WHERE role != 'primary' AND state = 'ready'")
