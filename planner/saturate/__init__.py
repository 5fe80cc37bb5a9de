"""A network flown as full as its capacity says, by a timetable that repeats."""
