"""What a check finds, in a form that tests can compare."""

from geodata.check import check_network
from geodata.faults import Fault
from geodata.network import Network


def codes(network: Network) -> set[str]:
    """Return the codes of all faults of a network."""
    return {fault.code for fault in check_network(network)}


def only(network: Network, code: str) -> Fault:
    """Return the first fault of a network; all that it has must be of that one code."""
    faults = check_network(network)
    assert {fault.code for fault in faults} == {code}
    return faults[0]
