"""The doctor: says what is configured, what answers, what is missing, and how to mend it.

May import everything of ours. It changes nothing: no folder, key or table is made by looking. A new probe is a
function in the file of what it looks at and one line in `examination.py`.
"""
