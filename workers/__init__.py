"""Everything that happens later: the sender, the timer loop, RQ jobs and sweeps.

May import `bots`, `storage`, `conversations` and `core`; is imported by `sunup` alone, never by a door.
`queue.py` is the one file that speaks RQ; the row in the database is the truth, the queue only a wake-up call.
A new kind of job is one file in `jobs/` and one line in the table of `jobs/__init__.py`.
"""
