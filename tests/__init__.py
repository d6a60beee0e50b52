"""Tests: `unit` (no sockets, mirrors the tree), `integration` (real PostgreSQL and Valkey), `acceptance` (the program).

`servers.py` starts what they need, `conftest.py` hands it out; captured provider bodies are in `payloads/`.
"""
