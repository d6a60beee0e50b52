"""The demo: a person's first three days, on a clock that is put forward, with the real engine and a real database."""
