"""The providers' doors: verify, parse, hand to the intake, answer; and health and metrics beside them.

May import `bots`, `storage`, `conversations` and `core`; never `workers`, `web` or `api`.
Holds no rules: an adapter judges the request, the engine judges the message.
A new provider needs no file here, only its adapter in `bots/` and one line in the table of routes.
"""
