"""A plan's search may be asked to end with the best plan so far; nobody has yet."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(
            sa.Column("finish_asked", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        jobs.alter_column("finish_asked", server_default=None)


def downgrade() -> None:
    op.drop_column("jobs", "finish_asked")
