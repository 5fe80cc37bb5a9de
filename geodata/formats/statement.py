"""What every export says of itself: its datum, its heights, its edition, and its use."""

from geodata.network import Network

HORIZONTAL_DATUM = "WGS-84 (EPSG:4326), longitude and latitude in degrees"
USE = "Planning data. Not for navigation."


def statement(network: Network) -> dict[str, str]:
    """Return what an export of a network says of itself, by subject, in the order to say it."""
    return {
        "network": network.info.name,
        "edition": network.edition,
        "horizontal_datum": HORIZONTAL_DATUM,
        "vertical_reference": f"AMSL: metres above {network.info.vertical_datum}; "
        "AGL: metres above the ground",
        "use": USE,
        "notice": network.info.notice,
        "licence": network.info.licence,
    }


def statement_text(network: Network) -> str:
    """Return the statement as lines of text, one a subject."""
    said = statement(network).items()
    return "\n".join(f"{subject.replace('_', ' ')}: {words}" for subject, words in said)
