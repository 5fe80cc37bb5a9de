"""The relaxation is the optimum of the whole programme, and any duals bound it from below.

The supply is a list; the whole programme is solved at once by another solver.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.optimize import linprog

from planner.arrays import Floats
from planner.bound import programme
from planner.bound.columns import FINE_S, PARTS, Columns
from planner.bound.duals import Duals, Prices, bound_cents
from planner.bound.limits import Limits
from planner.bound.master import Master

TIMES = 2 * PARTS + 2
"""Rows of most instants enter only where they are broken."""
FLOCK = np.array([0, 0, 1])
"""The flock of each squad: the first two squads are the same drones."""
SQUADS, FLOCKS = len(FLOCK), 2
JOBS = 8


@dataclass(frozen=True)
class Listed:
    """A supply of columns that are all known."""

    columns: Columns

    def prices(self, duals: Duals) -> Floats:
        """Return the price of every column."""
        known = self.columns
        first, last = known.held()
        found = known.cents.copy()
        for at in range(len(known)):
            flock, own = FLOCK[known.squad[at]], known.jobs[at][known.jobs[at] >= 0]
            found[at] -= duals.worth[flock, own].sum()
            found[at] -= duals.fleet[flock, first[at] : last[at] + 1].sum()
            found[at] -= duals.blossom @ (duals.sets[:, own].sum(axis=1) // 2)
        return found

    def near(self, duals: Duals, limit_cents: float) -> tuple[Columns, Floats]:
        """Return the columns priced below a limit, and their price."""
        price = self.prices(duals)
        return self.columns.take(price < limit_cents), price[price < limit_cents]

    def least(self, duals: Duals) -> Floats:
        """Return for each job the least price of columns whose first job it is."""
        found = np.zeros(JOBS)
        np.minimum.at(found, self.columns.jobs[:, 0], self.prices(duals))
        return found


def drawn(seed: int) -> tuple[Prices, Listed]:
    """Return random columns of one and two jobs, and prices."""
    numbers = np.random.default_rng(seed)
    jobs = [[job] for job in range(JOBS)] + [
        [a, b] for a in range(JOBS) for b in range(a + 1, JOBS)
    ]
    rows = [(squad, job) for squad in range(SQUADS) for job in jobs for _ in range(2)]
    count = len(rows)
    padded = np.array([job + [-1] * (3 - len(job)) for _, job in rows], dtype=np.int64)
    columns = Columns(
        np.array([squad for squad, _ in rows], dtype=np.int64),
        padded,
        np.arange(count) % 2,
        numbers.integers(0, TIMES - 5, count),
        numbers.integers(1, 3, count),
        numbers.uniform(500, 3000, count) * (padded >= 0).sum(axis=1) ** 0.5,
        numbers.uniform(FINE_S, 5 * FINE_S, count),
    )
    prices = Prices(
        numbers.uniform(1000, 4000, JOBS),
        np.full(FLOCKS, 400.0),
        Limits.of([1, 2]),
        TIMES,
        FLOCK,
    )
    return prices, Listed(columns)


def whole(prices: Prices, supply: Listed, *, in_wholes: bool = False) -> float:
    """Return the optimum over all columns and rows, in whole sorties if asked."""
    known = supply.columns
    count = len(known)
    first, last = known.held()
    cover = np.zeros((JOBS, count + JOBS + FLOCKS))
    rows = []
    for job in range(JOBS):
        cover[job, :count] = (known.jobs == job).any(axis=1)
        cover[job, count + job] = 1
        for flock in range(FLOCKS):
            row = np.zeros(count + JOBS + FLOCKS)
            row[:count] = (FLOCK[known.squad] == flock) & (known.jobs == job).any(axis=1)
            row[count + JOBS + flock] = -1
            rows.append(row)
    for flock in range(FLOCKS):
        for time in range(TIMES):
            row = np.zeros(count + JOBS + FLOCKS)
            row[:count] = (FLOCK[known.squad] == flock) & (first <= time) & (time <= last)
            row[count + JOBS + flock] = -1
            rows.append(row)
    in_all = np.concatenate((np.zeros(count + JOBS), np.ones(FLOCKS)))
    found = linprog(
        np.concatenate((known.cents, prices.unserved_cents, prices.day_cents)),
        A_ub=np.vstack((-cover, *rows, in_all, -in_all)),
        b_ub=np.concatenate(
            (
                -np.ones(JOBS),
                np.zeros(len(rows)),
                [prices.drones.most_in_all, -prices.drones.least_in_all],
            )
        ),
        bounds=[(0, None)] * (count + JOBS) + list(zip(*prices.drones.by_flock, strict=True)),
        integrality=int(in_wholes),
    )
    return float(found.fun)


@pytest.mark.parametrize("seed", range(12))
def test_the_relaxation_is_that_of_all_columns_and_rows(seed: int) -> None:
    prices, supply = drawn(seed)
    started = supply.columns.take(np.arange(3))
    found = Master(prices, supply).relax(started, tolerance=1e-6)
    least = whole(prices, supply)
    assert found.cents <= least + 1e-6 * least
    # A row that is broken by less than a fiftieth may be left out.
    assert found.cents >= 0.985 * least
    assert bound_cents(prices, supply, found.duals) == pytest.approx(found.cents)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("used", range(4))
def test_within_limits_of_drones_it_is_that_of_choices_within_them(used: int, seed: int) -> None:
    """Whatever was relaxed before; no number of drones costs less than any number."""
    prices, supply = drawn(seed)
    master = Master(prices, supply)
    root = master.relax(supply.columns, tolerance=1e-6)
    limits = replace(prices.drones, least_in_all=used, most_in_all=used)
    master.restrict(limits, root.duals)
    found = master.relax(supply.columns.take([]), tolerance=1e-6)
    least = whole(replace(prices, drones=limits), supply)
    assert root.cents - 1e-6 <= found.cents <= least + 1e-6 * least
    assert found.cents >= 0.985 * least
    assert found.drones.sum() == pytest.approx(used)


@pytest.mark.parametrize("large", [False, True])
def test_blossom_rows_bound_whole_sorties_and_those_in_shares_no_more(
    large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They raise the relaxation, on some days, to no more than what whole sorties cost at least.

    Also of a programme so large that columns leave it.
    """
    if large:
        monkeypatch.setattr(programme, "LARGE_ROWS", 0)
        monkeypatch.setattr(programme, "LARGE_COLUMNS", 0)
    raised = 0
    for seed in range(12):
        prices, supply = drawn(seed)
        master = Master(prices, supply)
        plain = master.relax(supply.columns, tolerance=1e-6)
        master.blossoming = True
        found = master.relax(supply.columns.take([]), tolerance=1e-6)
        least = whole(prices, supply, in_wholes=True)
        assert plain.cents - 1e-6 <= found.cents <= least + 1e-6 * least
        assert bound_cents(prices, supply, found.duals) == pytest.approx(found.cents)
        raised += found.cents > plain.cents + 1
        assert (found.cents > plain.cents + 1) <= bool(found.duals.blossom.any())
    assert raised >= 4


@pytest.mark.parametrize("seed", range(12))
def test_any_duals_bound_what_whole_sorties_cost(seed: int) -> None:
    """Drawn at random, and as a start they raise what is known of a relaxation cut off at once."""
    prices, supply = drawn(seed)
    numbers = np.random.default_rng(seed)
    least = whole(prices, supply, in_wholes=True)
    guesses = [
        Duals(
            numbers.uniform(0, size, JOBS),
            -numbers.uniform(0, 30, (FLOCKS, TIMES)),
            -numbers.uniform(0, 30, (FLOCKS, JOBS)),
            -numbers.uniform(0, 300, 2),
            np.array([np.arange(JOBS) < 3, np.arange(JOBS) > 2]),
        )
        for size in (200, 1000, 3000)
    ]
    bounds = [bound_cents(prices, supply, each) for each in guesses]
    assert max(bounds) <= least
    master = Master(prices, supply)
    master.started(guesses)
    assert master.relax(supply.columns.take([]), late=lambda: True).cents >= max(0.0, *bounds)
