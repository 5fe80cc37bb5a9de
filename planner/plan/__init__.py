"""The record of a plan, its certificate, and what it holds of sites."""
