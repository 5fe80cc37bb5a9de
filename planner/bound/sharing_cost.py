"""What a sortie costs at least that serves a job and others besides, whichever they are.

It takes no less than one of the same squad that begins when it does, serves that job alone, and
flies by the least legs over any stops (`planner.day.stops`): what others have it do never lets it
land earlier, be lighter or stay in the air for less; and they are loaded and unloaded besides. So
the job is flown alone, by those legs, from all starts of the day of which a profile
(`planner.bound.profiles`) does not show that they cost more: by the cheapest squad first, a bucket
at a time, then its parts.

Such a sortie may be far behind its earliest clock and meet other winds, but no further than its
battery, its work and its waiting at stops allow (`behind_s`).
"""

import numpy as np

from geodata.schedule import DAY_S
from planner.arrays import Floats, Ints
from planner.bound.columns import BUCKET_S, FINE_S, sequences_of
from planner.bound.profiles import Profiles
from planner.bound.simulation import fly_starts, room_for
from planner.bound.sorties import COARSE, FINE, Enumerator, longest_air_s, steps_of, tables_of
from planner.compiled import compiled, spread
from planner.day.tables import Tables

OVER_COARSE = COARSE._replace(slacks_s=(*COARSE.slacks_s, 3600, 7600))
OVER_FINE = FINE._replace(slacks_s=(*FINE.slacks_s, 3600, 4800, 6000, 7600, 10800))
"""How closely starts are bounded by legs over any stops."""

CLEARANCES = 2
"""How often a job is cleared in a sortie at most: for export, and for import."""

ROWS = 16
"""Jobs that a thread takes at a time at least."""


def beside_s(enumerator: Enumerator) -> float:
    """Return for how long a sortie loads and unloads at least for any job that it has more."""
    if enumerator.instance.rules.max_orders_per_sortie == 1:
        return 0.0
    return float((enumerator.jobs.load + enumerator.jobs.unload).min(initial=DAY_S))


def behind_s(enumerator: Enumerator, squad: int, flown: Ints) -> float:
    """Return for how long a sortie may be under way without its preflight, s.

    A drone is no further behind the earliest clock, which begins with the sortie. It is in the air
    for no longer than a battery lasts an empty one, each leg rounded up to whole seconds; it works
    for jobs that the squad has `flown`, as many as a sortie may have; and at each stop it waits for
    no longer than it may. At its base it waits for nothing, since it had better begin later.
    """
    rules, jobs = enumerator.instance.rules, enumerator.jobs
    most, of = rules.max_orders_per_sortie, enumerator.instance.squads[squad]
    service = np.where(np.isfinite(jobs.service), jobs.service, 0.0).max(axis=1, initial=0.0)
    work_s = (jobs.load + jobs.unload + CLEARANCES * service)[flown].max(initial=0.0)
    stops = most * (2 + CLEARANCES)
    air_s = int(longest_air_s(of, rules.reserve_fraction)) + 1 + stops + 1
    return float(air_s + most * work_s + stops * rules.max_wait_s)


def sharing_cents(enumerator: Enumerator, most_cents: Floats) -> Floats:
    """Return what sorties cost at least that serve each job and others, `most_cents` at most.

    One that serves the job alone costs no less but for the work of `beside_s`.
    """
    least = most_cents.copy()
    squads = [
        (squad, groups[:, 0].astype(np.int64), profiles, enumerator.least_cents(squad, profiles))
        for squad, _, groups, profiles in enumerator.profiles(enumerator.alone())
    ]
    if not squads:
        return least
    job = np.concatenate([jobs for _, jobs, _, _ in squads])
    cents = np.concatenate([each for _, _, _, each in squads])
    turn = _turns(job, cents)
    tables = _tables(enumerator)
    for now in range(turn.max() + 1):
        begin = 0
        for squad, jobs, profiles, each in squads:
            its = np.flatnonzero((turn[begin : begin + len(jobs)] == now) & (each < least[jobs]))
            begin += len(jobs)
            if not len(its):
                continue
            of = enumerator.instance.squads[squad]
            known = least[jobs[its]]
            fly = _Flying(enumerator, squad, tables[of.kind.id], jobs)
            fly(jobs[its], Profiles(*(each[its] for each in profiles)), known)
            least[jobs[its]] = known
    return least


def _turns(job: Ints, cents: Floats) -> Ints:
    """Return for each way to serve a job how many cheaper ones there are."""
    order = np.lexsort((cents, job))
    of_job = job[order]
    found = np.empty(len(job), dtype=np.int64)
    found[order] = np.arange(len(job)) - np.searchsorted(of_job, of_job)
    return found


def _tables(enumerator: Enumerator) -> dict[str, tuple[Tables, Tables]]:
    """Return coarse and fine tables over any stops, by drone type."""
    found = {}
    for kind, legs in enumerator.legs.items():
        over = legs.merged(FINE.slot_s).over_stops(enumerator.workers)
        walks = OVER_COARSE, OVER_FINE
        coarse, fine = (tables_of(over, walk, enumerator.workers) for walk in walks)
        found[kind] = coarse, fine
    return found


class _Flying:
    """Flies jobs with a squad, and others besides, from all starts that may be cheaper.

    They are all of those that it has `flown` alone.
    """

    def __init__(
        self, enumerator: Enumerator, squad: int, tables: tuple[Tables, Tables], flown: Ints
    ) -> None:
        self._enumerator, self._squad, self._tables = enumerator, squad, tables
        self._behind_s = behind_s(enumerator, squad, flown)

    def __call__(self, jobs: Ints, profiles: Profiles, known: Floats) -> None:
        """Bring what is known of jobs down to what that costs."""
        of, (coarse, fine) = self._enumerator, self._tables
        which, loads = steps_of(sequences_of(1)[0])
        groups = np.ascontiguousarray(jobs[:, None])
        walks = OVER_COARSE, OVER_FINE
        slacks = tuple(np.array(each.slacks_s, dtype=float) for each in walks)

        def fly(begin: int, end: int) -> None:
            rooms = tuple(room_for(1, len(each)) for each in slacks)
            _fly(
                groups[begin:end], Profiles(*(each[begin:end] for each in profiles)), which, loads,
                of.ways, of.jobs, of.squads[self._squad],
                float(of.instance.squads[self._squad].from_s), coarse, fine, slacks, rooms,
                np.zeros(1, dtype=np.int64), np.empty(1, dtype=np.int64), np.empty((2, 1)),
                beside_s(of), self._behind_s, known[begin:end],
            )  # fmt: skip

        spread(fly, len(jobs), of.workers, ROWS)


@compiled
def _fly(  # type: ignore[no-untyped-def]
    groups, profiles, which, loads, ways, jobs, squad, from_s, coarse, fine,
    slacks, rooms, row, begin_s, some, beside_s, behind_s, known,
):  # fmt: skip
    """Bring `known` down to the least cost of groups of one job, of which these are the profiles.

    The rest is as of `fly_starts`; `row`, `begin_s` and `some` are room for one start.
    """
    fixed, takes, ends, lasts = profiles
    # Of plain numbers other versions of what is called would be compiled.
    coarse_s, fine_s = np.int64(BUCKET_S), np.int64(FINE_S)
    for at in range(len(groups)):
        bucket = int(lasts[at]) // BUCKET_S
        while (bucket + 1) * BUCKET_S > from_s:
            bucket_s = bucket * BUCKET_S
            bucket -= 1
            takes_s = max(takes[at], ends[at] - min(lasts[at], bucket_s + BUCKET_S - 1))
            if fixed[at] + takes_s * squad.second_cents >= known[at]:
                if takes_s > takes[at]:
                    break  # who begins earlier only waits longer
                continue
            begin_s[0] = bucket_s
            fly_starts(
                row, begin_s, coarse_s, slacks[0], groups[at : at + 1], which, loads, ways, jobs,
                squad, coarse, rooms[0], beside_s, behind_s, some[0], some[1],
            )  # fmt: skip
            if some[0, 0] >= known[at]:
                continue
            for part in range(BUCKET_S // FINE_S):
                begin_s[0] = bucket_s + part * FINE_S
                fly_starts(
                    row, begin_s, fine_s, slacks[1], groups[at : at + 1], which, loads, ways, jobs,
                    squad, fine, rooms[1], beside_s, behind_s, some[0], some[1],
                )  # fmt: skip
                known[at] = min(known[at], some[0, 0])
