"""Channels: one folder each, with the same files: `adapter.py parse.py render.py signature.py`.

May import `core` only; meets aiohttp nowhere but in `transport.py`, the one HTTP client.
What is the same on all of them stands beside the folders: reading, answers, parts, pictures, split, degrade.
A new channel is a folder, its tests and captured payloads, a page in `docs/channels/`,
and one line in `registry.py`.
"""
