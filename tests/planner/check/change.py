"""Small changes of a good day: of its world, after which the plan is written anew, or of a plan."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from planner.check.day import Day
from planner.plan.plan import Event, Hold, Leg, Plan, Sortie, Stop
from tests.geodata.small import changed
from tests.planner.check.flier import Sketch, World, plan_cost, sortie_cost
from tests.planner.check.stated import utilisation

Break = Callable[[World], tuple[Plan, World]]
"""Makes a plan, and the world to check it in, from the good day."""
WorldChange = Callable[[World], World]
PlanChange = Callable[[Plan], Plan]


def replanned(*changes: WorldChange) -> Break:
    """Return a break by a changed world whose plan agrees with itself in all else."""

    def apply(world: World) -> tuple[Plan, World]:
        for change in changes:
            world = change(world)
        return world.plan(), world

    return apply


def overtaken(*changes: WorldChange) -> Break:
    """Return a break by a world that changed after the plan was made, though it names it."""

    def apply(world: World) -> tuple[Plan, World]:
        plan = world.plan()
        for change in changes:
            world = change(world)
        named = replace(
            plan,
            edition=world.network.edition,
            request=world.request.hash,
            rulebook=world.rulebook.hash,
        )
        return named, world

    return apply


def spoiled(*changes: PlanChange) -> Break:
    """Return a break by changes of the finished plan."""

    def apply(world: World) -> tuple[Plan, World]:
        plan = world.plan()
        for change in changes:
            plan = change(plan)
        return plan, world

    return apply


def recosted(change: PlanChange) -> Break:
    """Return a break by a change of the finished plan whose costs and use then agree with it."""

    def apply(world: World) -> tuple[Plan, World]:
        plan = change(world.plan())
        sorties = tuple(
            replace(each, cost=sortie_cost(each.stops, each.legs, world.request))
            for each in plan.sorties
        )
        cost = plan_cost(sorties, [each.order for each in plan.unserved], world.request)
        bound = replace(plan.bound, lower_bound_cents=cost.total_cents, gap=0.0)
        used = tuple(utilisation(sorties, Day(world.network, world.request, world.rulebook)))
        plan = replace(plan, sorties=sorties, cost=cost, bound=bound, utilisation=used)
        return plan, world

    return apply


def network(feature: str, **fields: Any) -> WorldChange:
    return lambda world: world.with_network(changed, feature, **fields)


def order(order_id: str, **fields: Any) -> WorldChange:
    return lambda world: world.with_order(order_id, **fields)


def drone(drone_id: str, **fields: Any) -> WorldChange:
    return lambda world: world.with_drone(drone_id, **fields)


def kind(**fields: Any) -> WorldChange:
    return lambda world: world.with_type(**fields)


def rules(**fields: Any) -> WorldChange:
    return lambda world: world.with_rules(**fields)


def fleet(**fields: Any) -> WorldChange:
    return lambda world: world.with_fleet(**fields)


def sketch(sketch_id: str, change: Callable[[Sketch], Sketch]) -> WorldChange:
    return lambda world: world.with_sketch(sketch_id, change)


def halt(sketch_id: str, index: int, **changes: Any) -> WorldChange:
    return sketch(sketch_id, lambda each: each.with_halt(index, **changes))


def act(sketch_id: str, halt_index: int, index: int, **changes: Any) -> WorldChange:
    return sketch(sketch_id, lambda each: each.with_act(halt_index, index, **changes))


def shift(sketch_id: str, seconds: int) -> WorldChange:
    return sketch(sketch_id, lambda each: each.shifted(seconds))


def _at(items: tuple[Any, ...], index: int, change: Callable[[Any], Any]) -> tuple[Any, ...]:
    listed = list(items)
    listed[index] = change(listed[index])
    return tuple(listed)


def sortie(sortie_id: str, change: Callable[[Sortie], Sortie]) -> PlanChange:
    """Return a change of one sortie of a plan."""
    return lambda plan: replace(
        plan,
        sorties=tuple(change(each) if each.id == sortie_id else each for each in plan.sorties),
    )


def stop(sortie_id: str, index: int, change: Callable[[Stop], Stop]) -> PlanChange:
    return sortie(sortie_id, lambda each: replace(each, stops=_at(each.stops, index, change)))


def event(sortie_id: str, at: int, index: int, change: Callable[[Event], Event]) -> PlanChange:
    return stop(sortie_id, at, lambda each: replace(each, events=_at(each.events, index, change)))


def leg(sortie_id: str, index: int, change: Callable[[Leg], Leg]) -> PlanChange:
    return sortie(sortie_id, lambda each: replace(each, legs=_at(each.legs, index, change)))


def hold(sortie_id: str, at: int, index: int, change: Callable[[Hold], Hold]) -> PlanChange:
    return leg(sortie_id, at, lambda each: replace(each, holds=_at(each.holds, index, change)))


def later(seconds: float, *names: str) -> Callable[[Any], Any]:
    """Return a change that moves instants of a record."""
    step = dt.timedelta(seconds=seconds)
    return lambda record: replace(record, **{name: getattr(record, name) + step for name in names})


def given(**fields: Any) -> Callable[[Any], Any]:
    """Return a change that sets fields of a record."""
    return lambda record: replace(record, **fields)
