"""The web chat as a channel: frames of its WebSocket, and the hint that brings a browser its news.

May import `core` and `bots.adapter` only. The sockets themselves live in `web/`; a new frame is
added in `parse.py` (from the browser) or `render.py` (to it) and in `docs/channels/web.md`.
"""
