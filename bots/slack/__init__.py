"""Slack: one app, in one workspace or in many, reached through the Events API or Socket Mode.

`adapter.py` fulfils the contract, over `signature.py` (is it Slack?), `parse.py` (event, click or command to message),
`render.py` (message to calls), `interpret.py` (answer to result or error) and `api.py` (the calls). Beside it,
`socket_mode.py` brings requests in where there is no public URL, and `install.py` connects further workspaces.
May import `core` and the channel-neutral files of `bots`.
"""
