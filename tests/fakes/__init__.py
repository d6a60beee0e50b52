"""Fake providers: real servers on the loopback that check what we send as strictly as the real ones do."""
