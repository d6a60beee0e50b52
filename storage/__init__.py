"""What is kept: tables, named queries, the unit of work, group commit, sealing, the media store, migrations.

May import `conversations` and `core`; knows no channel, no web framework and no queue.
The same code runs on SQLite and PostgreSQL, and every query is scoped to a person here, never by its caller.
A new table is one file beside its queries, and one migration that the release before it can live with.
"""
