"""Which sorties to fly, chosen on an empty day."""
