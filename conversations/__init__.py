"""The dialogue engine: `advance(state, event, now) -> Turn(state, effects)`, pure and total.

May import `core` only; does no I/O, never reads the clock, and knows no channel and no database.
A new kind of step is one file in `steps/` and one line in the table of `steps/__init__.py`;
a new reserved word is one line in the table of commands.
"""
