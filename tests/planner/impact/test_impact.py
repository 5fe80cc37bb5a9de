"""What an edit does to routes is put down to the least edits without which it would not be.

The world is the small network at 09:00 and 15:00: two crossings X-A and X-B, clearance at HK-J1 or
at SZ-C1 and HK-C1.
"""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.faults import InvalidInput
from geodata.features import GoodsClass
from geodata.network import Network
from planner.capacity.question import CapacityQuestion, park_vertiports
from planner.impact.change import Change, changes, worse
from planner.impact.document import cause_rows, counts, impact_document, pair_rows
from planner.impact.edits import Edits
from planner.impact.grid import Grid, Outcomes
from planner.impact.impact import BrokenPlan, Impact, broken_plan, impact
from planner.impact.routes import Routes
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import make_plan
from planner.testing.day import TYPE, drone, order, papers, request, second
from planner.testing.layout import line, point
from tests.geodata.small import changed, reshaped, small_network, without
from tests.planner.days import QUICK

OLD = small_network()
GOODS: tuple[GoodsClass, ...] = ("general", "biological")
CLOSED = "00:00-00:01"
MOVED = reshaped(
    reshaped(reshaped(OLD, "HK-V2", point(1100, -1200)), "HK-2", line((1100, -1200), (500, -400))),
    "SZ-TOWER",
    point(-1400, 310),
)


def grid(*networks: Network) -> Grid:
    day = request(drones=(drone(),), types=(TYPE,))
    vertiports = tuple(sorted({each for network in networks for each in network.vertiports}))
    times = second("09:00"), second("15:00")
    return Grid(day, shipped_rulebook(), vertiports, ("T",), GOODS, times, 1.0)


def told(new: Network, old: Network = OLD) -> Impact:
    return impact(old, new, grid(old, new))


def causes(found: Impact, change: Change) -> set[frozenset[tuple[str, ...]]]:
    """Return the sets of edits, by the ids of their features, that are blamed for a change."""
    return {
        frozenset(edit.ids for edit in found.edits_of(cause))
        for each in found.routes
        if each.change is change
        for cause in each.causes
    }


def ids(*features: str) -> frozenset[tuple[str, ...]]:
    return frozenset((each,) for each in features)


def test_equal_networks_have_no_impact() -> None:
    """Without an edit no route changes."""
    found = told(OLD)
    assert not found.edits.all
    assert not found.routes
    assert found.compared > 0


def test_what_no_route_depends_on_is_not_blamed() -> None:
    """Names, notes and obstacles change no route, alone or beside an edit that does."""
    new = changed(changed(OLD, "HK-V1", note="new roof"), "SZ-BRIDGE", top_m=12.0)
    assert not told(new).routes
    found = told(changed(new, "HK-V2", hours=CLOSED))
    assert causes(found, Change.LOST) == {ids("HK-V2")}


def test_a_vertiport_that_closes_loses_its_routes_and_is_to_blame() -> None:
    """Every route to and from it is lost, no other is, and both directions are told."""
    found = told(changed(OLD, "HK-V2", hours=CLOSED))
    lost = [each for each in found.routes if each.change is Change.LOST]
    assert causes(found, Change.LOST) == {ids("HK-V2")}
    assert all("HK-V2" in (each.origin, each.destination) for each in lost)
    assert {("HK-V2", "SZ-V1"), ("SZ-V1", "HK-V2")} <= {
        (each.origin, each.destination) for each in lost
    }
    assert {each.goods for each in lost} == set(GOODS)
    assert not causes(found, Change.GAINED)


def test_what_is_lost_one_way_is_gained_the_other() -> None:
    """Old and new exchanged, the same edit gains what it lost."""
    new = without(OLD, "HK-V2", "HK-2")
    lost, gained = told(new), told(OLD, new)
    assert counts(lost)[Change.LOST] == counts(gained)[Change.GAINED] > 0
    assert causes(gained, Change.GAINED) == {frozenset({("HK-2", "HK-V2")})}


def test_two_edits_that_do_it_only_together_are_blamed_together() -> None:
    """Each crossing alone is enough; with both gone, giving back either brings the route back."""
    found = told(without(OLD, "X-A", "X-B"))
    assert ids("X-A") in causes(found, Change.LOST)
    assert ids("X-B") in causes(found, Change.LOST)
    assert ids("X-A", "X-B") not in causes(found, Change.LOST)


def test_two_edits_of_which_each_does_it_are_to_be_undone_together() -> None:
    """A route that is closed twice comes back only if both closures are undone: a minimal pair."""
    both = changed(changed(OLD, "HK-V2", hours=CLOSED), "SZ-V1", hours=CLOSED)
    found = told(both)
    between = [
        each for each in found.routes if {each.origin, each.destination} == {"HK-V2", "SZ-V1"}
    ]
    assert between
    for each in between:
        (cause,) = each.causes
        assert {edit.ids for edit in found.edits_of(cause)} == {("HK-V2",), ("SZ-V1",)}
    others = [each for each in found.routes if each not in between]
    assert all(len(cause) == 1 for each in others for cause in each.causes)


def test_a_place_that_moved_and_its_corridor_are_one_edit() -> None:
    """Undoing one without the other would leave a corridor that ends beside its place."""
    edits = Edits(OLD, MOVED)
    assert sorted(edit.ids for edit in edits.all) == [("HK-2", "HK-V2"), ("SZ-TOWER",)]
    assert causes(told(MOVED), Change.SLOWER) == {frozenset({("HK-2", "HK-V2")})}


def test_a_lane_that_is_lost_makes_routes_slower_or_costlier_by_what_is_said() -> None:
    """Later and dearer count from the old route; an edit that helps is told as faster."""
    new = without(OLD, "X-B")
    found, back = told(new), told(OLD, new)
    slower = [each for each in found.routes if each.change is Change.SLOWER]
    assert slower
    assert all(each is None or each > 0 for route in slower for each in route.later_s)
    assert counts(found)[Change.SLOWER] == counts(back)[Change.FASTER]


def test_hours_shape_no_block_and_every_other_edit_does() -> None:
    """Blocks cut for one set of edits serve for others that differ in hours alone."""
    timed = changed(changed(OLD, "X-A", hours="08:00-12:00"), "SZ-V1", hours=CLOSED)
    network = without(changed(timed, "HK-J1", pads=9), "X-B")
    edits = Edits(OLD, network)
    shaping = edits.shape(edits.telling)
    assert {each for at in shaping for each in edits.all[at].ids} == {"HK-J1", "X-B"}
    assert len(edits.telling) == 4
    hours = [at for at in edits.telling if at not in shaping]
    cut, undone = Routes(network, grid(OLD)), edits.undone(hours)
    one = Routes(undone, grid(OLD), cut).outcomes(np.ones(grid(OLD).shape, bool))
    other = Routes(undone, grid(OLD)).outcomes(np.ones(grid(OLD).shape, bool))
    assert np.array_equal(one.landing_s, other.landing_s)
    assert np.array_equal(one.cents, other.cents)


def test_undoing_all_edits_gives_the_old_network() -> None:
    """And undoing none gives the new one."""
    new = changed(without(OLD, "X-A", "HK-V2", "HK-2"), "HK-J1", hours="09:00-10:00")
    edits = Edits(OLD, new)
    assert edits.undone(range(len(edits.all))).edition == OLD.edition
    assert edits.undone(()).edition == new.edition


_EDITS = {
    "close X-A": lambda network: changed(network, "X-A", hours="12:00-24:00"),
    "close X-B": lambda network: changed(network, "X-B", hours="00:00-12:00"),
    "remove HK-5": lambda network: without(network, "HK-5"),
    "remove SZ-5": lambda network: without(network, "SZ-5"),
    "close J1": lambda network: changed(network, "HK-J1", hours="13:00-20:00"),
    "close C1": lambda network: changed(network, "SZ-C1", hours="08:00-12:00"),
    "open V2": lambda network: changed(network, "HK-V2", hours="24/7"),
    "goods": lambda network: changed(network, "HK-C1", goods=("general",)),
}


@settings(derandomize=True, max_examples=12, deadline=None)
@given(st.sets(st.sampled_from(sorted(_EDITS)), min_size=2, max_size=5))
def test_undoing_a_cause_undoes_the_change_and_no_part_of_it_does(names: Iterable[str]) -> None:
    """Each set that is blamed is tried here again, on networks made anew, and so are its parts."""
    new = OLD
    for name in sorted(names):
        new = _EDITS[name](new)
    asked = grid(OLD, new)
    found = impact(OLD, new, asked)
    every = np.ones(asked.shape, dtype=bool)
    old, kept = Routes(OLD, asked).outcomes(every), dict[tuple[int, ...], Outcomes]()

    def stands(cause: tuple[int, ...], change: Change, cell: tuple[int, ...]) -> bool:
        if cause not in kept:
            kept[cause] = Routes(found.edits.undone(cause), asked).outcomes(every)
        return bool(worse(change, old, kept[cause])[cell])

    for route in found.routes:
        assert route.causes
        for departure in route.departures:
            cell = (
                asked.types.index(route.drone_type),
                asked.goods.index(route.goods),
                asked.departures.index(departure),
                asked.vertiports.index(route.origin),
                asked.vertiports.index(route.destination),
            )
            for cause in route.causes:
                assert not stands(cause, route.change, cell)
                for edit in cause:
                    part = tuple(each for each in cause if each != edit)
                    assert stands(part, route.change, cell)
    change = changes(old, Routes(new, asked).outcomes(every))
    assert int((change != Change.SAME).sum()) == sum(counts(found).values())


def test_the_change_of_capacity_is_told_in_each_course() -> None:
    """A crossing less passes less, or as much; a network without any passes nothing."""
    ends = park_vertiports(OLD, "SZ"), park_vertiports(OLD, "HK")
    question = CapacityQuestion(*ends, {"general": 1.0})
    new = without(OLD, "X-A", "X-B")
    found = impact(OLD, new, grid(OLD, new), question=question)
    assert [each.course for each in found.capacity] == ["there", "back", "both"]
    assert all(each.old.total > 1 and each.new.total == 0 for each in found.capacity)
    assert all(each.new.reason for each in found.capacity)


def test_a_draft_that_breaks_a_rule_is_told_about_with_its_faults() -> None:
    """A lane too near a bridge still has routes."""
    found = told(changed(OLD, "SZ-BRIDGE", top_m=100.0))
    assert {each.code for each in found.faults} == {"OBSTACLE_CLEARANCE"}
    assert not found.routes


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (changed(OLD, "X-A", end="HK-NOWHERE"), "UNKNOWN_REFERENCE"),
        (changed(OLD, "X-A", hours="sometimes"), "HOURS_SYNTAX"),
        (changed(OLD, "HK-V1", side="SZ"), "PLACE_SIDE"),
        (reshaped(OLD, "HK-V2", point(1100, -1200)), "CORRIDOR_END_OFF_PLACE"),
    ],
)
def test_a_draft_in_which_nothing_can_be_flown_is_refused(new: Network, code: str) -> None:
    """Its faults say why."""
    with pytest.raises(InvalidInput) as refused:
        told(new)
    assert code in {each.code for each in refused.value.faults}


def test_a_plan_that_no_longer_checks_is_told_with_what_it_breaks() -> None:
    """That the plan names the old edition does not count, nor what it broke before."""
    asked = request(
        order("O-1", "SZ-V1", "SZ-V2", declarations=papers("general")),
        drones=(drone("D-1", "SZ-V1"),),
    )
    plan = make_plan(OLD, asked, shipped_rulebook(), QUICK)
    assert plan.sorties

    def broken(new: Network) -> BrokenPlan:
        return broken_plan("plan.json", plan, asked, shipped_rulebook(), (OLD, new))

    assert not broken(changed(OLD, "HK-V2", note="new roof")).violations
    closed = broken(changed(OLD, "SZ-V2", hours=CLOSED))
    assert {each.code for each in closed.violations} == {"SITE_CLOSED"}
    assert broken(without(OLD, "SZ-V2", "SZ-2")).violations


def test_the_document_holds_every_route_and_the_lines_name_every_cause() -> None:
    """What a person reads and what a program reads say the same."""
    found = told(changed(without(OLD, "X-B"), "HK-V2", hours=CLOSED))
    document = impact_document(found)
    assert sum(len(each["departures"]) for each in document["routes"]) == sum(
        counts(found).values()
    )
    assert {each["what"] for each in document["edits"]} == {"removed X-B", "changed HK-V2 (hours)"}
    lines = " ".join(cell for row in cause_rows(found) for cell in row)
    assert "removed X-B" in lines
    assert "changed HK-V2 (hours)" in lines
    assert {row[1] for row in pair_rows(found)} == {each.change.word for each in found.routes}
