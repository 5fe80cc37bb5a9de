"""Every rule that a corridor network must keep, one subject a file."""

from geodata.check.network import check_network
from geodata.check.unread import Unread

__all__ = ["Unread", "check_network"]
