"""The program: command line, settings, logs, and the composition root that names concrete classes.

May import everything of ours and is imported by nothing. Holds no rules.
A new setting is a field in `settings.py`; a new command is a function in the command line's file;
a new concrete class is wired in the composition root and nowhere else.
"""
