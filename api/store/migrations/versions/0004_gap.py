"""A plan may be asked to end at a gap; those before were not."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plans") as plans:
        plans.add_column(sa.Column("gap", sa.Double(), nullable=False, server_default="0"))
        plans.alter_column("gap", server_default=None)


def downgrade() -> None:
    op.drop_column("plans", "gap")
