"""What customs refuses of an order at whatever time of day: documents and classes of goods."""

from collections.abc import Iterator

from planner.day.instance import Instance, Job
from planner.reasons.verdict import Finding
from planner.rules.customs import OTHER, clearance


def papers(instance: Instance, job: Job) -> Iterator[Finding]:
    """Yield what customs refuses at every checkpoint of a stage that the job has to pass.

    Checkpoints that take the class are asked first: a missing document can be lodged.
    """
    if not job.crosses:
        return
    checkpoints = instance.network.checkpoints.values()
    if any(instance.network.checkpoints[each].joint for each in job.clearings):
        return
    seen = set[tuple[str, str]]()
    for side in (job.origin_side, OTHER[job.origin_side]):
        own = [each for each in checkpoints if each.joint or each.side == side]
        if any(each.id in job.clearings for each in own):
            continue
        willing = [each for each in own if job.order.goods in each.goods]
        for checkpoint in willing or own:
            customs = instance.rulebook.customs
            for refusal in clearance(customs, job.order, checkpoint, job.origin_side).refusals:
                values = dict(refusal.values)
                what = values.get("document", values.get("goods", ""))
                if (refusal.code, what) not in seen:
                    seen.add((refusal.code, what))
                    yield Finding(refusal.code, dict(values))
