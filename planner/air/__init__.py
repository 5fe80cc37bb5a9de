"""The air of one day: blocks, when they are open, and the quickest legs from pad to pad."""
