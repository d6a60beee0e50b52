"""REST for programs: the doors through which other systems read and change what people may see here.

May import `bots`, `storage`, `conversations` and `core`; never `workers`, `web` or `webhooks`.
Holds no rules: a handler checks who asks, calls inwards, and answers.
A new resource is one file here and one line in the table of routes.
"""
