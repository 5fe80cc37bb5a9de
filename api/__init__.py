"""The faces of the planner: the command line, and the HTTP service over the same functions."""
