"""The terminal as a channel: lines that somebody types, and the words that answer them.

May import `core` and `bots.adapter` only. No account, no network and no registry entry: `sunup chat` makes the
adapter itself and alone sends through it. Something new to type is read in `parse.py`; how an answer looks
stands in `render.py`; both are described in `docs/channels/terminal.md`.
"""
