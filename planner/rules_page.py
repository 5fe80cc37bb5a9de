"""The table of docs/rules.md, made from the rules themselves.

`python -m planner.rules_page docs/rules.md` brings the page up to date.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from geodata import markdown
from planner.rules.codes import RULES
from planner.rules.rulebook import Rulebook, shipped_rulebook


def with_tables(page: str) -> str:
    """Return docs/rules.md with its tables made anew."""
    rulebook = shipped_rulebook()
    return markdown.with_tables(
        page,
        {
            "rules": _rules(),
            "modes": _modes(rulebook),
            "goods": _goods(rulebook),
            "permissions": _permissions(rulebook),
        },
    )


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _rules() -> str:
    rows = [(f"`{rule.code}`", rule.meaning, rule.source, rule.remedy) for rule in RULES.values()]
    return _table(("code", "what it demands", "source", "what helps"), rows)


def _modes(rulebook: Rulebook) -> str:
    rows = []
    for name, mode in rulebook.customs.modes.items():
        services = ", ".join(f"{regime} {seconds} s" for regime, seconds in mode.service_s.items())
        leads = "; ".join(
            f"{document} at least {lead.latest_s} s before"
            + ("" if lead.earliest_s is None else f", at most {lead.earliest_s} s")
            + (" (assumption)" if lead.assumption else "")
            for document, lead in mode.leads.items()
        )
        assumed = " (assumption)" if mode.service_assumption else ""
        rows.append((f"`{name}`", mode.name, leads, services + assumed, mode.source))
    return _table(("mode", "what it is", "lead times", "service times", "source"), rows)


def _goods(rulebook: Rulebook) -> str:
    rows = []
    for name, goods in rulebook.customs.goods.items():
        asked = "; ".join(f"{each.side} {each.stage}: {each.document}" for each in goods.requires)
        carried = "yes" if goods.carried else "no"
        rows.append((f"`{name}`", goods.name, carried, goods.inspection, asked))
    head = ("class", "what it is", "carried", "lightest inspection", "documents by side and stage")
    return _table(head, rows)


def _permissions(rulebook: Rulebook) -> str:
    rows = []
    for rule in rulebook.permissions.required:
        amount = "" if rule.amount_hkd is None else f", at least HKD {rule.amount_hkd:,}"
        when = "held for every flight" if rule.when == "always" else "held to cross"
        rows.append((rule.side, f"`{rule.kind}`", when + amount, rule.source))
    for filing in rulebook.permissions.filings:
        due = (
            f"filed by {filing.day_before} of the day before"
            if filing.day_before
            else f"filed {filing.before_takeoff_s} s before the first take-off"
        )
        due += f"; medical emergency {filing.emergency_before_takeoff_s} s before"
        if filing.standing_kind:
            due += f"; with a `{filing.standing_kind}` it is a `{filing.standing_filing}`"
        rows.append((filing.side, f"`{filing.kind}`", due, filing.source))
    return _table(("side", "what", "when", "source"), rows)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
