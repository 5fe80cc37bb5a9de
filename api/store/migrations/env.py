"""Alembic's way into the migrations; `api.store.migrate` gives it the connection."""

from alembic import context

from api.store.tables import Base

POSTGIS = ("spatial_ref_sys",)
"""Tables that PostGIS brings along."""

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_name=lambda name, kind, _: kind != "table" or name not in POSTGIS,
)
with context.begin_transaction():
    context.run_migrations()
