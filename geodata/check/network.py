"""The check of a whole network: every rule, all faults at once."""

from operator import attrgetter

from geodata.check.rules import RULES, WHOLE_RULES
from geodata.check.sides import boundary_faults
from geodata.check.sound import info_faults, sound_part
from geodata.check.survey import Survey
from geodata.check.unread import Unread
from geodata.codes import fault
from geodata.faults import Fault
from geodata.network import Network

IN_ORDER = attrgetter("source", "item", "field", "code", "value", "limit", "message", "severity")
"""The order in which faults compare, quicker for many than comparing them one by one."""


def check_network(network: Network, unread: Unread | None = None) -> list[Fault]:
    """Return all faults and warnings of a network, sorted; none if it keeps every rule.

    What each rule asks, its code and its limit stand in `geodata.codes`. A feature whose shape
    is unsound is reported for that, and the rules that would need it are not judged. `unread`
    says so of features that stand in the files but could not be put into the network.
    """
    found = info_faults(network.info)
    sound, missing, more = sound_part(network, unread or Unread())
    found += more
    if not any(each.code == "CRS_UNKNOWN" for each in found):
        survey = Survey(sound, missing)
        barred, more = barred_by(survey)
        found += more
        for rule in RULES:
            if not rule.needs & barred:
                found += rule.find(survey, survey.members(rule.judges))
        for whole in WHOLE_RULES:
            if not whole.needs & barred:
                found += whole.find(survey)
    return sorted(set(found), key=IN_ORDER)


def barred_by(survey: Survey) -> tuple[frozenset[str], list[Fault]]:
    """Return what rules may not rely on, layers or `ground`; and why, where it is not unread."""
    unread, found = survey.unread, []
    barred = set(unread.layers)
    if "boundary" not in barred:
        found += boundary_faults(survey.network)
        if found:
            barred.add("boundary")
    if not survey.ground_known:
        barred.add("ground")
        if "spot_heights" not in unread.layers:
            found.append(fault("TERRAIN_MISSING", "spot_heights", value="no spot heights"))
    return frozenset(barred), found
