"""From a network, a request and a rulebook to a plan."""
