"""A certificate is refused, with what it says and what it may say, unless all of it holds."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, partial
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from pydantic import ValidationError

from geodata.faults import Fault
from planner.certify import certify_plan
from planner.certify.walk import MICRO
from planner.plan.certificate import CERTIFICATE, BlossomRow, Certificate, LinkRow, gap_ppm
from planner.request.request import Request
from planner.rules.rulebook import shipped_rulebook
from planner.solve.solve import Proven, plan_with_proof
from planner.solve_options import SolveOptions
from tests.geodata.small import small_network
from tests.planner.days import QUICK, priced, random_request
from tests.planner.test_cruises import random_cruising

SMALL = small_network()


@cache
def proven(seed: int, most: int = 2) -> tuple[Request, Proven]:
    """Return a small day and its plan with a certificate."""
    draw = Random(seed)
    asked = priced(draw, random_request(draw, 3, 2, max_orders_per_sortie=most))
    return asked, plan_with_proof(SMALL, asked, shipped_rulebook(), QUICK)


def certificate_of(seed: int) -> Certificate:
    return proven(seed)[1].certificate


@cache
def in_parts(seed: int) -> Proven:
    """Return the plan of the same day made in parts: its bound is what each order costs alone."""
    parts = replace(QUICK, whole_day_orders=1)
    with ThreadPoolExecutor(1) as thread:
        return plan_with_proof(SMALL, proven(seed)[0], shipped_rulebook(), parts, executor=thread)


def faults_in_parts(certificate: Certificate, seed: int) -> list[Fault]:
    asked, plan = proven(seed)[0], in_parts(seed).plan
    return certify_plan(certificate, plan, SMALL, asked, shipped_rulebook())


def drawn_day(seed: int, cruises: bool) -> Request:
    """Return a day of up to twelve orders, of drones that fly at several speeds or at one."""
    draw = Random(seed)
    orders, drones = draw.randint(5, 12), draw.randint(1, 3)
    if cruises:
        return random_cruising(draw, orders, drones, max_orders_per_sortie=2)
    most = draw.choice((2, 3))
    return priced(draw, random_request(draw, orders, drones, max_orders_per_sortie=most))


@pytest.mark.parametrize(("seed", "cruises"), [(57, False), (147, False), (322, True)])
def test_bounds_of_sorties_may_each_be_the_better_one_in_something(
    seed: int, cruises: bool
) -> None:
    """A bucket's walk says more of a start than the start's own, or of its cents alone.

    Where the certifier knew but one of them, or had other clocks, it refused these days.
    """
    asked = drawn_day(seed, cruises)
    found = plan_with_proof(SMALL, asked, shipped_rulebook(), QUICK)
    assert certify_plan(found.certificate, found.plan, SMALL, asked, shipped_rulebook()) == []


def faults(certificate: Certificate, seed: int) -> list[Fault]:
    """Return what is wrong with a certificate for the plan of a small day."""
    asked, found = proven(seed)
    return certify_plan(certificate, found.plan, SMALL, asked, shipped_rulebook())


SERVED = 10
"""A day on which orders are served, and duals matter."""


@pytest.mark.parametrize("seed", range(8, 16))
def test_what_the_planner_writes_is_accepted(seed: int) -> None:
    certificate, plan = certificate_of(seed), proven(seed)[1].plan
    assert faults(certificate, seed) == []
    assert certificate.cost_cents == plan.cost.total_cents
    assert certificate.bound_cents == plan.bound.lower_bound_cents
    assert certificate.gap_ppm >= plan.bound.gap * 10**6 - 1e-3


@pytest.mark.parametrize("most", [2, 4])
def test_a_bound_one_cent_too_high_is_refused(most: int) -> None:
    """The certificate and the plan agree in it, and it is still more than the duals prove."""
    asked, found = proven(SERVED, most)
    certificate = found.certificate
    high = certificate.bound_cents + 1
    gap = gap_ppm(certificate.cost_cents, high)
    raised = replace(certificate, bound_cents=high, gap_ppm=gap)
    share = 1 - high / certificate.cost_cents
    plan = replace(found.plan, bound=replace(found.plan.bound, lower_bound_cents=high, gap=share))
    (fault,) = certify_plan(raised, plan, SMALL, asked, shipped_rulebook())
    assert (fault.code, fault.field) == ("CERTIFICATE_BOUND", "bound_cents")
    assert (fault.value, fault.limit) == (str(high), f"at most {high - 1}")


def test_a_dual_pushed_up_is_refused() -> None:
    """An order that is worth more than the sorties which serve it takes from the bound."""
    certificate, plan = certificate_of(SERVED), proven(SERVED)[1].plan
    left_out = {each.order for each in plan.unserved}
    (branch,) = certificate.branches
    rows = list(branch.orders)
    at = next(at for at, row in enumerate(rows) if row.order not in left_out)
    rows[at] = replace(rows[at], dual_microcents=10 * rows[at].unserved_cents * MICRO)
    pushed = replace(branch, orders=tuple(rows))
    found = faults(replace(certificate, branches=(pushed,)), SERVED)
    assert [each.code for each in found] == ["CERTIFICATE_BOUND"]


Change = Callable[[Certificate], Certificate]


def branch(**changed: Callable[[Any], Any]) -> Change:
    """Return what changes fields of a certificate's first branch."""

    def change(certificate: Certificate) -> Certificate:
        rows, *others = certificate.branches
        fields = {name: of(getattr(rows, name)) for name, of in changed.items()}
        return replace(certificate, branches=(replace(rows, **fields), *others))

    return change


def first(**fields: Any) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Return what changes fields of the first of some rows."""
    return lambda rows: (replace(rows[0], **fields), *rows[1:])


def link(order: str, dual_microcents: int) -> LinkRow:
    return LinkRow(order=order, dual_microcents=dual_microcents)


def blossom(*orders: str, dual_microcents: int = -1) -> Change:
    """Return what gives a certificate's first branch a blossom row."""
    row = BlossomRow(orders=orders, dual_microcents=dual_microcents)
    return branch(blossoms=lambda rows: (row, *rows))


BROKEN: list[tuple[str, str, Change]] = [
    ("EDITION", "edition", lambda each: replace(each, edition="0" * 64)),
    ("EDITION", "request", lambda each: replace(each, request="0" * 64)),
    ("EDITION", "rulebook", lambda each: replace(each, rulebook="0" * 64)),
    ("COST", "cost_cents", lambda each: replace(each, cost_cents=each.cost_cents + 1)),
    ("COST", "bound_cents", lambda each: replace(each, bound_cents=each.bound_cents - 1)),
    ("COST", "gap_ppm", lambda each: replace(each, gap_ppm=each.gap_ppm + 1)),
    ("CERTIFICATE_ROWS", "pricing", branch(pricing=lambda rule: rule + " or less")),
    ("CERTIFICATE_ROWS", "starts_s[1]", branch(starts_s=lambda all: (0, 0, *all[2:]))),
    ("CERTIFICATE_ROWS", "starts_s[287]", branch(starts_s=lambda all: (*all[:-1], 86_400))),
    ("CERTIFICATE_ROWS", "", branch(orders=lambda rows: rows[1:])),
    ("CERTIFICATE_ROWS", "", branch(orders=lambda rows: (*rows, rows[-1]))),
    ("CERTIFICATE_ROWS", "", branch(orders=lambda rows: rows[::-1])),
    ("CERTIFICATE_ROWS", "", branch(orders=first(order="O-X"))),
    ("CERTIFICATE_ROWS", "unserved_cents", branch(orders=first(unserved_cents=1))),
    ("CERTIFICATE_DUALS", "dual_microcents", branch(orders=first(dual_microcents=-1))),
    ("CERTIFICATE_ROWS", "squads", branch(squads=lambda rows: rows[1:])),
    ("CERTIFICATE_ROWS", "drones", branch(squads=first(drones=("D-0", "D-9")))),
    ("CERTIFICATE_ROWS", "day_cents", branch(squads=first(day_cents=77))),
    ("CERTIFICATE_ROWS", "fleet_microcents", branch(squads=first(fleet_microcents=(0,)))),
    (
        "CERTIFICATE_ROWS",
        "links O-X",
        branch(squads=first(links=(link("O-X", 0),))),
    ),
    (
        "CERTIFICATE_ROWS",
        "links O-0",
        branch(squads=first(links=(link("O-0", 0),) * 2)),
    ),
    (
        "CERTIFICATE_DUALS",
        "links O-0",
        branch(squads=first(links=(link("O-0", 1),))),
    ),
    (
        "CERTIFICATE_DUALS",
        "fleet_microcents[7]",
        branch(squads=first(fleet_microcents=(*(0,) * 7, 5, *(0,) * 280))),
    ),
    ("CERTIFICATE_ROWS", "least_used", branch(squads=first(least_used=1, most_used=0))),
    ("CERTIFICATE_ROWS", "least_used", branch(squads=first(most_used=9))),
    ("CERTIFICATE_ROWS", "least_used", branch(most_used=lambda most: most + 1)),
    ("CERTIFICATE_BRANCHES", "branches", branch(squads=first(least_used=1))),
    ("CERTIFICATE_BRANCHES", "branches", branch(squads=first(most_used=0))),
    ("CERTIFICATE_BRANCHES", "branches", branch(least_used=lambda least: least + 1)),
    ("CERTIFICATE_BRANCHES", "branches", branch(most_used=lambda most: most - 1)),
    ("CERTIFICATE_ROWS", "branches", lambda each: replace(each, branches=each.branches * 17)),
    (
        "CERTIFICATE_DUALS",
        "fleet_microcents",
        branch(squads=first(fleet_microcents=(-(10**13),) * 288)),
    ),
    ("CERTIFICATE_ROWS", "orders", blossom("O-0", "O-1")),
    ("CERTIFICATE_ROWS", "orders", blossom("O-0", "O-1", "O-X")),
    ("CERTIFICATE_ROWS", "orders", blossom("O-0", "O-1", "O-1")),
    ("CERTIFICATE_ROWS", "orders", blossom("O-1", "O-0", "O-2")),
    ("CERTIFICATE_DUALS", "dual_microcents", blossom("O-0", "O-1", "O-2", dual_microcents=1)),
    ("CERTIFICATE_DUALS", "blossoms", blossom("O-0", dual_microcents=-(10**15) - 1)),
]


@pytest.mark.parametrize(("code", "field", "change"), BROKEN)
def test_whatever_does_not_hold_is_named(code: str, field: str, change: Change) -> None:
    found = faults(change(certificate_of(SERVED)), SERVED)
    assert (code, field) in {(each.code, each.field) for each in found}
    assert all(each.value and each.limit for each in found)


def test_all_faults_are_found_in_one_pass() -> None:
    certificate = certificate_of(SERVED)
    for _, _, change in BROKEN[3:15]:
        certificate = change(certificate)
    codes = {each.code for each in faults(certificate, SERVED)}
    assert codes == {"COST", "CERTIFICATE_ROWS", "CERTIFICATE_DUALS"}


def test_a_plan_that_breaks_a_rule_is_refused_with_it() -> None:
    asked, found = proven(SERVED)
    cost = replace(found.plan.cost, energy_cents=found.plan.cost.energy_cents + 1)
    wrong = replace(found.plan, cost=cost)
    refused = certify_plan(certificate_of(SERVED), wrong, SMALL, asked, shipped_rulebook())
    assert {(each.source, each.code) for each in refused} == {("plan.json", "COST")}


def test_a_day_with_longer_sorties_is_certified_by_pairs() -> None:
    asked, found = proven(SERVED, most=4)
    assert certify_plan(found.certificate, found.plan, SMALL, asked, shipped_rulebook()) == []
    assert 0 < found.certificate.bound_cents < certificate_of(SERVED).bound_cents


@pytest.mark.parametrize("seed", range(8, 14))
def test_a_day_without_time_to_choose_and_one_in_parts_are_certified(seed: int) -> None:
    asked, _ = proven(seed)
    hasty = SolveOptions(time_limit_s=0.01, workers=1)
    made = plan_with_proof(SMALL, asked, shipped_rulebook(), hasty)
    assert certify_plan(made.certificate, made.plan, SMALL, asked, shipped_rulebook()) == []
    assert faults_in_parts(in_parts(seed).certificate, seed) == []


@pytest.mark.parametrize(("orders", "drones"), [(0, 1), (2, 0), (0, 0)])
def test_a_day_without_orders_or_drones_is_certified(orders: int, drones: int) -> None:
    asked = random_request(Random(1), orders, drones)
    found = plan_with_proof(SMALL, asked, shipped_rulebook(), QUICK)
    assert certify_plan(found.certificate, found.plan, SMALL, asked, shipped_rulebook()) == []
    assert found.certificate.gap_ppm == 0


PARTED, BLOSSOMED = 6, 41
"""A day of which no relaxation uses a whole number of drones, and one with a blossom row."""


@cache
def of_six(seed: int) -> tuple[Request, Proven]:
    """Return a day of six orders, and its plan with a certificate."""
    draw = Random(seed)
    asked = priced(draw, random_request(draw, 6, 4, max_orders_per_sortie=2))
    return asked, plan_with_proof(SMALL, asked, shipped_rulebook(), QUICK)


def faults_of_six(certificate: Certificate, seed: int) -> list[Fault]:
    asked, found = of_six(seed)
    return certify_plan(certificate, found.plan, SMALL, asked, shipped_rulebook())


def parted_faults(certificate: Certificate) -> list[Fault]:
    return faults_of_six(certificate, PARTED)


def test_branches_are_certified_if_no_plan_is_left_out() -> None:
    """One that is missing, narrower or proves less is refused."""
    certificate = of_six(PARTED)[1].certificate
    one, other = certificate.branches
    assert parted_faults(certificate) == []
    for alone in (one, other):
        (fault,) = parted_faults(replace(certificate, branches=(alone,)))
        assert (fault.code, fault.field) == ("CERTIFICATE_BRANCHES", "branches")
        assert fault.value
    fewer, more = sorted((one, other), key=lambda each: each.least_used)
    assert fewer.most_used + 1 == more.least_used
    narrow = replace(more, least_used=more.least_used + 1)
    (fault,) = parted_faults(replace(certificate, branches=(fewer, narrow)))
    assert fault.code == "CERTIFICATE_BRANCHES"
    idle = tuple(replace(each, dual_microcents=0) for each in more.orders)
    (fault,) = parted_faults(replace(certificate, branches=(fewer, replace(more, orders=idle))))
    assert fault.code == "CERTIFICATE_BOUND"


def test_duals_of_a_branch_prove_less_of_all_plans() -> None:
    """What one proves of its own plans is more than it proves of any, and so is the least."""
    certificate = of_six(PARTED)[1].certificate
    for branch in certificate.branches:
        drones = sum(len(each.drones) for each in branch.squads)
        alone = replace(branch, least_used=0, most_used=drones)
        assert "CERTIFICATE_BOUND" in {
            each.code for each in parted_faults(replace(certificate, branches=(alone,)))
        }


@cache
def text_of(seed: int) -> str:
    """Return the certificate of a day as it is written."""
    six = seed in (PARTED, BLOSSOMED)
    found = of_six(seed)[1].certificate if six else certificate_of(seed)
    return CERTIFICATE.dump_json(found).decode()


@cache
def text_in_parts() -> str:
    """Return the certificate of the day made in parts as it is written."""
    return CERTIFICATE.dump_json(in_parts(SERVED).certificate).decode()


def digits(text: Callable[[], str]) -> st.SearchStrategy[int]:
    """Draw where a certificate has a digit; the day is planned when the first one is drawn."""

    def found() -> st.SearchStrategy[int]:
        every = re.finditer('[0-9a-f](?=[0-9a-f",\\]}.])', text())
        return st.sampled_from([each.start() for each in every])

    return st.deferred(found)


def altered_at(text: str, at: int, digit: str) -> Certificate:
    """Return a certificate with another digit; raises ValidationError if it is none."""
    return CERTIFICATE.validate_json(text[:at] + digit + text[at + 1 :], strict=True)


def without_duals(certificate: Certificate) -> Certificate:
    """Return a certificate without what may be another way to prove the same."""
    branches = []
    for branch in certificate.branches:
        orders = tuple(replace(each, dual_microcents=0) for each in branch.orders)
        squads = tuple(
            replace(each, fleet_microcents=(), links=(), least_used=0, most_used=0)
            for each in branch.squads
        )
        bare = replace(branch, starts_s=(), least_used=0, most_used=0, orders=orders, squads=squads)
        branches.append(replace(bare, blossoms=()))
    return replace(certificate, branches=tuple(branches))


@settings(max_examples=150, deadline=None, derandomize=True)
@drawn(at=digits(partial(text_of, SERVED)), digit=st.sampled_from("0123456789abcdef-"))
def test_one_altered_in_any_digit_that_matters_is_refused(at: int, digit: str) -> None:
    """What is accepted proves the same of the same plan: only its duals may be others.

    And a branch may have plans that another has too.
    """
    try:
        altered = altered_at(text_of(SERVED), at, digit)
    except ValidationError:
        return
    if not faults(altered, SERVED):
        assert without_duals(altered) == without_duals(certificate_of(SERVED))


@pytest.mark.parametrize("seed", [PARTED, BLOSSOMED])
def test_one_of_branches_or_blossoms_altered_in_any_digit_that_matters_is_refused(
    seed: int,
) -> None:
    @settings(max_examples=50, deadline=None, derandomize=True)
    @drawn(at=digits(partial(text_of, seed)), digit=st.sampled_from("0123456789abcdef-"))
    def check(at: int, digit: str) -> None:
        try:
            altered = altered_at(text_of(seed), at, digit)
        except ValidationError:
            return
        if not faults_of_six(altered, seed):
            assert without_duals(altered) == without_duals(of_six(seed)[1].certificate)

    check()


def test_a_blossom_row_is_certified_with_what_it_says() -> None:
    """Of another set, or with less of a dual, it proves less; so does a certificate without it."""
    certificate = of_six(BLOSSOMED)[1].certificate
    (branch,) = certificate.branches
    rows = branch.blossoms
    assert any(row.dual_microcents for row in rows)
    assert faults_of_six(certificate, BLOSSOMED) == []
    more = tuple(replace(row, dual_microcents=2 * row.dual_microcents) for row in rows)
    for changed in ((), more):
        others = replace(certificate, branches=(replace(branch, blossoms=changed),))
        assert {each.code for each in faults_of_six(others, BLOSSOMED)} == {"CERTIFICATE_BOUND"}


@settings(max_examples=100, deadline=None, derandomize=True)
@drawn(at=digits(text_in_parts), digit=st.sampled_from("0123456789abcdef-"))
def test_one_of_a_day_in_parts_altered_in_any_digit_that_matters_is_refused(
    at: int, digit: str
) -> None:
    try:
        altered = altered_at(text_in_parts(), at, digit)
    except ValidationError:
        return
    if not faults_in_parts(altered, SERVED):
        assert without_duals(altered) == without_duals(in_parts(SERVED).certificate)


def test_a_bound_of_a_day_in_parts_one_cent_too_high_is_refused() -> None:
    certificate, plan = in_parts(SERVED).certificate, in_parts(SERVED).plan
    assert certificate.bound_cents > 0
    high = certificate.bound_cents + 1
    raised = replace(certificate, bound_cents=high, gap_ppm=gap_ppm(certificate.cost_cents, high))
    bound = replace(plan.bound, lower_bound_cents=high, gap=1 - high / certificate.cost_cents)
    said = replace(plan, bound=bound)
    (fault,) = certify_plan(raised, said, SMALL, proven(SERVED)[0], shipped_rulebook())
    assert (fault.code, fault.value) == ("CERTIFICATE_BOUND", str(high))


def test_ranges_of_branches_are_refused_if_a_plan_is_left_out() -> None:
    """Each digit of them altered in every way: what is accepted leaves no number of drones out."""
    certificate = of_six(PARTED)[1].certificate
    ranges = list(re.finditer(r'"(least|most)_used":\d', text_of(PARTED)))
    assert ranges
    for each, digit in product(ranges, "01234"):
        altered = altered_at(text_of(PARTED), each.end() - 1, digit)
        if not parted_faults(altered):
            assert without_duals(altered) == without_duals(certificate)
            within = [range(each.least_used, each.most_used + 1) for each in altered.branches]
            assert {used for each in within for used in each} == set(range(5))
