"""Stores of editions for tests: started, edited and published in a line or two."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from geodata.editions import publish as publishing
from geodata.editions.drafts import start_draft
from geodata.editions.editions import Entry, Store
from geodata.editions.publish import Publication, RouteTests, publish
from geodata.faults import InvalidInput
from geodata.network import Network
from geodata.write import write_network
from tests.geodata.small import small_network

NOW = dt.datetime(2026, 5, 4, 3, 2, 1, 999, tzinfo=dt.UTC)
SMALL = small_network()
Edit = Callable[[Network], Network]


def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish without checking the network, where a test is about something else."""
    monkeypatch.setattr(publishing, "check_network", lambda *_: [])


def store_in(folder: Path, network: Network = SMALL) -> Store:
    """Return a new store in which a network was published."""
    store = Store.create(folder)
    draft(store, "first", lambda _: network)
    done(store, "first")
    return store


def draft(store: Store, name: str, edit: Edit, parent: str | None = None) -> Path:
    """Start a draft on an edition, or the newest one, and edit it; return its folder."""
    parent = parent or store.newest()
    network = SMALL if parent is None else store.load(parent)
    with store.writing():
        folder = start_draft(store, name, network, parent)
    write_network(edit(network), folder)
    return folder


def done(store: Store, name: str, route_tests: RouteTests | None = None) -> Publication:
    """Publish a draft as "A. Planner"."""
    return publish(
        store, name, author="A. Planner", message=f"Edit {name}", now=NOW, route_tests=route_tests
    )


def whole_line(store: Store) -> tuple[Entry, ...]:
    """Return the line of editions, each of which can be loaded and is what it was."""
    line = store.line()
    for entry in line:
        assert store.load(entry.edition).edition == entry.edition
    return line


def refused_codes(action: Callable[[], object]) -> list[str]:
    """Return the codes of the faults with which an action is refused."""
    with pytest.raises((InvalidInput, publishing.RefusedError)) as refused:
        action()
    return [each.code for each in refused.value.faults]
