"""The domain: words, values and rules that hold on every channel and database.

May import nothing of ours, does no I/O and never reads the clock: `now` is a parameter.
Add a file for a new noun (`streaks.py`, `plans.py`); add an error to the one tree in `errors.py`.
"""
