"""Writes the first migration anew from the tables: `python -m api.store.remake_first`.

That is allowed until the first release, as nobody has a database yet; afterwards a change of the
tables is a migration of its own.
"""

import tempfile
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.migration import MigrationContext

from api.store.engine import open_engine
from api.store.tables import Base

FIRST = Path(__file__).parent / "migrations" / "versions" / "0001_first.py"

_HEAD = '''"""The tables of the first release.

Made by `python -m api.store.remake_first`, and made anew until the first release: nobody has a
database yet.
"""

import sqlalchemy as sa
from alembic import op

{imports}
revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


'''
_POSTGIS = """    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
"""


def main() -> None:
    """Write the first migration."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/empty.sqlite")
        with engine.connect() as connection:
            context = MigrationContext.configure(connection)
            script = produce_migrations(context, Base.metadata)
    assert script.upgrade_ops is not None
    assert script.downgrade_ops is not None
    own = set[str]()

    def render(kind: str, item: Any, _: object) -> str | Literal[False]:
        """Return how a column type of ours is written; False for any other thing."""
        module, name = type(item).__module__, type(item).__name__
        if kind != "type" or not module.startswith("api."):
            return False
        own.add(f"from {module} import {name}\n")
        return f"{name}()"

    up = render_python_code(script.upgrade_ops, render_item=render)
    down = render_python_code(script.downgrade_ops, render_item=render)
    text = _HEAD.format(imports="".join(sorted(own)))
    text += (
        f"def upgrade() -> None:\n{_POSTGIS}    {up}\n\n\ndef downgrade() -> None:\n    {down}\n"
    )
    FIRST.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
