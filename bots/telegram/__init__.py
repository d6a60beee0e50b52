"""Telegram: one bot account, reached through the Bot API.

`adapter.py` fulfils the contract, over `signature.py` (is it Telegram?), `parse.py` (update to message),
`render.py` (message to calls), `interpret.py` (answer to result or error) and `api.py` (the calls).
Beside it, `polling.py` fetches updates where there is no public URL, and `setup.py` tells Telegram of
our webhook and commands. May import `core` and the channel-neutral files of `bots`.
"""
