"""The relaxation of a day: all sorties as columns, priced, and the bound that their duals prove."""
