"""A backup restored to an empty machine goes on as the service did, on either database."""

import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from api.backup import read_backup, write_backup
from api.service import Service, open_service
from api.settings import Settings
from api.store.engine import open_engine, writing
from api.store.jobs import Job
from api.store.tables import Base
from geodata.faults import InvalidInput
from tests.api.service.asking import asked_plan, ended_plan, order, stored_request
from tests.api.service.conftest import local_client
from tests.api.service.credentials import header_of


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=str)
            for table in Base.metadata.sorted_tables
        }


@pytest.fixture
def filled(service: Service) -> Service:
    """Return a service with requests, orders, keys, and a plan that was being made."""
    client = local_client(service)
    request = stored_request(client)
    client.post("/v1/orders", json=order(id="A"), headers={"Idempotency-Key": "k"})
    plan = asked_plan(client, request=request, waiting_orders=True)["id"]
    with writing(service.sessions) as session:
        job = session.get_one(Job, plan)
        job.state, job.attempt, job.lease_until = "running", 1, job.created_at
    header_of(service, "kite")
    return service


def test_what_is_restored_is_what_was_stored_and_plans_go_on(
    filled: Service, tmp_path: Path
) -> None:
    counts = write_backup(filled.engine, tmp_path / "backup.zip")
    assert counts["plans"] == counts["api_keys"] == 1
    settings = Settings(data=tmp_path / "new")
    settings.data.mkdir()
    empty = open_engine(settings.database_url)
    assert read_backup(empty, tmp_path / "backup.zip") == counts
    assert rows(empty) == rows(filled.engine)
    restored = open_service(settings, open_locally=True)
    headers = header_of(restored, "local")
    with local_client(restored) as client:
        client.headers.update(headers)
        (plan,) = client.get("/v1/plans").json()["items"]
        assert ended_plan(client, plan["id"])["state"] == "done"
        asked_plan(client, request=plan["request"])


def test_a_backup_of_sqlite_is_restored_on_the_other_database(
    database: str, tmp_path: Path
) -> None:
    old = open_service(Settings(data=tmp_path / "old"), open_locally=True)
    client = local_client(old)
    asked_plan(client)
    write_backup(old.engine, tmp_path / "backup.zip")
    new = open_engine(database)
    read_backup(new, tmp_path / "backup.zip")
    assert rows(new) == rows(old.engine)
    service = open_service(Settings(database=database), open_locally=True)
    asked_plan(local_client(service))  # numbers of rows go on where they were


def test_a_database_with_rows_and_a_file_that_is_no_backup_are_refused(
    filled: Service, tmp_path: Path
) -> None:
    path = tmp_path / "backup.zip"
    write_backup(filled.engine, path)
    before = rows(filled.engine)
    with pytest.raises(InvalidInput, match="DATABASE_NOT_EMPTY"):
        read_backup(filled.engine, path)
    assert rows(filled.engine) == before
    empty = open_engine(f"sqlite:///{tmp_path}/empty.sqlite")
    (tmp_path / "text").write_text("no zip")
    with pytest.raises(InvalidInput, match="NO_BACKUP"):
        read_backup(empty, tmp_path / "text")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("a", "b")
    with pytest.raises(InvalidInput, match="NO_BACKUP"):
        read_backup(empty, tmp_path / "other.zip")
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    (tmp_path / "damaged.zip").write_bytes(damaged)
    with pytest.raises(InvalidInput, match=r"NO_BACKUP|damaged"):
        read_backup(empty, tmp_path / "damaged.zip")
