"""The program: command line, settings, logs, and the composition root that names concrete classes.

May import everything of ours and is imported by nothing. Holds no rules.
A new setting is a field in `settings.py`; a new command is a file in `commands/` and a line in `__main__.py`;
a new concrete class is wired in the composition root and nowhere else.
"""
