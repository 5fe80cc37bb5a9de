"""A plan that is done keeps the certificate of its bound."""

import sqlalchemy as sa
from alembic import op

from api.store.base import Packed

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan_results", sa.Column("certificate", Packed(), nullable=True))


def downgrade() -> None:
    op.drop_column("plan_results", "certificate")
