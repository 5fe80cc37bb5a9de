"""What somebody does to the audit log who may do anything to the database."""

from sqlalchemy import text

from api.store.engine import Sessions, writing


def tampered(stored: Sessions, *statements: str) -> None:
    """Run statements on the audit log past its triggers, which are put back."""
    if stored.kw["bind"].dialect.name == "postgresql":
        statements = (
            "ALTER TABLE audit_log DISABLE TRIGGER ALL",
            *statements,
            "ALTER TABLE audit_log ENABLE TRIGGER ALL",
        )
        triggers = []
    else:
        with stored() as session:
            listed = "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'audit_log'"
            triggers = list(session.execute(text(f"{listed} AND type = 'trigger'")))
    with writing(stored) as session:
        run = session.connection().exec_driver_sql
        for name, _ in triggers:
            run(f"DROP TRIGGER {name}")
        for statement in statements:
            run(statement)
        for _, made_by in triggers:
            run(made_by)
